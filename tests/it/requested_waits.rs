//! Waits that the service asks for, in all their forms, and refusals that ask for no wait.

use std::collections::BTreeSet;
use std::time::Duration;

use opentrain::retry::RetryAdvice;
use opentrain::types::JobId;
use opentrain::{Client, Error, Reason};
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Scripted, TestClock, builder, reply};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Spread that the tests' clients add to the first wait: half of half a second.
const SPREAD: Duration = Duration::from_millis(250);

fn too_many(headers: &[(&str, &str)], details: &Value) -> Fault {
    let body = json!({"error": "Slow down", "code": "RATE_LIMITED", "requestId": "r-1", "details": details});
    let add = |fault: Fault, (name, value): &(&str, &str)| fault.header(*name, *value);
    headers.iter().fold(reply(429, &body), add)
}

fn published() -> Fault {
    let body = json!({"ok": true, "jobId": "job_9xT", "status": "OPEN", "alreadyPublished": false,
        "jobUrl": "https://app.opentrain.ai/jobs/job_9xT", "publishAttemptId": null, "warnings": [],
        "sideEffects": {"dispatched": true, "status": "queued"}});
    reply(200, &body)
}

async fn publish(client: &Client) -> Result<(), Error> {
    let publish = client.jobs().publish(&JobId::from("job_9xT"));
    publish.await.map(drop)
}

/// Returns the waits of a call that is refused once.
async fn waits(refusal: Fault) -> Vec<Duration> {
    let server = Scripted::start([refusal, published()]).await;
    let clock = TestClock::default();
    publish(&builder(&server, &clock).build().unwrap())
        .await
        .unwrap();
    clock.waits()
}

/// Returns the error of a call that gives up at the first refusal.
async fn gives_up(refusal: Fault) -> Error {
    let server = Scripted::start([refusal]).await;
    let clock = TestClock::default();
    let error = publish(&builder(&server, &clock).build().unwrap())
        .await
        .unwrap_err();
    assert_eq!((clock.waits(), error.attempts()), (Vec::new(), 1));
    error
}

#[tokio::test]
async fn a_wait_is_kept_in_every_form() {
    let null = &Value::Null;
    // The tests' clock is at 22:13:20, which does not count.
    let by_date = ("retry-after", "Tue, 14 Nov 2023 22:13:29 GMT");
    let date = ("date", "Tue, 14 Nov 2023 22:13:25 GMT");
    let in_body = &json!({"retryAfterSeconds": 11});
    for (refusal, seconds) in [
        (too_many(&[("retry-after", "30.0")], null), 30),
        (too_many(&[("retry-after", "1.5")], null), 2),
        (too_many(&[("retry-after", "5, 10")], null), 10),
        (
            too_many(&[("retry-after", "5"), ("retry-after", "3")], null),
            5,
        ),
        (too_many(&[date, by_date], null), 4),
        (too_many(&[("retry-after", "5")], in_body), 11),
        (too_many(&[("retry-after", "13")], in_body), 13),
        (too_many(&[], &json!({"retryAfterSeconds": "2.5"})), 3),
    ] {
        let name = format!("{refusal:?}");
        let expected = [Duration::from_secs(seconds) + SPREAD];
        assert_eq!(waits(refusal).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_wait_beyond_every_number_is_not_waited_for() {
    let beyond = [("retry-after", "18446744073709551616")];
    for refusal in [
        too_many(&beyond, &Value::Null),
        too_many(&[], &json!({"retryAfterSeconds": 1e20})),
    ] {
        let error = gives_up(refusal).await;
        assert_eq!(error.retry_after(), Some(DAY));
        let after = Some(DAY);
        assert_eq!(error.retry_advice(), RetryAdvice::Retry { after });
    }
    let error = gives_up(too_many(&[], &json!({"retryAfterSeconds": 1e20}))).await;
    assert!(
        matches!(error.reason(), Some(Reason::TooFast { retry_after, .. }) if *retry_after == DAY)
    );
}

#[tokio::test]
async fn a_daily_limit_may_be_written_with_a_fraction() {
    let error = gives_up(too_many(&[], &json!({"limit": 3, "windowHours": 24.0}))).await;
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::NextWindow { window: DAY }
    );
}

#[tokio::test]
async fn clients_that_are_refused_together_do_not_come_back_together() {
    let refusal = too_many(&[("retry-after", "5")], &Value::Null);
    let script = [refusal, published()];
    let server = Scripted::start(script.into_iter().cycle().take(120)).await;
    let http = crate::support::http();
    let mut waits = BTreeSet::new();
    for number in 0..60_u64 {
        let clock = TestClock::default();
        let client = builder(&server, &clock).jitter(move || (u64::MAX / 60) * number);
        let client = client.http_client(http.clone()).build().unwrap();
        publish(&client).await.unwrap();
        waits.extend(clock.waits());
    }
    assert_eq!(waits.len(), 60);
    assert!(waits.first() >= Some(&Duration::from_secs(5)));
    assert!(waits.last() < Some(&Duration::from_millis(5_500)));
}

#[tokio::test]
async fn a_refusal_without_advice_is_waited_out_for_a_minute() {
    let refusal = || too_many(&[], &Value::Null);
    let minute = [Duration::from_secs(60) + SPREAD];
    assert_eq!(waits(refusal()).await, minute);
    // Registrations have a limit of their own, whose number is not documented.
    let oauth = json!({"error": "rate_limit_exceeded"});
    let registered = json!({"claim_token": "ot_clm_example_0000"});
    let job = json!({"id": "job_9xT"});
    let script = [
        reply(429, &oauth),
        reply(201, &registered),
        reply(200, &job),
    ];
    let server = Scripted::start(script).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    let _ = client.agent_auth().register().await;
    assert_eq!(clock.waits(), minute);
    client.jobs().get(&JobId::from("job_9xT")).await.unwrap();
    assert_eq!(clock.waits(), minute, "the jobs' limit knows nothing of it");
}

#[tokio::test]
async fn without_the_limiter_a_refused_search_waits_for_a_minute_too() {
    let found = json!({"jobs": [], "nextCursor": null, "generatedAt": "2026-03-04T05:06:07.000Z"});
    let server = Scripted::start([too_many(&[], &Value::Null), reply(200, &found)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).without_tokenless_limit();
    client.build().unwrap().jobs().search().await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(60) + SPREAD]);
}
