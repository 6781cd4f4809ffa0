//! Bytes from outside, changed at random: no decoder and no parser of the client or the mock panics, hangs or shows a secret.
//!
//! `OPENTRAIN_CASES` is the number of cases, `OPENTRAIN_SEED` the first one. A failure names the seed of its case.

mod mutator;

use std::time::{Duration, SystemTime};

use opentrain::event::Event;
use opentrain::feed::Checkpoint;
use opentrain::http::HeaderValue;
use opentrain::retry::Never;
use opentrain::types::{Scope, Timestamp, Usd};
use opentrain::webhook::{Signer, Verifier};
use opentrain_api::{DOCUMENTS, Operation};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use opentrain_mock::{MockServer, RecordedRequest};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::every_operation::operations;
use crate::support::{TestClock, builder, chain, example, http};
use mutator::Mutator;

/// Longest wait that a response may ask for.
const DAY: Duration = Duration::from_secs(24 * 3600);
const SECRET: &str = "whsec_5Hq9";
/// Values with a text form of their own.
const VALUES: [&str; 4] = [
    "12.50",
    "2026-03-04T05:06:07.000Z",
    "jobs:read",
    "BCDF-GHJK",
];
/// Checkpoint in the form of a store.
const CHECKPOINT: &str = r#"{"format":1,"baseUrl":"https://a.example","account":{"organizationId":"org_1","ownerUserId":null},"position":"6","handled":{"1970-01-01T00:01:00.000Z":"7 9","1970-01-01T00:01:30.000Z":"8 20"},"unnumbered":[{"text":48879,"after":9}],"failures":{"21":1},"deadLetters":1}"#;

/// Case of a test. If the test panics, its seed is printed.
struct Case(u64);

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("OPENTRAIN_SEED={} OPENTRAIN_CASES=1", self.0);
        }
    }
}

/// Returns the seeds of a test: so many, unless the environment says otherwise.
fn cases(usual: u64) -> impl Iterator<Item = (Case, Mutator)> {
    let number = |variable| std::env::var(variable).ok()?.parse::<u64>().ok();
    let first = number("OPENTRAIN_SEED").unwrap_or(0);
    let seeds = first..first + number("OPENTRAIN_CASES").unwrap_or(usual);
    seeds.map(|seed| (Case(seed), Mutator::of_seed(seed)))
}

/// Checks that a text is fit for a log.
fn check_shown(text: &str) {
    assert!(!text.contains(SECRET), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.len() < 4_000, "{} bytes", text.len());
}

#[test]
fn changed_events_and_checkpoints_are_read_as_they_are_written_or_refused_in_one_line() {
    let (_, body) = example("updates_poll");
    let events: Vec<String> = body["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    for (_case, mut mutator) in cases(4_000) {
        let event = mutator.one_of(&events).as_bytes();
        match Event::parse(&mutator.changed(event)) {
            Ok(event) => assert_eq!(
                Event::parse(event.json().as_bytes()).unwrap().json(),
                event.json()
            ),
            Err(error) => check_shown(&chain(&error)),
        }
        let text = mutator.changed(CHECKPOINT.as_bytes());
        match Checkpoint::parse(&String::from_utf8_lossy(&text), "here") {
            Ok(read) => assert_eq!(Checkpoint::parse(&read.to_json(), "here").unwrap(), read),
            Err(error) => check_shown(&chain(&error)),
        }
    }
}

#[test]
fn changed_deliveries_are_not_verified() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let (signer, verifier) = (
        Signer::new(SECRET).unwrap(),
        Verifier::new([SECRET]).unwrap(),
    );
    let body = br#"{"id":"1","type":"message.received"}"#;
    let signature = signer.sign(body, now);
    for (_case, mut mutator) in cases(4_000) {
        let received = mutator.changed(body);
        let verified = verifier.verify_signature(signature.as_bytes(), received.clone(), now);
        assert_eq!(verified.is_ok(), received == body, "{received:?}");
        let header = mutator.changed(signature.as_bytes());
        match verifier.verify_signature(&header, &body[..], now) {
            Ok(verified) => assert_eq!(verified.signed_at(), Timestamp::from(now), "{header:?}"),
            Err(error) => check_shown(&chain(&error)),
        }
    }
}

#[test]
fn changed_values_are_written_as_they_are_read() {
    for (_case, mut mutator) in cases(4_000) {
        let text = mutator.one_of(&VALUES).as_bytes();
        let text = mutator.changed(text);
        let text = String::from_utf8_lossy(&text);
        if let Ok(amount) = text.parse::<Usd>() {
            assert_eq!(amount.to_string().parse::<Usd>().unwrap(), amount);
        }
        if let Ok(instant) = text.parse::<Timestamp>() {
            assert_eq!(instant.to_string().parse::<Timestamp>().unwrap(), instant);
        }
        assert_eq!(Scope::from(text.as_ref()).to_string(), text);
    }
}

/// Returns bodies of failures and of successes that operations do not expect.
fn failures() -> Vec<String> {
    let details = json!({"reason": "account_claim_required", "action": SECRET, "retryAfterSeconds": 7, "missingScopes": ["jobs:read"]});
    vec![
        json!({"error": SECRET, "code": "FORBIDDEN", "requestId": SECRET, "details": details})
            .to_string(),
        json!({"error": "slow_down", "error_description": SECRET}).to_string(),
        json!({"error": {"code": "RATE_LIMITED", "message": SECRET, "details": details}})
            .to_string(),
        json!({"id": SECRET, "status": "closed"}).to_string(),
        String::from("<html><title>whsec_5Hq9</title></html>"),
    ]
}

/// Returns a response of the operation: its documented success or a failure, changed.
fn response(operation: &Operation, mutator: &mut Mutator, failures: &[String]) -> ScriptedResponse {
    let (status, body) = example(operation.id);
    let is_success = mutator.number(0..=1) == 0;
    let status = if is_success {
        status
    } else {
        *mutator.one_of(&[400, 401, 403, 404, 409, 422, 429, 500, 503])
    };
    let body = if is_success {
        body.to_string()
    } else {
        mutator.one_of(failures).clone()
    };
    let response = ScriptedResponse::new(status).body(mutator.changed(body.as_bytes()));
    let mut with_header = |response: ScriptedResponse, name: &str, value: &str| {
        let value = mutator.changed(value.as_bytes());
        let is_allowed = HeaderValue::from_bytes(&value).is_ok();
        if is_allowed {
            response.header(name, value)
        } else {
            response
        }
    };
    let response = with_header(
        response,
        "retry-after",
        "120, Wed, 21 Oct 2026 07:28:00 GMT",
    );
    let response = with_header(response, "date", "Wed, 21 Oct 2026 07:28:00 GMT");
    with_header(response, "x-request-id", SECRET)
}

#[tokio::test]
async fn changed_responses_are_read_or_are_errors_without_secrets() {
    let server = MockServer::builder().jobs(0).start().await.unwrap();
    let (http, failures) = (http(), failures());
    let operations: Vec<&Operation> = DOCUMENTS
        .iter()
        .flat_map(|document| document.operations)
        .copied()
        .collect();
    for (_case, mut mutator) in cases(400) {
        let operation = mutator.one_of(&operations);
        let fault = Fault::response(response(operation, &mut mutator, &failures));
        server.faults().add(fault).unwrap();
        let client = builder(&server, &TestClock::default())
            .http_client(http.clone())
            .retry_policy(Never)
            .body_limit(1 << 20);
        let called = operations::call(&client.build().unwrap(), operation.id)
            .await
            .unwrap();
        server.faults().clear_all();
        if let Err(error) = called {
            check_shown(&chain(&error));
            assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
            assert!(
                error.retry_after().is_none_or(|wait| wait <= DAY),
                "{error:?}"
            );
        }
    }
}

/// Returns a request of every operation, as the client sends it.
async fn requests(server: &MockServer) -> Vec<RecordedRequest> {
    let client = builder(server, &TestClock::default())
        .token(server.token())
        .build()
        .unwrap();
    for operation in DOCUMENTS.iter().flat_map(|document| document.operations) {
        // The result does not matter: most ids do not exist.
        let _result = operations::call(&client, operation.id).await.unwrap();
    }
    server.requests()
}

/// Returns the bytes of a request with a changed target, body and content type.
fn request(recorded: &RecordedRequest, token: &str, mutator: &mut Mutator) -> Vec<u8> {
    let mut line = |text: &str| {
        let mut bytes = mutator.changed(text.as_bytes());
        // Others end the line, or the request line's parts.
        bytes
            .iter_mut()
            .filter(|byte| !byte.is_ascii_graphic())
            .for_each(|byte| *byte = b'~');
        String::from_utf8(bytes).unwrap()
    };
    let target = line(&recorded.target[1..]);
    let content_type = line(
        recorded
            .header("content-type")
            .unwrap_or("application/json"),
    );
    let body = mutator.changed(&recorded.body);
    let head = format!(
        "{} /{target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {token}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
        recorded.method,
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn the_mock_responds_to_changed_requests() {
    let server = MockServer::builder().jobs(3).start().await.unwrap();
    let recorded = requests(&server).await;
    let address = server.base_url().strip_prefix("http://").unwrap();
    for (_case, mut mutator) in cases(400) {
        let request = request(mutator.one_of(&recorded), server.token(), &mut mutator);
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&request).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        let is_response = response.starts_with(b"HTTP/1.1 ") && response.get(9) != Some(&b'5');
        let shown = (
            String::from_utf8_lossy(&request),
            String::from_utf8_lossy(&response),
        );
        assert!(is_response, "{shown:#?}");
    }
}
