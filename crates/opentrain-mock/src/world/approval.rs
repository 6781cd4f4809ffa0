//! Approvals: requests that wait for a human's confirmation, their expiry, and their results.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::events::{EventContent, EventKind};
use super::hire_terms::HireTerms;
use crate::api_failure::ApiFailure;
use crate::error::MockErrorKind;
use crate::ledger::Charge;
use crate::link;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::time::{later, wire};

/// Time from the request to the expiry.
const VALID_FOR: Duration = Duration::from_secs(72 * 60 * 60);
/// Number of the read at which auto-confirm confirms a pending approval.
const AUTO_CONFIRM_READ: u32 = 2;

/// Request for a human's confirmation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) account: String,
    /// Token of the request. It may read the approval, even if it belongs to another account.
    pub(crate) token_id: String,
    pub(crate) subject: ApprovalSubject,
    pub(crate) status: ApprovalStatus,
    pub(crate) job_id: String,
    pub(crate) proposal_id: Option<String>,
    pub(crate) contract_id: Option<String>,
    pub(crate) milestone_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) resolved_at: Option<Timestamp>,
    /// Result of a confirmed approval.
    pub(crate) result: Value,
    reads: u32,
}

/// Requested action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum ApprovalSubject {
    Hire(HireTerms),
    /// Funding of a milestone, with its invoice.
    Fund {
        charge: Charge,
        invoice: String,
    },
    /// Release of a milestone's money.
    Release,
    /// End of a contract with funded milestones.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ApprovalStatus {
    Pending,
    Confirmed,
    Declined,
    Expired,
}

impl ApprovalStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }
}

impl ApprovalSubject {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Hire(_) => "proposal_hire",
            Self::Fund { .. } => "milestone_fund",
            Self::Release => "milestone_approve",
            Self::End => "contract_end",
        }
    }

    /// Returns the charge of a confirmation, if there is one.
    fn charge(&self) -> Option<Charge> {
        match self {
            Self::Hire(terms) => Some(terms.charge()),
            Self::Fund { charge, .. } => Some(*charge),
            Self::Release | Self::End => None,
        }
    }
}

impl Approval {
    pub(crate) fn new(
        id: String,
        caller: &Caller,
        subject: ApprovalSubject,
        job_id: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            account: caller.account.clone(),
            token_id: caller.token_id.clone(),
            subject,
            status: ApprovalStatus::Pending,
            job_id,
            proposal_id: None,
            contract_id: None,
            milestone_id: None,
            created_at: now,
            expires_at: later(now, VALID_FOR),
            resolved_at: None,
            result: Value::Null,
            reads: 0,
        }
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.status == ApprovalStatus::Pending
    }

    /// Returns the status that a human sees. An approval past its `expiresAt` is expired for a human at once, even if the stored
    /// status is still `pending` because no request has read it since.
    pub(crate) fn status_for_human(&self, now: Timestamp) -> ApprovalStatus {
        if self.is_pending() && now >= self.expires_at {
            return ApprovalStatus::Expired;
        }
        self.status
    }

    /// True if a human can still confirm or decline it.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.status_for_human(now) == ApprovalStatus::Pending
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.subject.kind(),
            "status": self.status.as_str(),
            "contractId": self.contract_id,
            "milestoneId": self.milestone_id,
            "jobId": self.job_id,
            "proposalId": self.proposal_id,
            "approvalUrl": link::approval(&self.id),
            "expiresAt": wire(self.expires_at),
            "resolvedAt": self.resolved_at.map(wire),
            "result": self.result,
            "createdAt": wire(self.created_at),
        })
    }

    /// Returns the 202 response to a request that a human has to confirm.
    pub(crate) fn requested(&self, what: &str) -> Success {
        let message = format!("A signed-in human must confirm {what}. Nothing happens until then.");
        Success::accepted(json!({ "approval": self.to_json(), "message": message }))
    }

    fn is_visible_to(&self, caller: &Caller) -> bool {
        self.account == caller.account || self.token_id == caller.token_id
    }
}

impl World {
    /// Handles `GET /approvals/{approvalId}`. A pending approval past its `expiresAt` expires here and not before: that is
    /// documented. The event `approval.confirmed` is announced at the same moment: that is inferred.
    pub(super) fn approvals_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let visible = self
            .saved
            .approvals
            .get(request.id)
            .filter(|approval| approval.is_visible_to(caller));
        let approval = visible.ok_or_else(|| not_found(request.id))?;
        if !approval.is_pending() {
            return Ok(Success::ok(json!({ "approval": approval.to_json() })));
        }
        if !approval.is_open(request.now) {
            self.resolve_approval(request.id, ApprovalStatus::Expired);
        } else if self.is_read_often_enough(request.id) && self.saved.auto_confirm {
            // If it cannot be paid for, it stays pending, as if the human had gone to look for their card.
            let _paid = self.confirm(request.id, request.now);
        }
        let approval = self.approval(request.id)?;
        Ok(Success::ok(json!({ "approval": approval.to_json() })))
    }

    /// Counts one more read of a pending approval, up to [`AUTO_CONFIRM_READ`]. True if it has been read that often.
    fn is_read_often_enough(&mut self, id: &str) -> bool {
        let reads = self.saved.approvals.get(id).map(|known| known.reads);
        if reads.is_none_or(|reads| reads >= AUTO_CONFIRM_READ) {
            return true;
        }
        self.saved.approvals.get_mut(id).is_none_or(|approval| {
            approval.reads += 1;
            approval.reads == AUTO_CONFIRM_READ
        })
    }

    /// Executes a pending approval. If the account can no longer pay for it, it stays pending.
    pub(super) fn confirm(&mut self, id: &str, now: Timestamp) -> Result<(), MockErrorKind> {
        let unknown = || MockErrorKind::UnknownApproval(id.to_owned());
        let approval = self.saved.approvals.get(id).ok_or_else(unknown)?.clone();
        self.check_funds_for(&approval)?;
        let result = match &approval.subject {
            ApprovalSubject::Hire(terms) => self.execute_hire(&approval, terms, now)?,
            ApprovalSubject::Fund { charge, invoice } => {
                self.execute_fund(&approval, *charge, invoice)?
            }
            ApprovalSubject::Release => self.execute_release(&approval)?,
            ApprovalSubject::End => self.execute_end(&approval)?,
        };
        let approval = self.saved.approvals.get_mut(id).ok_or_else(unknown)?;
        if let Some(contract) = result["contractId"].as_str() {
            approval.contract_id = Some(contract.to_owned());
        }
        approval.result = result;
        self.resolve_approval(id, ApprovalStatus::Confirmed);
        Ok(())
    }

    /// Ends the wait for a human: sets the status, voids the invoice of a funding that did not take place, and announces the event.
    pub(super) fn resolve_approval(&mut self, id: &str, status: ApprovalStatus) {
        let now = self.now();
        let Some(approval) = self.saved.approvals.get_mut(id) else {
            return;
        };
        approval.status = status;
        approval.resolved_at = Some(now);
        let change = EventContent {
            account: approval.account.clone(),
            kind: EventKind::ApprovalConfirmed,
            resource: approval.id.clone(),
            job: Some(approval.job_id.clone()),
            data: json!({ "approvalId": approval.id, "status": status.as_str() }),
        };
        let void = match &approval.subject {
            ApprovalSubject::Fund { invoice, .. } if status != ApprovalStatus::Confirmed => {
                Some(invoice.clone())
            }
            _ => None,
        };
        if let Some(invoice) = void {
            self.void_invoice(&invoice);
        }
        self.announce(change);
    }

    /// Finds the pending approval that fits, for a request that asks for the same thing again. One past its `expiresAt` is of no
    /// use to that request, so it expires here: inferred, since only the expiry on a read is documented.
    pub(super) fn pending_approval(
        &mut self,
        fits: impl Fn(&Approval) -> bool,
    ) -> Option<&Approval> {
        let now = self.now();
        let mut approvals = self.saved.approvals.iter();
        let found = approvals.find(|approval| approval.is_pending() && fits(approval))?;
        let (id, is_open) = (found.id.clone(), found.is_open(now));
        if !is_open {
            self.resolve_approval(&id, ApprovalStatus::Expired);
        }
        self.saved.approvals.get(&id).filter(|_| is_open)
    }

    /// Returns the approval with this id, or the 404.
    pub(super) fn approval(&self, id: &str) -> Result<&Approval, ApiFailure> {
        self.saved.approvals.get(id).ok_or_else(|| not_found(id))
    }

    fn check_funds_for(&self, approval: &Approval) -> Result<(), MockErrorKind> {
        let Some(charge) = approval.subject.charge() else {
            return Ok(());
        };
        let cents = charge.total_cents();
        let account = self.saved.accounts.get(&approval.account);
        if account.is_some_and(|account| account.can_pay(cents)) {
            return Ok(());
        }
        Err(MockErrorKind::CannotPay {
            approval: approval.id.clone(),
            cents,
        })
    }
}

fn not_found(id: &str) -> ApiFailure {
    ApiFailure::not_found("Approval not found")
        .with(json!({ "resource": "approvals", "approvalId": id }))
}

#[cfg(test)]
mod tests {
    use super::{Approval, ApprovalStatus, ApprovalSubject, VALID_FOR};
    use crate::clock::Clock;
    use crate::request::{AuthorisedRequest, Caller, Pairs};
    use crate::world::World;
    use crate::world::hire_terms::HireTerms;

    fn approval(clock: &Clock) -> Approval {
        let caller = Caller {
            account: "usr_1".to_owned(),
            token_id: "tok_1".to_owned(),
        };
        let terms = HireTerms {
            name: Some("Pilot".to_owned()),
            description: None,
            amount: crate::amount::Amount::try_from(120.0).expect("it is within the bounds"),
            due: None,
        };
        let subject = ApprovalSubject::Hire(terms);
        Approval::new(
            "apr_1".to_owned(),
            &caller,
            subject,
            "job_1".to_owned(),
            clock.now(),
        )
    }

    #[test]
    fn approval_is_expired_for_a_human_from_its_expiry_on() {
        let clock = Clock::frozen();
        let approval = approval(&clock);
        assert!(approval.is_open(clock.now()));
        clock.advance(VALID_FOR);
        assert!(!approval.is_open(clock.now()) && approval.is_pending());
        assert_eq!(
            approval.status_for_human(clock.now()),
            ApprovalStatus::Expired
        );
    }

    /// Returns a world with a webhook, and the id of an approval of its main account.
    fn world_with_approval() -> (World, String) {
        let mut world = World::seeded(Clock::frozen(), 0, 1);
        let caller = Caller {
            account: world.seed_accounts().main.clone(),
            token_id: "tok_000001".to_owned(),
        };
        let body = r#"{"url": "https://hooks.example.com/", "eventTypes": ["message.received"]}"#;
        let request = AuthorisedRequest {
            caller: Some(caller),
            id: "",
            query: Pairs::default(),
            body: &Ok(body.into()),
            now: world.now(),
        };
        world.webhooks_create(&request).expect("the body fits");
        let approval = approval(&world.clock);
        let id = approval.id.clone();
        world.saved.approvals.insert(&id, approval);
        (world, id)
    }

    #[test]
    fn resolved_approval_schedules_no_delivery() {
        let (mut world, id) = world_with_approval();
        world.resolve_approval(&id, ApprovalStatus::Declined);
        assert_eq!(world.next_moment(), None);
    }

    #[test]
    fn pending_approval_schedules_no_delivery() {
        let (world, _) = world_with_approval();
        assert_eq!(world.next_moment(), None);
    }

    #[test]
    fn resolved_approval_never_expires() {
        let clock = Clock::frozen();
        let mut approval = approval(&clock);
        approval.status = ApprovalStatus::Declined;
        clock.advance(VALID_FOR * 2);
        assert_eq!(
            approval.status_for_human(clock.now()),
            ApprovalStatus::Declined
        );
    }
}
