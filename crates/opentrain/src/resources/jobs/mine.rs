//! `GET /jobs/mine`.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::client::Client;
use crate::page::{List, ListQuery, Page, PageParts, page_limit};
use crate::types::{Cursor, JobStatus, MyJob};

/// List of the account's own jobs. See [`Jobs::mine`](super::Jobs::mine).
pub type ListMyJobs = List<MyJobsQuery>;

/// Filters of [`ListMyJobs`].
#[derive(Clone, Debug, Default)]
pub struct MyJobsQuery {
    status: Option<JobStatus>,
    limit: Option<i32>,
}

impl ListMyJobs {
    /// Lists only jobs in this state.
    pub fn status(mut self, status: JobStatus) -> Self {
        self.query.status = Some(status);
        self
    }

    /// Sets the number of jobs in a page, from 1 to 100; 25 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.query.limit = Some(page_limit(limit));
        self
    }
}

impl ListQuery for MyJobsQuery {
    type Item = MyJob;

    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<MyJob>> {
        let status = self.status.as_ref();
        let prepared = client
            .public()
            .jobs_mine_request(cursor, self.limit, status);
        client.call_for_page(&operations::JOBS_MINE, prepared, &["jobs"], |body| {
            PageParts::paged(body.jobs, body.next_cursor)
        })
    }
}
