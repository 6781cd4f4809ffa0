//! The event feed of the account.

mod poll;

use super::Updates;
use crate::feed::{CheckpointStore, Feed};

pub use poll::{EventPosition, PollUpdates};

impl Updates {
    /// Returns the account's events after a cursor, oldest first; without a cursor, from the beginning of history.
    ///
    /// This feed is the source of truth that [webhooks](super::Webhooks::create) only point to. [`follow`](Self::follow) follows it
    /// over restarts and outages. By hand, store `next_cursor` once a page is dealt with, and go on from it: at once while `has_more`,
    /// later otherwise. An empty page repeats the cursor that was sent, so the end is `has_more` being false; there is no cursor at
    /// all only before the first event. An event may come twice if your program stopped before it stored the cursor, and one that
    /// becomes visible after a later one is missed.
    ///
    /// Events carry ids and states, never content: read the resource for that. `approval.confirmed` is sent for every final
    /// state of an approval, declined and expired too: look at `data.status`. An approval past its `expires_at` expires when
    /// it is read, see [`Approvals::get`](super::Approvals::get). Changes of the marketplace are not in this feed: see
    /// [`Jobs::changes`](super::Jobs::changes).
    ///
    /// Any one of the scopes `proposals:read`, `messages:read` and `payments:read`: events that the token may not read are
    /// dropped without notice. Works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/updates/poll/).
    ///
    #[doc = concat!("```no_run\n# fn main() {}\n", include_str!("../docs/poll_loop.rust"), "```")]
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidField`](crate::Reason::InvalidField) for a cursor that is no number and for a limit that is
    /// out of range; 403 with [`Reason::ScopeMissing`](crate::Reason::ScopeMissing) if the token has none of the three
    /// scopes; 401.
    pub fn poll(&self) -> PollUpdates {
        PollUpdates::new(&self.client)
    }

    /// Follows the account's events from the checkpoint in a store, oldest first: each at least once, and never again after its commit.
    ///
    /// It goes on over restarts and waits outages out. The [chapter](crate::feed) says what is promised, what ends it, and what becomes of
    /// events whose handler fails, that cannot be read, or that become visible late.
    ///
    /// Events that the token's scopes do not cover are dropped by the service without notice: `proposals:read` for those of proposals,
    /// `messages:read` for those of messages, `payments:read` for all others. The feed names the types that it cannot see, in a warning
    /// and in [`FeedStatus::hidden_kinds`](crate::feed::FeedStatus::hidden_kinds). Works before the account is claimed.
    ///
    /// ```no_run
    /// # async fn handle(_: Result<&opentrain::Event, &opentrain::UnreadableEvent>) -> Result<(), String> { Ok(()) }
    /// # async fn example(client: opentrain::Client) -> Result<(), opentrain::feed::FeedError> {
    /// use opentrain::feed::FileCheckpoint;
    ///
    /// let mut feed = client.updates().follow(FileCheckpoint::open("cursor.json")?);
    /// while let Some(delivery) = feed.next().await {
    ///     let delivery = delivery?;
    ///     match handle(delivery.event()).await {
    ///         Ok(()) => delivery.commit().await?,
    ///         Err(error) => delivery.fail(&error).await?,
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow(&self, store: impl CheckpointStore + 'static) -> Feed {
        Feed::new(&self.client, store)
    }
}
