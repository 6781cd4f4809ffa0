//! The index against the mock's own jobs, after thousands of random publications, edits and closes.

#[path = "../../../examples/mirror/src/employers.rs"]
mod employers;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentrain::Client;
use opentrain::market::{MarketEvent, MarketFeed, MarketIndex};
use opentrain_mock::{ChangesCut, MockServer};

use self::employers::BusyClock;
use crate::support::{Mock, TOKEN, client as plain};

/// Jobs at the start.
const JOBS: usize = 400;
/// Changes in a response: a burst has more.
const CAP: usize = 250;

fn follow(client: &Client) -> MarketFeed {
    client.jobs().follow().changes_cap(CAP)
}

/// Applies events until no more occur, and restarts the feed now and then. Returns the index and the number of snapshots.
async fn keep_index(client: &Client, clock: &BusyClock) -> (MarketIndex, usize) {
    let (mut index, mut stored, mut feed) = (MarketIndex::new(), None, follow(client));
    let (mut snapshots, mut events) = (0, 0);
    loop {
        let event = tokio::select! {
            event = feed.next() => event.unwrap().unwrap(),
            () = clock.settled() => return (index, snapshots),
        };
        snapshots += usize::from(matches!(event, MarketEvent::SnapshotBegins));
        index.apply(event);
        stored = feed.position().or(stored);
        events += 1;
        // The marketplace changes between the pages of a snapshot too.
        if events % 17 == 0 {
            clock.operate(1);
        }
        if events % 2_000 == 0 {
            clock.operate(10);
            feed = follow(client).resume(stored.clone()).unwrap();
        }
    }
}

/// Checks that the index equals the mock's open jobs after so many random operations.
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
    let clock = BusyClock::new(&server, JOBS, operations, 0);
    let settings = Client::builder().base_url(server.base_url()).token(TOKEN);
    let client = settings.clock(clock.clone()).build().unwrap();
    let (index, snapshots) = keep_index(&client, &clock).await;
    assert_eq!(clock.left(), 0);
    let ids = index.iter().map(|job| job.id.to_string());
    assert_eq!(BTreeSet::from_iter(ids), clock.open(), "{cut:?}");
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
async fn the_index_stays_equal_if_the_newest_changes_are_dropped() {
    stays_equal(ChangesCut::Newest, 2_500).await;
}

#[tokio::test]
async fn the_index_stays_equal_if_until_is_the_present_time() {
    stays_equal(ChangesCut::NewestUntilNow, 10_000).await;
}

#[tokio::test]
async fn the_index_stays_equal_if_the_oldest_changes_are_dropped() {
    stays_equal(ChangesCut::Oldest, 10_000).await;
}
