//! Connections that break, and a database that is away for a time.

use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use opentrain::Clock;
use opentrain::feed::{Acquired, CheckpointStore, Feed};
use opentrain_postgres::PostgresCheckpoint;
use opentrain_postgres::tokio_postgres::NoTls;
use tokio::sync::oneshot;

use super::proxy::{Loss, PASSWORD, Proxy};
use super::warnings::Warnings;
use super::{Database, commit_next, feed_of};
use crate::feed::{FeedClock, me, page};
use crate::support::{Scripted, chain};

/// Time after which an attempt is given up.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(10);
/// Part of the statement that saves.
const SAVE: &str = "WITH saved AS";
/// Part of the statement that acquires.
const ACQUIRE: &str = "INSERT INTO opentrain_checkpoint";

/// Clock whose pauses take no time. Limits of attempts never come, or at once.
#[derive(Clone, Debug, Default)]
struct OutageClock(Arc<Mutex<Outage>>);

#[derive(Debug, Default)]
struct Outage {
    start: Option<Instant>,
    pauses: Vec<Duration>,
    /// Attempts that are given up when they wait.
    impatience: usize,
}

impl OutageClock {
    fn pauses(&self) -> Vec<u128> {
        let outage = self.0.lock().unwrap();
        outage.pauses.iter().map(Duration::as_millis).collect()
    }
}

impl Clock for OutageClock {
    fn now(&self) -> Instant {
        let mut outage = self.0.lock().unwrap();
        let passed: Duration = outage.pauses.iter().sum();
        *outage.start.get_or_insert_with(Instant::now) + passed
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut outage = self.0.lock().unwrap();
        if duration < ATTEMPT_LIMIT {
            outage.pauses.push(duration);
            return Box::pin(ready(()));
        }
        if outage.impatience == 0 {
            return Box::pin(pending());
        }
        outage.impatience -= 1;
        // The statement must be on its way by then.
        Box::pin(async {
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
        })
    }
}

/// A store behind a proxy.
struct Outages {
    database: Database,
    proxy: Proxy,
    clock: OutageClock,
}

impl Outages {
    async fn open(schema: &str) -> Option<Self> {
        let database = Database::open(schema).await?;
        let proxy = Proxy::start(database.config(), database.schema()).await;
        let clock = OutageClock::default();
        Some(Self {
            database,
            proxy,
            clock,
        })
    }

    fn store(&self) -> PostgresCheckpoint {
        let config = self.proxy.config.clone();
        PostgresCheckpoint::new(config, NoTls, "hiring").clock(self.clock.clone())
    }

    fn feed(&self, server: &Scripted) -> Feed {
        feed_of(server, &FeedClock::default(), self.store())
    }

    /// Ends the connections of the store, as a server does that stops.
    async fn terminate(&self) {
        let others = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
            WHERE application_name = current_schema()";
        assert_eq!(self.database.value(others).await, "1");
    }
}

/// The test's side of a statement that the proxy keeps.
struct Late {
    is_here: oneshot::Receiver<()>,
    go_on: oneshot::Sender<()>,
    is_done: oneshot::Receiver<()>,
}

impl Late {
    fn of_next() -> (Self, Loss) {
        let (here, is_here) = oneshot::channel();
        let (go_on, resume) = oneshot::channel();
        let (done, is_done) = oneshot::channel();
        let late = Self {
            is_here,
            go_on,
            is_done,
        };
        (late, Loss::Delay(here, resume, done))
    }
}

async fn three_events() -> Scripted {
    Scripted::start([me(), page(&["1", "2", "3"], false)]).await
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_made_again_without_a_pause() {
    let Some(outages) = Outages::open("terminated").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server);
    assert_eq!(commit_next(&mut feed).await, "1");
    for expected in ["2", "3"] {
        outages.terminate().await;
        assert_eq!(commit_next(&mut feed).await, expected);
        assert_eq!(outages.database.position("hiring").await, expected);
    }
    assert_eq!(outages.clock.pauses(), [0; 0]);
}

#[tokio::test]
async fn each_failed_attempt_is_logged_with_its_cause_and_without_the_password() {
    let Some(outages) = Outages::open("logged").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server);
    assert_eq!(commit_next(&mut feed).await, "1");
    // The place that warns must be known to `tracing` first: otherwise a test on another thread, without a subscriber, may meet it
    // first, and it is taken for one that no subscriber wants.
    outages.terminate().await;
    assert_eq!(commit_next(&mut feed).await, "2");
    let warnings = Warnings::default();
    let guard = tracing::subscriber::set_default(warnings.clone());
    outages.proxy.refuse(1);
    outages.terminate().await;
    assert_eq!(commit_next(&mut feed).await, "3");
    drop(guard);
    let lines = warnings.0.lock().unwrap().clone();
    let [ended, refused] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    assert!(
        ended.contains("(57P01)") && ended.contains("attempts=1"),
        "{ended}"
    );
    assert!(
        refused.contains("attempts=2") && refused.contains(": "),
        "{refused}"
    );
    let address = std::env::var(super::database::VARIABLE).unwrap();
    for line in &lines {
        assert!(line.contains("saving the checkpoint `hiring`"), "{line}");
        assert!(
            !line.contains(PASSWORD) && !line.contains(&address),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_server_that_restarts_is_waited_for() {
    let Some(outages) = Outages::open("restarted").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server);
    assert_eq!(commit_next(&mut feed).await, "1");
    outages.proxy.refuse(3);
    outages.terminate().await;
    assert_eq!(commit_next(&mut feed).await, "2");
    assert_eq!(outages.clock.pauses(), [100, 200, 400]);
    assert_eq!(outages.database.position("hiring").await, "2");
    // The next outage begins with short pauses again.
    outages.proxy.refuse(1);
    outages.terminate().await;
    assert_eq!(commit_next(&mut feed).await, "3");
    assert_eq!(outages.clock.pauses()[3..], [100]);
}

#[tokio::test]
async fn an_outage_beyond_the_limit_ends_the_feed_and_the_position_stays() {
    let Some(outages) = Outages::open("beyond").await else {
        return;
    };
    let server = three_events().await;
    let store = outages.store().outage_limit(Duration::from_secs(30));
    let mut feed = feed_of(&server, &FeedClock::default(), store);
    assert_eq!(commit_next(&mut feed).await, "1");
    outages.proxy.refuse(usize::MAX);
    outages.terminate().await;
    let delivery = feed.next().await.unwrap().unwrap();
    let error = delivery.commit().await.unwrap_err();
    let message = chain(&error);
    assert!(
        message.starts_with("saving the checkpoint `hiring` failed: "),
        "{message}"
    );
    assert!(feed.next().await.is_none());
    let waited: u128 = outages.clock.pauses().iter().sum();
    assert!((30_000..36_000).contains(&waited), "{waited}");
    assert_eq!(outages.database.position("hiring").await, "1");
}

#[tokio::test]
async fn a_database_that_was_never_reached_is_no_outage() {
    let Some(outages) = Outages::open("never").await else {
        return;
    };
    outages.proxy.refuse(1);
    let store = outages.store();
    assert!(store.acquire().await.is_err());
    assert_eq!(outages.clock.pauses(), [0; 0]);
    assert!(matches!(
        store.acquire().await.unwrap(),
        Acquired::Granted { epoch: 1, .. }
    ));
}

#[tokio::test]
async fn a_save_whose_response_is_lost_is_saved_once() {
    let Some(outages) = Outages::open("lost_save").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server).dead_letter_after(1);
    assert_eq!(commit_next(&mut feed).await, "1");
    outages.proxy.lose(SAVE, Loss::OfResponse);
    let delivery = feed.next().await.unwrap().unwrap();
    delivery.fail("no").await.unwrap();
    assert!(outages.proxy.is_done());
    assert_eq!(feed.dead_letters(0, 9).await.unwrap().len(), 1);
    assert_eq!(outages.database.position("hiring").await, "2");
    // The same for a letter that is removed.
    let letters = feed.dead_letters(0, 9).await.unwrap();
    feed.replay(letters);
    outages.proxy.lose(SAVE, Loss::OfResponse);
    assert_eq!(commit_next(&mut feed).await, "2");
    assert!(outages.proxy.is_done());
    assert_eq!(feed.dead_letters(0, 9).await.unwrap(), []);
    assert_eq!(commit_next(&mut feed).await, "3");
}

#[tokio::test]
async fn a_grant_whose_response_is_lost_is_given_again_and_not_after_the_lease() {
    let Some(outages) = Outages::open("lost_grant").await else {
        return;
    };
    outages.proxy.lose(ACQUIRE, Loss::OfResponse);
    assert!(matches!(
        outages.store().acquire().await.unwrap(),
        Acquired::Granted { epoch: 1, .. }
    ));
    assert!(outages.proxy.is_done());
}

#[tokio::test]
async fn an_acquisition_that_arrives_after_the_first_save_does_not_fence_its_own_holder() {
    let Some(outages) = Outages::open("late_grant").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server);
    let (late, loss) = Late::of_next();
    outages.proxy.lose(ACQUIRE, loss);
    tokio::select! {
        _ = feed.next() => panic!("it has no response"),
        is_here = late.is_here => is_here.unwrap(),
    }
    assert_eq!(commit_next(&mut feed).await, "1");
    assert_eq!(commit_next(&mut feed).await, "2");
    let query = "SELECT (epoch, revision, checkpoint::text) FROM opentrain_checkpoint";
    let before = outages.database.value(query).await;
    late.go_on.send(()).unwrap();
    late.is_done.await.unwrap();
    assert_eq!(outages.database.value(query).await, before);
    assert_eq!(commit_next(&mut feed).await, "3");
    assert_eq!(outages.database.position("hiring").await, "3");
}

#[tokio::test]
async fn a_server_that_stops_responding_is_given_up_after_a_time() {
    let Some(outages) = Outages::open("no_response").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server);
    assert_eq!(commit_next(&mut feed).await, "1");
    let delivery = feed.next().await.unwrap().unwrap();
    outages.proxy.lose(SAVE, Loss::NoResponse);
    outages.clock.0.lock().unwrap().impatience = 1;
    delivery.commit().await.unwrap();
    assert!(outages.proxy.is_done());
    assert_eq!(outages.database.position("hiring").await, "2");
}

#[tokio::test]
async fn a_save_that_arrives_after_the_next_one_takes_nothing_back() {
    let Some(outages) = Outages::open("late").await else {
        return;
    };
    let server = three_events().await;
    let mut feed = outages.feed(&server);
    assert_eq!(commit_next(&mut feed).await, "1");
    let (late, loss) = Late::of_next();
    outages.proxy.lose(SAVE, loss);
    let delivery = feed.next().await.unwrap().unwrap();
    tokio::select! {
        _ = delivery.commit() => panic!("it has no response"),
        is_here = late.is_here => is_here.unwrap(),
    }
    assert_eq!(commit_next(&mut feed).await, "3");
    let query = "SELECT checkpoint, revision FROM opentrain_checkpoint";
    let before = outages.database.value(query).await;
    late.go_on.send(()).unwrap();
    late.is_done.await.unwrap();
    assert_eq!(outages.database.value(query).await, before);
    assert_eq!(outages.database.position("hiring").await, "3");
}
