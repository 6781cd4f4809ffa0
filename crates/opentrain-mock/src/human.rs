//! The simulated human: confirms and declines approvals, claims accounts, keeps the card, reviews proposals.

use std::sync::Arc;

use serde_json::Value;

use crate::error::MockError;
use crate::shared::Shared;
use crate::world::{Account, Waiting};

/// The human behind the accounts of a [`MockServer`](crate::MockServer). Get one with
/// [`MockServer::human`](crate::MockServer::human).
#[derive(Clone, Debug)]
pub struct Human {
    shared: Arc<Shared>,
    /// The owner of the account that is meant where it matters; the main account's if none.
    owner: Option<String>,
}

/// An approval that waits for the human.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingApproval {
    /// The approval.
    pub id: String,
    /// What is asked for: `proposal_hire`, `milestone_fund`, `milestone_approve` or `contract_end`.
    pub kind: String,
    /// The job it is about.
    pub job_id: String,
    /// The proposal it is about, if any.
    pub proposal_id: Option<String>,
    /// The contract it is about, if there is one yet.
    pub contract_id: Option<String>,
    /// The milestone it is about, if any.
    pub milestone_id: Option<String>,
}

impl Human {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            owner: None,
        }
    }

    /// The human behind the account of this token, alive or not: it is their card, their credits and their team.
    ///
    /// # Errors
    ///
    /// If there is no such token.
    pub fn of(&self, token: &str) -> Result<Self, MockError> {
        let owner = self.shared.world().owner_of(token)?;
        Ok(Self {
            shared: Arc::clone(&self.shared),
            owner: Some(owner),
        })
    }

    /// Returns the approvals that can be confirmed or declined now, oldest first. One past its `expiresAt` is not among them, even
    /// if no request has read it since and it is still stored as pending.
    #[must_use]
    pub fn pending_approvals(&self) -> Vec<PendingApproval> {
        self.shared
            .world()
            .waiting()
            .into_iter()
            .map(PendingApproval::from)
            .collect()
    }

    /// Confirms a pending approval: what it asks for happens.
    ///
    /// # Errors
    ///
    /// If there is no such approval, it is not pending or past its `expiresAt`, neither a card nor the credits can pay for it, or the
    /// books cannot hold it. Nothing has happened then: in the last two cases it stays pending, and one past its `expiresAt` expires
    /// when a request reads it.
    pub fn confirm(&self, approval: &str) -> Result<(), MockError> {
        Ok(self.shared.world().human_confirms(approval)?)
    }

    /// Declines a pending approval.
    ///
    /// # Errors
    ///
    /// If there is no such approval, or it is not pending or past its `expiresAt`.
    pub fn decline(&self, approval: &str) -> Result<(), MockError> {
        Ok(self.shared.world().human_declines(approval)?)
    }

    /// Signs in and types the code that an agent shows: the account is claimed, and its tokens so far are dead.
    ///
    /// # Errors
    ///
    /// If no claim waits for this code, or the attempt is over.
    pub fn claim(&self, user_code: &str) -> Result<(), MockError> {
        Ok(self.shared.world().human_claims(user_code)?)
    }

    /// Sets a proposal's status, as an employer does on the site: `SHORTLISTED`, `NOT_A_FIT` and so on.
    ///
    /// # Errors
    ///
    /// If there is no such proposal or no such status.
    pub fn review(&self, proposal: &str, status: &str) -> Result<(), MockError> {
        Ok(self.shared.world().human_reviews(proposal, status)?)
    }

    /// Puts a card on file for the main account, which has one from the start, or for that of [`Human::of`].
    pub fn add_payment_method(&self) {
        self.with_account(|account| account.has_payment_method = true);
    }

    /// Takes the card of the main account away, or of that of [`Human::of`].
    pub fn remove_payment_method(&self) {
        self.with_account(|account| account.has_payment_method = false);
    }

    /// Corrects the credit balance of the main account, or of that of [`Human::of`], to so many cents. It is zero at the start.
    ///
    /// # Errors
    ///
    /// If it is below zero or above 1,000,000,000, or if the books cannot hold it.
    pub fn set_credit_cents(&self, cents: i64) -> Result<(), MockError> {
        let owner = self.owner();
        Ok(self.shared.world().human_corrects_credits(&owner, cents)?)
    }

    /// Pays a top-up at the checkout: the credits arrive.
    ///
    /// # Errors
    ///
    /// If there is no such top-up, its checkout is closed, or the books cannot hold it.
    pub fn pay_top_up(&self, top_up: &str) -> Result<(), MockError> {
        Ok(self.shared.world().human_pays_top_up(top_up)?)
    }

    /// Has the hired person work: so many hours or labels, as the contract is paid. The budget follows.
    ///
    /// # Errors
    ///
    /// If there is no such contract, it has ended or is paid a fixed price, or the volume is not above zero or more than
    /// 100,000,000,000, alone or with what was done before.
    pub fn record_work(&self, contract: &str, volume: f64) -> Result<(), MockError> {
        Ok(self.shared.world().candidate_works(contract, volume)?)
    }

    /// Has an AI trainer, by id or slug, apply to an open job with a bid of what it offers, and gives the proposal's id.
    ///
    /// # Errors
    ///
    /// If there is no such job or no such AI trainer, the job is not open, or they have a proposal on it already.
    pub fn candidate_applies(&self, job: &str, freelancer: &str) -> Result<String, MockError> {
        Ok(self.shared.world().candidate_applies(job, freelancer)?)
    }

    /// Has whoever fits best and has no proposal on the job yet apply to it, and gives the proposal's id.
    ///
    /// # Errors
    ///
    /// If there is no such job, it is not open, or nobody is left.
    pub fn somebody_applies(&self, job: &str) -> Result<String, MockError> {
        Ok(self.shared.world().somebody_applies(job)?)
    }

    /// Has an invited AI trainer answer: their proposal gets a bid of what the job offers.
    ///
    /// # Errors
    ///
    /// If there is no such proposal, or it has a bid.
    pub fn candidate_answers(&self, proposal: &str) -> Result<(), MockError> {
        Ok(self.shared.world().candidate_answers(proposal)?)
    }

    /// Has the AI trainer of a proposal take the AI interview, with a score from 0 to 100.
    ///
    /// # Errors
    ///
    /// If there is no such proposal, or the score is higher.
    pub fn candidate_interviews(&self, proposal: &str, score: u32) -> Result<(), MockError> {
        Ok(self.shared.world().candidate_interviews(proposal, score)?)
    }

    /// Has the AI trainer write into a conversation, and gives the message's id.
    ///
    /// # Errors
    ///
    /// If there is no such conversation, the employer has not written first, or its contract has ended.
    pub fn candidate_writes(&self, conversation: &str, text: &str) -> Result<String, MockError> {
        Ok(self.shared.world().candidate_writes(conversation, text)?)
    }

    /// Has the AI trainer block a conversation: messages into it are refused with `message_blocked`.
    ///
    /// # Errors
    ///
    /// If there is no such conversation.
    pub fn candidate_blocks(&self, conversation: &str) -> Result<(), MockError> {
        Ok(self.shared.world().candidate_blocks(conversation)?)
    }

    /// Publishes a job of another employer on the marketplace, and returns its id. The fields have the names and values that
    /// `PATCH /job-drafts/{jobId}` takes; those that are not given are made up, so `json!({})` is a whole job.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = opentrain_mock::MockServer::start().await?;
    /// use serde_json::json;
    ///
    /// let human = server.human();
    /// let job = human.employer_publishes(json!({"jobTitle": "Dialect tagging", "languages": ["German"]}))?;
    /// human.employer_edits(&job, json!({"headcount": 4}))?;
    /// human.employer_closes(&job)?; // `GET /jobs/changes` has each of them
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no object, a field is unknown or has a value that it does not take, or the job could not be published with it.
    pub fn employer_publishes(&self, fields: Value) -> Result<String, MockError> {
        Ok(self.shared.world().employer_publishes(fields)?)
    }

    /// Edits an open job as the employer whose job it is, whichever that is. A value replaces the one that is there, `null` clears it.
    ///
    /// # Errors
    ///
    /// If there is no such job, it is not open, or the patch does not fit, as for [`Human::employer_publishes`].
    pub fn employer_edits(&self, job: &str, patch: Value) -> Result<(), MockError> {
        Ok(self.shared.world().employer_edits(job, patch)?)
    }

    /// Closes an open job as the employer whose job it is, whichever that is. It leaves the marketplace.
    ///
    /// # Errors
    ///
    /// If there is no such job, or it is not open.
    pub fn employer_closes(&self, job: &str) -> Result<(), MockError> {
        Ok(self.shared.world().employer_closes(job)?)
    }

    /// Makes so many events of the main account, or of that of [`Human::of`], at once: no poll of the feed sees a part of them. Each is a
    /// `proposal.status_changed`; the proposals that nobody is hired on go to and fro between `SHORTLISTED` and `MAYBE`.
    ///
    /// # Errors
    ///
    /// If the account has no such proposal, or the count is 0 or above 100,000.
    pub fn make_events(&self, count: usize) -> Result<(), MockError> {
        let owner = self.owner();
        Ok(self.shared.world().human_makes_events(&owner, count)?)
    }

    /// Makes another bearer token of the main account, or of that of [`Human::of`], with any scopes, as a human does in the settings.
    ///
    /// # Errors
    ///
    /// If there is no such scope.
    pub fn issue_token(&self, scopes: &[&str]) -> Result<String, MockError> {
        self.shared.issue_token(scopes, &self.owner())
    }

    /// Reads a conversation on the site: nothing in it is unread any more.
    ///
    /// # Errors
    ///
    /// If there is no such conversation.
    pub fn read_conversation(&self, conversation: &str) -> Result<(), MockError> {
        Ok(self.shared.world().human_reads(conversation)?)
    }

    /// Lets the main account, which has one from the start, or that of [`Human::of`] have a team.
    pub fn enable_team(&self) {
        self.with_account(|account| account.has_team = true);
    }

    /// Takes the team away from the main account, or from that of [`Human::of`]: `teams_not_enabled`.
    pub fn disable_team(&self) {
        self.with_account(|account| account.has_team = false);
    }

    fn with_account(&self, change: impl FnOnce(&mut Account)) {
        let owner = self.owner();
        if let Some(account) = self.shared.world().account_mut(&owner) {
            change(account);
        }
    }

    fn owner(&self) -> String {
        let main = || self.shared.world().residents().main.clone();
        self.owner.clone().unwrap_or_else(main)
    }
}

impl From<Waiting> for PendingApproval {
    fn from(waiting: Waiting) -> Self {
        Self {
            id: waiting.id,
            kind: waiting.kind.to_owned(),
            job_id: waiting.job_id,
            proposal_id: waiting.proposal_id,
            contract_id: waiting.contract_id,
            milestone_id: waiting.milestone_id,
        }
    }
}
