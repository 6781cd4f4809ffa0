//! `GET /contracts`.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::call_options::{CallOptions, awaited_as_call, option_setters};
use crate::client::Client;
use crate::page::{Page, PageParts};
use crate::types::{Contract, ContractStatus, JobId};

/// List of the account's contracts. See [`Contracts::list`](super::Contracts::list).
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct ListContracts {
    client: Client,
    options: CallOptions,
    job: Option<JobId>,
    status: Option<ContractStatus>,
}

impl ListContracts {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            job: None,
            status: None,
        }
    }

    option_setters!();

    /// Lists only contracts of this job, which you own or may access.
    pub fn job(mut self, job: &JobId) -> Self {
        self.job = Some(job.clone());
        self
    }

    /// Lists only contracts in this state: `active` or `ended`.
    pub fn status(mut self, status: ContractStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Turns it into a [`Call`], to be kept or to be given more options.
    pub fn call(self) -> Call<Page<Contract>> {
        let (job, status) = (self.job.as_ref(), self.status.as_ref());
        let prepared = self.client.public().contracts_list_request(job, status);
        let operation = &operations::CONTRACTS_LIST;
        let call = self
            .client
            .call_for_page(operation, prepared, &["contracts"], |body| {
                PageParts::unpaged(body.contracts)
            });
        call.with_options(self.options)
    }
}

awaited_as_call!(ListContracts => Page<Contract>);
