//! A list as a stream of its pages.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{Fetch, Page, next_of};
use crate::clock::BoxFuture;
use crate::error::{Error, ErrorKind, Failure};
use crate::retry::RetryAdvice;
use crate::types::Cursor;

/// A list as a stream of its pages, in the list's order.
///
/// It ends after the last page or after the first error, whichever comes first; an empty page is a page. Dropping it drops the
/// request that is under way. It keeps one page at a time, and eight bytes for each page that it has passed.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    state: State<T>,
    seen: SeenCursors,
}

/// Where the stream stands. Every failure leads to `Done`.
enum State<T> {
    /// Nothing is under way; the next page starts here.
    Idle(Option<Cursor>),
    /// The page that starts here is on its way.
    Waiting(Option<Cursor>, BoxFuture<crate::Result<Page<T>>>),
    /// The last page named a cursor that was named before. It was given out; the next poll says so.
    Repeated,
    /// There is nothing more.
    Done,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new(start: Option<Cursor>, fetch: Fetch<T>) -> Self {
        let mut seen = SeenCursors::default();
        if let Some(start) = &start {
            seen.insert(start);
        }
        Self {
            fetch,
            state: State::Idle(start),
            seen,
        }
    }

    /// The next page; `None` at the end.
    ///
    /// Cancel safe: a page whose request was dropped is asked for again.
    pub async fn next(&mut self) -> Option<crate::Result<Page<T>>> {
        next_of(self).await
    }

    /// The next page, with `?` for errors.
    ///
    /// # Errors
    ///
    /// Fails as the call of the list does, or with [`ErrorKind::RepeatedCursor`]. The stream has ended then.
    pub async fn try_next(&mut self) -> crate::Result<Option<Page<T>>> {
        self.next().await.transpose()
    }

    /// Where the next page starts; `None` for the first page, and at the end.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        match &self.state {
            State::Idle(cursor) | State::Waiting(cursor, _) => cursor.as_ref(),
            State::Repeated | State::Done => None,
        }
    }

    fn arrived(&mut self, page: crate::Result<Page<T>>) -> crate::Result<Page<T>> {
        let next = page.as_ref().ok().and_then(|page| page.next_cursor.clone());
        self.state = match next {
            Some(cursor) if self.seen.insert(&cursor) => State::Idle(Some(cursor)),
            Some(_) => State::Repeated,
            None => State::Done,
        };
        page
    }
}

fn repeated() -> Error {
    Error::new(
        Failure::of(ErrorKind::RepeatedCursor),
        "pages",
        RetryAdvice::No,
    )
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = crate::Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let State::Idle(cursor) = &this.state {
            let call = (this.fetch)(cursor.clone()).into_future();
            this.state = State::Waiting(cursor.clone(), call);
        }
        if matches!(this.state, State::Repeated) {
            this.state = State::Done;
            return Poll::Ready(Some(Err(repeated())));
        }
        let State::Waiting(_, call) = &mut this.state else {
            return Poll::Ready(None);
        };
        let page = ready!(call.as_mut().poll(context));
        Poll::Ready(Some(this.arrived(page)))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Idle(_) => "idle",
            State::Waiting(..) => "waiting",
            State::Repeated => "repeated",
            State::Done => "done",
        };
        f.debug_struct("Pages")
            .field("state", &state)
            .finish_non_exhaustive()
    }
}

/// The cursors that a list has named, as hashes: eight bytes each, whatever their length.
#[derive(Default)]
struct SeenCursors {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl SeenCursors {
    /// Whether the cursor is new.
    fn insert(&mut self, cursor: &Cursor) -> bool {
        self.hashes.insert(self.hasher.hash_one(cursor.as_str()))
    }
}
