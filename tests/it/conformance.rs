//! What holds the client's requests against the documents sees every way in which one can be wrong.

use opentrain_mock::MockServer;
use serde_json::json;

use crate::support::{TOKEN, faults_of, http};

/// What is said of one request.
async fn said(method: &str, path: &str, header: (&str, &str), body: Option<String>) -> Vec<String> {
    let server = MockServer::builder().jobs(0).start().await.unwrap();
    let url = format!("{}/api/public/v1{path}", server.base_url());
    let request = http().request(method.parse().unwrap(), url);
    let request = request.bearer_auth(TOKEN).header(header.0, header.1);
    let request = match body {
        Some(body) => request.body(body),
        None => request,
    };
    request.send().await.unwrap();
    let requests = server.requests();
    let place = format!("{method} /api/public/v1{path}: ");
    let faults = faults_of(&requests[0]).into_iter();
    faults.map(|fault| fault.replace(&place, "")).collect()
}

const JSON: (&str, &str) = ("content-type", "application/json");
const NONE: (&str, &str) = ("accept", "*/*");

#[tokio::test]
async fn every_fault_of_a_request_is_seen() {
    let draft = |text: &str| Some(text.to_owned());
    let good = json!({"rawJobDescription": "Tag clips"}).to_string();
    let mut table = String::new();
    #[rustfmt::skip]
    let requests = [
        ("GET", "/jobs?limit=5&q=a", NONE, None),
        ("POST", "/job-drafts", JSON, Some(good.clone())),
        ("GET", "/nowhere", NONE, None),
        ("PUT", "/jobs", NONE, None),
        ("GET", "/jobs?colour=red", NONE, None),
        ("GET", "/jobs?limit=many", NONE, None),
        ("GET", "/jobs?limit=1&limit=2", NONE, None),
        ("GET", "/jobs", ("x-trace", "1"), None),
        ("GET", "/auth/me", JSON, draft("{}")),
        ("POST", "/job-drafts", JSON, None),
        ("POST", "/job-drafts", ("content-type", "text/plain"), Some(good)),
        ("POST", "/job-drafts", JSON, draft("{")),
        ("POST", "/job-drafts", JSON, draft(r#"{"rawJobDescription": 1}"#)),
        ("POST", "/job-drafts", JSON, draft(r#"{"rawJobDescription": "a", "colour": "red"}"#)),
    ];
    for (method, path, header, body) in requests {
        let faults = said(method, path, header, body).await;
        table.push_str(&format!("{method} {path}: {faults:?}\n"));
    }
    insta::assert_snapshot!(table);
}
