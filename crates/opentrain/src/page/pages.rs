//! Stream of the pages of a list.

use std::collections::HashSet;
use std::fmt;
use std::future::IntoFuture;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::{Fetch, Page, next_of};
use crate::clock::BoxFuture;
use crate::error::{AttemptError, Error, ErrorKind};
use crate::retry::RetryAdvice;
use crate::types::Cursor;

/// Stream of the pages of a list, in the list's order.
///
/// The stream ends after the last page or after the first error, whichever comes first; an empty page is a page. Dropping it drops
/// the request that is under way. It holds no page unless it [prefetches](Self::prefetch), and then one; and eight bytes for each
/// page that it has passed.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    state: State<T>,
    prefetch: bool,
    seen: SeenCursors,
    /// Operation that was called last.
    operation: &'static str,
}

/// State of the stream. Every failure leads to `Done`.
enum State<T> {
    /// No request is under way; the next page starts here.
    Idle(Option<Cursor>),
    /// The page that starts here was requested, either ahead or because the caller waits for it.
    Waiting(Option<Cursor>, Ahead, BoxFuture<crate::Result<Page<T>>>),
    /// The page that starts here arrived before the caller asked for it.
    Here(Option<Cursor>, crate::Result<Page<T>>),
    /// The last page repeated a cursor. That page was returned; the next poll returns the error.
    Repeated,
    /// There are no more pages. After a failure, the cursor is the start of the page that failed.
    Done(Option<Cursor>),
}

/// Reason for a request: ahead of the caller's demand, or because the caller waits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ahead {
    Yes,
    No,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new(start: Option<Cursor>, fetch: Fetch<T>) -> Self {
        let mut seen = SeenCursors::default();
        if let Some(start) = &start {
            seen.insert(start);
        }
        let (state, operation) = (State::Idle(start), "pages");
        Self {
            fetch,
            state,
            prefetch: false,
            seen,
            operation,
        }
    }

    /// Requests the next page as soon as a page has arrived, so that the request is under way while the caller handles that page.
    pub fn prefetch(mut self) -> Self {
        self.prefetch = true;
        self
    }

    /// Returns the next page; `None` at the end.
    ///
    /// Cancel safe: a page whose request is under way is awaited again.
    pub async fn next(&mut self) -> Option<crate::Result<Page<T>>> {
        next_of(self).await
    }

    /// Returns the next page, with `?` for errors.
    ///
    /// # Errors
    ///
    /// Fails as the call of the list does, or with [`ErrorKind::RepeatedCursor`]. The stream has ended then.
    pub async fn try_next(&mut self) -> crate::Result<Option<Page<T>>> {
        self.next().await.transpose()
    }

    /// Returns the start of the next page, or of the page that failed; `None` for the first page, and at the end.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        match &self.state {
            State::Idle(cursor)
            | State::Waiting(cursor, ..)
            | State::Here(cursor, _)
            | State::Done(cursor) => cursor.as_ref(),
            State::Repeated => None,
        }
    }

    /// Returns the operation that the pages come from.
    pub(super) fn operation(&self) -> &'static str {
        self.operation
    }

    /// Advances the next page: requests it, or polls whether it has arrived. The page stays here until it is taken.
    pub(super) fn advance(&mut self, ahead: Ahead, context: &mut Context<'_>) {
        self.begin(ahead);
        let State::Waiting(cursor, begun, call) = &mut self.state else {
            return;
        };
        let Poll::Ready(page) = call.as_mut().poll(context) else {
            return;
        };
        let (cursor, begun) = (cursor.take(), *begun);
        // The time limits of a call that was begun ahead ran without a poll: it gets another attempt once the caller polls.
        if page.is_err() && begun == Ahead::Yes {
            self.state = State::Idle(cursor);
            if ahead == Ahead::No {
                self.advance(Ahead::No, context);
            }
        } else {
            self.state = State::Here(cursor, page);
        }
    }

    fn begin(&mut self, ahead: Ahead) {
        if let State::Idle(cursor) = &mut self.state {
            let cursor = cursor.take();
            let call = (self.fetch)(cursor.clone());
            self.operation = call.operation();
            self.state = State::Waiting(cursor, ahead, call.into_future());
        }
    }

    fn after(&mut self, start: Option<Cursor>, page: &crate::Result<Page<T>>) -> State<T> {
        let Ok(page) = page else {
            return State::Done(start);
        };
        match page.next_cursor.clone() {
            Some(cursor) if self.seen.insert(&cursor) => State::Idle(Some(cursor)),
            Some(_) => State::Repeated,
            None => State::Done(None),
        }
    }

    fn repeated(&self) -> Error {
        Error::new(
            AttemptError::of(ErrorKind::RepeatedCursor),
            self.operation,
            RetryAdvice::No,
        )
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = crate::Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.advance(Ahead::No, context);
        match mem::replace(&mut this.state, State::Done(None)) {
            State::Here(start, page) => {
                this.state = this.after(start, &page);
                if this.prefetch {
                    this.advance(Ahead::Yes, context);
                }
                Poll::Ready(Some(page))
            }
            State::Repeated => Poll::Ready(Some(Err(this.repeated()))),
            State::Done(cursor) => {
                this.state = State::Done(cursor);
                Poll::Ready(None)
            }
            waiting @ (State::Idle(_) | State::Waiting(..)) => {
                this.state = waiting;
                Poll::Pending
            }
        }
    }
}

// The stream holds no pinned data: the request under way is boxed.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Idle(_) => "idle",
            State::Waiting(..) => "waiting",
            State::Here(..) => "here",
            State::Repeated => "repeated",
            State::Done(_) => "done",
        };
        f.debug_struct("Pages")
            .field("state", &state)
            .finish_non_exhaustive()
    }
}

/// Cursors that a list has named, as hashes: eight bytes each, regardless of their length.
#[derive(Default)]
struct SeenCursors {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl SeenCursors {
    /// Records a cursor. True if it is new.
    fn insert(&mut self, cursor: &Cursor) -> bool {
        self.hashes.insert(self.hasher.hash_one(cursor.as_str()))
    }
}
