//! The index against the mock's own jobs, after thousands of random publications, edits and closes.

use std::collections::BTreeSet;
use std::fmt;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use opentrain::market::{MarketEvent, MarketFeed, MarketIndex};
use opentrain::{Client, Clock};
use opentrain_mock::{ChangesCut, Human, MockServer};
use serde_json::json;
use tokio::sync::Notify;

use crate::support::{Mock, TOKEN, client as plain};

/// Jobs at the start.
const JOBS: usize = 400;
/// Changes in a response: a burst has more.
const CAP: usize = 250;
/// Time after the last operation within which everything is read: longer than any stored response lives.
const SETTLED_AFTER: Duration = Duration::from_secs(3 * 3600);

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
        let back = usize::try_from(1 + self.below(among)).unwrap();
        let place = self.open.len().saturating_sub(back);
        match self.below(10) {
            0..4 => self
                .open
                .push(self.human.employer_publishes(json!({})).unwrap()),
            4..6 => {
                let title = json!({"jobTitle": format!("Edit {left}")});
                self.human.employer_edits(&self.open[place], title).unwrap();
            }
            _ => {
                let job = self.open.swap_remove(place);
                self.human.employer_closes(&job).unwrap();
            }
        }
    }

    /// Lets time pass, with a few operations in it, seldom with a burst of them.
    fn pass(&mut self, time: Duration) {
        let count = match self.below(100) {
            0 => 100 + self.below(600),
            _ => self.below(3),
        };
        (0..count).for_each(|_| self.operate());
        self.clock.advance(time);
        if self.left == 0 {
            self.quiet += time;
        }
    }
}

/// Clock of the client: it is the mock's, and waiting moves it.
#[derive(Clone)]
struct BusyClock {
    employers: Arc<Mutex<Employers>>,
    settled: Arc<Notify>,
    clock: opentrain_mock::Clock,
    start: (Instant, opentrain::jiff::Timestamp),
}

impl fmt::Debug for BusyClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BusyClock")
    }
}

impl Clock for BusyClock {
    fn now(&self) -> Instant {
        let passed = self.clock.now().duration_since(self.start.1);
        self.start.0 + Duration::try_from(passed).unwrap()
    }

    fn system_time(&self) -> SystemTime {
        self.clock.now().into()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut employers = self.employers.lock().unwrap();
        if employers.quiet > SETTLED_AFTER {
            self.settled.notify_one();
            return Box::pin(pending());
        }
        employers.pass(duration);
        Box::pin(ready(()))
    }
}

fn busy_clock(server: &MockServer, open: Vec<String>, operations: usize) -> BusyClock {
    let clock = server.clock().clone();
    let employers = Employers {
        human: server.human(),
        clock: clock.clone(),
        open,
        left: operations,
        chance: 0x9e37_79b9_7f4a_7c15,
        quiet: Duration::ZERO,
    };
    BusyClock {
        employers: Arc::new(Mutex::new(employers)),
        settled: Arc::default(),
        start: (Instant::now(), clock.now()),
        clock,
    }
}

fn follow(client: &Client) -> MarketFeed {
    client.jobs().follow().changes_cap(CAP)
}

/// Applies events until nothing happens any more, and restarts the feed now and then. Returns the index and the number of snapshots.
async fn keep_index(client: &Client, clock: &BusyClock) -> (MarketIndex, usize) {
    let (mut index, mut stored, mut feed) = (MarketIndex::new(), None, follow(client));
    let (mut snapshots, mut events) = (0, 0);
    loop {
        let event = tokio::select! {
            event = feed.next() => event.unwrap().unwrap(),
            () = clock.settled.notified() => return (index, snapshots),
        };
        snapshots += usize::from(matches!(event, MarketEvent::SnapshotBegins));
        index.apply(event);
        stored = feed.position().or(stored);
        events += 1;
        // The marketplace changes between the pages of a snapshot too.
        if events % 17 == 0 {
            clock.employers.lock().unwrap().operate();
        }
        if events % 2_000 == 0 {
            (0..10).for_each(|_| clock.employers.lock().unwrap().operate());
            feed = follow(client).resume(stored.clone()).unwrap();
        }
    }
}

/// The index after so many random operations equals the mock's open jobs.
async fn stays_equal(cut: ChangesCut, operations: usize) {
    let refused = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&refused);
    let builder = MockServer::builder()
        .jobs(JOBS)
        .edge_cache(true)
        .changes_cap(CAP)
        .changes_cut(cut)
        .unsorted_changes(true)
        .rate_limits(true)
        .on_request(move |request| {
            counter.fetch_add(usize::from(request.status == 429), Ordering::Relaxed);
        });
    let server = Mock::start_from(builder).await;
    let open = (1..=JOBS)
        .map(|number| format!("job_{number:06}"))
        .collect();
    let clock = busy_clock(&server, open, operations);
    let settings = Client::builder().base_url(server.base_url()).token(TOKEN);
    let client = settings.clock(clock.clone()).build().unwrap();
    let (index, snapshots) = keep_index(&client, &clock).await;
    let (open, left) = {
        let employers = clock.employers.lock().unwrap();
        (BTreeSet::from_iter(employers.open.clone()), employers.left)
    };
    assert_eq!(left, 0);
    let ids = index.iter().map(|job| job.id.to_string());
    assert_eq!(BTreeSet::from_iter(ids), open, "{cut:?}");
    // Pages of another size are not in the cache. The rate limit has room a minute later.
    server.clock().advance(Duration::from_secs(60));
    let fresh = plain(&server).jobs().search().page_size(97).items();
    let mut fresh = fresh.try_collect().await.unwrap();
    fresh.sort_by(|one, other| one.id.cmp(&other.id));
    assert!(index.iter().eq(&fresh), "the versions differ, {cut:?}");
    assert!(
        snapshots > 2,
        "only {snapshots} snapshots, so the cap was not reached"
    );
    assert_eq!(
        refused.load(Ordering::Relaxed),
        0,
        "requests beyond the rate limit"
    );
}

#[tokio::test]
async fn the_index_stays_equal_if_the_newest_changes_are_left_out() {
    stays_equal(ChangesCut::Newest, 2_500).await;
}

#[tokio::test]
async fn the_index_stays_equal_if_until_is_the_present_time() {
    stays_equal(ChangesCut::NewestUntilNow, 10_000).await;
}

#[tokio::test]
async fn the_index_stays_equal_if_the_oldest_changes_are_left_out() {
    stays_equal(ChangesCut::Oldest, 10_000).await;
}
