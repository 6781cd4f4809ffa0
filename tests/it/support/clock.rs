//! A clock that a test holds in its hand: waiting moves it at once.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use opentrain::Clock;

/// Waiting takes no time; what was waited for is kept.
#[derive(Clone, Debug)]
pub(crate) struct TestClock {
    start: Instant,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            waits: Arc::default(),
        }
    }
}

impl TestClock {
    /// Every wait so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.start + self.waits().iter().sum::<Duration>()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.waits.lock().unwrap().push(duration);
        Box::pin(ready(()))
    }
}

/// A clock whose waits move the mock's clock along, and after each of which people may act.
#[derive(Clone)]
pub(crate) struct SharedClock {
    own: TestClock,
    mock: opentrain_mock::Clock,
    /// How much faster the mock's clock runs.
    factor: u32,
    act: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl SharedClock {
    /// Shares the time of a mock. After each wait, `act` gets the time that has been waited for in all.
    pub(crate) fn new(
        mock: &opentrain_mock::Clock,
        act: impl Fn(Duration) + Send + Sync + 'static,
    ) -> Self {
        Self {
            own: TestClock::default(),
            mock: mock.clone(),
            factor: 1,
            act: Arc::new(act),
        }
    }

    /// Lets the mock's clock run so many times as fast: hours pass there in few requests.
    pub(crate) fn faster(mut self, factor: u32) -> Self {
        self.factor = factor;
        self
    }

    /// Every wait so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.own.waits()
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Instant {
        self.own.now()
    }

    /// This machine's clock is three years behind the service.
    fn system_time(&self) -> SystemTime {
        self.own.system_time()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.mock.advance(duration * self.factor);
        let slept = self.own.sleep(duration);
        (self.act)(self.waits().iter().sum());
        slept
    }
}

impl std::fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedClock")
    }
}
