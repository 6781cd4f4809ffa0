//! Following the account's events: at least once, never again after a commit, for months.
#![doc = include_str!("docs/following_an_account.md")]

mod checkpoint;
mod dead_letter;
mod decide;
mod delivery;
mod error;
mod hidden_kinds;
mod page;
mod place;
mod settle;
mod state;
mod status;
mod step;
mod store;
mod wake_up;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::page::page_limit;
use crate::resources::EventPosition;
use crate::types::Cursor;

pub use checkpoint::Checkpoint;
pub use dead_letter::DeadLetter;
pub use delivery::{Delivery, PageDelivery};
pub use error::{CheckpointError, FeedError};
pub use status::{FeedFailure, FeedMonitor, FeedPhase, FeedStatus};
pub use store::{
    Acquired, CheckpointStore, CheckpointUpdate, FileCheckpoint, MemoryCheckpoint, StoreFuture,
};
pub use wake_up::WakeUp;

pub(crate) use checkpoint::AccountIds;
pub(crate) use decide::{spread_interval, wait_after};

use state::{Held, Pause, Replay, State};

/// Time between two polls that find nothing new.
const INTERVAL: Duration = Duration::from_secs(30);
/// Shortest interval.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);
/// Time for which an event may become visible after a later one.
const OVERLAP: Duration = Duration::from_secs(120);
/// Number of failures after which an event is given up.
const DEAD_LETTER_AFTER: u32 = 5;
/// Largest page that the service gives.
const PAGE_SIZE: u32 = 200;

/// Endless feed of the account's events. See [`Updates::follow`](crate::resources::Updates::follow) and the [module](self).
///
/// Settings come first, then [`next`](Self::next).
#[must_use = "a feed does nothing until it is polled"]
pub struct Feed {
    client: Client,
    store: Arc<dyn CheckpointStore>,
    settings: Settings,
    waker: WakeUp,
    monitor: FeedMonitor,
    state: State,
    /// The checkpoint, once it is acquired and known to be the account's.
    held: Option<Held>,
    pause: Option<Pause>,
    /// Requests that failed in a row.
    failures: u32,
    replays: VecDeque<Replay>,
}

#[derive(Debug)]
struct Settings {
    interval: Duration,
    overlap: Duration,
    dead_letter_after: u32,
    page_size: i32,
    start: Start,
}

/// Position at which a feed without checkpoint begins.
#[derive(Debug)]
enum Start {
    Behind(Option<Cursor>),
    Now,
}

impl Feed {
    pub(crate) fn new(client: &Client, store: impl CheckpointStore + 'static) -> Self {
        Self {
            client: client.clone(),
            store: Arc::new(store),
            settings: Settings {
                interval: INTERVAL,
                overlap: OVERLAP,
                dead_letter_after: DEAD_LETTER_AFTER,
                page_size: page_limit(PAGE_SIZE),
                start: Start::Behind(None),
            },
            waker: WakeUp::default(),
            monitor: FeedMonitor::new(client),
            state: State::Acquiring,
            held: None,
            pause: None,
            failures: 0,
            replays: VecDeque::new(),
        }
    }

    /// Sets the time between two polls that find nothing new: 30 seconds unless set, never below 100 milliseconds. A quarter more or
    /// less is left to chance.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings.interval = interval.max(SHORTEST_INTERVAL);
        self
    }

    /// Sets for how long an event may become visible after a later one: 2 minutes unless set. Zero switches the overlap off.
    ///
    /// The documentation does not say whether event 1042 can become visible after 1043. So each round of polls begins where the feed
    /// was two minutes ago, and skips the events that the checkpoint holds as handled: those of two minutes, the last 10,000 at most.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.settings.overlap = overlap;
        self
    }

    /// Sets after how many [failures](Delivery::fail) of its handler an event is given up: 5 unless set, at least 1.
    pub fn dead_letter_after(mut self, failures: u32) -> Self {
        self.settings.dead_letter_after = failures.max(1);
        self
    }

    /// Sets the most events to ask for at once, from 1 to 200; 200 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        self.settings.page_size = page_limit(size);
        self
    }

    /// Begins behind this cursor or event, if there is no checkpoint yet, instead of at the beginning of history.
    pub fn start_after(mut self, position: impl EventPosition) -> Self {
        self.settings.start = Start::Behind(position.into_cursor());
        self
    }

    /// Begins with the events that come from now on, if there is no checkpoint yet. The feed reads all pages once without delivering
    /// them, since no cursor for the end is documented. If that is interrupted, it begins anew the next time.
    pub fn start_now(mut self) -> Self {
        self.settings.start = Start::Now;
        self
    }

    /// Returns a handle that has the feed poll at once.
    #[must_use]
    pub fn waker(&self) -> WakeUp {
        self.waker.clone()
    }

    /// Returns a handle that tells how the feed is doing.
    #[must_use]
    pub fn monitor(&self) -> FeedMonitor {
        self.monitor.clone()
    }

    /// Returns dead letters with a number above `after`, in their order, at most `limit` of them. The first has the number 1.
    ///
    /// # Errors
    ///
    /// Fails if the store does.
    pub async fn dead_letters(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, CheckpointError> {
        self.store.dead_letters(after, limit).await
    }

    /// Delivers dead letters again, before anything else. A letter that is committed is removed; one that fails or is left stays.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> Result<(), opentrain::feed::FeedError> {
    /// use opentrain::feed::FileCheckpoint;
    ///
    /// let mut feed = client.updates().follow(FileCheckpoint::open("cursor.json")?);
    /// let letters = feed.dead_letters(0, 100).await?;
    /// feed.replay(letters);
    /// # Ok(())
    /// # }
    /// ```
    pub fn replay(&mut self, letters: impl IntoIterator<Item = DeadLetter>) {
        self.replays.extend(letters.into_iter().map(Replay::new));
    }

    /// Returns the next event that is not handled; the same one again until it is committed or given up. `None` once the feed has
    /// ended.
    ///
    /// # Errors
    ///
    /// An error ends the feed: it is one that a person must fix. Everything else is waited out, see [`monitor`](Self::monitor).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing. A request that is under way is sent again, a pause goes on where it was.
    pub async fn next(&mut self) -> Option<Result<Delivery<'_>, FeedError>> {
        match self.advance().await {
            Ok(true) => Some(Ok(Delivery::new(self))),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Returns the events of a page that are not handled, at least one, to be handled in any order and committed together.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// As [`next`](Self::next).
    pub async fn next_page(&mut self) -> Option<Result<PageDelivery<'_>, FeedError>> {
        match self.advance().await {
            Ok(true) => Some(Ok(PageDelivery::new(self))),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("settings", &self.settings)
            .field("store", &self.store)
            .field("status", &self.monitor.status())
            .finish_non_exhaustive()
    }
}
