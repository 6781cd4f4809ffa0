//! The driver of a market feed: sends the requests that the state machine asks for, waits, and hands its events out.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, info};

use super::MarketEvent;
use super::failure::{is_refused, is_waited_out, of_job};
use super::fetched::Fetched;
use super::saved_position::{HeldStore, checkpoint_since, since};
use super::sync::{MarketSync, PAGE_SIZE, RepeatedCursor, Step};
use crate::client::Client;
use crate::clock::fraction;
use crate::error::{AttemptError, Error, ErrorKind, with_causes};
use crate::feed::{
    Acquired, Checkpoint, CheckpointError, CheckpointStore, spread_interval, wait_after,
};
use crate::retry::RetryAdvice;
use crate::types::{Cursor, JobId, Timestamp};

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(60);
/// Shortest interval.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// Endless feed of the marketplace: all open jobs, then their changes. See [`Jobs::follow`](crate::resources::Jobs::follow) and the
/// [module](super).
///
/// Settings come first, then [`next`](Self::next).
#[must_use = "a feed does nothing until `next` is awaited"]
pub struct MarketFeed {
    client: Client,
    interval: Duration,
    sync: MarketSync,
    events: VecDeque<MarketEvent>,
    /// Position before the events that wait to be taken.
    before: Option<Checkpoint>,
    pause_until: Option<Instant>,
    /// Requests that failed in a row.
    failures: u32,
    /// Store of the position, if there is one.
    held: Option<HeldStore>,
    has_ended: bool,
}

impl MarketFeed {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            interval: INTERVAL,
            sync: MarketSync::new(),
            events: VecDeque::new(),
            before: None,
            pause_until: None,
            failures: 0,
            held: None,
            has_ended: false,
        }
    }

    /// Goes on from a stored [`position`](Self::position) instead of beginning with a snapshot; `None` begins with one.
    ///
    /// Changes of the hour before come again. If too many changes were missed, a snapshot follows.
    ///
    /// # Errors
    ///
    /// Fails with [`CheckpointError::Foreign`] if the position is of another base URL or of the feed of an account.
    pub fn resume(
        mut self,
        position: impl Into<Option<Checkpoint>>,
    ) -> Result<Self, CheckpointError> {
        let since = position
            .into()
            .map(|position| since(position, self.client.base_url()));
        if let Some(since) = since.transpose()?.flatten() {
            self.sync.resume(since);
        }
        Ok(self)
    }

    /// Goes on from the position in a store, and has [`commit`](Self::commit) save it there. While another feed has the checkpoint,
    /// waits for it.
    ///
    /// Use this where the jobs are not kept in a database that could keep the [`position`](Self::position) with them. The store of an
    /// account's feed is refused: each feed needs a store of its own.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use opentrain::feed::FileCheckpoint;
    ///
    /// let mut feed = client.jobs().follow().resume_from(FileCheckpoint::open("market.json")?).await?;
    /// while let Some(event) = feed.next().await {
    ///     println!("{:?}", event?); // keep the job here
    ///     feed.commit().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the store does, and as [`resume`](Self::resume).
    pub async fn resume_from(
        self,
        store: impl CheckpointStore + 'static,
    ) -> Result<Self, CheckpointError> {
        let store: Arc<dyn CheckpointStore> = Arc::new(store);
        loop {
            match store.acquire().await? {
                Acquired::Granted { epoch, checkpoint } => {
                    let saved = checkpoint.map(|checkpoint| *checkpoint);
                    let mut feed = self.resume(saved.clone())?;
                    feed.held = Some(HeldStore {
                        store,
                        epoch,
                        saved,
                    });
                    return Ok(feed);
                }
                Acquired::Held { retry_after } => {
                    let wait = spread_interval(retry_after.max(SHORTEST_INTERVAL), self.fraction());
                    self.client.shared().clock.sleep(wait).await;
                }
            }
        }
    }

    /// Sets the time between two rounds: a minute unless set, a second at least. A random quarter is added or taken off.
    ///
    /// A round costs one request, and one more for each changed job.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(SHORTEST_INTERVAL);
        self
    }

    /// Sets the number of changes from which on the response of the service counts as cut: 5,000 unless set, as documented.
    pub fn changes_cap(mut self, cap: usize) -> Self {
        self.sync.cap = cap.max(1);
        self
    }

    /// Returns where another feed can go on once the events so far are applied: store it after applying an event, at best together
    /// with what the event changes. `None` as long as a snapshot is needed: keep the stored one then.
    #[must_use]
    pub fn position(&self) -> Option<Checkpoint> {
        if !self.events.is_empty() {
            return self.before.clone();
        }
        let since = self.sync.resume_at()?;
        Some(checkpoint_since(self.client.base_url(), since))
    }

    /// Saves the [`position`](Self::position) in the store of [`resume_from`](Self::resume_from), if it has moved: the events so far
    /// are applied. Does nothing while a snapshot is needed, and without a store.
    ///
    /// # Errors
    ///
    /// Fails if the store does; with [`CheckpointError::Fenced`] if another feed has acquired the checkpoint since. Nothing is saved
    /// then, and calling it again is safe.
    pub async fn commit(&mut self) -> Result<(), CheckpointError> {
        match (self.position(), &mut self.held) {
            (Some(position), Some(held)) => held.save(position).await,
            _ => Ok(()),
        }
    }

    /// Returns the next event, and waits for it as long as it takes. `None` after an error.
    ///
    /// Failures that may pass are waited out: time-outs, broken connections, 5xx, 429, pages of gateways and firewalls. Requests stay
    /// within the limit of 120 a minute, which the [client](Client#limits) keeps.
    ///
    /// # Errors
    ///
    /// Fails if the service refuses the requests as such, if its responses are no longer as this version reads them, or if the search
    /// names a cursor again that it has named before. The feed has ended then.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, no event is lost. A request that was under way is sent again.
    pub async fn next(&mut self) -> Option<crate::Result<MarketEvent>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(event));
            }
            if self.has_ended {
                return None;
            }
            if let Err(error) = self.advance().await {
                self.has_ended = true;
                return Some(Err(error));
            }
        }
    }

    /// Takes a step: at most one pause and one request.
    async fn advance(&mut self) -> crate::Result<()> {
        self.rest().await;
        self.keep_store().await;
        let step = self.sync.step();
        self.before = self.position();
        let outcome = match step {
            Step::Page(cursor) => self.read_page(cursor).await,
            Step::Changes(since) => self.read_changes(since).await,
            Step::Job(id) => self.read_job(&id).await,
            Step::Rest => {
                self.pause(spread_interval(self.interval, self.fraction()));
                self.sync.rested();
                return Ok(());
            }
        };
        match outcome {
            Ok(events) => {
                self.failures = 0;
                self.events.extend(events);
                Ok(())
            }
            Err(error) => self.failed(error),
        }
    }

    async fn read_page(&mut self, cursor: Option<Cursor>) -> crate::Result<Vec<MarketEvent>> {
        let search = self.client.jobs().search().page_size(PAGE_SIZE);
        let search = match cursor {
            Some(cursor) => search.start_at(cursor),
            None => search,
        };
        let page = search.await?;
        let events = self.sync.page_arrived(page);
        events.map_err(|RepeatedCursor| {
            let failure = AttemptError::of(ErrorKind::RepeatedCursor);
            Error::new(failure, "jobs_search", RetryAdvice::No)
        })
    }

    async fn read_changes(&mut self, since: Timestamp) -> crate::Result<Vec<MarketEvent>> {
        let window = self.client.jobs().changes(since).await?;
        debug!(%since, changes = window.changes.len(), "read the changes of the marketplace");
        Ok(self.sync.window_arrived(window))
    }

    async fn read_job(&mut self, id: &JobId) -> crate::Result<Vec<MarketEvent>> {
        let fetched = match self.client.jobs().get(id).await {
            Ok(job) => Fetched::Found(Box::new(job)),
            Err(error) => of_job(error)?,
        };
        Ok(self.sync.job_arrived(fetched))
    }

    /// Waits a failure out, or returns why it ends the feed.
    fn failed(&mut self, error: Error) -> crate::Result<()> {
        if is_refused(&error) && self.sync.refused() {
            info!(error = %with_causes(&error), "the market feed begins a new snapshot");
            return Ok(());
        }
        if !is_waited_out(&error) {
            return Err(error);
        }
        self.failures = self.failures.saturating_add(1);
        let wait = wait_after(&error, self.failures, self.fraction());
        info!(error = %with_causes(&error), ?wait, failures = self.failures, "the market feed waits a failure out");
        self.pause(wait);
        Ok(())
    }

    fn pause(&mut self, wait: Duration) {
        let now = self.client.shared().clock.now();
        // An instant that the clock cannot show is no pause at all, rather than a panic.
        self.pause_until = now.checked_add(wait);
    }

    /// Waits until the pause is over.
    async fn rest(&mut self) {
        let Some(until) = self.pause_until else {
            return;
        };
        let clock = &self.client.shared().clock;
        let left = until.saturating_duration_since(clock.now());
        if !left.is_zero() {
            clock.sleep(left).await;
        }
        self.pause_until = None;
    }

    /// Keeps the checkpoint for longer.
    async fn keep_store(&self) {
        let Some(held) = &self.held else {
            return;
        };
        if let Err(error) = held.store.renew(held.epoch).await {
            // Without the checkpoint, the next commit fails and says why.
            info!(error = %with_causes(&error), "the market feed did not keep its checkpoint for longer");
        }
    }

    fn fraction(&self) -> f64 {
        fraction(self.client.shared().jitter.bits())
    }
}

impl fmt::Debug for MarketFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MarketFeed")
            .field("step", &self.sync.step())
            .field("position", &self.position())
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
