//! The feed of the marketplace: what it waits out, what ends it, and that its index stays equal to a busy marketplace.

mod busy;

use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use opentrain::Client;
use opentrain::feed::{Checkpoint, CheckpointError, FileCheckpoint, MemoryCheckpoint};
use opentrain::market::{MarketEvent, MarketFeed, MarketIndex};
use opentrain::retry::Never;
use opentrain::types::JobId;
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Mock, Scripted, TestClock, builder, client, example, reply};

/// Returns the documented page, with no further page.
fn page() -> Value {
    let mut page = example("jobs_search").1;
    page["nextCursor"] = Value::Null;
    page
}

/// Returns the documented changes, with these instead.
fn window(changes: &Value) -> Fault {
    let mut window = example("jobs_changes").1;
    window["changes"] = changes.clone();
    reply(200, &window)
}

fn refusal(status: u16, code: &str) -> Fault {
    let body = json!({"error": "Refused", "code": code, "requestId": "r-1"});
    reply(status, &body)
}

async fn event(feed: &mut MarketFeed) -> MarketEvent {
    let event = feed.next().await.expect("the feed goes on");
    event.unwrap_or_else(|error| panic!("{error}"))
}

/// Takes events until the snapshot is complete.
async fn snapshot(feed: &mut MarketFeed) -> MarketIndex {
    let mut index = MarketIndex::new();
    loop {
        let event = event(feed).await;
        let is_complete = matches!(event, MarketEvent::SnapshotComplete);
        index.apply(event);
        if is_complete {
            return index;
        }
    }
}

#[tokio::test]
async fn the_index_has_every_open_job_and_follows_the_changes() {
    let server = Mock::start().await;
    let client = client(&server);
    let mut feed = client.jobs().follow();
    let mut index = snapshot(&mut feed).await;
    assert_eq!(index.len(), 60);
    let human = server.human();
    server.clock().advance(Duration::from_secs(1));
    let published = human.employer_publishes(json!({})).unwrap();
    human.employer_closes("job_000007").unwrap();
    for _ in 0..2 {
        index.apply(event(&mut feed).await);
    }
    assert!(index.get(&JobId::from(published)).is_some());
    assert!(index.get(&JobId::from("job_000007")).is_none());
    assert_eq!(index.iter().count(), 60);
}

#[tokio::test]
async fn failures_that_may_pass_are_waited_out_for_as_long_as_the_service_asks() {
    let slow = refusal(429, "RATE_LIMITED").header("retry-after", "600");
    let slower = refusal(429, "RATE_LIMITED").header("retry-after", "86400");
    let login = Fault::response(ScriptedResponse::new(200).body("<html>log in</html>"));
    let server = Scripted::start([
        Fault::html(503),
        Fault::html(403),
        login,
        slow,
        slower,
        reply(200, &page()),
        Fault::html(502),
        window(&json!([])),
    ])
    .await;
    let clock = TestClock::default();
    let client = builder(&server, &clock)
        .retry_policy(Never)
        .build()
        .unwrap();
    let index = snapshot(&mut client.jobs().follow()).await;
    assert!(!index.is_empty());
    let waits: Vec<u128> = clock.waits().iter().map(Duration::as_millis).collect();
    // Three quarters of a bound that doubles, and what is asked for, up to a quarter of an hour.
    assert_eq!(waits, [750, 1_500, 3_000, 606_000, 912_000, 750]);
}

#[tokio::test]
async fn a_refusal_and_a_body_of_another_shape_end_the_feed() {
    for failure in [
        refusal(400, "BAD_REQUEST"),
        reply(200, &json!({"rows": []})),
    ] {
        let server = Scripted::start([failure]).await;
        let mut feed = client(&server).jobs().follow();
        let error = feed.next().await.unwrap().unwrap_err();
        assert_eq!(error.operation(), "jobs_search");
        assert!(feed.next().await.is_none());
    }
}

#[tokio::test]
async fn one_job_that_cannot_be_read_does_not_end_the_feed() {
    let until = example("jobs_changes").1["until"].clone();
    let change =
        |id: &str| json!({"jobId": id, "eventType": "UPDATED", "occurredAt": until.clone()});
    let server = Scripted::start([
        reply(200, &page()),
        window(&json!([change("a"), change("b"), change("c")])),
        refusal(400, "BAD_REQUEST"),
        reply(200, &json!({"id": 7})),
        refusal(404, "NOT_FOUND"),
    ])
    .await;
    let mut feed = client(&server).jobs().follow();
    let mut unreadable = Vec::new();
    loop {
        match event(&mut feed).await {
            MarketEvent::Unreadable { id, error, .. } => unreadable.push((id, error.is_decode())),
            MarketEvent::SnapshotComplete => break,
            _ => {}
        }
    }
    let [a, b] = ["a", "b"].map(|id| Some(JobId::from(id)));
    assert_eq!(unreadable, [(a, false), (b, true)]);
}

#[tokio::test]
async fn a_stored_position_is_gone_on_from_with_the_changes_alone() {
    let server = Scripted::start([
        reply(200, &page()),
        window(&json!([])),
        window(&json!([{"jobId": "a", "eventType": "CLOSED"}])),
    ])
    .await;
    let client = client(&server);
    let mut feed = client.jobs().follow();
    assert_eq!(feed.position(), None);
    snapshot(&mut feed).await;
    let stored = feed.position().unwrap().to_json();
    let position = Checkpoint::parse(&stored, "here").unwrap();
    let since = String::from(position.position().unwrap().as_str());
    let mut feed = client.jobs().follow().resume(position).unwrap();
    assert!(matches!(event(&mut feed).await, MarketEvent::Removed(_)));
    let requests = server.requests();
    let last = requests.last().unwrap();
    assert_eq!(last.query, [(String::from("since"), since)]);
}

/// Follows until the first event, and commits it.
async fn follow_once(client: &Client, path: &Path) -> MarketEvent {
    let store = FileCheckpoint::open(path).unwrap();
    let mut feed = client.jobs().follow().resume_from(store).await.unwrap();
    let event = event(&mut feed).await;
    feed.commit().await.unwrap();
    event
}

#[tokio::test]
async fn a_committed_position_is_gone_on_from_and_an_unfinished_snapshot_keeps_it() {
    let closed = window(&json!([{"jobId": "a", "eventType": "CLOSED"}]));
    let refused = refusal(400, "BAD_REQUEST");
    let server = Scripted::start([
        reply(200, &page()),
        window(&json!([])),
        closed.clone(),
        refused,
        reply(200, &page()),
        closed,
    ])
    .await;
    let client = client(&server);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.json");
    {
        let store = FileCheckpoint::open(&path).unwrap();
        let mut feed = client.jobs().follow().resume_from(store).await.unwrap();
        snapshot(&mut feed).await;
        feed.commit().await.unwrap();
    }
    let removed = follow_once(&client, &path).await;
    assert!(matches!(removed, MarketEvent::Removed(_)));
    // The instant is refused as too old, so a snapshot begins; it is not completed.
    let begins = follow_once(&client, &path).await;
    assert!(matches!(begins, MarketEvent::SnapshotBegins));
    let again = follow_once(&client, &path).await;
    assert!(matches!(again, MarketEvent::Removed(_)));
}

#[tokio::test]
async fn a_feed_whose_store_another_one_has_acquired_commits_nothing() {
    let server = Scripted::start([reply(200, &page()), window(&json!([]))]).await;
    let client = client(&server);
    let store = MemoryCheckpoint::new();
    let feed = client.jobs().follow().resume_from(store.clone());
    let mut feed = feed.await.unwrap();
    snapshot(&mut feed).await;
    let other = client.jobs().follow().resume_from(store.clone());
    let _other = other.await.unwrap();
    assert!(feed.commit().await.unwrap_err().is_fenced());
    assert_eq!(store.checkpoint(), None);
}

#[tokio::test]
async fn the_position_of_another_service_or_of_an_account_is_refused() {
    let server = Scripted::start([]).await;
    let client = client(&server);
    let own = Value::from(server.base_url());
    let organization = json!({"organizationId": "org_1", "ownerUserId": null});
    let no_account = json!({"organizationId": null, "ownerUserId": null});
    for (base_url, account, position, fault) in [
        (
            json!("https://app.opentrain.ai"),
            &no_account,
            json!("2026-03-04T05:06:07.000Z"),
            "https://app.opentrain.ai",
        ),
        (own.clone(), &organization, json!("1041"), "org_1"),
        (own, &no_account, json!("1041"), "is no checkpoint"),
    ] {
        let stored = json!({
            "format": 1, "baseUrl": base_url, "account": account, "position": position,
            "handled": {}, "unnumbered": [], "failures": {}, "deadLetters": 0,
        });
        let stored = Checkpoint::parse(&stored.to_string(), "here").unwrap();
        let error: CheckpointError = client.jobs().follow().resume(stored).unwrap_err();
        assert!(error.to_string().contains(fault), "{error}");
    }
}

#[tokio::test]
async fn a_dropped_wait_loses_no_event() {
    let server = Mock::start().await;
    let mut feed = client(&server).jobs().follow();
    let mut index = MarketIndex::new();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        // The request is under way, and is dropped.
        if let Poll::Ready(event) = pin!(feed.next()).poll(&mut context) {
            index.apply(event.unwrap().unwrap());
        }
    }
    while index.len() < 60 {
        index.apply(event(&mut feed).await);
    }
}
