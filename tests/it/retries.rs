//! What is sent again and when: the policy as a table, over real HTTP.

use std::fmt::Write as _;
use std::time::Duration;

use insta::assert_snapshot;
use opentrain::retry::{Backoff, Never, RetryAdvice, RetryPolicyExt};
use opentrain::types::JobId;
use opentrain::{Client, Error, JobPatch};
use opentrain_api::DOCUMENTS;
use serde_json::{Value, json};

use crate::support::{Reply, Scripted, TestClock, builder, client, http};

/// What a retry may depend on.
#[derive(Clone, Copy)]
enum Class {
    Read,
    Idempotent,
    Keyed,
    Write,
}

const CLASSES: [(Class, &str); 4] = [
    (Class::Read, "read"),
    (Class::Idempotent, "idempotent"),
    (Class::Keyed, "keyed"),
    (Class::Write, "write"),
];

/// One call of each class, that fails.
async fn fails(client: &Client, class: Class) -> Error {
    let id = JobId::from("job_9xT");
    match class {
        Class::Read => client.auth().me().await.unwrap_err(),
        Class::Idempotent => client.jobs().close(&id).await.unwrap_err(),
        Class::Keyed => client.job_drafts().create("Tag clips").await.unwrap_err(),
        Class::Write => {
            let request = client
                .request(opentrain::http::Method::POST, "/messages")
                .json(&json!({}));
            request.call::<Value>().await.unwrap_err()
        }
    }
}

/// `http` is given, since making one reads the system's certificates each time.
async fn attempts(http: &reqwest::Client, reply: &Reply, class: Class) -> Error {
    // Three answers are ready; how many are asked for is the question.
    let server = Scripted::start([reply.clone(), reply.clone(), reply.clone()]).await;
    let client = builder(&server, &TestClock::default()).http_client(http.clone());
    let error = fails(&client.build().unwrap(), class).await;
    let asked = server.requests().len();
    assert_eq!(asked, usize::try_from(error.attempts()).unwrap());
    server.undocumented().forget_the_rest();
    error
}

#[tokio::test]
async fn every_status_and_class_and_how_often_it_is_sent() {
    let http = http();
    let mut table = String::from("status");
    CLASSES
        .iter()
        .for_each(|(_, label)| table.push_str(&format!("  {label}")));
    table.push('\n');
    for status in 300..=599 {
        let reply = Reply::Answer {
            status,
            headers: Vec::new(),
            body: b"<html>".to_vec(),
        };
        let mut row = status.to_string();
        for (class, label) in CLASSES {
            let sent = attempts(&http, &reply, class).await.attempts();
            row.push_str(&format!("  {sent:>width$}", width = label.len()));
        }
        if row.split_whitespace().skip(1).any(|sent| sent != "1") {
            table.push_str(&format!("{row}\n"));
        }
    }
    table.push_str("every other status from 300 to 599: 1 for each\n");
    assert_snapshot!(table);
}

#[tokio::test]
async fn connections_that_break_and_how_often_they_are_tried() {
    let replies = [
        ("closed without an answer", Reply::Cut),
        (
            "body cut off",
            Reply::CutBody {
                body: json!({"actor": {}, "account": {}}).to_string().into_bytes(),
            },
        ),
        ("success that does not decode", Reply::json(200, &json!([]))),
    ];
    let http = http();
    let mut table = String::new();
    for (name, reply) in replies {
        for (class, label) in CLASSES {
            // A body of any form satisfies the untyped write.
            if matches!(
                (class, name),
                (Class::Write, "success that does not decode")
            ) {
                continue;
            }
            let error = attempts(&http, &reply, class).await;
            writeln!(
                table,
                "{name}, {label}: {} sent, {:?}",
                error.attempts(),
                error.retry_advice()
            )
            .unwrap();
        }
    }
    assert_snapshot!(table);
}

#[test]
fn every_operation_and_what_a_second_run_does() {
    let mut table = String::new();
    for operation in DOCUMENTS.iter().flat_map(|document| document.operations) {
        writeln!(
            table,
            "{:<11} {} {}",
            format!("{:?}", operation.idempotency),
            operation.method,
            operation.path
        )
        .unwrap();
    }
    assert_snapshot!(table);
}

fn limited(header: Option<(&'static str, &str)>, details: &Value) -> Reply {
    let body = json!({"error": "Slow down", "code": "RATE_LIMITED", "requestId": "r-1", "details": details});
    let reply = Reply::json(429, &body);
    match header {
        Some((name, value)) => reply.header(name, value),
        None => reply,
    }
}

async fn publish_fails(server: &Scripted) -> Error {
    client(server)
        .jobs()
        .publish(&JobId::from("job_9xT"))
        .await
        .unwrap_err()
}

fn success() -> Reply {
    Reply::json(
        200,
        &json!({"ok": true, "jobId": "job_9xT", "status": "OPEN"}),
    )
}

#[tokio::test]
async fn the_service_is_obeyed_by_header_and_by_body() {
    let by_date = "Tue, 14 Nov 2023 22:13:29 GMT";
    for (reply, seconds) in [
        (limited(Some(("retry-after", "7")), &Value::Null), 7),
        (limited(Some(("retry-after", by_date)), &Value::Null), 9),
        (limited(None, &json!({"retryAfterSeconds": 11})), 11),
    ] {
        let server = Scripted::start([reply, success()]).await;
        let clock = TestClock::default();
        let client = builder(&server, &clock).build().unwrap();
        client
            .jobs()
            .publish(&JobId::from("job_9xT"))
            .await
            .unwrap();
        assert_eq!(clock.waits(), [Duration::from_secs(seconds)]);
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_left_to_the_caller() {
    let server = Scripted::start([limited(Some(("retry-after", "3600")), &Value::Null)]).await;
    let clock = TestClock::default();
    let error = fails(&builder(&server, &clock).build().unwrap(), Class::Read).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::Retry {
            after: Some(Duration::from_secs(3600))
        }
    );
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn a_daily_limit_is_never_sent_again() {
    let server = Scripted::start([limited(
        Some(("retry-after", "1")),
        &json!({"limit": 3, "windowHours": 24}),
    )])
    .await;
    let error = publish_fails(&server).await;
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::NextWindow {
            window: Duration::from_secs(24 * 3600)
        }
    );
}

#[tokio::test]
async fn waits_double_and_are_spread() {
    let server = Scripted::start([
        Reply::html(503),
        Reply::html(503),
        Reply::html(503),
        Reply::html(503),
    ])
    .await;
    let clock = TestClock::default();
    let policy = Backoff::default()
        .first_delay(Duration::from_millis(100))
        .at_most(4);
    let client = builder(&server, &clock)
        .retry_policy(policy)
        .build()
        .unwrap();
    fails(&client, Class::Read).await;
    let waits: Vec<u128> = clock
        .waits()
        .iter()
        .map(|wait| wait.as_micros().div_ceil(1_000))
        .collect();
    assert_eq!(waits, [50, 100, 200]);
}

#[tokio::test]
async fn the_total_time_is_not_exceeded_by_waiting() {
    let server = Scripted::start([
        limited(Some(("retry-after", "20")), &Value::Null),
        limited(Some(("retry-after", "20")), &Value::Null),
    ])
    .await;
    let clock = TestClock::default();
    let client = builder(&server, &clock)
        .total_timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let error = fails(&client, Class::Read).await;
    assert_eq!(
        (error.attempts(), error.elapsed()),
        (2, Duration::from_secs(20))
    );
}

#[tokio::test]
async fn a_call_can_be_told_not_to_repeat() {
    let server = Scripted::start([Reply::html(503)]).await;
    let error = client(&server)
        .auth()
        .me()
        .retry_policy(Never)
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn retries_of_all_calls_share_a_budget() {
    // A hundred retries are in it: 50 calls of 3 attempts. From then on, each call is sent once.
    let server = Scripted::start(vec![Reply::html(503); 50 * 3 + 1]).await;
    let client = client(&server);
    for call in 1..=51 {
        let error = fails(&client, Class::Read).await;
        assert_eq!(
            error.attempts(),
            if call <= 50 { 3 } else { 1 },
            "call {call}"
        );
    }
}

#[tokio::test]
async fn a_draft_carries_one_key_through_all_its_attempts() {
    let draft = json!({"ok": true, "jobId": "job_9xT", "status": "DRAFT"});
    let server = Scripted::start([Reply::Cut, Reply::html(502), Reply::json(200, &draft)]).await;
    client(&server)
        .job_drafts()
        .create("Tag clips")
        .await
        .unwrap();
    let bodies: Vec<Value> = server
        .requests()
        .iter()
        .map(crate::support::Recorded::json)
        .collect();
    assert_eq!(bodies[0], bodies[2]);
    assert!(
        bodies[0]["idempotencyKey"]
            .as_str()
            .is_some_and(|key| key.len() > 16),
        "{}",
        bodies[0]
    );
}

#[tokio::test]
async fn a_key_of_ones_own_is_left_alone() {
    let draft = json!({"ok": true, "jobId": "job_9xT", "status": "DRAFT"});
    let server = Scripted::start([Reply::json(200, &draft)]).await;
    client(&server)
        .job_drafts()
        .create("Tag clips")
        .idempotency_key("mine")
        .external_id("e-1")
        .await
        .unwrap();
    let body =
        json!({"rawJobDescription": "Tag clips", "idempotencyKey": "mine", "externalId": "e-1"});
    assert_eq!(server.request().json(), body);
}

#[tokio::test]
async fn tokenless_calls_are_held_below_their_limit() {
    let job = Reply::json(200, &json!({"id": "job_9xT"}));
    let server = Scripted::start(vec![job; 122]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    for _ in 0..122 {
        client.jobs().get(&JobId::from("job_9xT")).await.unwrap();
    }
    assert_eq!(
        clock.waits(),
        [Duration::from_secs(60)],
        "the 121st waits for a new minute, and the 122nd is in it"
    );
}

#[tokio::test]
async fn a_patch_is_repeated_with_the_same_body() {
    let answer = json!({"ok": true, "jobId": "job_9xT", "status": "DRAFT"});
    let server = Scripted::start([Reply::html(502), Reply::json(200, &answer)]).await;
    let patch = JobPatch::new().headcount(3).clear_countries();
    client(&server)
        .job_drafts()
        .update(&JobId::from("job_9xT"), patch)
        .await
        .unwrap();
    let bodies: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(bodies, [r#"{"countries":null,"headcount":3}"#; 2]);
}

#[tokio::test]
async fn calls_that_cannot_wait_for_the_limit_take_no_place_in_it() {
    let job = Reply::json(200, &json!({"id": "job_9xT"}));
    let server = Scripted::start(vec![job; 121]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock)
        .total_timeout(Duration::from_secs(50))
        .build()
        .unwrap();
    let get = || client.jobs().get(&JobId::from("job_9xT"));
    for _ in 0..120 {
        get().await.unwrap();
    }
    for _ in 0..300 {
        let error = get().await.unwrap_err();
        assert!(
            matches!(error.kind(), opentrain::ErrorKind::HeldBack { .. }),
            "{error:?}"
        );
        let after = Some(Duration::from_secs(60));
        assert_eq!(
            (error.attempts(), error.retry_advice()),
            (0, RetryAdvice::Retry { after })
        );
    }
    opentrain::Clock::sleep(&clock, Duration::from_secs(60)).await;
    get().await.unwrap();
}

#[tokio::test]
async fn an_absurd_wish_of_the_service_is_no_panic() {
    let absurd = limited(Some(("retry-after", "18446744073709551615")), &Value::Null);
    let server = Scripted::start([Reply::html(503), absurd]).await;
    let policy = Backoff::default().max_wait(Duration::MAX).at_most(5);
    let client = builder(&server, &TestClock::default())
        .retry_policy(policy)
        .build()
        .unwrap();
    let error = client.auth().me().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
}

#[tokio::test]
async fn what_failed_before_is_told_when_the_time_is_over() {
    let server = Scripted::start([limited(Some(("retry-after", "59")), &Value::Null)]).await;
    let client = builder(&server, &TestClock::default())
        .total_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    // The wait of 59 seconds fits, and the limiter leaves the second attempt no room.
    let job = JobId::from("job_9xT");
    for _ in 0..119 {
        client.jobs().get(&JobId::from("..")).await.unwrap_err();
    }
    let error = client
        .jobs()
        .get(&job)
        .retry_policy(Backoff::default().at_most(2))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 429, "{error:?}");
}

#[tokio::test]
async fn a_limit_is_a_limit_whatever_its_reason_is_called() {
    let details =
        json!({"limit": 3, "reason": "brand_new", "retryAfterSeconds": 1, "windowHours": 24});
    let server = Scripted::start([limited(None, &details)]).await;
    let error = publish_fails(&server).await;
    assert_eq!(
        error.retry_advice(),
        RetryAdvice::NextWindow {
            window: Duration::from_secs(24 * 3600)
        }
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert!(
        matches!(
            error.reason(),
            Some(opentrain::Reason::DailyLimit { limit: Some(3), .. })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_empty_key_is_no_key() {
    let draft = json!({"ok": true, "jobId": "job_9xT", "status": "DRAFT"});
    let server = Scripted::start([Reply::json(200, &draft)]).await;
    client(&server)
        .job_drafts()
        .create("Tag clips")
        .idempotency_key(" ")
        .await
        .unwrap();
    let key = server.request().json()["idempotencyKey"]
        .as_str()
        .map(str::len);
    assert!(key.is_some_and(|length| length > 16));
}

#[tokio::test]
async fn a_policy_can_be_shared() {
    let server = Scripted::start(vec![Reply::html(503); 4]).await;
    let policy: std::sync::Arc<dyn opentrain::retry::RetryPolicy> =
        std::sync::Arc::new(opentrain::retry::from_fn(|_| Some(Duration::ZERO)).at_most(2));
    for _ in 0..2 {
        let error = client(&server)
            .auth()
            .me()
            .retry_policy(std::sync::Arc::clone(&policy))
            .await
            .unwrap_err();
        assert_eq!(error.attempts(), 2);
    }
}
