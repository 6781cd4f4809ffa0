//! What the simulated human can do, which no request can.

use super::approval::ApprovalStatus;
use super::proposal::ProposalStatus;
use super::{Account, World};
use crate::error::Kind;

/// An approval that waits for the human.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) job_id: String,
    pub(crate) proposal_id: Option<String>,
}

impl World {
    /// What waits for the human, oldest first.
    pub(crate) fn waiting(&mut self) -> Vec<Waiting> {
        let now = self.now();
        let approvals = self.approvals.iter_mut();
        let current = approvals.map(|approval| {
            approval.expire_if_due(now);
            &*approval
        });
        let pending = current.filter(|approval| approval.is_pending());
        let waiting = pending.map(|approval| Waiting {
            id: approval.id.clone(),
            kind: approval.subject.kind(),
            job_id: approval.job_id.clone(),
            proposal_id: approval.proposal_id.clone(),
        });
        waiting.collect()
    }

    /// The human confirms.
    pub(crate) fn human_confirms(&mut self, id: &str) -> Result<(), Kind> {
        self.check_pending(id)?;
        self.confirm(id, self.now());
        Ok(())
    }

    /// The human declines.
    pub(crate) fn human_declines(&mut self, id: &str) -> Result<(), Kind> {
        self.check_pending(id)?;
        let now = self.now();
        if let Some(approval) = self.approvals.get_mut(id) {
            approval.resolve(ApprovalStatus::Declined, now);
        }
        Ok(())
    }

    /// The human types the code: the account is theirs, and the tokens that it had so far are dead.
    pub(crate) fn human_claims(&mut self, user_code: &str) -> Result<(), Kind> {
        let now = self.now();
        let unknown = || Kind::UnknownUserCode(user_code.to_owned());
        let registration = self.registration_by_code(user_code).ok_or_else(unknown)?;
        let attempt = registration.attempt().ok_or_else(unknown)?.clone();
        if now >= attempt.expires_at {
            return Err(Kind::ClaimAttemptOver(user_code.to_owned()));
        }
        registration.mark_claimed();
        let owner = registration.account.clone();
        self.revoke_all(&owner);
        if let Some(account) = self.accounts.get_mut(&owner) {
            account.claimed = true;
            account.email = Some(attempt.email);
        }
        Ok(())
    }

    /// The human looks at a proposal and says what they think.
    pub(crate) fn human_reviews(&mut self, proposal: &str, status: &str) -> Result<(), Kind> {
        let now = self.now();
        let unknown_status = || Kind::UnknownProposalStatus(status.to_owned());
        let status = ProposalStatus::fold(status).ok_or_else(unknown_status)?;
        let unknown = || Kind::UnknownProposal(proposal.to_owned());
        let proposal = self.proposals.get_mut(proposal).ok_or_else(unknown)?;
        proposal.status = status;
        proposal.updated_at = now;
        Ok(())
    }

    /// The account of the human whose token the server hands out.
    pub(crate) fn main_account(&mut self) -> Option<&mut Account> {
        let main = self.residents.main.clone();
        self.accounts.get_mut(&main)
    }

    fn check_pending(&mut self, id: &str) -> Result<(), Kind> {
        let now = self.now();
        let unknown = || Kind::UnknownApproval(id.to_owned());
        let approval = self.approvals.get_mut(id).ok_or_else(unknown)?;
        approval.expire_if_due(now);
        if approval.is_pending() {
            return Ok(());
        }
        Err(Kind::ApprovalNotPending {
            id: id.to_owned(),
            status: approval.status.as_str(),
        })
    }
}
