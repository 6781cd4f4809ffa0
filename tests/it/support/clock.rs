//! Manual clock: waiting moves it at once.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use opentrain::Clock;

/// Clock whose waits take no time and are recorded.
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
    /// Returns every wait so far.
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

/// Clock whose waits advance the mock's clock. A human may act after each wait.
#[derive(Clone)]
pub(crate) struct SharedClock {
    own: TestClock,
    mock: opentrain_mock::Clock,
    /// Factor by which the mock's clock runs faster.
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

    /// Makes the mock's clock run faster by a factor: hours pass there in few requests.
    pub(crate) fn faster(mut self, factor: u32) -> Self {
        self.factor = factor;
        self
    }

    /// Returns every wait so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.own.waits()
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Instant {
        self.own.now()
    }

    /// Returns the time of a machine whose clock is three years behind the service.
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
