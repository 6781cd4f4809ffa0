//! A list as a stream of its items.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::pages::Ahead;
use super::{Page, Pages, next_of};
use crate::error::{AttemptError, BadElement, Error, ErrorKind};
use crate::retry::RetryAdvice;
use crate::types::Cursor;

/// A list as a stream of its items, in the list's order, over as many pages as there are.
///
/// An element that does not decode comes as an error of kind [`ErrorKind::Element`], and the rest go on; every other error ends
/// the stream. Dropping it drops the request that is under way and the items that were not taken. It keeps one page, or two if it
/// [prefetches](Self::prefetch).
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    /// Where the page starts that `elements` come from.
    cursor: Option<Cursor>,
    elements: VecDeque<Result<T, BadElement>>,
    /// How many more items to give; `None`: all.
    left: Option<usize>,
    prefetch: bool,
}

impl<T: Send + 'static> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Self {
        Self {
            cursor: pages.cursor().cloned(),
            pages,
            elements: VecDeque::new(),
            left: None,
            prefetch: false,
        }
    }

    /// Asks for the next page while the items of the last one are handled. It goes on whenever an item is taken.
    pub fn prefetch(mut self) -> Self {
        self.prefetch = true;
        self
    }

    /// Ends after this many items. No page is asked for beyond them.
    pub fn limit_items(mut self, limit: usize) -> Self {
        self.left = Some(limit);
        self
    }

    /// The next item; `None` at the end.
    ///
    /// Cancel safe: no item is lost.
    pub async fn next(&mut self) -> Option<crate::Result<T>> {
        next_of(self).await
    }

    /// The next item, with `?` for errors.
    ///
    /// # Errors
    ///
    /// Fails as the call of the list does, with [`ErrorKind::RepeatedCursor`], or with [`ErrorKind::Element`], after which the
    /// rest can still be had.
    pub async fn try_next(&mut self) -> crate::Result<Option<T>> {
        self.next().await.transpose()
    }

    /// All the items that are left, in memory.
    ///
    /// # Errors
    ///
    /// Fails with the first error; what came before it is lost.
    pub async fn try_collect(mut self) -> crate::Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Where to start again so that nothing is missed: the page of the item that came last, until all its items were taken.
    /// Items of that page may come twice then. `None`: at the beginning of the list.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    fn take(&mut self, element: Result<T, BadElement>) -> crate::Result<T> {
        if self.elements.is_empty() && self.pages.cursor().is_some() {
            self.cursor = self.pages.cursor().cloned();
        }
        if let Some(left) = &mut self.left {
            *left -= usize::from(element.is_ok());
        }
        element.map_err(|element| {
            Error::new(
                AttemptError::of(ErrorKind::Element(element)),
                self.pages.operation(),
                RetryAdvice::No,
            )
        })
    }

    /// Whether more items are wanted than are here.
    fn wants_more(&self) -> bool {
        self.left.is_none_or(|left| left > self.elements.len())
    }

    fn arrived(&mut self, start: Option<Cursor>, page: Page<T>) {
        self.cursor = start;
        self.elements.extend(page.into_elements());
    }
}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = crate::Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.left == Some(0) {
            return Poll::Ready(None);
        }
        loop {
            if let Some(element) = this.elements.pop_front() {
                let item = this.take(element);
                if this.prefetch && this.wants_more() {
                    this.pages.advance(Ahead::Yes, context);
                }
                return Poll::Ready(Some(item));
            }
            let start = this.pages.cursor().cloned();
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                Some(Ok(page)) => this.arrived(start, page),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Nothing in it is pinned: items are plain values.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("buffered", &self.elements.len())
            .finish_non_exhaustive()
    }
}
