//! Table of faults: the outcome of every operation under every fault, its attempts, and how often the server did the work.

mod drip;
mod stage;
mod table;

use insta::assert_snapshot;
use opentrain_api::{DOCUMENTS, Idempotency, Operation};
use opentrain_mock::fault::{Cut, Fault, ScriptedResponse};
use serde_json::{Map, Value, json};

use crate::support::{Capture, Mock, example, reply};
use stage::{Place, Stage};
use table::{Row, Table};

/// Texts of the calls and responses that no error and no log line may show: credentials, bodies and queries.
const SECRETS: [&str; 17] = [
    "ot_pat_",
    "ot_clm_",
    "ot_cat_",
    "ot_ptk_",
    "whsec_",
    "Hello",
    "pat@example.org",
    "ada@example.org",
    "Tag 2,000 clips",
    "Dialect tagging",
    "Week 3",
    "Pilot",
    "nightly",
    "night-shift",
    "hooks.example.org",
    "audio",
    "German",
];

/// Function that makes the fault of a call.
type MakeFault = fn(&Stage, &Operation) -> Fault;

/// Returns the faults of responses, by name. The service did the work, unless its response says that it did not.
fn scripted_faults() -> Vec<(&'static str, MakeFault)> {
    vec![
        ("reset before the response", |_, _| {
            Fault::cut(Cut::BeforeResponse).after_the_work()
        }),
        ("reset after the head of the response", |_, operation| {
            half(operation, 0)
        }),
        ("reset during the body of the response", |_, operation| {
            half(operation, 1)
        }),
        ("reset after the response", |_, operation| {
            let (status, body) = example(operation.id);
            Fault::response(ScriptedResponse::json(status, &body).without_length()).after_the_work()
        }),
        ("408", |stage, _| stage.refusal(408).after_the_work()),
        ("425", |stage, _| stage.refusal(425)),
        ("429", |stage, _| stage.refusal(429)),
        ("500", |stage, _| stage.refusal(500).after_the_work()),
        ("502 with HTML", |_, _| Fault::html(502).after_the_work()),
        ("503 with Retry-After", |stage, _| {
            stage.refusal(503).retry_after("7").after_the_work()
        }),
        ("truncated JSON of the right length", |_, operation| {
            let (status, body) = example(operation.id);
            let text = body.to_string();
            let response = ScriptedResponse::new(status).body(&text[..text.len() / 2]);
            Fault::response(response).after_the_work()
        }),
        ("members of a wrong type", |_, operation| {
            let (status, body) = example(operation.id);
            reply(status, &of_wrong_types(body)).after_the_work()
        }),
        ("list instead of an object", |_, operation| {
            reply(example(operation.id).0, &json!([[true]])).after_the_work()
        }),
        ("giant body", |_, operation| {
            let (status, body) = example(operation.id);
            let body = format!("{body}{}", " ".repeat(stage::BODY_LIMIT));
            Fault::response(ScriptedResponse::new(status).body(body)).after_the_work()
        }),
        ("redirect to another host", |stage, _| {
            let elsewhere = stage.elsewhere.base_url();
            Fault::response(ScriptedResponse::new(307).header("location", elsewhere))
        }),
    ]
}

/// Returns a response that announces its whole body and breaks off: after the head (0), or in the middle of the body (1).
fn half(operation: &Operation, halves: usize) -> Fault {
    let (status, body) = example(operation.id);
    let text = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} OK\r\ncontent-length: {}\r\n\r\n",
        text.len()
    );
    let sent = &text.as_bytes()[..text.len() / 2 * halves];
    Fault::raw([head.as_bytes(), sent].concat()).after_the_work()
}

/// Puts each member of an object into an object that is not expected there.
fn of_wrong_types(body: Value) -> Value {
    let Value::Object(members) = body else {
        return json!({ "wrong": body });
    };
    let members = members.into_iter();
    Value::Object(
        members
            .map(|(name, value)| (name, json!({ "wrong": value })))
            .collect::<Map<_, _>>(),
    )
}

#[tokio::test]
async fn every_operation_under_every_fault() {
    let capture = Capture::default();
    let _guard = tracing::subscriber::set_default(capture.clone());
    tracing::callsite::rebuild_interest_cache();
    let stage = Stage::new().await;
    let mut table = Table::default();
    let operations = || DOCUMENTS.iter().flat_map(|document| document.operations);
    assert_eq!(operations().count(), 47);
    for operation in operations() {
        table.add(
            "connection refused",
            operation,
            stage.run(Place::Refused, operation).await,
        );
        table.add(
            "time-out",
            operation,
            stage.run(Place::NoResponse, operation).await,
        );
        table.add(
            "slow drip",
            operation,
            stage.run(Place::Drip, operation).await,
        );
    }
    for (name, fault) in scripted_faults() {
        for operation in operations() {
            let fault = fault(&stage, operation);
            table.add(
                name,
                operation,
                stage.run(Place::Faulty(Box::new(fault)), operation).await,
            );
        }
    }
    assert_eq!(stage.elsewhere.connections(), 0, "no redirect is followed");
    let text = table.to_string();
    let logged = capture.text(true);
    assert!(logged.contains("trying again"), "the log is captured");
    for secret in SECRETS.into_iter().chain([stage.server.token()]) {
        let line = logged
            .lines()
            .chain(text.lines())
            .find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
    assert_snapshot!(text);
}

/// Checks what the snapshot shows as well, so that no review can accept it: a write that may not repeat is done once at most.
fn check(operation: &Operation, fault: &str, row: &Row) {
    let may_repeat = operation.idempotency != Idempotency::Write;
    assert!(
        may_repeat || row.work <= 1,
        "{} under {fault}: {row:?}",
        operation.id
    );
}
