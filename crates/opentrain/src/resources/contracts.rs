//! People at work.

mod list;

use opentrain_api::public::{operations, types};

use super::{PendingApproval, family};
use crate::call::Call;
use crate::types::{ContractDetail, ContractEnded, ContractId, CreateMilestoneRequest, Milestone};

pub use list::ListContracts;

family! {
    /// People at work.
    Contracts, contracts
}

/// What asking for the end of a contract came to.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the contract may not have ended yet"]
#[expect(
    clippy::large_enum_variant,
    reason = "one value a call; a box would be in the way of every match"
)]
pub enum ContractEnd {
    /// No milestone was funded: it has ended.
    Ended(ContractEnded),
    /// Funded milestones exist: it ends when a human confirms.
    Pending(PendingApproval),
}

impl Contracts {
    /// The contracts of the account, newest first, with their milestones but for refunded and cancelled ones. All at once.
    ///
    /// Scope `payments:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, job: opentrain::types::JobId) -> opentrain::Result<()> {
    /// for contract in client.contracts().list().job(&job).await?.items {
    ///     println!("{} {:?}", contract.id, contract.freelancer);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 for a job of another account, and without the scope; 404 for a job that does not exist; 400, 401.
    pub fn list(&self) -> ListContracts {
        ListContracts::new(&self.client)
    }

    /// One contract, with its budget and its conversation.
    ///
    /// Scope `payments:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ContractId) -> opentrain::Result<()> {
    /// let contract = client.contracts().get(&id).await?;
    /// println!("{:?}", contract.budget);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for one of another account too; 401, 403.
    pub fn get(&self, id: &ContractId) -> Call<ContractDetail> {
        let prepared = self.client.public().contracts_get_request(id);
        self.client
            .call(&operations::CONTRACTS_GET, prepared)
            .map(|response| response.contract)
    }

    /// Adds a milestone to a contract of yours that is active. No money moves: [`Milestones::fund`](super::Milestones::fund)
    /// asks for that.
    ///
    /// A fixed-price contract needs an amount, others need a volume of hours or labels; given both, the amount must be rate
    /// times volume. Every call adds another milestone, so one that may have been added is not repeated by retries. Scope
    /// `payments:write`, feature `public_api_payments_write`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/create-milestone/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ContractId) -> opentrain::Result<()> {
    /// use opentrain::types::{CreateMilestoneRequest, Usd};
    ///
    /// let mut request = CreateMilestoneRequest::new("The third batch of 40 hours.".into());
    /// request.name = Some("Week 3".into());
    /// request.amount_usd = Some(Usd::from(740));
    /// let milestone = client.contracts().create_milestone(&id, request).await?;
    /// println!("{} is {:?}", milestone.id, milestone.status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::InvalidField`](crate::Reason::InvalidField) for a description, an amount or a volume that is missing, and for
    /// an amount that does not fit the rate; 409 with [`Reason::Plain`](crate::Reason::Plain): `contract_ended` or
    /// `contract_rate_missing`; [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 401, 403, 404.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a request is made for one call"
    )]
    pub fn create_milestone(
        &self,
        id: &ContractId,
        request: CreateMilestoneRequest,
    ) -> Call<Milestone> {
        let prepared = self
            .client
            .public()
            .contracts_create_milestone_request(id, &request);
        self.client
            .call(&operations::CONTRACTS_CREATE_MILESTONE, prepared)
            .map(|response| response.milestone)
    }

    /// Ends a contract, or asks to: with funded milestones a human must confirm.
    ///
    /// Scope `payments:write`, feature `public_api_payments_write`, claimed account. Asking again while a confirmation is
    /// pending gives the same one. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/end/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ContractId) -> opentrain::Result<()> {
    /// use opentrain::resources::ContractEnd;
    ///
    /// match client.contracts().end(&id).await? {
    ///     ContractEnd::Ended(_) => println!("it has ended"),
    ///     ContractEnd::Pending(pending) => println!("confirm at {:?}", pending.approval_url),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `contract_ended`;
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 401, 403, 404.
    pub fn end(&self, id: &ContractId) -> Call<ContractEnd> {
        let prepared = self.client.public().contracts_end_request(id);
        self.client
            .call(&operations::CONTRACTS_END, prepared)
            .map(ContractEnd::from)
    }
}

impl From<types::ContractsEndOutcome> for ContractEnd {
    fn from(outcome: types::ContractsEndOutcome) -> Self {
        match outcome {
            types::ContractsEndOutcome::ContractEnded(ended) => Self::Ended(ended),
            types::ContractsEndOutcome::ApprovalRequested(requested) => {
                Self::Pending(requested.into())
            }
        }
    }
}
