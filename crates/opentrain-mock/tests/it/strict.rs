//! Strict mode: what the documents do not allow is refused.

use std::path::Path;

use opentrain_mock::MockServer;
use serde_json::{Value, json};

use crate::documents;
use crate::support::{Session, complete_job, envelope, milestone, text};

async fn strict() -> Session {
    let server = MockServer::builder().strict(true).start().await;
    Session::with(server.expect("the mock starts"))
}

// With `OPENTRAIN_MOCK_WRITE` set, the table is written anew.
#[test]
fn table_of_requests_is_that_of_the_documents() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/requests.json");
    let documented = documents::requests();
    if std::env::var_os("OPENTRAIN_MOCK_WRITE").is_some() {
        std::fs::write(&file, format!("{documented:#}\n")).unwrap();
    }
    let held: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        held, documented,
        "OPENTRAIN_MOCK_WRITE=1 cargo test -p opentrain-mock strict writes src/requests.json anew"
    );
}

/// Method, path after the base, body, and the sentence.
#[rustfmt::skip]
const OBJECTIONS: &[(&str, &str, &str, &str)] = &[
    ("GET", "/jobs?colour=red", "null", "the query parameter `colour` is not documented in a request for jobs_search"),
    ("GET", "/jobs?limit=101", "null", "the query parameter `limit` must not be above 100 in a request for jobs_search"),
    ("GET", "/jobs?limit=ten", "null", "the query parameter `limit` must be a whole number in a request for jobs_search"),
    ("GET", "/jobs?limit=", "null", "the query parameter `limit` must be a whole number in a request for jobs_search"),
    ("GET", "/jobs?payType=", "null", "the query parameter `payType` must not be empty in a request for jobs_search"),
    ("GET", "/jobs?q=a&q=b", "null", "the query parameter `q` is there twice in a request for jobs_search"),
    ("GET", "/messages?unreadOnly=yes", "null", "the query parameter `unreadOnly` must be true or false in a request for messages_list"),
    ("POST", "/messages", r#"{"conversationId": "cnv_1", "text": "Hi"}"#, "the body has a field `text` that is not documented in a request for messages_send"),
    ("POST", "/proposals/p/hire", r#"{"milestone": {"amountUsd": 1}}"#, "the body.milestone has a field `amountUsd` that is not documented in a request for proposals_hire"),
    ("POST", "/tokens", r#"{"scopes": ["jobs:read", 1]}"#, "the body.scopes[1] must be a text in a request for tokens_create"),
    ("POST", "/jobs/job_1/publish", r#"{"now": true}"#, "no body is documented in a request for jobs_publish"),
    ("GET", "/jobz", "null", "the documents have no operation GET /api/public/v1/jobz"),
];

#[tokio::test]
async fn undocumented_request_is_refused_with_a_message() {
    let session = strict().await;
    for (method, path, body, sentence) in OBJECTIONS {
        let body: Value = serde_json::from_str(body).unwrap();
        let response = session
            .call(method, path, (!body.is_null()).then_some(&body))
            .await;
        assert_eq!(response.1["error"], format!("Strict mode: {sentence}"));
        envelope(response, 400, "BAD_REQUEST");
        let request = session.server.requests().pop().unwrap();
        assert_eq!(request.objection.as_deref(), Some(*sentence));
        let line = request.to_string();
        assert!(
            line.ends_with(&format!(", stopped by: strict ({sentence})")),
            "{line}"
        );
    }
}

#[tokio::test]
async fn wrong_content_type_is_refused_in_the_form_of_the_endpoint() {
    let session = strict().await;
    let client = reqwest::Client::new();
    let url = |path: &str| format!("{}{path}", session.server.base_url());
    let form = client
        .post(url("/api/public/v1/tokens"))
        .bearer_auth(session.server.token());
    let response = form.form(&[("name", "x")]).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body["error"],
        "Strict mode: the content type must be application/json, not application/x-www-form-urlencoded, in a request for tokens_create"
    );
    let (status, body) = session.agent("/oauth/revoke", &json!({"token": "x"})).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_request")));
    let (status, _) = session.agent_form("/oauth/revoke", &[("token", "x")]).await;
    assert_eq!(status, 200);
    let form = [("token", "x"), ("colour", "red")];
    let (status, body) = session.agent_form("/oauth/revoke", &form).await;
    assert_eq!(status, 400);
    assert!(
        text(&body["error_description"]).contains("field `colour`"),
        "{body}"
    );
}

#[tokio::test]
async fn documented_request_is_handled_as_without_strict_mode() {
    let session = strict().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let hire = format!("/proposals/{proposal}/hire");
    assert_eq!(session.post(&hire, &milestone(120)).await.0, 202);
    let draft = json!({"source": {"type": "opentrain_canonical", "job": complete_job()}});
    assert_eq!(session.post("/job-drafts", &draft).await.0, 200);
    assert_eq!(
        session
            .get("/jobs?q=a&limit=3&payType=PAY_PER_HOUR&cursor=")
            .await
            .0,
        200
    );
    assert_eq!(session.get("/messages?unreadOnly=true").await.0, 200);
    // A wrong method is refused as ever, too.
    let wrong = session
        .raw("DELETE", "/api/public/v1/jobs/mine", None)
        .await;
    assert_eq!(
        (wrong.status().as_u16(), &wrong.headers()["allow"]),
        (405, &"GET".parse().unwrap())
    );
    let preflight = session.raw("OPTIONS", "/api/public/v1/jobs", None).await;
    assert_eq!(preflight.status(), 204);
    // What is no JSON at all is the operation's affair.
    let url = format!("{}/api/public/v1/job-drafts", session.server.base_url());
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(session.server.token());
    let request = request.header("content-type", "application/json; charset=utf-8");
    let response = request.body("{").send().await.unwrap();
    assert!(response.text().await.unwrap().contains("not valid JSON"));
}

#[tokio::test]
async fn strict_mode_is_off_until_it_is_switched_on() {
    let session = Session::start().await;
    assert_eq!(session.get("/jobs?colour=red").await.0, 200);
    session.server.strict(true);
    assert_eq!(session.get("/jobs?colour=red").await.0, 400);
    let off = json!({"on": false});
    assert_eq!(
        session.call_at("PUT", "/_mock/strict", Some(&off)).await.0,
        200
    );
    assert_eq!(session.get("/jobs?colour=red").await.0, 200);
}
