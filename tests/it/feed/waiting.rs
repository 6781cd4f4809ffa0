//! Waits of a feed after failures.

use std::time::Duration;

use opentrain::feed::MemoryCheckpoint;
use opentrain_mock::fault::Fault;

use super::{FeedClock, feed, handled, me, page};
use crate::support::Scripted;

#[tokio::test]
async fn waits_grow_with_every_failure_and_start_anew_after_a_success() {
    let script = [me()].into_iter().chain([
        Fault::html(502).times(9),
        page(&["1"], true),
        Fault::html(502),
        page(&["2"], false),
    ]);
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(10);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1", "2"]);
    // Three quarters of a bound that doubles up to a minute.
    let waits: Vec<u64> = clock
        .waits()
        .iter()
        .map(|wait| wait.as_millis().try_into().unwrap())
        .collect();
    let grown = [
        750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000,
    ];
    assert_eq!(waits[..9], grown);
    assert_eq!(waits[9..], [750, 30_000]);
}

#[tokio::test]
async fn a_wait_that_the_service_asks_for_is_kept_up_to_a_quarter_of_an_hour() {
    for (asked, kept) in [("7", 7), ("61", 61), ("900", 900), ("86400", 900)] {
        let script = [
            me(),
            Fault::status(429).retry_after(asked),
            Fault::status(503).retry_after(asked),
            page(&["1"], false),
        ];
        let server = Scripted::start(script).await;
        let clock = FeedClock::allowing(2);
        let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
        assert_eq!(handled(&mut feed, &clock).await, ["1"]);
        for wait in &clock.waits()[..2] {
            let kept = Duration::from_secs(kept);
            assert!(
                *wait > kept && *wait < kept + Duration::from_secs(2),
                "{asked}: {wait:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_429_that_asks_for_no_wait_is_waited_out_for_a_minute() {
    let script = [me(), Fault::status(429), page(&["1"], false)];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(1);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    assert_eq!(clock.waits()[0].as_secs(), 60);
}
