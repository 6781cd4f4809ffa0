//! `GET /credits/ledger`.

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target};
use crate::client::Client;
use crate::page::{Page, Paged, list_methods, page_limit, page_sender};
use crate::types::{CreditLedgerEntry, CreditLedgerPage, Cursor, Timestamp};

/// The movements of credit. See [`Credits::ledger`](super::Credits::ledger).
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct ListCreditLedger {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    limit: Option<i32>,
}

impl ListCreditLedger {
    pub(super) fn new(client: &Client) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            options,
            start: None,
            limit: None,
        }
    }

    /// How many movements a page holds, from 1 to 100; 50 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    fn page_at(&self, cursor: Option<Cursor>) -> Call<Page<CreditLedgerEntry>> {
        let limit = self.limit;
        let sender = page_sender::<CreditLedgerPage, _, _, _>(move |wire| {
            let cursor = cursor.clone();
            async move { wire.public().credits_ledger(cursor.as_ref(), limit).await }
        });
        Call::new(
            &self.client,
            Target::of(&operations::CREDITS_LEDGER),
            sender,
        )
        .with_options(self.options.clone())
    }
}

list_methods!(ListCreditLedger, CreditLedgerEntry);

impl Paged for CreditLedgerPage {
    type Item = CreditLedgerEntry;
    const LIST: &'static str = "entries";

    fn split(self) -> (Vec<CreditLedgerEntry>, Option<Cursor>, Option<Timestamp>) {
        (self.entries, self.next_cursor, None)
    }
}
