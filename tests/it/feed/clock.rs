//! A clock that passes over as many waits as a test allows, and then stands still.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use opentrain::Clock;

/// Clock in the hand of a test. Clones are the same clock.
#[derive(Clone, Debug)]
pub(super) struct FeedClock {
    start: Instant,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    passed: Duration,
    waits: Vec<Duration>,
    /// Waits that may still pass.
    allowed: usize,
    /// Number of waits that stand.
    standing: usize,
    wakers: Vec<Waker>,
}

impl Default for FeedClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            inner: Arc::default(),
        }
    }
}

impl FeedClock {
    /// Returns a clock that passes over so many waits.
    pub(super) fn allowing(waits: usize) -> Self {
        let clock = Self::default();
        clock.allow(waits);
        clock
    }

    /// Passes over so many waits more.
    pub(super) fn allow(&self, waits: usize) {
        let mut inner = self.inner.lock().unwrap();
        inner.allowed += waits;
        inner.wakers.drain(..).for_each(Waker::wake);
    }

    /// Lets time pass while no wait is under way.
    pub(super) fn advance(&self, by: Duration) {
        self.inner.lock().unwrap().passed += by;
    }

    /// Returns the waits so far, including those that are not over.
    pub(super) fn waits(&self) -> Vec<Duration> {
        self.inner.lock().unwrap().waits.clone()
    }

    /// Waits until a wait stands.
    pub(super) async fn stopped(&self) {
        poll_fn(|context| {
            let mut inner = self.inner.lock().unwrap();
            if inner.standing > 0 {
                return Poll::Ready(());
            }
            inner.wakers.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Clock for FeedClock {
    fn now(&self) -> Instant {
        self.start + self.inner.lock().unwrap().passed
    }

    fn system_time(&self) -> SystemTime {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        start + self.inner.lock().unwrap().passed
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.inner.lock().unwrap().waits.push(duration);
        Box::pin(Sleep {
            clock: self.clone(),
            duration,
            is_standing: false,
        })
    }
}

struct Sleep {
    clock: FeedClock,
    duration: Duration,
    is_standing: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut inner = clock.inner.lock().unwrap();
        if inner.allowed > 0 {
            inner.allowed -= 1;
            inner.passed += self.duration;
            return Poll::Ready(());
        }
        if !self.is_standing {
            self.is_standing = true;
            inner.standing += 1;
            inner.wakers.drain(..).for_each(Waker::wake);
        }
        inner.wakers.push(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if self.is_standing {
            self.clock.inner.lock().unwrap().standing -= 1;
        }
    }
}
