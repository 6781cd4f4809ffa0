//! `GET /jobs`.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::client::Client;
use crate::page::{List, ListQuery, Page, PageParts, page_limit};
use crate::types::{Cursor, PayType, PublicJob};

/// Search of the marketplace. See [`Jobs::search`](super::Jobs::search).
pub type SearchJobs = List<JobSearchQuery>;

/// Filters of [`SearchJobs`].
#[derive(Clone, Debug, Default)]
pub struct JobSearchQuery {
    text: Option<String>,
    language: Option<String>,
    country: Option<String>,
    pay_type: Option<PayType>,
    limit: Option<i32>,
}

impl SearchJobs {
    /// Searches title and description for this text.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query.text = Some(text.into());
        self
    }

    /// Finds only jobs that require this language: a full English name such as `Portuguese`.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.query.language = Some(language.into());
        self
    }

    /// Finds only jobs that allow this country, as the facets write it: `BR`.
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.query.country = Some(country.into());
        self
    }

    /// Finds only jobs that are paid in this way.
    pub fn pay_type(mut self, pay_type: PayType) -> Self {
        self.query.pay_type = Some(pay_type);
        self
    }

    /// Sets the number of jobs in a page, at most 100; the default is not documented.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.query.limit = Some(page_limit(limit));
        self
    }
}

impl ListQuery for JobSearchQuery {
    type Item = PublicJob;

    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<PublicJob>> {
        let prepared = client.public().jobs_search_request(
            self.country.as_deref(),
            cursor,
            self.language.as_deref(),
            self.limit,
            self.pay_type.as_ref(),
            self.text.as_deref(),
        );
        client.call_for_page(&operations::JOBS_SEARCH, prepared, &["jobs"], |body| {
            PageParts {
                generated_at: Some(body.generated_at),
                ..PageParts::paged(body.jobs, body.next_cursor)
            }
        })
    }
}
