//! Output of a call to a `tracing` subscriber: enough to follow the call, and no secret.
//!
//! It is a binary of its own, because a subscriber for one thread misses events that another thread emits first.

#![expect(clippy::unwrap_used, reason = "a test that stops says why")]

#[path = "../it/support"]
#[expect(dead_code, reason = "shared with the other tests")]
mod support {
    pub(crate) mod capture;
    pub(crate) mod clock;
    mod conformance;
    mod documents;
    mod mock;
    pub(crate) mod scripted;
}

mod held_back;

use std::time::Duration;

use opentrain::Client;
use opentrain::http::Method;
use opentrain::retry::{PolicyInput, RetryPolicyExt, from_fn};
use opentrain::types::{ClaimToken, JobId};
use opentrain_mock::fault::{Cut, Fault};
use serde_json::{Value, json};

use support::capture::Capture;
use support::scripted::{Scripted, reply};

/// A token that no service ever gave out.
const TOKEN: &str = "ot_pat_example_0000";

/// Returns responses and calls, one for each way in which a secret could leak.
fn replies() -> Vec<Fault> {
    let refusal = json!({"error": "hush", "code": "NOT_FOUND", "requestId": "r-1", "details": {"hush": "hush"}});
    let found = json!({"jobs": [{"id": "hush"}], "nextCursor": null, "generatedAt": "2026-03-04T05:06:07.000Z"});
    let odd =
        json!({"jobs": [{"id": 7, "title": "hush"}], "nextCursor": "hush", "generatedAt": "hush"});
    let oauth = json!({"error": "invalid_grant", "error_description": "hush"});
    let token = json!({"token": "ot_pat_hush", "tokenType": "bearer", "metadata": {"id": "hush", "status": "active"}});
    vec![
        Fault::html(503),
        reply(200, &found)
            .header("x-request-id", "req-7")
            .header("set-cookie", "hush=hush"),
        reply(404, &refusal),
        reply(200, &odd),
        reply(400, &oauth),
        reply(201, &token),
        Fault::cut(Cut::BeforeResponse),
        reply(401, &refusal),
    ]
}

#[tokio::test]
async fn a_call_is_followed_without_token_body_query_or_values() {
    let server = Scripted::start(replies()).await;
    let server = server.deviating(["POST /api/public/v1/extra: not documented"]);
    let capture = Capture::default();
    tracing::subscriber::set_global_default(capture.clone()).unwrap();
    let at_once = from_fn(|_: &PolicyInput| Some(Duration::ZERO));
    let client = Client::builder()
        .base_url(server.base_url())
        .token(TOKEN)
        .retry_policy(at_once.at_most(3));
    let client = client.build().unwrap();
    client.jobs().search().query("hush").await.unwrap();
    client
        .jobs()
        .close(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    client.jobs().search().await.unwrap_err();
    client
        .agent_auth()
        .exchange_token(&ClaimToken::from("ot_clm_hush"))
        .await
        .unwrap_err();
    client.tokens().create().name("hush").await.unwrap();
    client
        .messages()
        .send(&"hush".into(), "hush")
        .await
        .unwrap_err();
    let request = client
        .request(Method::POST, "/extra")
        .query("colour", "hush")
        .json(&json!({"hush": "hush"}));
    request.call::<Value>().await.unwrap_err();
    let text = capture.text(true);
    for secret in [TOKEN, "Bearer", "hush"] {
        assert!(!text.contains(secret), "{secret} in\n{text}");
    }
    let port = server.base_url().rsplit(':').next().unwrap();
    insta::assert_snapshot!(capture.text(false).replace(port, "[port]"));
}
