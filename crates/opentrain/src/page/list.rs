//! Builder that all lists in pages share.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::{Items, Page, Pages};
use crate::call::Call;
use crate::call_options::{CallOptions, option_setters};
use crate::client::Client;
use crate::types::Cursor;

/// Filters of a list: they decide which pages it requests.
pub trait ListQuery: Send + Sync + 'static {
    /// Element of the list.
    type Item: Send + 'static;

    /// Returns the call for the page at a cursor; for the first page if there is none.
    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<Self::Item>>;
}

/// List that comes in pages: await it for the first page, or stream it as [`Pages`] or [`Items`].
///
/// `Q` has the filters, whose setters are methods of the list.
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct List<Q> {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    pub(crate) query: Q,
}

impl<Q> List<Q> {
    pub(crate) fn new(client: &Client, query: Q) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            start: None,
            query,
        }
    }

    option_setters!();

    /// Starts at a cursor from [`Page::next_cursor`](crate::Page) or [`Items::cursor`](crate::Items::cursor).
    pub fn start_at(mut self, cursor: impl Into<Cursor>) -> Self {
        self.start = Some(cursor.into());
        self
    }
}

impl<Q: ListQuery> List<Q> {
    /// Returns the call for the first page, to keep it or to add options.
    pub fn call(self) -> Call<Page<Q::Item>> {
        self.page_at(self.start.as_ref())
    }

    /// Returns the pages as a stream.
    pub fn pages(self) -> Pages<Q::Item> {
        let start = self.start.clone();
        let fetch = move |cursor: Option<Cursor>| self.page_at(cursor.as_ref());
        Pages::new(start, Box::new(fetch))
    }

    /// Returns the items as a stream.
    pub fn items(self) -> Items<Q::Item> {
        Items::new(self.pages())
    }

    fn page_at(&self, cursor: Option<&Cursor>) -> Call<Page<Q::Item>> {
        let call = self.query.page_at(&self.client, cursor);
        call.with_options(self.options.clone())
    }
}

impl<Q: ListQuery> IntoFuture for List<Q> {
    type Output = crate::Result<Page<Q::Item>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    /// Sends the request for the first page.
    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
