//! Proposals of AI trainers: bids, interviews, hires.

mod hire_once;
mod list;

use opentrain_api::public::operations;

use super::{PendingApproval, Proposals};
use crate::call::Call;
use crate::page::List;
use crate::types::{
    ConversationStarted, HireMilestone, HireRequest, Interview, JobId, ProposalDetail, ProposalId,
};

pub use hire_once::{HireOnce, HireState};
pub use list::{ListProposals, ProposalsQuery};

impl Proposals {
    /// Returns the proposals on a job of yours, newest first.
    ///
    /// The event `proposal.received` tells of new ones. Candidates are masked: first name and last initial. Scope
    /// `proposals:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/list-proposals/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{JobId, ProposalStatus};
    ///
    /// let mut proposals = client.proposals().list(&JobId::from("job_9xT")).status(ProposalStatus::Unreviewed).items();
    /// while let Some(proposal) = proposals.try_next().await? {
    ///     println!("{} bids {:?}", proposal.id, proposal.bid);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 for a job of another account, and without the scope; 404 for a job that does not exist; 400 with
    /// [`Reason::UnsupportedStatus`](crate::Reason::UnsupportedStatus) for a status that the service does not take, and for a
    /// limit below 1; 401.
    pub fn list(&self, job: &JobId) -> ListProposals {
        let query = ProposalsQuery::new(job);
        List::new(&self.client, query)
    }

    /// Returns a proposal on a job of yours, with the interview's result, the verification and the contract.
    ///
    /// The candidate is masked before and after a hire; résumé files, e-mail addresses, phone numbers and payment details are
    /// never part of it. The scales of the scores are not documented clearly. Scope `proposals:read`; works before the
    /// account is claimed. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ProposalId;
    ///
    /// let proposal = client.proposals().get(&ProposalId::from("prp_44k")).await?;
    /// println!("{:?}", proposal.ai_interview);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 for a proposal on another account's job, and without the scope; 404 for a proposal that does not exist; 400, 401.
    pub fn get(&self, id: &ProposalId) -> Call<ProposalDetail> {
        let prepared = self.client.public().proposals_get_request(id);
        self.client
            .call(&operations::PROPOSALS_GET, prepared)
            .map(|response| response.proposal)
    }

    /// Returns the whole transcript of the AI interview, oldest message first. Look at the proposal's
    /// `ai_interview.transcript_available` before.
    ///
    /// Texts are cleaned of contact data; an empty transcript reads `Interview completed.` Scope `proposals:read`; works
    /// before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/interview/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ProposalId;
    ///
    /// for message in client.proposals().interview(&ProposalId::from("prp_44k")).await?.messages {
    ///     println!("{:?}: {:?}", message.role, message.content);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for a proposal that does not exist, and for one without an interview; 403 for a proposal on another account's job,
    /// and without the scope; 400, 401.
    pub fn interview(&self, id: &ProposalId) -> Call<Interview> {
        let prepared = self.client.public().proposals_interview_request(id);
        self.client
            .call(&operations::PROPOSALS_INTERVIEW, prepared)
            .map(|response| response.interview)
    }

    /// Opens the conversation with a candidate, or returns the one there is. It sends no message: the employer writes first,
    /// with [`Messages::send`](super::Messages::send).
    ///
    /// Calling again returns the same conversation, with `created` false, so retries are safe. Scope `messages:write` (the
    /// table of scopes says `proposals:write`), feature `public_api_messaging_writes`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/conversation/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ProposalId;
    ///
    /// let started = client.proposals().start_conversation(&ProposalId::from("prp_44k")).await?;
    /// client.messages().send(&started.conversation_id, "When could you start?").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `proposal_not_ready_for_messaging`; 403 with
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired), [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// with [`Reason::Plain`](crate::Reason::Plain) `employer_first_message_required` if you are the candidate, for a
    /// proposal on another account's job, or without the scope; 404 for a proposal that does not exist; 400, 401.
    pub fn start_conversation(&self, id: &ProposalId) -> Call<ConversationStarted> {
        let prepared = self
            .client
            .public()
            .proposals_start_conversation_request(id);
        self.client
            .call(&operations::PROPOSALS_START_CONVERSATION, prepared)
    }

    /// Asks a human to hire a candidate with a first milestone. **No hire and no payment happens until a human confirms**,
    /// within about 72 hours.
    ///
    /// Asking again with the same terms returns the same approval while it is pending, so retries are safe; other terms supersede
    /// it. [`hire_once`](Self::hire_once) asks once over restarts. On
    /// confirmation the charge is the milestone plus 10 % marketplace fee plus 9.95 USD contract initiation fee, by card or
    /// credits; the human may change the milestone before. Follow it with [`Approvals::wait`](super::Approvals::wait), or by
    /// the event `approval.confirmed`, which also tells of a refusal and an expiry; `contract.created` follows a
    /// confirmation.
    ///
    /// Scope `proposals:write`, feature `public_api_hiring`, claimed account, and a payment method or enough credits.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/hire/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{HireMilestone, ProposalId, Usd};
    ///
    /// let milestone = HireMilestone::new(Usd::from(120)).name("Pilot");
    /// let pending = client.proposals().hire(&ProposalId::from("prp_44k"), milestone).await?;
    /// println!("confirm at {:?}", pending.approval_url);
    /// let outcome = client.approvals().wait(&pending.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::PaymentMethodRequired`](crate::Reason::PaymentMethodRequired) without a card and without enough
    /// credits, and a 409 if the candidate was marked as not a fit and that was not confirmed; 403 with
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired), [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// or [`Reason::ScopeMissing`](crate::Reason::ScopeMissing); 400 without a name and a description; 404 for a proposal
    /// that does not exist; 401. Further conflicts exist that are not documented.
    #[doc(alias = "recruit")]
    pub fn hire(&self, id: &ProposalId, milestone: HireMilestone) -> Call<PendingApproval> {
        self.hire_with(id, HireRequest::new(milestone))
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a request is made for one call"
    )]
    /// Asks for a hire as [`hire`](Self::hire) does, with a body of your own: for fields that are not documented, such as the
    /// confirmation that a candidate who was marked as not a fit is to be hired all the same.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{HireMilestone, HireRequest, ProposalId, Usd};
    ///
    /// let request = HireRequest::new(HireMilestone::new(Usd::from(120))).set("someFlag", true);
    /// let pending = client.proposals().hire_with(&ProposalId::from("prp_44k"), request).await?;
    /// println!("{}", pending.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`hire`](Self::hire).
    pub fn hire_with(&self, id: &ProposalId, body: HireRequest) -> Call<PendingApproval> {
        let prepared = self.client.public().proposals_hire_request(id, &body);
        self.client
            .call(&operations::PROPOSALS_HIRE, prepared)
            .map(PendingApproval::from)
    }

    /// Asks a human to hire a candidate unless that was done before: for a program that may be started again at any point.
    ///
    /// With the id of the approval that was stored, that approval counts: while it is pending, the request is sent, and
    /// [`HireState::Pending`] tells if another approval came back, which supersedes it; once it is decided, its outcome comes back and
    /// nothing is asked for. **After a refusal or an expiry it never asks again by itself.** Without an id, a candidate who is hired
    /// already is not asked for again. A token that lacks `payments:read` is an error before the hire is requested,
    /// since it could not read the outcome.
    ///
    /// Store the approval's id before anything else. If the program stops before it has, the next run gets the same approval as long as
    /// it is pending; one that a human declined in that time cannot be found again, and is asked for anew.
    ///
    /// Scopes `proposals:write`, `proposals:read` and `payments:read`; otherwise as [`hire`](Self::hire).
    ///
    /// ```no_run
    /// # fn store(_: &opentrain::resources::PendingApproval) {}
    /// # async fn example(client: opentrain::Client, stored: Option<opentrain::types::ApprovalId>) -> opentrain::Result<()> {
    /// use opentrain::resources::HireState;
    /// use opentrain::types::{HireMilestone, HireRequest, ProposalId, Usd};
    ///
    /// let terms = HireRequest::new(HireMilestone::new(Usd::from(120)).name("Pilot"));
    /// match client.proposals().hire_once(&ProposalId::from("prp_44k"), terms).known(stored).await? {
    ///     HireState::Pending { approval, .. } => {
    ///         store(&approval);
    ///         println!("{:?}", client.approvals().wait(&approval.id).await?);
    ///     }
    ///     decided => println!("{decided:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`hire`](Self::hire), as [`Approvals::get`](super::Approvals::get) for the known approval, and as [`get`](Self::get).
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) without `payments:read`, and if the known approval is for another
    /// proposal.
    pub fn hire_once(&self, id: &ProposalId, terms: HireRequest) -> HireOnce {
        HireOnce::new(&self.client, id, terms)
    }
}
