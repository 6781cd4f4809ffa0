//! Keeps the calls that need no token below the service's limit of 120 a minute.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tracing::{debug, info};

use crate::clock::Clock;

/// Number of requests to tokenless endpoints that the service accepts from one address in a minute.
/// Source: <https://www.opentrain.ai/docs/developers/api-reference/jobs/search/>.
pub(crate) const TOKENLESS_PER_MINUTE: usize = 120;
/// Longest wait that is not logged at INFO.
const SHORT_WAIT: Duration = Duration::from_secs(5);

/// A limit of requests in any window of time. First come, first served.
#[derive(Debug)]
pub(crate) struct TokenlessLimiter {
    capacity: usize,
    window: Duration,
    places: Mutex<Places>,
    /// Wakes the calls that wait, because a place before some of them was given back.
    given_back: Notify,
}

/// The requests that count, and the places of the calls that have sent nothing yet.
#[derive(Debug, Default)]
struct Places {
    /// Times at which the requests of the last window were sent, oldest first.
    sent: VecDeque<Instant>,
    /// The numbers of the places that are taken and not spent, lowest first.
    reserved: VecDeque<u64>,
    next_number: u64,
}

impl TokenlessLimiter {
    pub(crate) fn new(capacity: usize, window: Duration) -> Self {
        Self {
            capacity,
            window,
            places: Mutex::default(),
            given_back: Notify::new(),
        }
    }

    /// Takes a place behind all earlier calls and waits until a request may be sent from it.
    ///
    /// # Errors
    ///
    /// Fails with the time to wait if that does not end within `patience`, and takes no place then. This is known at once,
    /// unless [`refused`](Self::refused) makes the wait longer later.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the place back, and the calls behind it move up.
    pub(crate) async fn acquire<'a>(
        &'a self,
        clock: &'a dyn Clock,
        patience: Option<Duration>,
    ) -> Result<Permit<'a>, Duration> {
        let permit = self.reserve(clock);
        let (started, mut logged) = (clock.now(), Logged::Nothing);
        loop {
            // Made before the wait is computed, so that no place that is given back from then on is missed.
            let mut given_back = pin!(self.given_back.notified());
            let now = clock.now();
            let wait = self.wait(permit.number, now);
            if wait.is_zero() {
                return Ok(permit);
            }
            let waited = now.saturating_duration_since(started);
            if patience.is_some_and(|patience| waited + wait >= patience) {
                return Err(wait);
            }
            logged.log(waited, wait);
            let mut sleep = clock.sleep(wait);
            poll_fn(|context| match sleep.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => given_back.as_mut().poll(context),
            })
            .await;
        }
    }

    /// Learns that the service refused a request because of the limit, without saying for how long. Others at the same address
    /// have used up what this client has not, so the limit is closed for a whole window.
    pub(crate) fn refused(&self, now: Instant) {
        let mut places = self.places();
        places.sent.clear();
        places.sent.resize(self.capacity, now);
    }

    fn reserve<'a>(&'a self, clock: &'a dyn Clock) -> Permit<'a> {
        let mut places = self.places();
        let number = places.next_number;
        places.next_number += 1;
        places.reserved.push_back(number);
        Permit {
            limiter: self,
            clock,
            number,
        }
    }

    /// Returns how long it is until the place with this number may be spent, if all before it are spent as early as possible.
    fn wait(&self, number: u64, now: Instant) -> Duration {
        let mut places = self.places();
        places.forget(now, self.window);
        let reserved_before = places.reserved.partition_point(|other| *other < number);
        let position = places.sent.len() + reserved_before;
        // A request waits for the one that is `capacity` before it to leave the window, which may itself have to wait.
        let windows = u32::try_from(position / self.capacity).unwrap_or(u32::MAX);
        let first = places.sent.get(position % self.capacity);
        let start = first.map_or(now, |sent| *sent) + self.window.saturating_mul(windows);
        start.saturating_duration_since(now)
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// Removes the requests that have left the window.
    fn forget(&mut self, now: Instant, window: Duration) {
        let has_left = |sent: &Instant| now.saturating_duration_since(*sent) >= window;
        while self.sent.front().is_some_and(has_left) {
            self.sent.pop_front();
        }
    }

    /// Removes a place that is not spent. Returns how many are behind it; `None` if there is no such place.
    fn remove(&mut self, number: u64) -> Option<usize> {
        let index = self.reserved.binary_search(&number).ok()?;
        self.reserved.remove(index);
        Some(self.reserved.len() - index)
    }
}

/// A place in the limit. Dropped before it is spent, it goes back, and the calls behind it move up.
#[derive(Debug)]
#[must_use = "a permit that is dropped gives its place back"]
pub(crate) struct Permit<'a> {
    limiter: &'a TokenlessLimiter,
    clock: &'a dyn Clock,
    number: u64,
}

impl<'a> Permit<'a> {
    /// Uses the place for a request that is sent now: it counts for one window from this moment.
    pub(crate) fn spend(self) -> Spent<'a> {
        let now = self.clock.now();
        let limiter = self.limiter;
        let mut places = limiter.places();
        places.remove(self.number);
        places.sent.push_back(now);
        drop(places);
        Spent { limiter, at: now }
    }
}

/// Place that was spent. It counts for its window even if this is dropped.
#[derive(Debug)]
pub(crate) struct Spent<'a> {
    limiter: &'a TokenlessLimiter,
    at: Instant,
}

impl Spent<'_> {
    /// Gives the place back: the request never reached the service.
    pub(crate) fn take_back(self) {
        let mut places = self.limiter.places();
        if let Some(index) = places.sent.iter().rposition(|sent| *sent == self.at) {
            places.sent.remove(index);
            drop(places);
            self.limiter.given_back.notify_waiters();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let behind = self.limiter.places().remove(self.number);
        if behind.is_some_and(|behind| behind > 0) {
            self.limiter.given_back.notify_waiters();
        }
    }
}

/// The most that was logged of the wait of one call.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Logged {
    Nothing,
    ShortWait,
    LongWait,
}

impl Logged {
    /// Logs a wait, unless as much was logged before.
    fn log(&mut self, waited: Duration, wait: Duration) {
        let news = Self::of(waited + wait);
        match news {
            _ if news <= *self => return,
            Self::LongWait => info!(wait = ?wait, "{HELD_BACK}"),
            _ => debug!(wait = ?wait, "{HELD_BACK}"),
        }
        *self = news;
    }

    fn of(wait: Duration) -> Self {
        match wait > SHORT_WAIT {
            true => Self::LongWait,
            false => Self::ShortWait,
        }
    }
}

/// Log message of a call that waits.
const HELD_BACK: &str = "a call is held back, to stay below the limit of requests a minute to the endpoints that need no token";

#[cfg(test)]
mod tests;
