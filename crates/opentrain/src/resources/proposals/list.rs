//! `GET /jobs/{id}/proposals`.

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target};
use crate::client::Client;
use crate::page::{Page, Paged, list_methods, page_limit, page_sender};
use crate::types::{Cursor, JobId, JobProposalsPage, ProposalStatus, ProposalSummary, Timestamp};

/// The proposals for a job. See [`Proposals::list`](super::Proposals::list).
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct ListProposals {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    job: JobId,
    status: Option<ProposalStatus>,
    limit: Option<i32>,
}

impl ListProposals {
    pub(super) fn new(client: &Client, job: &JobId) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            options,
            start: None,
            job: job.clone(),
            status: None,
            limit: None,
        }
    }

    /// Only proposals in this state.
    pub fn status(mut self, status: ProposalStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// How many proposals a page holds, from 1 to 100.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    fn page_at(&self, cursor: Option<Cursor>) -> Call<Page<ProposalSummary>> {
        let (job, status, limit) = (self.job.clone(), self.status.clone(), self.limit);
        let sender = page_sender::<JobProposalsPage, _, _, _>(move |wire| {
            let (job, status, cursor) = (job.clone(), status.clone(), cursor.clone());
            async move {
                wire.public()
                    .jobs_proposals(&job, cursor.as_ref(), limit, status.as_ref())
                    .await
            }
        });
        Call::new(
            &self.client,
            Target::of(&operations::JOBS_PROPOSALS),
            sender,
        )
        .with_options(self.options.clone())
    }
}

list_methods!(ListProposals, ProposalSummary);

impl Paged for JobProposalsPage {
    type Item = ProposalSummary;
    const LIST: &'static str = "proposals";

    fn split(self) -> (Vec<ProposalSummary>, Option<Cursor>, Option<Timestamp>) {
        (self.proposals, self.next_cursor, None)
    }
}
