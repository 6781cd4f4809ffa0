//! Approvals: what waits for a human, for how long, and what came of it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::feed::{Change, EventKind};
use super::hire::Terms;
use crate::books::Charge;
use crate::call::{Call, Caller, Outcome, Reply};
use crate::error::Kind;
use crate::failure::ApiFailure;
use crate::link;
use crate::time::{later, wire};

/// How long a human has.
const VALID_FOR: Duration = Duration::from_secs(72 * 60 * 60);
/// The human who confirms by themself does so when an approval is read for this time.
const AUTO_CONFIRM_READ: u32 = 2;

/// A request for a human's confirmation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) account: String,
    /// The token that asked; it may read the approval whatever account it belongs to.
    pub(crate) token_id: String,
    pub(crate) subject: Subject,
    pub(crate) status: ApprovalStatus,
    pub(crate) job_id: String,
    pub(crate) proposal_id: Option<String>,
    pub(crate) contract_id: Option<String>,
    pub(crate) milestone_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) resolved_at: Option<Timestamp>,
    /// What came of it, once confirmed.
    pub(crate) result: Value,
    reads: u32,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Subject {
    Hire(Terms),
    /// That a milestone is funded, with the invoice for it.
    Fund {
        charge: Charge,
        invoice: String,
    },
    /// That a milestone's money is released.
    Release,
    /// That a contract ends, although milestones are funded.
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

impl Subject {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Hire(_) => "proposal_hire",
            Self::Fund { .. } => "milestone_fund",
            Self::Release => "milestone_approve",
            Self::End => "contract_end",
        }
    }

    /// What the human pays by confirming.
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
        subject: Subject,
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

    /// Whether it is late, and has not expired yet. It does so at the moment when it was due.
    fn is_due(&self, now: Timestamp) -> bool {
        self.is_pending() && now >= self.expires_at
    }

    pub(crate) fn resolve(&mut self, status: ApprovalStatus, at: Timestamp) {
        self.status = status;
        self.resolved_at = Some(at);
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

    /// The answer to whoever asked for something that a human has to confirm.
    pub(crate) fn requested(&self, what: &str) -> Reply {
        let message = format!("A signed-in human must confirm {what}. Nothing happens until then.");
        Reply::accepted(json!({ "approval": self.to_json(), "message": message }))
    }

    fn is_visible_to(&self, caller: &Caller) -> bool {
        self.account == caller.account || self.token_id == caller.token_id
    }
}

impl World {
    /// `GET /approvals/{approvalId}`
    pub(super) fn approvals_get(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let visible = self
            .approvals
            .get(&call.id)
            .filter(|approval| approval.is_visible_to(caller));
        let approval = visible.ok_or_else(|| not_found(&call.id))?;
        if approval.is_pending() && self.is_read_often_enough(&call.id) && self.auto_confirm {
            // What cannot be paid goes on waiting for the human, as if they had gone to look for their card.
            let _paid = self.confirm(&call.id, call.now);
        }
        let approval = self.approval(&call.id)?;
        Ok(Reply::ok(json!({ "approval": approval.to_json() })))
    }

    /// Counts one more reading of a pending approval, as far as it matters how often it is read.
    fn is_read_often_enough(&mut self, id: &str) -> bool {
        let is_new = |approval: &Approval| approval.id == id && approval.reads < AUTO_CONFIRM_READ;
        self.approvals.find_mut(is_new).is_none_or(|approval| {
            approval.reads += 1;
            approval.reads == AUTO_CONFIRM_READ
        })
    }

    /// Does what a pending approval asks for. What was affordable when it was asked for may be so no longer: then nothing
    /// happens, and it goes on waiting.
    pub(super) fn confirm(&mut self, id: &str, now: Timestamp) -> Result<(), Kind> {
        let unknown = || Kind::UnknownApproval(id.to_owned());
        let approval = self.approvals.get(id).ok_or_else(unknown)?.clone();
        self.check_funds_for(&approval)?;
        let result = match &approval.subject {
            Subject::Hire(terms) => self.execute_hire(&approval, terms, now)?,
            Subject::Fund { charge, invoice } => self.execute_fund(&approval, *charge, invoice)?,
            Subject::Release => self.execute_release(&approval)?,
            Subject::End => self.execute_end(&approval)?,
        };
        let approval = self.approvals.get_mut(id).ok_or_else(unknown)?;
        if let Some(contract) = result["contractId"].as_str() {
            approval.contract_id = Some(contract.to_owned());
        }
        approval.result = result;
        self.resolve_approval(id, ApprovalStatus::Confirmed);
        Ok(())
    }

    /// Lets the approvals expire that are due. Whoever looks at anything sees them expired.
    pub(super) fn expire_approvals(&mut self) {
        let now = self.now();
        let mut expired = Vec::new();
        let expire = |approval: &mut Approval| {
            approval.resolve(ApprovalStatus::Expired, approval.expires_at);
            expired.push(approval.id.clone());
        };
        self.approvals
            .change_all(|approval| approval.is_due(now), expire);
        for id in expired {
            self.approval_resolved(&id);
        }
    }

    /// When the next approval expires.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        let pending = self
            .approvals
            .iter()
            .filter(|approval| approval.is_pending());
        pending.map(|approval| approval.expires_at).min()
    }

    /// Ends the wait for a human.
    pub(super) fn resolve_approval(&mut self, id: &str, status: ApprovalStatus) {
        let now = self.now();
        if let Some(approval) = self.approvals.get_mut(id) {
            approval.resolve(status, now);
        }
        self.approval_resolved(id);
    }

    /// The approval that is pending, if one is.
    pub(super) fn pending_approval(&self, is_it: impl Fn(&Approval) -> bool) -> Option<&Approval> {
        let mut approvals = self.approvals.iter();
        approvals.find(|approval| approval.is_pending() && is_it(approval))
    }

    /// What follows when an approval is pending no longer.
    fn approval_resolved(&mut self, id: &str) {
        let Some(approval) = self.approvals.get(id) else {
            return;
        };
        let at = approval.resolved_at.unwrap_or_else(|| self.now());
        let change = Change {
            account: approval.account.clone(),
            kind: EventKind::ApprovalConfirmed,
            resource: approval.id.clone(),
            job: Some(approval.job_id.clone()),
            data: json!({ "approvalId": approval.id, "status": approval.status.as_str() }),
        };
        let void = match &approval.subject {
            Subject::Fund { invoice, .. } if approval.status != ApprovalStatus::Confirmed => {
                Some(invoice.clone())
            }
            _ => None,
        };
        if let Some(invoice) = void {
            self.void_invoice(&invoice);
        }
        // One that expired did so when it was due, whoever looked first.
        self.announce_at(change, at);
    }

    /// An approval that is there.
    pub(super) fn approval(&self, id: &str) -> Result<&Approval, ApiFailure> {
        self.approvals.get(id).ok_or_else(|| not_found(id))
    }

    fn check_funds_for(&self, approval: &Approval) -> Result<(), Kind> {
        let Some(charge) = approval.subject.charge() else {
            return Ok(());
        };
        let cents = charge.total_cents();
        let account = self.accounts.get(&approval.account);
        if account.is_some_and(|account| account.can_pay(cents)) {
            return Ok(());
        }
        Err(Kind::CannotPay {
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
    use super::{Approval, ApprovalStatus, Subject, VALID_FOR};
    use crate::call::Caller;
    use crate::clock::Clock;
    use crate::world::hire::Terms;

    fn approval(clock: &Clock) -> Approval {
        let caller = Caller {
            account: "usr_1".to_owned(),
            token_id: "tok_1".to_owned(),
        };
        let terms = Terms {
            name: Some("Pilot".to_owned()),
            description: None,
            amount: crate::money::Amount::try_from(120.0).expect("it is within the bounds"),
            due: None,
        };
        let subject = Subject::Hire(terms);
        Approval::new(
            "apr_1".to_owned(),
            &caller,
            subject,
            "job_1".to_owned(),
            clock.now(),
        )
    }

    #[test]
    fn approval_is_late_from_the_moment_it_was_due_on() {
        let clock = Clock::frozen();
        let approval = approval(&clock);
        assert!(!approval.is_due(clock.now()));
        clock.advance(VALID_FOR);
        assert!(approval.is_due(clock.now()));
    }

    #[test]
    fn resolved_approval_never_expires() {
        let clock = Clock::frozen();
        let mut approval = approval(&clock);
        approval.resolve(ApprovalStatus::Declined, clock.now());
        clock.advance(VALID_FOR * 2);
        assert!(!approval.is_due(clock.now()));
    }
}
