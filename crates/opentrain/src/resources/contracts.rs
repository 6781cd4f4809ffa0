//! Contracts with hired AI trainers: read, add milestones, end.

mod list;

use opentrain_api::public::{operations, types};

use super::{Contracts, PendingApproval};
use crate::call::Call;
use crate::types::{ContractDetail, ContractEnded, ContractId, CreateMilestoneRequest, Milestone};

pub use list::ListContracts;

/// Outcome of the request to end a contract.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the contract may not have ended yet"]
#[expect(
    clippy::large_enum_variant,
    reason = "one value a call; a box would be in the way of every match"
)]
pub enum ContractEnd {
    /// No milestone was funded: the contract has ended.
    Ended(ContractEnded),
    /// Funded milestones exist: the contract ends when a human confirms.
    Pending(PendingApproval),
}

impl Contracts {
    /// Returns the contracts of the account, newest first, all at once.
    ///
    /// There is one for each person hired for each job, with its milestones except refunded and cancelled ones. Scope
    /// `payments:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::JobId;
    ///
    /// for contract in client.contracts().list().job(&JobId::from("job_9xT")).await?.items {
    ///     println!("{} {:?}", contract.id, contract.freelancer);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 for a job of another account, and without the scope; 404 for a job that does not exist; 400 with
    /// [`Reason::InvalidField`](crate::Reason::InvalidField) for a status that the service does not take; 401.
    pub fn list(&self) -> ListContracts {
        ListContracts::new(&self.client)
    }

    /// Returns a contract with its budget and its conversation.
    ///
    /// The budget's state is `LOW` from 80 % and `DEPLETED` from 100 % of the funded volume; the event
    /// `contract.budget_state_changed` tells when it moves. Scope `payments:read`; works before the account is claimed. The
    /// documentation does not state the requirements and errors of this operation; those given here are its siblings'.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ContractId;
    ///
    /// let contract = client.contracts().get(&ContractId::from("ctr_9")).await?;
    /// println!("{:?}", contract.budget);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for a contract that does not exist or is another account's; 401; 403 without the scope.
    pub fn get(&self, id: &ContractId) -> Call<ContractDetail> {
        let prepared = self.client.public().contracts_get_request(id);
        self.client
            .call(&operations::CONTRACTS_GET, prepared)
            .map(|response| response.contract)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a request is made for one call"
    )]
    /// Adds a milestone to an active contract of yours. No money moves: [`Milestones::fund`](super::Milestones::fund) asks
    /// for that.
    ///
    /// A fixed-price contract needs an amount, others need a volume of hours or labels, both above zero; given both, the
    /// amount must be rate times volume. Every call adds another milestone, so a call that may have added one is not repeated
    /// by retries. The event `milestone.status_changed` follows.
    ///
    /// Scope `payments:write`, which neither registration nor claim gives; feature `public_api_payments_write`; claimed
    /// account. The page on scopes says that a human's confirmation replaces the claim; the pages of the operations ask for
    /// both, so the service decides.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/create-milestone/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{ContractId, CreateMilestoneRequest};
    ///
    /// let request = CreateMilestoneRequest::new("The third batch of 40 hours.".into())
    ///     .name("Week 3")
    ///     .amount_usd(740)
    ///     .due_date(opentrain::jiff::civil::date(2026, 3, 20));
    /// let milestone = client.contracts().create_milestone(&ContractId::from("ctr_9"), request).await?;
    /// println!("{} is {:?}", milestone.id, milestone.status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidField`](crate::Reason::InvalidField) for a description, an amount or a volume that is
    /// missing, and for an amount that does not fit the rate; 409 with [`Reason::Plain`](crate::Reason::Plain):
    /// `contract_ended` or `contract_rate_missing`; 403 with [`Reason::ClaimRequired`](crate::Reason::ClaimRequired),
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 404 for a contract that does not
    /// exist or is another account's; 401.
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

    /// Ends a contract at once, or asks a human to if milestones are funded.
    ///
    /// With funded milestones the contract ends when a signed-in human confirms, within about 72 hours. Calling again while
    /// the confirmation is pending returns the same approval. The event `approval.confirmed` follows the confirmation, the
    /// refusal and the expiry.
    ///
    /// Scope `payments:write`, which neither registration nor claim gives; feature `public_api_payments_write`; claimed
    /// account. The page on scopes says that a human's confirmation replaces the claim; the pages of the operations ask for
    /// both, so the service decides. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/contracts/end/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::resources::ContractEnd;
    /// use opentrain::types::ContractId;
    ///
    /// match client.contracts().end(&ContractId::from("ctr_9")).await? {
    ///     ContractEnd::Ended(_) => println!("it has ended"),
    ///     ContractEnd::Pending(pending) => println!("confirm at {:?}", pending.approval_url),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `contract_ended`; 403 with
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired), [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// or without the scope; 404 for a contract that does not exist or is another account's; 400, 401.
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
