//! `GET /jobs`.

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target};
use crate::client::Client;
use crate::page::{Page, Paged, list_methods, page_limit, page_sender};
use crate::types::{Cursor, JobSearchPage, PayType, PublicJob, Timestamp};

/// A search of the marketplace. See [`Jobs::search`](super::Jobs::search).
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct SearchJobs {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    filters: Filters,
}

#[derive(Clone, Debug, Default)]
struct Filters {
    query: Option<String>,
    language: Option<String>,
    country: Option<String>,
    pay_type: Option<PayType>,
    limit: Option<i32>,
}

impl SearchJobs {
    pub(super) fn new(client: &Client) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            options,
            start: None,
            filters: Filters::default(),
        }
    }

    /// Free text, looked for in title and description.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.filters.query = Some(text.into());
        self
    }

    /// A required language: a full English name such as `Portuguese`.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.filters.language = Some(language.into());
        self
    }

    /// An allowed country, as the facets write it: `BR`.
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.filters.country = Some(country.into());
        self
    }

    /// How the work is paid.
    pub fn pay_type(mut self, pay_type: PayType) -> Self {
        self.filters.pay_type = Some(pay_type);
        self
    }

    /// How many jobs a page holds, at most 100.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.filters.limit = Some(page_limit(limit));
        self
    }

    fn page_at(&self, cursor: Option<Cursor>) -> Call<Page<PublicJob>> {
        let filters = self.filters.clone();
        let sender = page_sender::<JobSearchPage, _, _, _>(move |wire| {
            let (filters, cursor) = (filters.clone(), cursor.clone());
            async move {
                let Filters {
                    query,
                    language,
                    country,
                    pay_type,
                    limit,
                } = &filters;
                let (country, language, query) =
                    (country.as_deref(), language.as_deref(), query.as_deref());
                let client = wire.public();
                client
                    .jobs_search(
                        country,
                        cursor.as_ref(),
                        language,
                        *limit,
                        pay_type.as_ref(),
                        query,
                    )
                    .await
            }
        });
        Call::new(&self.client, Target::of(&operations::JOBS_SEARCH), sender)
            .with_options(self.options.clone())
    }
}

list_methods!(SearchJobs, PublicJob);

impl Paged for JobSearchPage {
    type Item = PublicJob;
    const LIST: &'static str = "jobs";

    fn split(self) -> (Vec<PublicJob>, Option<Cursor>, Option<Timestamp>) {
        (self.jobs, self.next_cursor, self.generated_at)
    }
}
