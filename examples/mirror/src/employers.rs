//! A busy marketplace: employers on the mock who publish, edit and close jobs at random while the program under test waits. The tests of
//! the market feed use it too.

use std::collections::BTreeSet;
use std::fmt;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use opentrain::Clock;
use opentrain_mock::{Human, MockServer};
use serde_json::json;
use tokio::sync::Notify;

/// Time after the last operation within which everything is read: longer than any stored response lives.
const SETTLED_AFTER: Duration = Duration::from_secs(3 * 3600);
/// Operations in a burst, at most.
const BURST: u64 = 700;
/// Last operations, none of them in a burst: a snapshot after them would hide a change that was not applied.
const CALM: usize = 400;

/// Employers who publish, edit and close jobs whenever time passes.
struct Employers {
    human: Human,
    clock: opentrain_mock::Clock,
    open: Vec<String>,
    /// Operations that are still to come.
    left: usize,
    chance: u64,
    /// Time since the last operation.
    quiet: Duration,
}

impl Employers {
    /// Returns a number below the bound (xorshift).
    fn below(&mut self, bound: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % bound
    }

    fn operate(&mut self) {
        let Some(left) = self.left.checked_sub(1) else {
            return;
        };
        self.left = left;
        let pause = Duration::from_millis(1 + self.below(20));
        self.clock.advance(pause);
        // Every other time one of the newest: what caches have of it is soon old.
        let among = [self.open.len() as u64, 10][usize::from(self.below(2) == 0)];
        let back = 1 + self.below(among.max(1));
        let back = usize::try_from(back).expect("it is at most the number of jobs");
        let place = self.open.len().saturating_sub(back);
        match (self.below(10), self.open.get(place)) {
            (0..4, _) | (_, None) => {
                let published = self.human.employer_publishes(json!({}));
                self.open.push(published.expect("a job is published"));
            }
            (4..6, Some(job)) => {
                let title = json!({ "jobTitle": format!("Edit {left}") });
                let edited = self.human.employer_edits(job, title);
                edited.expect("an open job is edited");
            }
            (_, Some(_)) => {
                let closed = self.human.employer_closes(&self.open.swap_remove(place));
                closed.expect("an open job is closed");
            }
        }
    }

    /// Lets time pass, with a few operations in it, seldom with a burst of them.
    fn pass(&mut self, time: Duration) {
        let count = match self.below(100) {
            0 if self.left > CALM + BURST as usize => 100 + self.below(BURST - 100),
            _ => self.below(3),
        };
        (0..count).for_each(|_| self.operate());
        self.clock.advance(time);
        if self.left == 0 {
            self.quiet += time;
        }
    }
}

/// Clock of the client: it is the mock's, and waiting moves it. Clones share the employers.
#[derive(Clone)]
pub(crate) struct BusyClock {
    employers: Arc<Mutex<Employers>>,
    settled: Arc<Notify>,
    clock: opentrain_mock::Clock,
    start: (Instant, opentrain::jiff::Timestamp),
}

impl BusyClock {
    /// Makes the clock of a mock that has so many seeded jobs, and has so many operations happen.
    pub(crate) fn new(server: &MockServer, jobs: usize, operations: usize, seed: u64) -> Self {
        let clock = server.clock().clone();
        let employers = Employers {
            human: server.human(),
            clock: clock.clone(),
            open: (1..=jobs)
                .map(|number| format!("job_{number:06}"))
                .collect(),
            left: operations,
            // It must not be zero.
            chance: 0x9e37_79b9_7f4a_7c15 ^ (seed << 1),
            quiet: Duration::ZERO,
        };
        Self {
            employers: Arc::new(Mutex::new(employers)),
            settled: Arc::default(),
            start: (Instant::now(), clock.now()),
            clock,
        }
    }

    fn employers(&self) -> MutexGuard<'_, Employers> {
        self.employers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Has so many operations happen now.
    pub(crate) fn operate(&self, count: usize) {
        (0..count).for_each(|_| self.employers().operate());
    }

    /// Returns how many operations are still to come.
    pub(crate) fn left(&self) -> usize {
        self.employers().left
    }

    /// Returns the ids of the open jobs.
    pub(crate) fn open(&self) -> BTreeSet<String> {
        self.employers().open.iter().cloned().collect()
    }

    /// Waits until all operations have happened and so much time has passed that every response that was stored before is gone.
    pub(crate) async fn settled(&self) {
        self.settled.notified().await;
    }
}

impl fmt::Debug for BusyClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BusyClock")
    }
}

impl Clock for BusyClock {
    fn now(&self) -> Instant {
        let passed = self.clock.now().duration_since(self.start.1);
        self.start.0 + passed.unsigned_abs()
    }

    fn system_time(&self) -> SystemTime {
        self.clock.now().into()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut employers = self.employers();
        if employers.quiet > SETTLED_AFTER {
            self.settled.notify_one();
            return Box::pin(pending());
        }
        employers.pass(duration);
        Box::pin(ready(()))
    }
}
