//! Approvals: what waits for a human, for how long, and what came of it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::World;
use super::hire::Terms;
use crate::call::{Call, Caller, Outcome, Reply};
use crate::failure::ApiFailure;
use crate::link;
use crate::time::{later, wire};

/// How long a human has.
const VALID_FOR: Duration = Duration::from_secs(72 * 60 * 60);
/// The human who confirms by themself does so when an approval is read for this time.
const AUTO_CONFIRM_READ: u32 = 2;

/// A request for a human's confirmation.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    Hire(Terms),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// Nobody sweeps approvals up: a late one expires when it is next looked at.
    pub(crate) fn expire_if_due(&mut self, now: Timestamp) {
        if self.is_pending() && now >= self.expires_at {
            self.resolve(ApprovalStatus::Expired, self.expires_at);
        }
    }

    /// Puts the approval out of force because other terms were asked for. How the service calls that is not documented.
    pub(crate) fn supersede(&mut self, now: Timestamp) {
        self.resolve(ApprovalStatus::Expired, now);
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

    fn is_visible_to(&self, caller: &Caller) -> bool {
        self.account == caller.account || self.token_id == caller.token_id
    }
}

impl World {
    /// `GET /approvals/{approvalId}`
    pub(super) fn approvals_get(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let auto_confirm = self.auto_confirm;
        let visible = self
            .approvals
            .get_mut(&call.id)
            .filter(|approval| approval.is_visible_to(caller));
        let approval = visible.ok_or_else(|| not_found(&call.id))?;
        approval.expire_if_due(call.now);
        approval.reads += 1;
        if auto_confirm && approval.is_pending() && approval.reads >= AUTO_CONFIRM_READ {
            self.confirm(&call.id, call.now);
        }
        let approval = self
            .approvals
            .get(&call.id)
            .ok_or_else(|| not_found(&call.id))?;
        Ok(Reply::ok(json!({ "approval": approval.to_json() })))
    }

    /// Does what a pending approval asks for.
    pub(super) fn confirm(&mut self, id: &str, now: Timestamp) {
        let Some(approval) = self.approvals.get(id).cloned() else {
            return;
        };
        let result = match &approval.subject {
            Subject::Hire(terms) => self.execute_hire(&approval, terms, now),
        };
        if let Some(approval) = self.approvals.get_mut(id) {
            approval.result = result;
            approval.resolve(ApprovalStatus::Confirmed, now);
        }
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
    use crate::time::later;
    use crate::world::hire::Terms;

    fn approval(clock: &Clock) -> Approval {
        let caller = Caller {
            account: "usr_1".to_owned(),
            token_id: "tok_1".to_owned(),
        };
        let terms = Terms {
            name: Some("Pilot".to_owned()),
            description: None,
            amount: 120.0,
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
    fn late_approval_expires_at_the_moment_it_was_due() {
        let clock = Clock::frozen();
        let mut approval = approval(&clock);
        let due = later(clock.now(), VALID_FOR);
        approval.expire_if_due(clock.now());
        assert!(approval.is_pending());
        clock.advance(VALID_FOR * 2);
        approval.expire_if_due(clock.now());
        assert_eq!(
            (approval.status, approval.resolved_at),
            (ApprovalStatus::Expired, Some(due))
        );
    }

    #[test]
    fn resolved_approval_never_expires() {
        let clock = Clock::frozen();
        let mut approval = approval(&clock);
        approval.resolve(ApprovalStatus::Declined, clock.now());
        clock.advance(VALID_FOR * 2);
        approval.expire_if_due(clock.now());
        assert_eq!(approval.status, ApprovalStatus::Declined);
    }
}
