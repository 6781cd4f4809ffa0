//! Lists that come in pages: by page, or item by item.
//!
//! Every list is a builder: await it for the first page, or turn it into [`Pages`] or [`Items`]. Filters and call options apply
//! to every page. The service decides where a list ends: the client follows an empty page that names a next cursor. A repeated
//! cursor is an error rather than an endless loop.

mod items;
mod list;
mod listed;
mod pages;
mod parts;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::call::Call;
use crate::error::{BadElement, Error};
use crate::types::{Cursor, Timestamp};

pub use items::Items;
pub use list::List;
pub(crate) use list::ListQuery;
pub use listed::Listed;
pub use pages::Pages;
pub(crate) use parts::PageParts;

/// Page of a list.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page<T> {
    /// Elements that decoded, in the order of the list.
    pub items: Vec<T>,
    /// Elements that did not decode.
    pub rejected: Vec<BadElement>,
    /// Start of the next page; `None` on the last one.
    pub next_cursor: Option<Cursor>,
    /// Instant at which the page was made, if the endpoint gives it: the page may come from a cache.
    pub generated_at: Option<Timestamp>,
    /// Id of the request, if the service sent one in `x-request-id`.
    pub request_id: Option<String>,
}

impl<T> Page<T> {
    /// Returns every element, good or bad, in the order of the list.
    pub fn into_elements(self) -> impl Iterator<Item = Result<T, BadElement>> {
        let mut rejected = self.rejected.into_iter().peekable();
        let mut items = self.items.into_iter();
        let mut index = 0;
        std::iter::from_fn(move || {
            let bad = rejected.next_if(|bad| bad.index() == index);
            index += 1;
            bad.map(Err).or_else(|| items.next().map(Ok))
        })
    }
}

/// Function that returns the call for the page at a cursor; for the first page if there is none.
pub(crate) type Fetch<T> = Box<dyn Fn(Option<Cursor>) -> Call<Page<T>> + Send + Sync>;

/// Returns the size of a page as the documents have it.
pub(crate) fn page_limit(limit: u32) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

/// Waits for the next value of a stream, without an extension trait.
pub(crate) async fn next_of<S, T>(stream: &mut S) -> Option<Result<T, Error>>
where
    S: futures_core::Stream<Item = Result<T, Error>> + Unpin,
{
    struct Next<'a, S>(&'a mut S);

    impl<S: futures_core::Stream + Unpin> Future for Next<'_, S> {
        type Output = Option<S::Item>;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            Pin::new(&mut *self.0).poll_next(context)
        }
    }

    Next(stream).await
}
