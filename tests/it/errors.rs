//! Errors: every documented code and reason, and the message that a user reads.

use std::fmt::Write as _;

use insta::assert_snapshot;
use opentrain::types::{ClaimToken, ErrorCode, ErrorReason, JobId};
use opentrain::{Client, Error, ErrorKind};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Scripted, TOKEN, TestClock, builder, chain, client, reply};

async fn error(status: u16, body: Value) -> Error {
    let server = Scripted::start([reply(status, &body)]).await;
    let policy = opentrain::retry::Never;
    client(&server)
        .jobs()
        .publish(&JobId::from("job_9xT"))
        .retry_policy(policy)
        .await
        .unwrap_err()
}

fn envelope(code: &str, details: &Value) -> Value {
    json!({"error": "A sentence for people", "code": code, "requestId": "r-1", "details": details})
}

async fn oauth_error(body: Value) -> Error {
    let server = Scripted::start([reply(400, &body)]).await;
    let call = client(&server)
        .agent_auth()
        .exchange_token(&ClaimToken::from("ot_clm_example_0000"));
    call.await.unwrap_err()
}

#[tokio::test]
async fn every_code_and_what_is_advised() {
    let mut table = String::new();
    let statuses = [400, 401, 403, 404, 409, 429, 500, 402];
    for (code, status) in ErrorCode::KNOWN
        .iter()
        .zip(statuses)
        .chain([(&"BRAND_NEW", 418)])
    {
        let error = error(status, envelope(code, &Value::Null)).await;
        let known = !matches!(error.api().unwrap().code(), ErrorCode::Unknown(_));
        writeln!(
            table,
            "{status} {code:<18} known {known:<5} {:?}",
            error.retry_advice()
        )
        .unwrap();
    }
    assert_snapshot!(table);
}

#[tokio::test]
async fn every_reason_with_its_fields() {
    let fields = json!({
        "claimUrl": "https://a.example/claim", "action": "hire people", "billingUrl": "https://a.example/billing",
        "reasons": ["too vague"], "policy": {"name": "contact-data"},
    });
    let mut table = String::new();
    for reason in ErrorReason::KNOWN.iter().chain(&["brand_new"]) {
        let mut details = fields.clone();
        details["reason"] = json!(reason);
        let error = error(409, envelope("CONFLICT", &details)).await;
        let typed = error.reason().unwrap();
        assert_eq!(typed.wire(), Some(*reason));
        writeln!(table, "{reason}\n    {typed:?}").unwrap();
    }
    assert_snapshot!(table);
}

/// Returns status, code and details of failures that name no reason.
fn without_reason() -> Vec<(u16, &'static str, Value)> {
    vec![
        (
            403,
            "FORBIDDEN",
            json!({"grantedScopes": ["jobs:read", "new:scope"], "requiredScopes": ["jobs:write"]}),
        ),
        (
            403,
            "FORBIDDEN",
            json!({"featureKey": "public_api_hiring", "mode": "ALLOWLIST"}),
        ),
        (400, "BAD_REQUEST", json!({"field": "amountUsd"})),
        (
            400,
            "BAD_REQUEST",
            json!({"supportedStatuses": ["DRAFT", "OPEN"]}),
        ),
        (400, "BAD_REQUEST", json!({"issues": [{"path": ["x"]}]})),
        (400, "BAD_REQUEST", json!([{"path": ["x"]}])),
        (400, "BAD_REQUEST", json!({"email": "a@example.org"})),
        (
            400,
            "BAD_REQUEST",
            json!({"supportedScopes": ["jobs:read"], "unknownScopes": ["x:y"]}),
        ),
        (
            400,
            "BAD_REQUEST",
            json!({"validation": {"publishReady": false}}),
        ),
        (
            409,
            "CONFLICT",
            json!({"jobId": "job_9xT", "requiredStatus": "OPEN", "status": "DRAFT"}),
        ),
        (
            403,
            "FORBIDDEN",
            json!({"reason": "moderation_blocked", "reasons": ["too vague", {"rule": 7}]}),
        ),
        (429, "RATE_LIMITED", json!({"limit": 20, "windowHours": 24})),
        (429, "RATE_LIMITED", json!({"retryAfterSeconds": 2.5})),
        (
            404,
            "NOT_FOUND",
            json!({"resource": "webhooks", "webhookId": "wh_3"}),
        ),
    ]
}

#[tokio::test]
async fn details_without_a_reason_are_typed_by_what_they_hold() {
    let mut table = String::new();
    for (status, code, details) in without_reason() {
        let error = error(status, envelope(code, &details)).await;
        writeln!(
            table,
            "{status} {details}\n    {:?}, {:?}",
            error.reason(),
            error.retry_advice()
        )
        .unwrap();
        assert_eq!(error.api().unwrap().details(), &details);
    }
    assert_snapshot!(table);
}

#[tokio::test]
async fn an_error_reads_as_one_line() {
    let mut lines = Vec::new();
    let refused = envelope(
        "FORBIDDEN",
        &json!({"reason": "account_claim_required", "claimUrl": "https://a.example/claim"}),
    );
    lines.push(chain(&error(403, refused).await));
    lines.push(chain(&error(502, json!("no envelope")).await));
    lines.push(chain(
        &error(200, json!({"jobId": 7, "status": "OPEN"})).await,
    ));
    lines.push(chain(
        &oauth_error(
            json!({"error": "invalid_request", "error_description": "No token.
None."}),
        )
        .await,
    ));
    // On another endpoint, this body has no documented form.
    lines.push(chain(
        &error(400, json!({"error": "invalid_request"})).await,
    ));
    let forged = json!({"error": "a", "code": "B
C", "requestId": "r
2026 ERROR", "details": {"reason": "d
e"}});
    lines.push(chain(&error(400, forged).await));
    lines.push(chain(
        &error(404, json!({"id": "job_9xT", "status": "closed"})).await,
    ));
    lines.push(chain(
        &error(
            400,
            json!({"error": format!("long\n{}", "x".repeat(1_000)), "code": "BAD_REQUEST"}),
        )
        .await,
    ));
    assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_closed_job_is_a_kind_of_its_own() {
    let body = json!({"id": "job_9xT", "status": "closed"});
    let server = Scripted::start([reply(404, &body)]).await;
    let error = client(&server)
        .jobs()
        .get(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert!(matches!(error.kind(), ErrorKind::JobClosed(id) if id.as_str() == "job_9xT"));
}

#[tokio::test]
async fn a_port_without_a_listener_is_a_failed_connection() {
    // Bound, so that no other process gets the port, and not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let client = Client::builder()
        .base_url(url)
        .token(TOKEN)
        .clock(TestClock::default())
        .build()
        .unwrap();
    let error = client
        .jobs()
        .publish(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(
        error.attempts(),
        3,
        "nothing was sent, so even a write is tried again"
    );
}

#[tokio::test]
async fn a_failure_is_what_its_status_says_even_if_its_body_does_not_arrive() {
    let long = "x".repeat(4_000).into_bytes();
    let too_large = |status| Fault::response(ScriptedResponse::new(status).body(long.clone()));
    let server = Scripted::start([too_large(503), too_large(400), too_large(200)]).await;
    let client = builder(&server, &TestClock::default())
        .body_limit(1_000)
        .build()
        .unwrap();
    let refused = client.auth().me().await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Status), "{refused:?}");
    assert_eq!(
        (refused.status().unwrap().as_u16(), refused.attempts()),
        (400, 2),
        "the 503 was repeated, the 400 was not"
    );
    let too_large = client.auth().me().await.unwrap_err();
    assert!(
        matches!(too_large.kind(), ErrorKind::TooLarge { limit: 1_000, .. }),
        "{too_large:?}"
    );
}

#[tokio::test]
async fn the_words_of_the_service_do_not_show_in_debug_output() {
    let refusal = json!({"error": "hush", "code": "BAD_REQUEST", "details": {"issues": ["hush"]}});
    let errors = [
        error(400, refusal).await,
        oauth_error(json!({"error": "x", "error_description": "hush"})).await,
    ];
    assert!(!format!("{errors:?}").contains("hush"), "{errors:?}");
}
