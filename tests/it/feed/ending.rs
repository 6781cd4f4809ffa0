//! Ends of a feed: each is typed, and every other failure is waited out.

use opentrain::Error;
use opentrain::feed::{CheckpointError, FeedError, FeedPhase, MemoryCheckpoint};
use opentrain_mock::fault::{Cut, Fault, ScriptedResponse};
use serde_json::json;

use super::{FeedClock, client, end, feed, handled, me, page};
use crate::support::{Scripted, chain, reply};

fn refusal(status: u16, code: &str) -> Fault {
    reply(
        status,
        &json!({"error": "No", "code": code, "requestId": "r-1"}),
    )
}

/// Returns the name of the end that a feed has come to.
fn kind(error: &FeedError) -> (&'static str, Option<&Error>) {
    match error {
        FeedError::Forbidden(error) => ("forbidden", Some(error)),
        FeedError::Unauthorized(error) => ("unauthorized", Some(error)),
        FeedError::BadRequest(error) => ("bad request", Some(error)),
        FeedError::Checkpoint(_) => ("checkpoint", None),
        _ => ("another", None),
    }
}

#[tokio::test]
async fn a_refusal_in_the_form_of_the_service_ends_the_feed() {
    for (status, code, expected) in [
        (403, "FORBIDDEN", "forbidden"),
        (401, "UNAUTHORIZED", "unauthorized"),
        (400, "BAD_REQUEST", "bad request"),
    ] {
        for script in [
            vec![refusal(status, code)],
            vec![me(), refusal(status, code)],
        ] {
            let server = Scripted::start(script).await;
            let clock = FeedClock::default();
            let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
            let monitor = feed.monitor();
            let error = end(&mut feed).await;
            let (found, source) = kind(&error);
            assert_eq!(found, expected);
            assert_eq!(source.unwrap().status().unwrap().as_u16(), status);
            assert_eq!(monitor.status().phase, FeedPhase::Ended);
            assert_eq!(clock.waits(), []);
        }
    }
}

#[tokio::test]
async fn every_other_failure_is_waited_out() {
    let failures = [
        // Pages of firewalls and gateways, with any status.
        Fault::html(403),
        Fault::html(401),
        Fault::html(400),
        Fault::html(502),
        Fault::response(ScriptedResponse::html(200)),
        refusal(404, "NOT_FOUND"),
        refusal(409, "CONFLICT"),
        refusal(418, "TEAPOT"),
        refusal(429, "RATE_LIMITED"),
        refusal(500, "INTERNAL_ERROR"),
        refusal(503, "INTERNAL_ERROR"),
        Fault::cut(Cut::BeforeResponse),
        Fault::cut(Cut::AfterHead),
        Fault::cut(Cut::InBody),
        reply(200, &json!({"events": "none"})),
        reply(200, &json!({"hasMore": false})),
        Fault::response(ScriptedResponse::new(302).header("location", "/elsewhere")),
    ];
    let count = failures.len();
    let script = [me()].into_iter().chain(failures);
    let server = Scripted::start(script.chain([page(&["1"], false)])).await;
    let clock = FeedClock::allowing(count);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
    // One wait a failure, and the interval.
    assert_eq!(clock.waits().len(), count + 1);
}

#[tokio::test]
async fn a_failure_before_the_account_is_known_is_waited_out_too() {
    let script = [
        Fault::html(403),
        Fault::cut(Cut::InBody),
        refusal(404, "NOT_FOUND"),
        me(),
        page(&["1"], false),
    ];
    let server = Scripted::start(script).await;
    let clock = FeedClock::allowing(3);
    let mut feed = feed(&server, &clock, &MemoryCheckpoint::new());
    assert_eq!(handled(&mut feed, &clock).await, ["1"]);
}

#[tokio::test]
async fn a_checkpoint_of_another_account_or_server_is_refused() {
    let mut other = crate::support::example("auth_me").1;
    other["account"]["organizationId"] = json!("org_other");
    let script = [me(), page(&["1"], false), reply(200, &other)];
    let server = Scripted::start(script).await;
    let (clock, store) = (FeedClock::default(), MemoryCheckpoint::new());
    handled(&mut feed(&server, &clock, &store), &clock).await;
    let before = store.checkpoint();
    let error = end(&mut feed(&server, &clock, &store)).await;
    let FeedError::Checkpoint(CheckpointError::Foreign { .. }) = &error else {
        panic!("{error:?}");
    };
    assert!(
        chain(&error).contains("belongs to organization `"),
        "{}",
        chain(&error)
    );
    assert_eq!(store.checkpoint(), before);

    let elsewhere = Scripted::start([me()]).await;
    let error = end(&mut feed(&elsewhere, &clock, &store)).await;
    assert!(
        chain(&error).contains(server.base_url()),
        "{}",
        chain(&error)
    );
}

#[tokio::test]
async fn a_request_that_cannot_be_made_ends_the_feed() {
    let server = Scripted::start([me(), refusal(400, "BAD_REQUEST")]).await;
    let clock = FeedClock::default();
    let feed = client(&server, &clock).updates();
    let mut feed = feed.follow(MemoryCheckpoint::new()).start_after("soon");
    assert_eq!(kind(&end(&mut feed).await).0, "bad request");
}
