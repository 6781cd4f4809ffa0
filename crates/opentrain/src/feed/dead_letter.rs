//! Events that were given up.

use serde::{Deserialize, Serialize};

use crate::event::{Event, UnreadableEvent};
use crate::types::{EventId, Timestamp};

/// Event that was given up after its handler failed too often. It lies beside the checkpoint until it is
/// [replayed](crate::feed::Feed::replay) and committed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeadLetter {
    /// Number of the letter, from 1 in the order in which events were given up.
    pub number: u64,
    /// Place in the feed: the event's number, or the number before it and an index, such as `1041+1`.
    pub place: String,
    /// Id of the event, if it is readable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
    /// JSON of the event, or its text if it cannot be read.
    pub event: String,
    /// Last failure of the handler, as it was given to [`fail`](crate::feed::Delivery::fail).
    pub reason: String,
    /// Number of failures.
    pub failures: u32,
    /// Time at which the event was given up.
    pub at: Timestamp,
}

impl DeadLetter {
    /// Reads the event.
    ///
    /// # Errors
    ///
    /// Fails as [`Event::parse`], for an event that could not be read when it came either.
    pub fn parse(&self) -> Result<Event, UnreadableEvent> {
        Event::parse(self.event.as_bytes())
    }
}
