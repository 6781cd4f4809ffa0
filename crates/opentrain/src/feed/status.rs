//! Status of a feed, for health checks and metrics.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::client::Client;
use crate::types::{Cursor, EventType, Timestamp};

/// Handle that tells how a feed is doing, from any thread. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FeedMonitor {
    client: Client,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    status: FeedStatus,
    /// Time of the oldest event that is known and not handled.
    waiting_since: Option<Timestamp>,
}

/// State of a feed at an instant.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FeedStatus {
    /// Activity of the feed.
    pub phase: FeedPhase,
    /// Cursor up to which everything is handled; `None` for the beginning, or before the checkpoint is loaded.
    pub position: Option<Cursor>,
    /// Age of the oldest event that is known and not handled; zero if the last poll left none. `None` before the first poll, and if the
    /// event has no time. If the [last success](Self::last_success) is old, there may be older events that are not known.
    pub lag: Option<Duration>,
    /// Time of the last poll that succeeded.
    pub last_success: Option<Timestamp>,
    /// Last failure that was waited out.
    pub last_failure: Option<FeedFailure>,
    /// Number of failures since the last success.
    pub failures_in_a_row: u32,
    /// Number of events that this feed has given up.
    pub dead_letters: u64,
    /// Types of events that the token's scopes hide; empty before the token is known.
    pub hidden_kinds: Vec<EventType>,
}

/// Activity of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedPhase {
    /// The checkpoint is being acquired and the token's account requested.
    #[default]
    Starting,
    /// Another feed has the checkpoint; this one waits to take over.
    Standby,
    /// A request for a page is under way.
    Polling,
    /// An event waits to be handled.
    Delivering,
    /// Pause before an event whose handler has failed is delivered again.
    Retrying,
    /// Every event is handled; the feed waits for the interval or a wake-up.
    Idle,
    /// Pause before a request that failed is sent again.
    WaitingOut,
    /// The feed delivers no further event: it was stopped or failed.
    Ended,
}

/// Failure that was waited out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FeedFailure {
    /// Time of the failure.
    pub at: Timestamp,
    /// Description of the failure and of its causes, in one line.
    pub message: String,
}

impl FeedMonitor {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            shared: Arc::default(),
        }
    }

    /// Returns the state of the feed.
    #[must_use]
    pub fn status(&self) -> FeedStatus {
        let shared = self.lock();
        let mut status = shared.status.clone();
        if let Some(since) = shared.waiting_since {
            let age = self.now().to_jiff().duration_since(since.to_jiff());
            status.lag = Some(age.try_into().unwrap_or_default());
        }
        status
    }

    /// Changes the state.
    pub(super) fn update(&self, change: impl FnOnce(&mut FeedStatus)) {
        change(&mut self.lock().status);
    }

    /// Keeps that an event waits to be handled. Without a time, the lag is unknown.
    pub(super) fn wait_since(&self, created_at: Option<Timestamp>) {
        let mut shared = self.lock();
        shared.waiting_since = created_at;
        shared.status.lag = None;
        shared.status.phase = FeedPhase::Delivering;
    }

    /// Keeps that nothing is left to handle.
    pub(super) fn caught_up(&self) {
        let mut shared = self.lock();
        shared.waiting_since = None;
        shared.status.lag = Some(Duration::ZERO);
    }

    /// Returns the time by the client's clock.
    fn now(&self) -> Timestamp {
        self.client.shared().clock.system_time().into()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
