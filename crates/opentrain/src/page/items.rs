//! Stream of the items of a list.

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

/// Stream of the items of a list, in the list's order, over all of its pages.
///
/// An element that does not decode is an error of kind [`ErrorKind::Element`], and the stream goes on; every other error ends
/// the stream. Dropping it drops the request that is under way and the items that were not taken. It holds one page, or two if it
/// [prefetches](Self::prefetch).
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    /// Start of the page that `elements` come from.
    cursor: Option<Cursor>,
    elements: VecDeque<Result<T, BadElement>>,
    /// Number of items still to return; `None` for all.
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

    /// Requests the next page while the caller handles the items of the last one. The request proceeds whenever an item is taken.
    pub fn prefetch(mut self) -> Self {
        self.prefetch = true;
        self
    }

    /// Ends the stream after this many items. No page is requested after them.
    pub fn limit_items(mut self, limit: usize) -> Self {
        self.left = Some(limit);
        self
    }

    /// Returns the next item; `None` at the end.
    ///
    /// Cancel safe: no item is lost.
    pub async fn next(&mut self) -> Option<crate::Result<T>> {
        next_of(self).await
    }

    /// Returns the next item, with `?` for errors.
    ///
    /// # Errors
    ///
    /// Fails as the call of the list does, with [`ErrorKind::RepeatedCursor`], or with [`ErrorKind::Element`], after which the
    /// remaining items can still be read.
    pub async fn try_next(&mut self) -> crate::Result<Option<T>> {
        self.next().await.transpose()
    }

    /// Returns all remaining items, in memory.
    ///
    /// # Errors
    ///
    /// Fails with the first error; the items before it are lost.
    pub async fn try_collect(mut self) -> crate::Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Returns the cursor to restart from without missing an item: the page of the last item, until all of its items were taken.
    /// A restart may repeat items of that page. `None` means the beginning of the list.
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

    /// True if the caller wants more items than are buffered.
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

// The stream holds no pinned data: items are plain values.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("buffered", &self.elements.len())
            .finish_non_exhaustive()
    }
}
