//! The simulated human: confirms and declines approvals, claims accounts, owns the card, reviews proposals. AI trainers and other
//! employers act through the same handle.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::error::MockError;
use crate::shared_world::SharedWorld;
use crate::world::{Account, OpenApproval};

/// Handle on the human behind the accounts of a [`MockServer`](crate::MockServer), and on the AI trainers and other employers. Get
/// it with [`MockServer::human`](crate::MockServer::human).
#[derive(Clone, Debug)]
pub struct Human {
    world: Arc<SharedWorld>,
    /// Owner of the account; `None` for the main account.
    owner: Option<String>,
}

/// Approval that waits for the human.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingApproval {
    /// Id of the approval.
    pub id: String,
    /// Type of the approval: `proposal_hire`, `milestone_fund`, `milestone_approve` or `contract_end`.
    pub kind: String,
    /// Id of the job.
    pub job_id: String,
    /// Id of the proposal; `None` if the approval is about a contract.
    pub proposal_id: Option<String>,
    /// Id of the contract; `None` before a hire.
    pub contract_id: Option<String>,
    /// Id of the milestone, if the approval is about one.
    pub milestone_id: Option<String>,
}

impl Human {
    pub(crate) fn new(world: Arc<SharedWorld>) -> Self {
        Self { world, owner: None }
    }

    /// Returns the human behind the account of a token, active or not. Card, credits, team, events and tokens are then those of
    /// that account.
    ///
    /// # Errors
    ///
    /// If there is no such token.
    pub fn of(&self, token: &str) -> Result<Self, MockError> {
        let owner = self.world.lock().owner_of(token)?;
        Ok(Self {
            world: Arc::clone(&self.world),
            owner: Some(owner),
        })
    }

    /// Returns the approvals that can be confirmed or declined now, oldest first. One past its `expiresAt` is not among them, even
    /// if no request has read it since and it is still stored as pending.
    #[must_use]
    pub fn pending_approvals(&self) -> Vec<PendingApproval> {
        self.world
            .lock()
            .waiting()
            .into_iter()
            .map(PendingApproval::from)
            .collect()
    }

    /// Confirms a pending approval: the requested action takes place.
    ///
    /// # Errors
    ///
    /// If there is no such approval, it is not pending or past its `expiresAt`, neither a card nor the credits can pay for it, or
    /// the ledger cannot hold it. The approval stays as it is then: in the last two cases it is pending, and an approval past its
    /// `expiresAt` expires when a request reads it.
    pub fn confirm(&self, approval: &str) -> Result<(), MockError> {
        Ok(self.world.lock().human_confirms(approval)?)
    }

    /// Declines a pending approval.
    ///
    /// # Errors
    ///
    /// If there is no such approval, or it is not pending or past its `expiresAt`.
    pub fn decline(&self, approval: &str) -> Result<(), MockError> {
        Ok(self.world.lock().human_declines(approval)?)
    }

    /// Claims an account with the code that an agent shows. The account's tokens so far are revoked.
    ///
    /// # Errors
    ///
    /// If no claim has this code, or the attempt is over.
    pub fn claim(&self, user_code: &str) -> Result<(), MockError> {
        Ok(self.world.lock().human_claims(user_code)?)
    }

    /// Sets a proposal's status, as an employer does on the site: `SHORTLISTED`, `NOT_A_FIT` and so on.
    ///
    /// # Errors
    ///
    /// If there is no such proposal or no such status.
    pub fn review(&self, proposal: &str, status: &str) -> Result<(), MockError> {
        Ok(self.world.lock().human_reviews(proposal, status)?)
    }

    /// Adds a card to the main account, which has one from the start, or to that of [`Human::of`].
    pub fn add_payment_method(&self) {
        self.with_account(|account| account.has_payment_method = true);
    }

    /// Removes the card of the main account, or of that of [`Human::of`].
    pub fn remove_payment_method(&self) {
        self.with_account(|account| account.has_payment_method = false);
    }

    /// Corrects the credit balance of the main account, or of that of [`Human::of`], to so many cents. It is zero at the start.
    ///
    /// # Errors
    ///
    /// If it is below zero or above 1,000,000,000, or if the ledger cannot hold it.
    pub fn set_credit_cents(&self, cents: i64) -> Result<(), MockError> {
        let owner = self.owner();
        Ok(self.world.lock().human_corrects_credits(&owner, cents)?)
    }

    /// Pays a top-up at the checkout: the credits arrive.
    ///
    /// # Errors
    ///
    /// If there is no such top-up, its checkout is closed, or the ledger cannot hold it.
    pub fn pay_top_up(&self, top_up: &str) -> Result<(), MockError> {
        Ok(self.world.lock().human_pays_top_up(top_up)?)
    }

    /// Records work of the hired AI trainer: so many hours or labels, as the contract is paid. The budget follows.
    ///
    /// # Errors
    ///
    /// If there is no such contract, it has ended or is paid a fixed price, or the volume is not above zero or more than
    /// 100,000,000,000, alone or with what was done before.
    pub fn record_work(&self, contract: &str, volume: f64) -> Result<(), MockError> {
        Ok(self.world.lock().candidate_works(contract, volume)?)
    }

    /// Lets an AI trainer, by id or slug, apply to an open job. The bid is the job's rate. Returns the proposal's id.
    ///
    /// # Errors
    ///
    /// If there is no such job or no such AI trainer, the job is not open, or they have a proposal on it already.
    pub fn candidate_applies(&self, job: &str, freelancer: &str) -> Result<String, MockError> {
        Ok(self.world.lock().candidate_applies(job, freelancer)?)
    }

    /// Lets the best fitting AI trainer without a proposal on an open job apply to it. Returns the proposal's id.
    ///
    /// # Errors
    ///
    /// If there is no such job, it is not open, or all available AI trainers have applied.
    pub fn best_candidate_applies(&self, job: &str) -> Result<String, MockError> {
        Ok(self.world.lock().best_candidate_applies(job)?)
    }

    /// Lets an invited AI trainer answer: the proposal gets a bid of the job's rate.
    ///
    /// # Errors
    ///
    /// If there is no such proposal, or it has a bid.
    pub fn candidate_answers(&self, proposal: &str) -> Result<(), MockError> {
        Ok(self.world.lock().candidate_answers(proposal)?)
    }

    /// Lets the AI trainer of a proposal take the AI interview, with a score from 0 to 100.
    ///
    /// # Errors
    ///
    /// If there is no such proposal, or the score is higher.
    pub fn candidate_interviews(&self, proposal: &str, score: u32) -> Result<(), MockError> {
        Ok(self.world.lock().candidate_interviews(proposal, score)?)
    }

    /// Lets the AI trainer write into a conversation. Returns the message's id.
    ///
    /// # Errors
    ///
    /// If there is no such conversation, the employer has not written first, or its contract has ended.
    pub fn candidate_writes(&self, conversation: &str, text: &str) -> Result<String, MockError> {
        Ok(self.world.lock().candidate_writes(conversation, text)?)
    }

    /// Lets the AI trainer block a conversation: messages into it are refused with `message_blocked`.
    ///
    /// # Errors
    ///
    /// If there is no such conversation.
    pub fn candidate_blocks(&self, conversation: &str) -> Result<(), MockError> {
        Ok(self.world.lock().candidate_blocks(conversation)?)
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
        Ok(self.world.lock().employer_publishes(fields)?)
    }

    /// Edits an open job as its employer, whichever account owns it. A value replaces the present one, `null` clears it.
    ///
    /// # Errors
    ///
    /// If there is no such job, it is not open, or the patch does not fit, as for [`Human::employer_publishes`].
    pub fn employer_edits(&self, job: &str, patch: Value) -> Result<(), MockError> {
        Ok(self.world.lock().employer_edits(job, patch)?)
    }

    /// Closes an open job as its employer, whichever account owns it. It leaves the marketplace.
    ///
    /// # Errors
    ///
    /// If there is no such job, or it is not open.
    pub fn employer_closes(&self, job: &str) -> Result<(), MockError> {
        Ok(self.world.lock().employer_closes(job)?)
    }

    /// Makes so many events of the main account, or of that of [`Human::of`], at once: no poll of the feed sees a part of them.
    /// Each is a `proposal.status_changed`: the account's proposals, except hired ones, alternate between `SHORTLISTED` and
    /// `MAYBE`.
    ///
    /// # Errors
    ///
    /// If the account has no proposal, except hired ones, or the count is 0 or above 100,000.
    pub fn make_events(&self, count: usize) -> Result<(), MockError> {
        let owner = self.owner();
        Ok(self.world.lock().human_makes_events(&owner, count)?)
    }

    /// Hides an event of any account from polls of the feed until the clock has moved so far: it becomes visible after later events. A
    /// webhook is sent for it all the same.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = opentrain_mock::MockServer::start().await?;
    /// use std::time::Duration;
    ///
    /// let human = server.human();
    /// assert!(human.delay_event("1042", Duration::from_secs(90)).is_err()); // there is no such event yet
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such event.
    pub fn delay_event(&self, id: &str, by: Duration) -> Result<(), MockError> {
        Ok(self.world.lock().delay_event(id, by)?)
    }

    /// Replaces the record of an event of any account by any JSON, such as an event that no client can read. Its place in the feed stays.
    ///
    /// # Errors
    ///
    /// If there is no such event.
    pub fn replace_event(&self, id: &str, record: Value) -> Result<(), MockError> {
        Ok(self.world.lock().replace_event(id, record)?)
    }

    /// Makes another bearer token of the main account, or of that of [`Human::of`], with any scopes, as a human does in the
    /// settings.
    ///
    /// # Errors
    ///
    /// If there is no such scope.
    pub fn issue_token(&self, scopes: &[&str]) -> Result<String, MockError> {
        self.world.issue_token(scopes, &self.owner())
    }

    /// Reads a conversation on the site, so that all its messages are read.
    ///
    /// # Errors
    ///
    /// If there is no such conversation.
    pub fn read_conversation(&self, conversation: &str) -> Result<(), MockError> {
        Ok(self.world.lock().human_reads(conversation)?)
    }

    /// Gives the main account, which has one from the start, or that of [`Human::of`] a team.
    pub fn enable_team(&self) {
        self.with_account(|account| account.has_team = true);
    }

    /// Takes the team away from the main account, or from that of [`Human::of`]: `teams_not_enabled`.
    pub fn disable_team(&self) {
        self.with_account(|account| account.has_team = false);
    }

    fn with_account(&self, change: impl FnOnce(&mut Account)) {
        let owner = self.owner();
        if let Some(account) = self.world.lock().account_mut(&owner) {
            change(account);
        }
    }

    fn owner(&self) -> String {
        let main = || self.world.lock().seed_accounts().main.clone();
        self.owner.clone().unwrap_or_else(main)
    }
}

impl From<OpenApproval> for PendingApproval {
    fn from(waiting: OpenApproval) -> Self {
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
