//! `GET /credits/ledger`.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::client::Client;
use crate::page::{List, ListQuery, Page, PageParts, page_limit};
use crate::types::{CreditLedgerEntry, Cursor};

/// List of the movements of credit. See [`Credits::ledger`](super::Credits::ledger).
pub type ListCreditLedger = List<LedgerQuery>;

/// Filters of [`ListCreditLedger`].
#[derive(Clone, Debug, Default)]
pub struct LedgerQuery {
    limit: Option<i32>,
}

impl ListCreditLedger {
    /// Sets the number of movements in a page, from 1 to 100; 50 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.query.limit = Some(page_limit(limit));
        self
    }
}

impl ListQuery for LedgerQuery {
    type Item = CreditLedgerEntry;

    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<CreditLedgerEntry>> {
        let prepared = client.public().credits_ledger_request(cursor, self.limit);
        client.call_for_page(
            &operations::CREDITS_LEDGER,
            prepared,
            &["entries"],
            |body| PageParts::paged(body.entries, body.next_cursor),
        )
    }
}
