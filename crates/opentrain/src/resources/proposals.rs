//! Bids, interviews, hiring.

mod list;

use opentrain_api::public::operations;

use super::{PendingApproval, family};
use crate::call::Call;
use crate::page::List;
use crate::types::{
    ConversationStarted, HireMilestone, HireRequest, Interview, JobId, ProposalDetail, ProposalId,
};

pub use list::{ListProposals, ProposalsQuery};

family! {
    /// Bids, interviews, hiring.
    Proposals, proposals
}

impl Proposals {
    /// The proposals for a job of yours, newest first.
    ///
    /// Scope `proposals:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/jobs/list-proposals/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, job: opentrain::types::JobId) -> opentrain::Result<()> {
    /// use opentrain::types::ProposalStatus;
    ///
    /// let mut proposals = client.proposals().list(&job).status(ProposalStatus::Unreviewed).items();
    /// while let Some(proposal) = proposals.try_next().await? {
    ///     println!("{} bids {:?}", proposal.id, proposal.bid);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 for a job of another account, and without the scope; 400, 401, 404.
    pub fn list(&self, job: &JobId) -> ListProposals {
        let query = ProposalsQuery::new(job);
        List::new(&self.client, query)
    }

    /// One proposal, with the interview's result, verification and contract.
    ///
    /// Scope `proposals:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ProposalId) -> opentrain::Result<()> {
    /// let proposal = client.proposals().get(&id).await?;
    /// println!("{:?}", proposal.ai_interview);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 for a job of another account, and without the scope; 401, 404.
    pub fn get(&self, id: &ProposalId) -> Call<ProposalDetail> {
        let prepared = self.client.public().proposals_get_request(id);
        self.client
            .call(&operations::PROPOSALS_GET, prepared)
            .map(|response| response.proposal)
    }

    /// The AI interview's transcript, oldest message first. `ai_interview.transcript_available` of the proposal says whether
    /// there is one.
    ///
    /// Scope `proposals:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/interview/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ProposalId) -> opentrain::Result<()> {
    /// for message in client.proposals().interview(&id).await?.messages {
    ///     println!("{:?}: {:?}", message.role, message.content);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 without a proposal or an interview; 403 for a job of another account; 401.
    pub fn interview(&self, id: &ProposalId) -> Call<Interview> {
        let prepared = self.client.public().proposals_interview_request(id);
        self.client
            .call(&operations::PROPOSALS_INTERVIEW, prepared)
            .map(|response| response.interview)
    }

    /// Opens the conversation with a candidate, or gives the one there is. The employer writes first.
    ///
    /// Scope `messages:write`, feature `public_api_messaging_writes`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/conversation/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ProposalId) -> opentrain::Result<()> {
    /// let started = client.proposals().start_conversation(&id).await?;
    /// client.messages().send(&started.conversation_id, "When could you start?").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `proposal_not_ready_for_messaging`;
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 401, 403, 404.
    pub fn start_conversation(&self, id: &ProposalId) -> Call<ConversationStarted> {
        let prepared = self
            .client
            .public()
            .proposals_start_conversation_request(id);
        self.client
            .call(&operations::PROPOSALS_START_CONVERSATION, prepared)
    }

    /// Asks to hire a candidate with a first milestone. **Nothing happens until a human confirms**: what comes back waits for
    /// that, about 72 hours.
    ///
    /// Asking again with the same terms gives the same approval; other terms supersede it. On confirmation the charge is the
    /// milestone plus 10 % plus 9.95 USD, by card or credits. Scope `proposals:write`, feature `public_api_hiring`, claimed
    /// account. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/proposals/hire/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ProposalId) -> opentrain::Result<()> {
    /// use opentrain::types::{HireMilestone, Usd};
    ///
    /// let mut milestone = HireMilestone::new(Usd::from(120));
    /// milestone.name = Some("Pilot".into());
    /// let pending = client.proposals().hire(&id, milestone).await?;
    /// println!("confirm at {:?}", pending.approval_url);
    /// let outcome = client.approvals().wait(&pending.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::PaymentMethodRequired`](crate::Reason::PaymentMethodRequired) without a card and without enough credits;
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); a 409 if the candidate was marked as no fit and that was not
    /// confirmed; 400 without a name and a description; 401, 403, 404.
    pub fn hire(&self, id: &ProposalId, milestone: HireMilestone) -> Call<PendingApproval> {
        self.hire_with(id, HireRequest::new(milestone))
    }

    /// As [`hire`](Self::hire), with a body of your own: for fields that are not documented, such as the confirmation that a
    /// candidate who was marked as no fit is to be hired all the same.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ProposalId) -> opentrain::Result<()> {
    /// use opentrain::types::{HireMilestone, HireRequest, Usd};
    ///
    /// let mut request = HireRequest::new(HireMilestone::new(Usd::from(120)));
    /// request.additional_properties.insert("someFlag".into(), true.into());
    /// let pending = client.proposals().hire_with(&id, request).await?;
    /// println!("{}", pending.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`hire`](Self::hire).
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a request is made for one call"
    )]
    pub fn hire_with(&self, id: &ProposalId, body: HireRequest) -> Call<PendingApproval> {
        let prepared = self.client.public().proposals_hire_request(id, &body);
        self.client
            .call(&operations::PROPOSALS_HIRE, prepared)
            .map(PendingApproval::from)
    }
}
