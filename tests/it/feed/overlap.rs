//! Events that become visible after later ones.

use std::time::Duration;

use opentrain::feed::{Feed, MemoryCheckpoint};

use super::{FeedClock, client, cursors, events, garbage, handled, me, page, page_of};
use crate::support::{Mock, Scripted};

const NONE: [&str; 0] = [];

fn feed(server: &Mock, clock: &FeedClock, store: &MemoryCheckpoint) -> Feed {
    client(server, clock).updates().follow(store.clone())
}

#[tokio::test]
async fn an_event_that_becomes_visible_late_is_delivered_and_no_other_again() {
    let script = [
        me(),
        page(&["41", "43"], false),
        page(&["41", "42", "43"], false),
        page(&["41", "42", "43", "44"], false),
        me(),
        page(&["40", "41", "42", "43", "44"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(2);
    let store = MemoryCheckpoint::new();
    let mut first = feed(&server, &clock, &store);
    assert_eq!(handled(&mut first, &clock).await, ["41", "43", "42", "44"]);
    // The checkpoint knows it after a restart as well.
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["40"]
    );
    assert_eq!(cursors(&server), [""; 4]);
}

#[tokio::test]
async fn the_position_is_the_one_of_two_minutes_ago() {
    let seen = || page(&["1", "2"], false);
    let later = || page(&["2", "3"], false);
    let script = [
        me(),
        // At 0 seconds and at 30, 60, 90.
        page(&["1"], false),
        seen(),
        seen(),
        seen(),
        // At 120: event 1 is two minutes old and has been read once more.
        seen(),
        // At 150: event 2 as well.
        later(),
        page(&["3"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(6);
    let store = MemoryCheckpoint::new();
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["1", "2", "3"]
    );
    assert_eq!(cursors(&server), ["", "", "", "", "", "1", "2"]);
}

#[tokio::test]
async fn the_overlap_can_be_set_and_switched_off() {
    for (overlap, expected) in [(0, ["", "1", "1"]), (20, ["", "", "1"])] {
        let again = page_of(&[], Some("1"), false);
        let script = [me(), page(&["1"], false), again.clone(), again];
        let server = Scripted::start(script).await;
        let clock = FeedClock::allowing(2);
        let feed = feed(&server, &clock, &MemoryCheckpoint::new());
        let mut feed = feed.overlap(Duration::from_secs(overlap));
        assert_eq!(handled(&mut feed, &clock).await, ["1"]);
        assert_eq!(cursors(&server), expected);
    }
}

#[tokio::test]
async fn an_event_without_id_is_known_again_when_one_before_it_becomes_visible() {
    let of = |first: &[&str], last: &[&str]| {
        let mut elements = events(first);
        elements.push(garbage());
        elements.extend(events(last));
        elements.push(garbage());
        page_of(&elements, Some("9"), false)
    };
    let script = [
        me(),
        of(&["1"], &["5"]),
        of(&["1", "2"], &["5"]),
        me(),
        of(&["1", "2"], &["4", "5"]),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(1);
    let store = MemoryCheckpoint::new();
    let text = garbage().to_string();
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["1", &text, "5", &text, "2"]
    );
    assert_eq!(
        handled(&mut feed(&server, &clock, &store), &clock).await,
        ["4"]
    );
}

#[tokio::test]
async fn an_event_that_comes_twice_is_delivered_once() {
    let script = [
        me(),
        page(&["1", "1", "2", "1"], false),
        page(&["2", "1"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(1);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1", "2"]);
    assert_eq!(handled(&mut feed, &clock).await, NONE);
}
