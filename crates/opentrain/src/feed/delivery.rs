//! Events on their way to a handler.

use std::fmt;

use super::Feed;
use super::error::CheckpointError;
use crate::event::{Event, UnreadableEvent};

/// Event that is not handled yet. See [`Feed::next`].
///
/// It keeps the feed until it is settled. Dropping it records nothing: the same event comes again.
#[must_use = "an event that is not committed comes again"]
pub struct Delivery<'a> {
    feed: &'a mut Feed,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(feed: &'a mut Feed) -> Self {
        Self { feed }
    }

    /// Returns the event.
    ///
    /// # Errors
    ///
    /// An event that cannot be read is delivered as well: [`UnreadableEvent`] has its text and, if readable, its id. Committing it goes
    /// past it; failing it puts it among the dead letters, for a later version to read.
    pub fn event(&self) -> Result<&Event, &UnreadableEvent> {
        let first = self.feed.waiting().next();
        first
            .expect("a delivery is made of an event that waits")
            .as_ref()
    }

    /// Returns how often the handler of this event has failed.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.feed.failures_of_first()
    }

    /// Records that the event is handled: it is never delivered again.
    ///
    /// # Errors
    ///
    /// Fails if the checkpoint is not saved; then the event may come again. If another feed has [taken it
    /// over](CheckpointError::is_fenced), the feed goes on once it is free; any other failure ends the feed.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the event counts as handled in this feed and may be saved or not; the next save holds it.
    pub async fn commit(self) -> Result<(), CheckpointError> {
        self.feed.commit_first(1).await
    }

    /// Records that the handler has failed. The event comes again after a pause that grows, and as the last of
    /// [`dead_letter_after`](Feed::dead_letter_after) failures, it is moved to the dead letters and the feed goes on.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit).
    ///
    /// # Cancel safety
    ///
    /// As [`commit`](Self::commit).
    pub async fn fail(self, reason: &(impl fmt::Display + ?Sized)) -> Result<(), CheckpointError> {
        // In the alternate form, `anyhow` and others show the whole chain.
        let reason = format!("{reason:#}");
        self.feed.fail_first(reason).await
    }

    /// Keeps the checkpoint for longer, in a store that lends it for a time: for handlers that take long.
    ///
    /// # Errors
    ///
    /// Fails if the store does, or another feed has [taken the checkpoint over](CheckpointError::is_fenced): then another process may
    /// handle this event too.
    pub async fn renew(&self) -> Result<(), CheckpointError> {
        self.feed.renew().await
    }
}

impl fmt::Debug for Delivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("event", &self.event())
            .field("failures", &self.failures())
            .finish()
    }
}

/// Events of a page that are not handled yet, at least one. See [`Feed::next_page`].
///
/// It keeps the feed until it is settled. Dropping it records nothing: the same events come again. If the handler of one fails, commit the
/// events [before it](Self::commit_first): [`Feed::next`] gives it next, to be [failed](Delivery::fail).
#[must_use = "events that are not committed come again"]
pub struct PageDelivery<'a> {
    feed: &'a mut Feed,
}

impl<'a> PageDelivery<'a> {
    pub(super) fn new(feed: &'a mut Feed) -> Self {
        Self { feed }
    }

    /// Returns the events in their order. One that cannot be read is an error with its text, see [`Delivery::event`].
    pub fn events(&self) -> impl Iterator<Item = Result<&Event, &UnreadableEvent>> {
        self.feed.waiting().map(Result::as_ref)
    }

    /// Records that all events of the page are handled, with one save.
    ///
    /// # Errors
    ///
    /// As [`Delivery::commit`].
    ///
    /// # Cancel safety
    ///
    /// As [`Delivery::commit`].
    pub async fn commit(self) -> Result<(), CheckpointError> {
        self.commit_first(usize::MAX).await
    }

    /// Records that the first events of the page are handled, with one save. The others come again.
    ///
    /// # Errors
    ///
    /// As [`Delivery::commit`].
    ///
    /// # Cancel safety
    ///
    /// As [`Delivery::commit`].
    pub async fn commit_first(self, count: usize) -> Result<(), CheckpointError> {
        if count == 0 {
            return Ok(());
        }
        self.feed.commit_first(count).await
    }

    /// Keeps the checkpoint for longer. See [`Delivery::renew`].
    ///
    /// # Errors
    ///
    /// As [`Delivery::renew`].
    pub async fn renew(&self) -> Result<(), CheckpointError> {
        self.feed.renew().await
    }
}

impl fmt::Debug for PageDelivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageDelivery")
            .field("events", &self.feed.waiting().count())
            .finish_non_exhaustive()
    }
}
