//! People at work.

mod list;

use opentrain_api::public::{operations, types};

use super::{PendingApproval, family};
use crate::call::Call;
use crate::types::{ContractDetail, ContractEnded, ContractId};

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
    /// for contract in client.contracts().list().job(&job).await? {
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
    /// # Errors
    ///
    /// 404 for one of another account too; 401, 403.
    pub fn get(&self, id: &ContractId) -> Call<ContractDetail> {
        let id = id.clone();
        self.client.call(&operations::CONTRACTS_GET, move |wire| {
            let id = id.clone();
            async move {
                Ok(wire
                    .public()
                    .contracts_get(&id)
                    .await?
                    .map(|response| response.contract))
            }
        })
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
        let id = id.clone();
        self.client.call(&operations::CONTRACTS_END, move |wire| {
            let id = id.clone();
            async move {
                Ok(wire
                    .public()
                    .contracts_end(&id)
                    .await?
                    .map(ContractEnd::from))
            }
        })
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
