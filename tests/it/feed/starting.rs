//! Starts of a feed: at the beginning, behind a cursor, or now.

use std::time::Duration;

use opentrain::feed::MemoryCheckpoint;
use opentrain::types::EventId;

use super::{FeedClock, client, cursors, feed, handled, me, page, page_of};
use crate::support::Scripted;

#[tokio::test]
async fn a_feed_without_checkpoint_begins_behind_a_cursor_that_is_set() {
    let script = [me(), page(&["8"], false), me(), page(&["9"], false)];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let mut first = feed(&server, &clock, &store).start_after(EventId::from("7"));
    assert_eq!(handled(&mut first, &clock).await, ["8"]);
    // The checkpoint counts then.
    let mut second = feed(&server, &clock, &store).start_after("3");
    assert_eq!(handled(&mut second, &clock).await, ["9"]);
    assert_eq!(cursors(&server), ["7", "8"]);
}

#[tokio::test]
async fn from_now_reads_all_pages_and_delivers_what_comes_later() {
    let script = [
        me(),
        page(&["1", "2"], true),
        page_of(&[], Some("3"), true),
        page(&["4"], false),
        page(&["5"], false),
        me(),
        page(&["6"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(1);
    let store = MemoryCheckpoint::new();
    let mut first = feed(&server, &clock, &store).start_now();
    assert_eq!(handled(&mut first, &clock).await, ["5"]);
    let mut second = feed(&server, &clock, &store).start_now();
    assert_eq!(handled(&mut second, &clock).await, ["6"]);
    assert_eq!(cursors(&server), ["", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn from_now_saves_its_cursor_before_anything_happens() {
    let script = [me(), page(&["1"], false), me(), page(&["2"], false)];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let none: [&str; 0] = [];
    let mut first = feed(&server, &clock, &store).start_now();
    assert_eq!(handled(&mut first, &clock).await, none);
    drop(first);
    let mut second = feed(&server, &clock, &store).start_now();
    assert_eq!(handled(&mut second, &clock).await, ["2"]);
}

#[tokio::test]
async fn from_now_on_an_account_without_events_is_from_the_beginning() {
    let empty = || page_of(&[], None, false);
    let script = [me(), empty(), me(), page(&["1"], false)];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    let follow = || {
        let updates = client(&server, &clock).updates();
        updates
            .follow(store.clone())
            .overlap(Duration::ZERO)
            .start_now()
    };
    let none: [&str; 0] = [];
    assert_eq!(handled(&mut follow(), &clock).await, none);
    assert_eq!(handled(&mut follow(), &clock).await, ["1"]);
    assert_eq!(cursors(&server), ["", ""]);
}
