//! Lists that come in pages: by page, or item by item.
//!
//! Every list is a builder: await it for the first page, or turn it into [`Pages`] or [`Items`]. Filters and call options go
//! with every page. The end is where the service says it is: an empty page that names a next cursor is followed, and a cursor
//! that was named before is an error rather than an endless loop.

mod element;
mod items;
mod pages;
mod read;
mod whole;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::call::Call;
use crate::error::Error;
use crate::types::{Cursor, Timestamp};

pub use element::BadElement;
pub use items::Items;
pub use pages::Pages;
pub(crate) use read::{Paged, page_sender};

/// One page of a list.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Page<T> {
    /// What decoded, in the order of the list.
    pub items: Vec<T>,
    /// What did not decode.
    pub rejected: Vec<BadElement>,
    /// Where the next page starts. `None`: this is the last one.
    pub next_cursor: Option<Cursor>,
    /// When the page was made, if the endpoint says so: it may come from a cache.
    pub generated_at: Option<Timestamp>,
    /// The request's id, if the service sent one in `x-request-id`.
    pub request_id: Option<String>,
}

impl<T> Page<T> {
    /// Every element in the order of the list, be it good or bad.
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

/// Gives the call for the page that starts at a cursor; the first page for none.
pub(crate) type Fetch<T> = Box<dyn Fn(Option<Cursor>) -> Call<Page<T>> + Send + Sync>;

/// The methods of a list's builder. It must have `options: CallOptions`, `start: Option<Cursor>` and a method
/// `page_at(&self, Option<Cursor>) -> Call<Page<Item>>`.
macro_rules! list_methods {
    ($list:ident, $item:ty) => {
        impl $list {
            $crate::call::option_setters!();

            /// Starts at a cursor that [`Page::next_cursor`](crate::Page) or [`Items::cursor`](crate::Items::cursor) gave.
            pub fn start_at(mut self, cursor: impl Into<$crate::types::Cursor>) -> Self {
                self.start = Some(cursor.into());
                self
            }

            /// The call for the first page, to be kept or to be given more options.
            pub fn call(self) -> $crate::Call<$crate::Page<$item>> {
                self.page_at(self.start.clone())
            }

            /// The pages, as a stream.
            pub fn pages(self) -> $crate::Pages<$item> {
                let start = self.start.clone();
                $crate::Pages::new(start, Box::new(move |cursor| self.page_at(cursor)))
            }

            /// The items, as a stream.
            pub fn items(self) -> $crate::Items<$item> {
                $crate::Items::new(self.pages())
            }
        }

        impl ::std::future::IntoFuture for $list {
            type Output = $crate::Result<$crate::Page<$item>>;
            type IntoFuture = ::std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            /// Awaited, a list gives its first page.
            fn into_future(self) -> Self::IntoFuture {
                self.call().into_future()
            }
        }
    };
}
pub(crate) use list_methods;

/// How many items a page is to hold, as the documents have it.
pub(crate) fn page_limit(limit: u32) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

/// Waits for a stream's next value without an extension trait.
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
