//! Retries: which requests are sent again, and when. The policy as a table, over real HTTP.

use std::fmt::Write as _;
use std::time::Duration;

use insta::assert_snapshot;
use opentrain::retry::{Backoff, Never, RetryPolicyExt};
use opentrain::types::JobId;
use opentrain::{Client, Error, JobPatch};
use opentrain_api::DOCUMENTS;
use opentrain_mock::fault::{Cut, Fault, ScriptedResponse};
use opentrain_mock::{MockServer, RecordedRequest};
use serde_json::{Value, json};

use crate::support::{Mock, Scripted, TestClock, builder, client, example, http, reply};

/// Class of operation that a retry depends on.
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

/// Makes a call of the class, and returns its error.
async fn fails(client: &Client, class: Class) -> Error {
    let id = JobId::from("job_9xT");
    match class {
        Class::Read => client.auth().me().await.unwrap_err(),
        Class::Idempotent => client.jobs().close(&id).await.unwrap_err(),
        Class::Keyed => client.job_drafts().create("Tag clips").await.unwrap_err(),
        Class::Write => {
            let send = client.messages().send(&"cnv_6h".into(), "Hello?");
            send.await.unwrap_err()
        }
    }
}

/// Mock and HTTP client for calls that fail, one after the other.
struct Stage {
    server: Mock,
    /// HTTP client that all clients share: making one reads the system's certificates, which is slow.
    http: reqwest::Client,
}

impl Stage {
    async fn new() -> Self {
        Self {
            server: Mock::start_from(MockServer::builder().jobs(0)).await,
            http: http(),
        }
    }

    /// Returns the error of a call whose every attempt gets this response.
    async fn failure(&self, response: &Fault, class: Class) -> Error {
        let mark = self.server.mark();
        let laid = self.server.faults().add(response.clone().always()).unwrap();
        let client = builder(&self.server, &TestClock::default()).http_client(self.http.clone());
        let error = fails(&client.build().unwrap(), class).await;
        let attempts = usize::try_from(error.attempts()).unwrap();
        self.server.log().since(mark).expect(attempts).unwrap();
        self.server.faults().clear(laid).unwrap();
        error
    }
}

#[tokio::test]
async fn every_status_and_class_and_how_often_it_is_sent() {
    let stage = Stage::new().await;
    let mut table = String::from("status");
    CLASSES
        .iter()
        .for_each(|(_, label)| table.push_str(&format!("  {label}")));
    table.push('\n');
    for status in 300..=599 {
        // A 304 has no body, even if its headers announce one.
        let body = if status == 304 { "" } else { "<html>" };
        let response = Fault::response(ScriptedResponse::new(status).body(body));
        let mut row = status.to_string();
        for (class, label) in CLASSES {
            let sent = stage.failure(&response, class).await.attempts();
            row.push_str(&format!("  {sent:>width$}", width = label.len()));
        }
        if row.split_whitespace().skip(1).any(|sent| sent != "1") {
            table.push_str(&format!("{row}\n"));
        }
    }
    table.push_str("every other status from 300 to 599: 1 for each\n");
    assert_snapshot!(table);
}

/// Returns a success with this body, all of which arrives.
fn cut_json(body: &str) -> Fault {
    Fault::response(ScriptedResponse::new(200).body(body))
}

#[tokio::test]
async fn connections_that_break_and_how_often_they_are_tried() {
    let responses = [
        ("closed without a response", Fault::cut(Cut::BeforeResponse)),
        ("body cut off", Fault::cut(Cut::InBody)),
        ("empty success", cut_json("")),
        ("JSON that ends early", cut_json("{\"jobId\":\"job_9xT\",")),
        ("JSON that ends in a text", cut_json("{\"jobId\":\"job")),
        (
            "chunk missing",
            Fault::raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n"),
        ),
        (
            "length not reached",
            Fault::raw("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"a\":"),
        ),
        ("JSON with a fault in it", cut_json("{\"jobId\":,}")),
        ("success that does not decode", reply(200, &json!([]))),
    ];
    let stage = Stage::new().await;
    let mut table = String::new();
    for (name, response) in responses {
        for (class, label) in CLASSES {
            let error = stage.failure(&response, class).await;
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

#[tokio::test]
async fn waits_double_and_are_spread() {
    let server = Scripted::start([Fault::html(503).times(4)]).await;
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
async fn a_call_without_retries_is_sent_once() {
    let server = Scripted::start([Fault::html(503)]).await;
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
    let server = Scripted::start([Fault::html(503).times(50 * 3 + 1)]).await;
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
    let (_, draft) = example("job_drafts_create");
    let server = Scripted::start([
        Fault::cut(Cut::BeforeResponse),
        Fault::html(502),
        reply(200, &draft),
    ])
    .await;
    client(&server)
        .job_drafts()
        .create("Tag clips")
        .await
        .unwrap();
    let requests = server.requests();
    let bodies: Vec<Value> = requests.iter().filter_map(RecordedRequest::json).collect();
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
    let (_, draft) = example("job_drafts_create");
    let server = Scripted::start([reply(200, &draft)]).await;
    client(&server)
        .job_drafts()
        .create("Tag clips")
        .idempotency_key("mine")
        .external_id("e-1")
        .await
        .unwrap();
    let body =
        json!({"rawJobDescription": "Tag clips", "idempotencyKey": "mine", "externalId": "e-1"});
    assert_eq!(server.request().json().unwrap(), body);
}

#[tokio::test]
async fn a_patch_is_repeated_with_the_same_body() {
    let (_, response) = example("job_drafts_update");
    let server = Scripted::start([Fault::html(502), reply(200, &response)]).await;
    let patch = JobPatch::new().headcount(3).clear_countries();
    client(&server)
        .job_drafts()
        .update(&JobId::from("job_9xT"), patch)
        .await
        .unwrap();
    let bodies = server.requests().into_iter().map(|request| request.body);
    let bodies: Vec<String> = bodies
        .map(|body| String::from_utf8(body).unwrap())
        .collect();
    assert_eq!(bodies, [r#"{"countries":null,"headcount":3}"#; 2]);
}

#[tokio::test]
async fn an_empty_key_is_no_key() {
    let (_, draft) = example("job_drafts_create");
    let server = Scripted::start([reply(200, &draft)]).await;
    client(&server)
        .job_drafts()
        .create("Tag clips")
        .idempotency_key(" ")
        .await
        .unwrap();
    let key = server.request().json().unwrap()["idempotencyKey"]
        .as_str()
        .map(str::len);
    assert!(key.is_some_and(|length| length > 16));
}

#[tokio::test]
async fn a_policy_can_be_shared() {
    let server = Scripted::start([Fault::html(503).times(4)]).await;
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
