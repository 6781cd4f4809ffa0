//! `GET /contracts`.

use std::future::IntoFuture;
use std::pin::Pin;

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target, option_setters};
use crate::client::Client;
use crate::page::{Page, page_sender};
use crate::types::{Contract, ContractList, ContractStatus, JobId};

/// The contracts of the account. See [`Contracts::list`](super::Contracts::list).
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

    /// Only contracts of this job.
    pub fn job(mut self, job: &JobId) -> Self {
        self.job = Some(job.clone());
        self
    }

    /// Only contracts in this state.
    pub fn status(mut self, status: ContractStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// The call, to be kept or to be given more options.
    pub fn call(self) -> Call<Page<Contract>> {
        let (job, status) = (self.job, self.status);
        let sender = page_sender::<ContractList, _, _, _>(move |wire| {
            let (job, status) = (job.clone(), status.clone());
            async move {
                wire.public()
                    .contracts_list(job.as_ref(), status.as_ref())
                    .await
            }
        });
        Call::new(
            &self.client,
            Target::of(&operations::CONTRACTS_LIST),
            sender,
        )
        .with_options(self.options)
    }
}

impl IntoFuture for ListContracts {
    type Output = crate::Result<Page<Contract>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
