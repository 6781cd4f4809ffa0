//! Two feeds with one checkpoint.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentrain::feed::{
    Acquired, CheckpointError, CheckpointStore, CheckpointUpdate, DeadLetter, Feed, FeedError,
    FeedPhase, MemoryCheckpoint, StoreFuture,
};

use serde_json::json;

use super::{FeedClock, client, end, feed, handled, me, page};
use crate::support::{Scripted, chain, example, reply};

/// Store whose lending and failures a test sets, and that counts its calls.
#[derive(Debug, Default)]
struct Lending {
    memory: MemoryCheckpoint,
    held: Mutex<Vec<Duration>>,
    renewals: Mutex<Vec<u64>>,
    given_back: Mutex<Vec<u64>>,
    /// Calls of `give_back` that never return.
    stuck: Mutex<usize>,
    failing: Mutex<bool>,
}

impl CheckpointStore for Lending {
    fn acquire(&self) -> StoreFuture<'_, Acquired> {
        match self.held.lock().unwrap().pop() {
            Some(retry_after) => Box::pin(async move { Ok(Acquired::Held { retry_after }) }),
            None => self.memory.acquire(),
        }
    }

    fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()> {
        if *self.failing.lock().unwrap() {
            return Box::pin(async { Err(CheckpointError::failed("saving", "the disk is full")) });
        }
        self.memory.save(epoch, update)
    }

    fn renew(&self, epoch: u64) -> StoreFuture<'_, ()> {
        self.renewals.lock().unwrap().push(epoch);
        Box::pin(async { Ok(()) })
    }

    fn give_back(&self, epoch: u64) -> StoreFuture<'_, ()> {
        self.given_back.lock().unwrap().push(epoch);
        let mut stuck = self.stuck.lock().unwrap();
        if *stuck > 0 {
            *stuck -= 1;
            return Box::pin(pending());
        }
        Box::pin(async { Err(CheckpointError::failed("giving back", "it is away")) })
    }

    fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>> {
        self.memory.dead_letters(after, limit)
    }
}

fn lent(server: &Scripted, clock: &FeedClock, store: &Arc<Lending>) -> Feed {
    client(server, clock).updates().follow(Arc::clone(store))
}

#[tokio::test]
async fn a_feed_that_another_one_has_taken_over_from_commits_nothing_and_takes_over_again() {
    let script = [
        me(),
        page(&["1", "2"], false),
        me(),
        page(&["1", "2"], false),
        me(),
        page(&["2"], false),
    ];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let (mut paused, mut leader) = (feed(&server, &clock, &store), feed(&server, &clock, &store));
    let late = paused.next().await.unwrap().unwrap();
    leader
        .next()
        .await
        .unwrap()
        .unwrap()
        .commit()
        .await
        .unwrap();
    let after_leader = store.checkpoint();
    let error = late.commit().await.unwrap_err();
    assert!(error.is_fenced(), "{error:?}");
    assert_eq!(store.checkpoint(), after_leader);
    // It acquires the checkpoint again, and skips what the other one has committed.
    assert_eq!(handled(&mut paused, &clock).await, ["2"]);
}

#[tokio::test]
async fn a_feed_waits_while_another_one_has_the_checkpoint() {
    let server = Scripted::start([me(), page(&["1"], false)]).await;
    let clock = FeedClock::default();
    let store = Arc::new(Lending::default());
    let seconds = Duration::from_secs;
    *store.held.lock().unwrap() = vec![seconds(4), seconds(8)];
    let mut feed = lent(&server, &clock, &store);
    assert_eq!(handled(&mut feed, &clock).await, Vec::<String>::new());
    assert_eq!(feed.monitor().status().phase, FeedPhase::Standby);
    clock.allow(2);
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    assert_eq!(clock.waits()[1..3], [seconds(8), seconds(4)]);
}

#[tokio::test]
async fn the_checkpoint_is_kept_before_every_poll_and_by_handlers_that_take_long() {
    let server = Scripted::start([me(), page(&["1"], true), page(&["2"], false)]).await;
    let clock = FeedClock::default();
    let store = Arc::new(Lending::default());
    let mut feed = lent(&server, &clock, &store);
    let delivery = feed.next().await.unwrap().unwrap();
    delivery.renew().await.unwrap();
    delivery.renew().await.unwrap();
    delivery.commit().await.unwrap();
    assert_eq!(handled(&mut feed, &clock).await, ["2"]);
    assert_eq!(*store.renewals.lock().unwrap(), [1; 4]);
}

#[tokio::test]
async fn a_store_that_fails_ends_the_feed_and_the_checkpoint_before_stays() {
    let server = Scripted::start([me(), page(&["1", "2"], false)]).await;
    let clock = FeedClock::default();
    let store = Arc::new(Lending::default());
    let mut feed = lent(&server, &clock, &store);
    feed.next().await.unwrap().unwrap().commit().await.unwrap();
    let before = store.memory.checkpoint();
    *store.failing.lock().unwrap() = true;
    let error = feed
        .next()
        .await
        .unwrap()
        .unwrap()
        .commit()
        .await
        .unwrap_err();
    assert_eq!(chain(&error), "saving failed: the disk is full");
    assert!(feed.next().await.is_none());
    assert_eq!(store.memory.checkpoint(), before);
}

#[tokio::test]
async fn a_store_that_cannot_be_written_to_shows_before_the_first_event() {
    let server = Scripted::start([me()]).await;
    let clock = FeedClock::default();
    let store = Arc::new(Lending::default());
    *store.failing.lock().unwrap() = true;
    let error = end(&mut lent(&server, &clock, &store)).await;
    let FeedError::Checkpoint(CheckpointError::Failed { .. }) = error else {
        panic!("{error:?}");
    };
    // It is not asked for anything more.
    assert_eq!(*store.given_back.lock().unwrap(), [0; 0]);
}

#[tokio::test]
async fn a_feed_that_ends_gives_the_checkpoint_back_and_its_error_survives_a_dropped_future() {
    let mut other = example("auth_me").1;
    other["account"]["organizationId"] = json!("org_other");
    let refusal = json!({"error": "No", "code": "FORBIDDEN", "requestId": "r-1"});
    let script = [
        me(),
        page(&["1"], false),
        reply(200, &other),
        reply(403, &refusal),
        me(),
        reply(403, &refusal),
    ];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), Arc::new(Lending::default()));
    assert_eq!(
        handled(&mut lent(&server, &clock, &store), &clock).await,
        ["1"]
    );
    let before = store.memory.checkpoint();
    *store.stuck.lock().unwrap() = 1;
    let mut foreign = lent(&server, &clock, &store);
    tokio::select! {
        biased;
        _ = foreign.next() => panic!("the store has sent no response"),
        () = given_back(&store) => {}
    }
    let error = end(&mut foreign).await;
    assert!(
        matches!(
            &error,
            FeedError::Checkpoint(CheckpointError::Foreign { .. })
        ),
        "{error:?}"
    );
    assert_eq!(store.memory.checkpoint(), before);
    // Before and after the account is known.
    for _ in 0..2 {
        let error = end(&mut lent(&server, &clock, &store)).await;
        assert!(matches!(&error, FeedError::Forbidden(_)), "{error:?}");
    }
    assert_eq!(*store.given_back.lock().unwrap(), [2, 2, 3, 4]);
}

/// Waits until the store is asked to take the checkpoint back.
async fn given_back(store: &Lending) {
    while store.given_back.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}
