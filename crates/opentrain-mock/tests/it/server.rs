//! The server itself: starting, recording, keeping secrets, stopping.

use std::error::Error;
use std::time::Duration;

use opentrain_mock::fault::ScriptedResponse;
use opentrain_mock::{MockServer, TokenOwner};
use serde_json::json;

use crate::support::{Session, check_incomplete, envelope};

#[tokio::test]
async fn many_servers_run_side_by_side_with_worlds_of_their_own() {
    let (one, other) = (Session::start().await, Session::start().await);
    assert_ne!(one.server.base_url(), other.server.base_url());
    one.open_job().await;
    assert_eq!(other.get("/jobs/mine").await.1["jobs"], json!([]));
}

#[tokio::test]
async fn requests_are_recorded_with_their_credentials_masked() {
    let session = Session::start().await;
    session.get("/jobs?q=two%20words").await;
    session
        .post("/job-drafts", &json!({"rawJobDescription": "Tag."}))
        .await;
    let requests = session.server.requests();
    assert_eq!(requests[0].path, "/api/public/v1/jobs");
    assert_eq!(
        requests[0].query,
        [("q".to_owned(), "two words".to_owned())]
    );
    assert_eq!(requests[0].header("Authorization"), Some("***"));
    assert_eq!(
        (requests[1].method.as_str(), requests[1].status),
        ("POST", 200)
    );
    assert_eq!(
        requests[1].json(),
        Some(json!({"rawJobDescription": "Tag."}))
    );
}

#[tokio::test]
async fn debug_output_holds_no_token() {
    let session = Session::start().await;
    let token = session.server.token();
    session
        .agent_form("/oauth/revoke", &[("token", token)])
        .await;
    let printed = format!("{:?} {:?}", session.server, session.server.requests());
    assert!(!printed.contains(token), "{printed}");
    let (server, requests) = printed.split_once(" [").unwrap();
    let head = format!("MockServer {{ base_url: {:?}, ", session.server.base_url());
    assert!(server.starts_with(&head), "{server}");
    let head = r#"RecordedRequest { method: "POST", path: "/api/agent/oauth/revoke", "#;
    assert!(requests.starts_with(head), "{requests}");
}

#[test]
fn settings_and_scripted_responses_are_recognised_when_printed() {
    let builder = format!("{:?}", MockServer::builder().seed(7).jobs(3));
    assert!(builder.contains("seed: 7, jobs: 3, "), "{builder}");
    let response = ScriptedResponse::new(503)
        .header("x-own", "1")
        .body("ot_pat_secret");
    assert_eq!(
        format!("{response:?}"),
        r#"ScriptedResponse { status: 503, headers: [("x-own", "1")], body: "ot_pat_***", .. }"#
    );
}

#[tokio::test]
async fn responses_are_dated_by_the_clock_of_the_mock() {
    let session = Session::start().await;
    session.server.clock().advance(Duration::from_secs(3600));
    for path in ["/api/public/v1/jobs", "/api/public/v1/auth/me", "/nowhere"] {
        let response = session.raw("GET", path, None).await;
        let date = &response.headers()["date"];
        assert_eq!(date, "Wed, 04 Mar 2026 06:06:07 GMT", "{path}");
    }
}

#[tokio::test]
async fn tokenless_responses_allow_caches_and_any_origin() {
    let session = Session::start().await;
    let response = session.raw("GET", "/api/public/v1/jobs", None).await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    assert!(response.headers().contains_key("cache-control"));
    assert_eq!(response.headers()["content-type"], "application/json");
    let private = session.raw("GET", "/api/public/v1/auth/me", None).await;
    assert!(!private.headers().contains_key("cache-control"));
}

#[tokio::test]
async fn body_above_the_cap_is_refused_by_operations_that_read_it() {
    let session = Session::start().await;
    let huge = json!({"rawJobDescription": "x".repeat(5 << 20)});
    let sentence = "The body is larger than 4194304 bytes";
    let response = session.post("/job-drafts", &huge).await;
    assert_eq!(response.1["error"], sentence);
    envelope(response, 400, "BAD_REQUEST");
    let (status, refused) = session.agent("/identity", &huge).await;
    assert_eq!(
        (status, &refused["error_description"]),
        (400, &json!(sentence))
    );
    let job = session.open_job().await;
    let (status, _) = session.post(&format!("/jobs/{job}/close"), &huge).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn incomplete_upload_and_bad_json_have_different_messages() {
    let session = Session::start().await;
    let address = session.server.base_url().trim_start_matches("http://");
    let request = format!(
        "POST /api/public/v1/job-drafts HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         connection: close\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n",
        session.server.token()
    );
    check_incomplete(address, request).await;
}

#[tokio::test]
async fn only_loopback_addresses_are_accepted() {
    let error = MockServer::builder()
        .address("0.0.0.0:0".parse().unwrap())
        .start()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mock listens on loopback only, and `0.0.0.0:0` is no loopback address: use `127.0.0.1:0`"
    );
}

#[tokio::test]
async fn taken_address_is_an_error_with_its_cause() {
    let server = MockServer::start().await.unwrap();
    let address = server
        .base_url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let error = MockServer::builder()
        .address(address)
        .start()
        .await
        .unwrap_err();
    assert!(error.to_string().starts_with("cannot listen on"));
    assert!(error.source().is_some());
}

#[tokio::test]
async fn names_that_do_not_exist_are_refused() {
    let server = MockServer::start().await.unwrap();
    let scope = server
        .issue_token(&["jobs:fly"], TokenOwner::Main)
        .unwrap_err();
    assert_eq!(scope.to_string(), "no scope is called `jobs:fly`");
    let feature = server.set_feature("public_api_flying", true).unwrap_err();
    assert_eq!(
        feature.to_string(),
        "no feature flag is called `public_api_flying`"
    );
    assert!(server.human().confirm("apr_000001").is_err());
    assert!(server.human().claim("000000").is_err());
    assert!(server.human().review("prp_000001", "HIRED").is_err());
}

#[tokio::test]
async fn stopped_server_accepts_no_connection() {
    let server = MockServer::start().await.unwrap();
    let url = format!("{}/api/public/v1/jobs", server.base_url());
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 200);
    server.stop().await;
    assert!(reqwest::get(&url).await.is_err());
}

#[tokio::test]
async fn half_a_request_does_not_keep_the_server_from_stopping() {
    use std::io::Write;

    let patience = Duration::from_millis(20);
    let server = MockServer::builder()
        .webhook_timeout(patience)
        .start()
        .await;
    let server = server.unwrap();
    let address = server.base_url().trim_start_matches("http://").to_owned();
    let mut half = std::net::TcpStream::connect(address).unwrap();
    half.write_all(b"GET /api/public/v1/jobs HTTP/1.1\r\n")
        .unwrap();
    // A whole one after it: by then the half one has been accepted.
    let url = format!("{}/api/public/v1/jobs", server.base_url());
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(url)
        .send()
        .await
        .unwrap();
    server.close().await.unwrap();
}
