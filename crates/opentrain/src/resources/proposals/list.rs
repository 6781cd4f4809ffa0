//! `GET /jobs/{id}/proposals`.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::client::Client;
use crate::page::{List, ListQuery, Page, PageParts, page_limit};
use crate::types::{Cursor, JobId, ProposalStatus, ProposalSummary};

/// List of the proposals on a job. See [`Proposals::list`](super::Proposals::list).
pub type ListProposals = List<ProposalsQuery>;

/// Filters of [`ListProposals`].
#[derive(Clone, Debug)]
pub struct ProposalsQuery {
    job: JobId,
    status: Option<ProposalStatus>,
    limit: Option<i32>,
}

impl ProposalsQuery {
    pub(super) fn new(job: &JobId) -> Self {
        Self {
            job: job.clone(),
            status: None,
            limit: None,
        }
    }
}

impl ListProposals {
    /// Lists only proposals in this state.
    pub fn status(mut self, status: ProposalStatus) -> Self {
        self.query.status = Some(status);
        self
    }

    /// Sets the number of proposals in a page, from 1 to 100; the default is not documented, most likely 25.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.query.limit = Some(page_limit(limit));
        self
    }
}

impl ListQuery for ProposalsQuery {
    type Item = ProposalSummary;

    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<ProposalSummary>> {
        let status = self.status.as_ref();
        let public = client.public();
        let prepared = public.jobs_proposals_request(&self.job, cursor, self.limit, status);
        client.call_for_page(
            &operations::JOBS_PROPOSALS,
            prepared,
            &["proposals"],
            |body| PageParts::paged(body.proposals, body.next_cursor),
        )
    }
}
