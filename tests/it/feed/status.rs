//! Status and lag of a feed.

use std::time::Duration;

use insta::assert_snapshot;
use opentrain::feed::{FeedPhase, MemoryCheckpoint};
use opentrain::types::EventType;
use opentrain_mock::fault::Fault;
use serde_json::json;

use super::{FeedClock, feed, handled, me, page, page_of};
use crate::support::{Scripted, example, reply};

#[tokio::test]
async fn last_failure_names_its_causes() {
    let server = Scripted::start([me(), reply(200, &json!({"events": 7}))]).await;
    let clock = FeedClock::default();
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    handled(&mut feed, &clock).await;
    let failure = feed.monitor().status().last_failure.unwrap();
    assert_snapshot!(failure.message, @"`updates_poll` failed: the response did not decode, status 200: at `events`: invalid type: integer, expected a sequence at line 1 column 11");
}

#[tokio::test]
async fn phase_position_lag_and_failures_can_be_asked_for() {
    // The clock of the test begins at 2023-11-14T22:13:20Z.
    let event = json!({"id": "7", "type": "a", "createdAt": "2023-11-14T22:13:10.000Z"});
    let script = [
        me(),
        Fault::html(502),
        page_of(&[event], Some("7"), false),
        page(&["8"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::default();
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    let monitor = feed.monitor();
    assert_eq!(monitor.status().phase, FeedPhase::Starting);
    handled(&mut feed, &clock).await;
    let status = monitor.status();
    assert_eq!(
        (status.phase, status.failures_in_a_row),
        (FeedPhase::WaitingOut, 1)
    );
    assert!(status.last_failure.unwrap().message.contains("502"));
    assert_eq!((status.lag, status.position), (None, None));

    clock.allow(1);
    let delivery = feed.next().await.unwrap().unwrap();
    clock.advance(Duration::from_secs(20));
    let status = monitor.status();
    assert_eq!(status.phase, FeedPhase::Delivering);
    assert_eq!(status.lag.unwrap().as_secs(), 30);
    assert_eq!(status.failures_in_a_row, 0);
    delivery.commit().await.unwrap();
    handled(&mut feed, &clock).await;
    let status = monitor.status();
    assert_eq!(
        (status.phase, status.lag),
        (FeedPhase::Idle, Some(Duration::ZERO))
    );
    assert_eq!(status.position.unwrap().as_str(), "7");
    assert_eq!(
        status.last_success.unwrap().to_string(),
        "2023-11-14T22:13:20.750Z"
    );

    // An event without a time has no age.
    clock.allow(1);
    let delivery = feed.next().await.unwrap().unwrap();
    assert_eq!(monitor.status().lag, None);
    drop(delivery);
}

#[tokio::test]
async fn the_types_that_the_token_cannot_see_are_named() {
    let mut account = example("auth_me").1;
    account["token"]["scopes"] = json!(["proposals:write", "messages:read"]);
    let server = Scripted::start([reply(200, &account), page(&[], false)]).await;
    let clock = FeedClock::default();
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    handled(&mut feed, &clock).await;
    let hidden = feed.monitor().status().hidden_kinds;
    assert_eq!(hidden.len(), 5);
    assert!(hidden.contains(&EventType::ApprovalConfirmed));
}
