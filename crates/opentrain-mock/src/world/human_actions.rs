//! Actions of the simulated human, which no API request can take.

use super::approval::ApprovalStatus;
use super::credit_ledger::{EntryDetails, EntryKind};
use super::proposal::ProposalStatus;
use super::{Account, World};
use crate::amount::MOST_CENTS;
use crate::error::{EmployerError, MockErrorKind, NumberError};

/// The most events that can be made at once.
const MOST_EVENTS: usize = 100_000;

/// Approval that waits for the human.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenApproval {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) job_id: String,
    pub(crate) proposal_id: Option<String>,
    pub(crate) contract_id: Option<String>,
    pub(crate) milestone_id: Option<String>,
}

impl World {
    /// Returns the approvals that the human can still confirm or decline, oldest first.
    pub(crate) fn waiting(&self) -> Vec<OpenApproval> {
        let now = self.now();
        let approvals = self.saved.approvals.iter();
        let pending = approvals.filter(|approval| approval.is_open(now));
        let waiting = pending.map(|approval| OpenApproval {
            id: approval.id.clone(),
            kind: approval.subject.kind(),
            job_id: approval.job_id.clone(),
            proposal_id: approval.proposal_id.clone(),
            contract_id: approval.contract_id.clone(),
            milestone_id: approval.milestone_id.clone(),
        });
        waiting.collect()
    }

    /// Confirms an approval as the human.
    pub(crate) fn human_confirms(&mut self, id: &str) -> Result<(), MockErrorKind> {
        self.check_open(id)?;
        self.confirm(id, self.now())
    }

    /// Declines an approval as the human.
    pub(crate) fn human_declines(&mut self, id: &str) -> Result<(), MockErrorKind> {
        self.check_open(id)?;
        self.resolve_approval(id, ApprovalStatus::Declined);
        Ok(())
    }

    /// Claims an account as the human, who types the code. The account's tokens so far are revoked.
    pub(crate) fn human_claims(&mut self, user_code: &str) -> Result<(), MockErrorKind> {
        let now = self.now();
        let unknown = || MockErrorKind::UnknownUserCode(user_code.to_owned());
        let registration = self.registration_by_code(user_code).ok_or_else(unknown)?;
        let attempt = registration.attempt().ok_or_else(unknown)?.clone();
        if now >= attempt.expires_at {
            return Err(MockErrorKind::ClaimAttemptOver(user_code.to_owned()));
        }
        registration.mark_claimed();
        let owner = registration.account.clone();
        self.revoke_all(&owner);
        if let Some(account) = self.saved.accounts.get_mut(&owner) {
            account.claimed = true;
            account.email = Some(attempt.email);
        }
        Ok(())
    }

    /// Sets a proposal's status as the human.
    pub(crate) fn human_reviews(
        &mut self,
        proposal: &str,
        status: &str,
    ) -> Result<(), MockErrorKind> {
        let unknown_status = || MockErrorKind::UnknownProposalStatus(status.to_owned());
        let status = ProposalStatus::fold(status).ok_or_else(unknown_status)?;
        let is_known = self.set_proposal_status(proposal, status);
        is_known
            .then_some(())
            .ok_or_else(|| MockErrorKind::UnknownProposal(proposal.to_owned()))
    }

    /// Moves the proposals of an account between `SHORTLISTED` and `MAYBE` in turn, so that so many events come at once.
    pub(crate) fn human_makes_events(
        &mut self,
        owner: &str,
        count: usize,
    ) -> Result<(), MockErrorKind> {
        if !(1..=MOST_EVENTS).contains(&count) {
            let bounds = "a number from 1 to 100,000";
            return Err(NumberError::OutOfBounds("the count", bounds).into());
        }
        let proposals = self.saved.proposals.iter();
        let movable = proposals
            .filter(|proposal| proposal.owner == owner && proposal.status != ProposalStatus::Hired);
        let movable: Vec<_> = movable.map(|proposal| proposal.id.clone()).collect();
        if movable.is_empty() {
            return Err(EmployerError::NoProposal(owner.to_owned()).into());
        }
        for id in movable.iter().cycle().take(count) {
            let status = self.saved.proposals.get(id).map(|proposal| proposal.status);
            let next = match status {
                Some(ProposalStatus::Shortlisted) => ProposalStatus::Maybe,
                _ => ProposalStatus::Shortlisted,
            };
            self.set_proposal_status(id, next);
        }
        Ok(())
    }

    /// Corrects the balance of an account.
    pub(crate) fn human_corrects_credits(
        &mut self,
        account: &str,
        cents: i64,
    ) -> Result<(), MockErrorKind> {
        if !(0..=MOST_CENTS).contains(&cents) {
            let bounds = "a number of cents from 0 to 1,000,000,000";
            return Err(NumberError::OutOfBounds("the balance", bounds).into());
        }
        let available = self.saved.accounts.get(account);
        let available = available.map_or(0, |account| account.ledger.available_cents);
        let unbookable = || NumberError::LedgerOverflow(account.to_owned());
        let difference = cents.checked_sub(available).ok_or_else(unbookable)?;
        if difference == 0 {
            return Ok(());
        }
        let about = EntryDetails {
            note: Some("Correction".to_owned()),
            ..EntryDetails::default()
        };
        self.adjust_credits(account, EntryKind::Adjustment, difference, about)
    }

    /// Returns the account whose token the server hands out.
    pub(crate) fn main_account(&self) -> Option<&Account> {
        self.saved.accounts.get(&self.saved.seed_accounts.main)
    }

    /// Returns an account by the id of its owner.
    pub(crate) fn account_mut(&mut self, owner: &str) -> Option<&mut Account> {
        self.saved.accounts.get_mut(owner)
    }

    /// Returns the owner of the account that a token belongs to.
    pub(crate) fn owner_of(&self, secret: &str) -> Result<String, MockErrorKind> {
        let token = self.saved.tokens.get(secret);
        token
            .map(|token| token.account.clone())
            .ok_or(MockErrorKind::UnknownToken)
    }

    /// Refuses an approval that the human can no longer decide. The refusal is no read: the stored status stays as it is.
    fn check_open(&self, id: &str) -> Result<(), MockErrorKind> {
        let now = self.now();
        let unknown = || MockErrorKind::UnknownApproval(id.to_owned());
        let approval = self.saved.approvals.get(id).ok_or_else(unknown)?;
        if approval.is_open(now) {
            return Ok(());
        }
        Err(MockErrorKind::ApprovalNotPending {
            id: id.to_owned(),
            status: approval.status_for_human(now).as_str(),
        })
    }
}
