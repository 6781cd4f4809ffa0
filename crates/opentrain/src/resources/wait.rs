//! Waiting for a human: a thing is read again until it is decided.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::{Duration, Instant};

use crate::call::Call;
use crate::client::Client;
use crate::clock::fraction;
use crate::error::Error;
use crate::retry::RetryAdvice;
use crate::server_clock::ServerClock;
use crate::types::Timestamp;

/// First pause between two reads.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Longest pause: an hour of waiting is 120 reads.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Shortest pause: no human decides faster.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
/// Slowest steady pace.
const SLOWEST_PAUSE: Duration = Duration::from_secs(24 * 3600);
/// Time that a read may take even if less is left.
const SHORTEST_READ: Duration = Duration::from_secs(2);
/// Number of reads in a row that may fail.
const MOST_FAILURES: u32 = 20;
/// Growth of a pause.
const GROWTH: f64 = 1.5;

/// Thing that a human decides: an [`Approval`](crate::types::Approval) or a [`CreditTopUp`](crate::types::CreditTopUp).
pub trait Awaited: sealed::Awaited {}

impl<T: sealed::Awaited> Awaited for T {}

pub(super) mod sealed {
    use super::{Call, Client, Timestamp};

    /// Functions of an awaited thing, for this crate alone.
    pub trait Awaited: Clone + Send + Sized + 'static {
        /// Identifier of the thing.
        type Id: Clone + std::fmt::Debug + Send + Sync;
        /// Outcome of the wait.
        type Outcome;

        /// Returns the call that reads it.
        fn read(client: &Client, id: &Self::Id) -> Call<Self>;

        /// Returns its outcome. `None` while it is pending.
        fn outcome(&self) -> Option<Self::Outcome>;

        /// Returns the outcome of a wait whose deadline is over.
        fn still_pending(self) -> Self::Outcome;

        /// Returns its expiry, if the service tells it.
        fn expires_at(&self) -> Option<Timestamp>;
    }
}

/// Wait for a human: [`Approvals::wait`](super::Approvals::wait), [`Credits::wait_top_up`](super::Credits::wait_top_up).
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<T: Awaited> {
    client: Client,
    id: T::Id,
    pace: Pace,
}

impl<T: Awaited> Wait<T> {
    pub(super) fn new(client: &Client, id: &T::Id) -> Self {
        Self {
            client: client.clone(),
            id: id.clone(),
            pace: Pace::new(client),
        }
    }

    /// Limits the wait; a read that is under way at its end may take 2 seconds more. After it the outcome is `StillPending`, which is
    /// no error.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.pace.deadline = Some(deadline);
        self
    }

    /// Reads at a steady pace, not faster than every 100 milliseconds nor slower than once a day. It is read when it expires, too.
    pub fn every(mut self, pause: Duration) -> Self {
        self.pace.steady(pause);
        self
    }

    async fn run(mut self) -> crate::Result<T::Outcome> {
        let mut reader = Reader::new(&self.client);
        let mut pending: Option<T> = None;
        self.pace.start();
        loop {
            let call = T::read(&self.client, &self.id);
            let read = reader.read(call, self.pace.left()).await?;
            let pause = match read {
                Ok(value) => {
                    if let Some(outcome) = value.outcome() {
                        return Ok(outcome);
                    }
                    let expires_at = value.expires_at();
                    pending = Some(value);
                    reader.no_later_than(expires_at, self.pace.next())
                }
                Err(failure) if self.pace.is_over() && pending.is_none() => {
                    return Err(failure.error);
                }
                Err(failure) => failure.pause(self.pace.next(), &self.client),
            };
            if let (true, Some(pending)) = (self.pace.is_over(), &pending) {
                return Ok(pending.clone().still_pending());
            }
            self.pace.sleep(pause).await;
        }
    }
}

impl<T: Awaited> IntoFuture for Wait<T> {
    type Output = crate::Result<T::Outcome>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<T: Awaited> Clone for Wait<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            id: self.id.clone(),
            pace: self.pace.clone(),
        }
    }
}

impl<T: Awaited> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("id", &self.id)
            .field("deadline", &self.pace.deadline)
            .finish_non_exhaustive()
    }
}

/// Pauses of a wait, and its deadline.
#[derive(Clone)]
pub(super) struct Pace {
    client: Client,
    pub(super) deadline: Option<Duration>,
    pause: Duration,
    longest_pause: Duration,
    started: Instant,
}

impl Pace {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            started: client.shared().clock.now(),
            client: client.clone(),
            deadline: None,
            pause: FIRST_PAUSE,
            longest_pause: LONGEST_PAUSE,
        }
    }

    pub(super) fn steady(&mut self, pause: Duration) {
        self.pause = pause.clamp(SHORTEST_PAUSE, SLOWEST_PAUSE);
        self.longest_pause = self.pause;
    }

    /// Begins the wait, which the deadline counts from.
    pub(super) fn start(&mut self) {
        self.started = self.client.shared().clock.now();
    }

    /// Returns the next pause without taking it.
    pub(super) fn pause(&self) -> Duration {
        self.pause
    }

    /// Returns the next pause. The one after it is longer.
    pub(super) fn next(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = pause.mul_f64(GROWTH).min(self.longest_pause);
        pause
    }

    /// Returns the time to the deadline, if there is one.
    pub(super) fn left(&self) -> Option<Duration> {
        let now = self.client.shared().clock.now();
        let waited = now.saturating_duration_since(self.started);
        self.deadline
            .map(|deadline| deadline.saturating_sub(waited))
    }

    pub(super) fn is_over(&self) -> bool {
        self.left().is_some_and(|left| left.is_zero())
    }

    /// Sleeps, but not beyond the deadline: one more read follows there.
    pub(super) async fn sleep(&mut self, pause: Duration) {
        let left = self.left().unwrap_or(pause);
        self.client.shared().clock.sleep(pause.min(left)).await;
    }
}

/// Reads of a wait. Failures that may pass do not end it, up to a number in a row.
pub(super) struct Reader {
    client: Client,
    pub(super) server: ServerClock,
    failures: u32,
}

/// Failure of a read that may pass.
pub(super) struct Failure {
    pub(super) error: Error,
    asked: Option<Duration>,
}

impl Reader {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            server: ServerClock::new(client),
            failures: 0,
        }
    }

    /// Reads once, for no longer than what is left. The outer error ends the wait.
    pub(super) async fn read<T: Send + 'static>(
        &mut self,
        call: Call<T>,
        left: Option<Duration>,
    ) -> crate::Result<Result<T, Failure>> {
        let call = match left {
            Some(left) => call.total_timeout(left.max(SHORTEST_READ)),
            None => call,
        };
        let token = self.client.token().changes();
        let error = match call.with_response().await {
            Ok(response) => {
                self.server.observe(Some(response.headers()));
                self.failures = 0;
                return Ok(Ok(response.into_value()));
            }
            Err(error) => error,
        };
        self.server.observe(error.headers());
        // The token of this request was perhaps revoked by a claim or a rotation.
        let is_outdated = error.is_unauthorized()
            && (self.client.is_token_changing() || self.client.token().changes() != token);
        let asked = match error.retry_advice() {
            RetryAdvice::Retry { after } => after,
            _ if is_outdated => None,
            _ => return Err(error),
        };
        if self.failures == MOST_FAILURES {
            return Err(error);
        }
        self.failures += 1;
        Ok(Err(Failure { error, asked }))
    }

    /// Returns a pause that ends when the thing expires. It expires only when it is read.
    pub(super) fn no_later_than(&self, expires_at: Option<Timestamp>, pause: Duration) -> Duration {
        let left = expires_at.map(|expires_at| self.server.until(expires_at));
        let left = left.filter(|left| !left.is_zero());
        left.map_or(pause, |left| left.min(pause))
    }
}

impl Failure {
    /// Returns the pause after it: at least what the service asked for, spread so that clients that were refused together do not come
    /// back together.
    pub(super) fn pause(&self, pause: Duration, client: &Client) -> Duration {
        let spread = pause.mul_f64(fraction(client.shared().jitter.bits()));
        self.asked.map_or(pause, |asked| pause.max(asked + spread))
    }
}
