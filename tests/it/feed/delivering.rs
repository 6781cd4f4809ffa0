//! Deliveries and commits: each event at least once, and never again after its commit.

use std::time::Duration;

use opentrain::feed::{Delivery, Feed, FeedMonitor, MemoryCheckpoint, WakeUp};
use serde_json::json;

use super::{FeedClock, client, cursors, events, feed, garbage, handled, me, page, page_of};
use crate::support::Scripted;

#[test]
fn a_feed_and_its_handles_go_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Feed>();
    check::<Delivery<'_>>();
    check::<FeedMonitor>();
    check::<WakeUp>();
}

#[tokio::test]
async fn events_come_in_order_and_a_restart_goes_on_behind_the_last_commit() {
    let script = [me(), page(&["1", "2"], true), page(&["3"], false)];
    let after_restart = [me(), page(&["4"], false)];
    let server = Scripted::start(script.into_iter().chain(after_restart)).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["1", "2", "3"]
    );
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["4"]
    );
    assert_eq!(cursors(&server), ["", "2", "3"]);
}

#[tokio::test]
async fn a_delivery_that_is_dropped_records_nothing_and_comes_again() {
    let script = [me(), page(&["1", "2"], false)];
    let after_restart = [me(), page(&["2"], false)];
    let server = Scripted::start(script.into_iter().chain(after_restart)).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let mut first = feed(&server, &clock, &store);
    first.next().await.unwrap().unwrap().commit().await.unwrap();
    for _ in 0..3 {
        let delivery = first.next().await.unwrap().unwrap();
        assert_eq!(delivery.event().unwrap().id, "2");
        assert_eq!(delivery.failures(), 0);
    }
    drop(first);
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["2"]
    );
}

#[tokio::test]
async fn a_page_is_committed_at_once_or_in_part() {
    let script = [me(), page(&["1", "2", "3", "4"], false)];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let mut feed = feed(&server, &clock, &store);
    let count = async |feed: &mut Feed, commit: usize| {
        let page = feed.next_page().await.unwrap().unwrap();
        let count = page.events().count();
        page.commit_first(commit).await.unwrap();
        count
    };
    assert_eq!(count(&mut feed, 0).await, 4);
    assert_eq!(count(&mut feed, 1).await, 4);
    assert_eq!(
        store.checkpoint().unwrap().position().unwrap().as_str(),
        "1"
    );
    assert_eq!(count(&mut feed, 99).await, 3);
    assert_eq!(
        store.checkpoint().unwrap().position().unwrap().as_str(),
        "4"
    );
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_delivered_with_its_text_and_hides_no_other() {
    let elements = [
        events(&["1"])[0].clone(),
        garbage(),
        json!({"id": "2", "type": 7}),
        json!({"id": "3", "type": "new.kind", "data": [1]}),
        garbage(),
    ];
    let script = [
        me(),
        page_of(&elements, Some("5"), false),
        // After a restart behind the first of the two events without id, and behind the last one.
        me(),
        page_of(&elements[1..], Some("5"), false),
        me(),
        page(&[], false),
    ];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let mut first = feed(&server, &clock, &store);
    for _ in 0..2 {
        first.next().await.unwrap().unwrap().commit().await.unwrap();
    }
    drop(first);
    let text = garbage().to_string();
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["2", "3", text.as_str()]
    );
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        Vec::<String>::new()
    );
    // The position of an event without id at a page's end is the cursor of the page.
    assert_eq!(cursors(&server), ["", "1", "5"]);
}

#[tokio::test]
async fn fields_that_this_version_does_not_know_reach_the_handler() {
    let event = json!({"id": "1", "type": "new.kind", "later": {"a": 1}, "data": {"b": [2]}});
    let server = Scripted::start([
        me(),
        page_of(std::slice::from_ref(&event), Some("1"), false),
    ])
    .await;
    let clock = FeedClock::default();
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    let delivery = feed.next().await.unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(delivery.event().unwrap()).unwrap(),
        event
    );
}

#[tokio::test]
async fn a_call_of_next_that_is_dropped_loses_nothing() {
    let server = Scripted::start([me(), page(&["1"], false), page(&["2"], false)]).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let mut feed = client(&server, &clock)
        .updates()
        .follow(store)
        .overlap(Duration::ZERO);
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    // Dropped in its pause twice, the feed goes on in the same pause.
    assert_eq!(handled(&mut feed, &clock).await, Vec::<String>::new());
    clock.advance(Duration::from_secs(29));
    clock.allow(1);
    assert_eq!(handled(&mut feed, &clock).await, ["2"]);
    let waits = clock.waits();
    assert_eq!(waits[..3], [30, 30, 1].map(Duration::from_secs));
}
