//! When the next page is polled, and from where.

use std::time::Duration;

use opentrain::feed::MemoryCheckpoint;
use serde_json::json;

use super::{FeedClock, cursors, events, feed, handled, me, page, page_of};
use crate::support::Scripted;

const NONE: [&str; 0] = [];

#[tokio::test]
async fn a_page_follows_at_once_only_if_there_is_more_and_the_cursor_moved() {
    let script = [
        me(),
        // Filtered events leave pages empty: the cursor moves, and the feed goes on at once.
        page_of(&[], Some("40"), true),
        page_of(&[], Some("80"), true),
        page(&["81"], true),
        // A cursor that stays where it is, or goes back, is no way on.
        page_of(&[], Some("81"), true),
        page_of(&[], Some("80"), true),
        page_of(&[], None, true),
        // An empty page repeats the cursor.
        page_of(&[], Some("81"), false),
        page(&["82"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(4);
    let store = MemoryCheckpoint::new();
    let mut feed = feed(&server, &clock, &store);
    assert_eq!(handled(&mut feed, &clock).await, ["81", "82"]);
    assert_eq!(
        cursors(&server),
        ["", "40", "80", "81", "81", "81", "81", "81"]
    );
    assert_eq!(clock.waits(), [Duration::from_secs(30); 5]);
}

#[tokio::test]
async fn an_account_without_events_has_no_cursor_and_none_is_invented() {
    let empty = || page_of(&[], None, false);
    let script = [me(), empty(), empty(), page(&["1"], false)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(2);
    let store = MemoryCheckpoint::new();
    let mut feed = feed(&server, &clock, &store);
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    assert_eq!(cursors(&server), ["", "", ""]);
}

#[tokio::test]
async fn a_page_whose_cursor_cannot_be_read_hides_no_event() {
    let odd = |cursor: serde_json::Value| {
        let body = json!({"events": events(&["1", "2"]), "nextCursor": cursor});
        crate::support::reply(200, &body)
    };
    let script = [me(), odd(json!({"at": 2})), odd(json!(2)), odd(json!(""))];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(2);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1", "2"]);
    assert_eq!(cursors(&server), ["", "2", "2"]);
}

#[tokio::test]
async fn without_numbers_the_feed_goes_on_from_page_to_page() {
    let opaque =
        |ids: &[&str], cursor: &str, has_more| page_of(&events(ids), Some(cursor), has_more);
    let script = [
        me(),
        opaque(&["a", "b"], "q", true),
        opaque(&["c"], "p", false),
        opaque(&[], "p", false),
        me(),
        opaque(&["d"], "z", false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(1);
    let store = MemoryCheckpoint::new();
    let follow = || {
        super::client(&server, &clock)
            .updates()
            .follow(store.clone())
    };
    assert_eq!(handled(&mut follow(), &clock).await, ["a", "b", "c"]);
    assert_eq!(handled(&mut follow(), &clock).await, ["d"]);
    assert_eq!(cursors(&server), ["", "q", "p", "p"]);
}

#[tokio::test]
async fn the_interval_can_be_set_and_is_spread() {
    let script = [me(), page(&[], false), page(&[], false)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(1);
    let feed = feed(&server, &clock, &MemoryCheckpoint::new());
    let mut feed = feed.interval(Duration::from_secs(8)).page_size(50);
    assert_eq!(handled(&mut feed, &clock).await, NONE);
    assert_eq!(clock.waits(), [Duration::from_secs(8); 2]);
    assert!(server.requests()[1].target.ends_with("limit=50"));
}

#[tokio::test]
async fn waking_ends_the_pause_and_is_kept_until_there_is_one() {
    let script = [
        me(),
        page(&["1"], false),
        page(&["2"], false),
        page(&["3"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    let waker = feed.waker();
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    // In the pause: many calls are one.
    waker.wake();
    waker.clone().wake();
    assert_eq!(handled(&mut feed, &clock).await, ["2"]);
    // Before the pause.
    waker.wake();
    assert_eq!(handled(&mut feed, &clock).await, ["3"]);
}

#[tokio::test]
async fn waking_does_not_shorten_a_wait_after_a_failure() {
    let fault = opentrain_mock::fault::Fault::status(429).retry_after("600");
    let server = Scripted::start([me(), fault]).await;
    let clock = FeedClock::default();
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    feed.waker().wake();
    assert_eq!(handled(&mut feed, &clock).await, NONE);
    assert_eq!(server.requests().len(), 2);
}
