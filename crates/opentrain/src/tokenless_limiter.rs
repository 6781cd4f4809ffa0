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
mod tests {
    use super::{Logged, Permit, TokenlessLimiter};
    use crate::clock::Clock;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::time::{Duration, Instant, SystemTime};
    use tokio::time::timeout;

    const MINUTE: Duration = Duration::from_secs(60);
    const MOMENT: Duration = Duration::from_millis(1);

    /// The time of a paused runtime: it goes on by itself when every task waits.
    #[derive(Debug)]
    struct PausedClock;

    impl Clock for PausedClock {
        fn now(&self) -> Instant {
            tokio::time::Instant::now().into_std()
        }

        fn system_time(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(tokio::time::sleep(duration))
        }
    }

    fn limiter(capacity: usize) -> Arc<TokenlessLimiter> {
        Arc::new(TokenlessLimiter::new(capacity, MINUTE))
    }

    async fn acquire(limiter: &TokenlessLimiter) -> Permit<'_> {
        limiter.acquire(&PausedClock, None).await.unwrap()
    }

    async fn send(limiter: &TokenlessLimiter) {
        acquire(limiter).await.spend();
    }

    /// Spawns a task with a call, which returns the second in which it was sent.
    fn call(limiter: &Arc<TokenlessLimiter>) -> tokio::task::JoinHandle<u64> {
        let (limiter, start) = (Arc::clone(limiter), PausedClock.now());
        tokio::spawn(async move {
            send(&limiter).await;
            (PausedClock.now() - start).as_secs()
        })
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_its_share() {
        let limiter = limiter(3);
        let calls: Vec<_> = (0..7).map(|_| call(&limiter)).collect();
        let mut sent = Vec::new();
        for call in calls {
            sent.push(call.await.unwrap());
        }
        assert_eq!(sent, [0, 0, 0, 60, 60, 60, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_free_again_when_its_window_has_passed() {
        let limiter = limiter(1);
        send(&limiter).await;
        tokio::time::advance(MINUTE - MOMENT).await;
        assert_eq!(
            limiter.acquire(&PausedClock, Some(MOMENT)).await.err(),
            Some(MOMENT)
        );
        tokio::time::advance(MOMENT).await;
        assert!(limiter.acquire(&PausedClock, Some(MOMENT)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_counts_from_the_moment_that_it_is_spent() {
        let limiter = limiter(1);
        let start = PausedClock.now();
        let permit = acquire(&limiter).await;
        tokio::time::advance(Duration::from_secs(10)).await;
        permit.spend();
        send(&limiter).await;
        assert_eq!(PausedClock.now() - start, Duration::from_secs(70));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_cannot_wait_take_no_place() {
        let limiter = limiter(1);
        let patience = Some(Duration::from_secs(60));
        send(&limiter).await;
        for _ in 0..100 {
            let refused = limiter.acquire(&PausedClock, patience).await;
            assert_eq!(refused.err(), Some(MINUTE));
        }
        assert_eq!(call(&limiter).await.unwrap(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_are_dropped_give_their_places_back() {
        let limiter = limiter(120);
        for _ in 0..120 {
            send(&limiter).await;
        }
        for _ in 0..240 {
            assert!(timeout(MOMENT, acquire(&limiter)).await.is_err());
        }
        // The wait is a minute less the 240 ms that the dropped calls took.
        assert_eq!(call(&limiter).await.unwrap(), 59);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_behind_a_dropped_one_move_up() {
        let limiter = limiter(1);
        send(&limiter).await;
        let (first, second) = (call(&limiter), call(&limiter));
        tokio::time::sleep(Duration::from_secs(10)).await;
        first.abort();
        assert_eq!(second.await.unwrap(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_that_is_dropped_wakes_the_call_behind_it() {
        let limiter = limiter(1);
        let permit = acquire(&limiter).await;
        let waiting = call(&limiter);
        tokio::time::sleep(Duration::from_secs(10)).await;
        drop(permit);
        assert_eq!(waiting.await.unwrap(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_call_does_not_overtake() {
        let limiter = limiter(1);
        send(&limiter).await;
        let early = call(&limiter);
        tokio::time::sleep(Duration::from_secs(30)).await;
        let late = call(&limiter);
        // Both wake at the end of the window at the latest; 30 + 90 seconds are the end of the next one.
        assert_eq!((early.await.unwrap(), late.await.unwrap()), (60, 90));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_closes_the_limit_for_a_window_even_if_older_requests_leave() {
        let limiter = limiter(3);
        send(&limiter).await;
        tokio::time::advance(Duration::from_secs(20)).await;
        send(&limiter).await;
        limiter.refused(PausedClock.now());
        limiter.refused(PausedClock.now());
        let (first, second) = (call(&limiter), call(&limiter));
        assert_eq!((first.await.unwrap(), second.await.unwrap()), (60, 60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_taken_back_is_free_for_the_next_call() {
        let limiter = limiter(1);
        let permit = limiter.acquire(&PausedClock, None).await.unwrap();
        permit.spend().take_back();
        assert_eq!(call(&limiter).await.unwrap(), 0);
        assert_eq!(call(&limiter).await.unwrap(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_closes_a_limit_without_requests_for_a_window() {
        let limiter = limiter(3);
        send(&limiter).await;
        tokio::time::advance(MINUTE).await;
        limiter.refused(PausedClock.now());
        assert_eq!(call(&limiter).await.unwrap(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_the_waits_that_become_too_long() {
        let limiter = limiter(2);
        send(&limiter).await;
        let first = acquire(&limiter).await;
        let waiting = {
            let limiter = Arc::clone(&limiter);
            let patience = Some(Duration::from_secs(65));
            tokio::spawn(async move { limiter.acquire(&PausedClock, patience).await.err() })
        };
        tokio::time::sleep(Duration::from_secs(30)).await;
        limiter.refused(PausedClock.now());
        first.spend();
        assert_eq!(waiting.await.unwrap(), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_wait_is_logged_once_and_again_if_it_becomes_long() {
        let seconds = Duration::from_secs;
        let mut logged = Logged::Nothing;
        let mut stages = Vec::new();
        for (waited, wait) in [(0, 4), (1, 3), (4, 1), (5, 1), (0, 4)] {
            logged.log(seconds(waited), seconds(wait));
            stages.push(logged);
        }
        let (short, long) = (Logged::ShortWait, Logged::LongWait);
        assert_eq!(stages, [short, short, short, long, long]);
    }
}
