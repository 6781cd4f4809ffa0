//! The edge cache, and the readings of the changes.

use std::collections::BTreeSet;
use std::time::Duration;

use opentrain_mock::{ChangesCut, MockServer, MockServerBuilder};
use serde_json::{Value, json};

use crate::support::{Session, text};

const MINUTE: Duration = Duration::from_secs(60);

async fn session(builder: MockServerBuilder) -> Session {
    Session::with(builder.start().await.expect("the mock starts"))
}

/// Returns the number of open jobs according to the facets.
async fn total(session: &Session) -> Value {
    session.get("/jobs/facets").await.1["totalJobs"].clone()
}

fn publish(session: &Session) -> String {
    let published = session.server.human().employer_publishes(json!({}));
    published.expect("the job fits")
}

#[tokio::test]
async fn a_response_is_sent_again_for_five_minutes_and_once_more_within_the_next_hour() {
    let session = session(MockServer::builder().edge_cache(true)).await;
    assert_eq!(total(&session).await, 60);
    publish(&session);
    session
        .server
        .clock()
        .advance(MINUTE * 5 - Duration::from_secs(1));
    assert_eq!(total(&session).await, 60, "it is still fresh");
    session.server.clock().advance(Duration::from_secs(1));
    assert_eq!(total(&session).await, 60, "it is stale, and replaced");
    assert_eq!(total(&session).await, 61, "the replacement");
    publish(&session);
    session.server.clock().advance(MINUTE * 65);
    assert_eq!(total(&session).await, 62, "it was too old");
}

#[tokio::test]
async fn another_query_and_a_refusal_are_not_taken_from_the_cache() {
    let session = session(MockServer::builder().edge_cache(true)).await;
    let job = publish(&session);
    let path = format!("/jobs/{job}");
    assert_eq!(session.get(&path).await.0, 200);
    let closed = session.server.human().employer_closes(&job);
    closed.expect("the job is open");
    assert_eq!(session.get(&path).await.0, 200, "the stored one");
    assert_eq!(session.get(&format!("{path}?again")).await.0, 404);
    session.server.clock().advance(MINUTE * 6);
    assert_eq!(session.get(&path).await.0, 200, "the stored one, stale");
    assert_eq!(session.get(&path).await.0, 404);
}

#[tokio::test]
async fn cache_is_off_by_default_and_cleared_by_a_restore() {
    let plain = session(MockServer::builder()).await;
    assert_eq!(total(&plain).await, 60);
    publish(&plain);
    assert_eq!(total(&plain).await, 61);
    let cached = session(MockServer::builder().edge_cache(true)).await;
    assert_eq!(total(&cached).await, 60);
    cached.server.start_anew(0, 3);
    assert_eq!(total(&cached).await, 3);
    let snapshot = cached.server.snapshot();
    publish(&cached);
    cached.server.restore(snapshot);
    assert_eq!(total(&cached).await, 3);
}

/// Publishes five jobs, a minute apart, and returns the changes of all jobs: first window and the ids in it.
async fn first_window(builder: MockServerBuilder) -> (Vec<String>, Value, Vec<String>) {
    let session = session(builder.jobs(0)).await;
    let since = "2026-03-04T05:06:07.000Z";
    let mut published = Vec::new();
    for _ in 0..5 {
        session.server.clock().advance(MINUTE);
        published.push(publish(&session));
    }
    session.server.clock().advance(MINUTE);
    let (_, window) = session.get(&format!("/jobs/changes?since={since}")).await;
    let changes = window["changes"].as_array().expect("there are changes");
    let ids = changes
        .iter()
        .map(|change| text(&change["jobId"]))
        .collect();
    (published, window["until"].clone(), ids)
}

#[tokio::test]
async fn above_the_cap_the_newest_or_the_oldest_changes_are_dropped() {
    let last_of_three = json!("2026-03-04T05:09:07.000Z");
    let now = json!("2026-03-04T05:12:07.000Z");
    for (cut, kept, until) in [
        (ChangesCut::Newest, 0..3, &last_of_three),
        (ChangesCut::NewestUntilNow, 0..3, &now),
        (ChangesCut::Oldest, 2..5, &now),
    ] {
        let builder = MockServer::builder().changes_cap(3).changes_cut(cut);
        let (published, reported, ids) = first_window(builder).await;
        assert_eq!(ids, published[kept], "{cut:?}");
        assert_eq!(&reported, until, "{cut:?}");
    }
}

#[tokio::test]
async fn a_window_that_is_just_full_is_not_cut() {
    for cut in ChangesCut::ALL {
        let builder = MockServer::builder().changes_cap(5).changes_cut(cut);
        let (published, until, ids) = first_window(builder).await;
        assert_eq!((ids, until), (published, json!("2026-03-04T05:12:07.000Z")));
    }
}

#[tokio::test]
async fn changes_come_oldest_first_or_in_no_order() {
    let (published, _, ids) = first_window(MockServer::builder()).await;
    assert_eq!(ids, published);
    let (published, _, ids) = first_window(MockServer::builder().unsorted_changes(true)).await;
    assert_ne!(ids, published);
    let set = |ids: Vec<String>| BTreeSet::from_iter(ids);
    assert_eq!(set(ids), set(published));
}
