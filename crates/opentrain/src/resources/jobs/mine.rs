//! `GET /jobs/mine`.

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target};
use crate::client::Client;
use crate::page::{Page, Paged, list_methods, page_limit, page_sender};
use crate::types::{Cursor, JobStatus, MyJob, MyJobsPage, Timestamp};

/// Your own jobs. See [`Jobs::mine`](super::Jobs::mine).
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct ListMyJobs {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    status: Option<JobStatus>,
    limit: Option<i32>,
}

impl ListMyJobs {
    pub(super) fn new(client: &Client) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            options,
            start: None,
            status: None,
            limit: None,
        }
    }

    /// Only jobs in this state.
    pub fn status(mut self, status: JobStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// How many jobs a page holds, from 1 to 100; 25 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    fn page_at(&self, cursor: Option<Cursor>) -> Call<Page<MyJob>> {
        let (status, limit) = (self.status.clone(), self.limit);
        let sender = page_sender::<MyJobsPage, _, _, _>(move |wire| {
            let (status, cursor) = (status.clone(), cursor.clone());
            async move {
                wire.public()
                    .jobs_mine(cursor.as_ref(), limit, status.as_ref())
                    .await
            }
        });
        Call::new(&self.client, Target::of(&operations::JOBS_MINE), sender)
            .with_options(self.options.clone())
    }
}

list_methods!(ListMyJobs, MyJob);

impl Paged for MyJobsPage {
    type Item = MyJob;
    const LIST: &'static str = "jobs";

    fn split(self) -> (Vec<MyJob>, Option<Cursor>, Option<Timestamp>) {
        (self.jobs, self.next_cursor, None)
    }
}
