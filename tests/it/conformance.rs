//! Checks of the test support: it reports undocumented requests, and scripts with too few or too many responses.

use std::fmt::Write as _;

use insta::assert_snapshot;
use opentrain::Client;
use opentrain_mock::MockServer;
use opentrain_mock::fault::Fault;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};

use crate::support::{Mock, Scripted, client, conformance, http};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// Body of a claim token's exchange, without the token.
const GRANT: &str = "grant_type=urn%3Aopentrain%3Aagent-auth%3Agrant-type%3Aclaim";

/// Sender of requests that the client would never send.
struct Sender {
    server: MockServer,
    http: reqwest::Client,
}

impl Sender {
    async fn new() -> Self {
        let server = MockServer::builder().jobs(0).start().await.unwrap();
        Self {
            server,
            http: http(),
        }
    }

    /// Starts a request to the Public API (`GET /jobs`), or from the root, without a token.
    fn open(&self, line: &str) -> RequestBuilder {
        let (method, path) = line.split_once(' ').unwrap();
        let base = match path.starts_with("/api/") {
            true => "",
            false => "/api/public/v1",
        };
        let url = format!("{}{base}{path}", self.server.base_url());
        let request = self.http.request(method.parse().unwrap(), url);
        request.header(ACCEPT, JSON)
    }

    /// Starts a request as [`Sender::open`] does, with a token.
    fn ours(&self, line: &str) -> RequestBuilder {
        self.open(line).bearer_auth(self.server.token())
    }

    /// Starts a request with a body of this type.
    fn with_body(&self, line: &str, content_type: &str, body: &'static str) -> RequestBuilder {
        let request = match line.contains(" /api/") {
            true => self.open(line),
            false => self.ours(line),
        };
        request.header(CONTENT_TYPE, content_type).body(body)
    }

    /// Sends the request and returns its faults.
    async fn faults(&self, request: RequestBuilder) -> Vec<String> {
        request.send().await.unwrap();
        let requests = self.server.requests();
        let faults = conformance::faults(requests.last().unwrap());
        faults.into_iter().collect()
    }
}

#[tokio::test]
async fn documented_responses_have_no_fault() {
    let sender = Sender::new().await;
    let exchange = format!("{GRANT}&claim_token=ot_clm_a%2Bb");
    let requests = [
        sender.open("GET /jobs"),
        sender.open("GET /jobs?limit=100&payType=PAY_PER_HOUR&q=a%26b&cursor=7"),
        sender.open("GET /jobs/7"),
        sender.open("GET /jobs/changes?since=2026-03-04T05:06:07.000Z"),
        sender.ours("GET /jobs/mine?status=OPEN"),
        sender.ours("GET /messages?unreadOnly=true"),
        sender.ours("POST /jobs/job_1/close"),
        sender.ours("POST /tokens"),
        sender.with_body("POST /tokens", JSON, "{}"),
        sender.with_body(
            "PATCH /jobs/job_1",
            JSON,
            r#"{"headcount": null, "toolVersion": 3}"#,
        ),
        sender
            .open("POST /api/agent/oauth/token")
            .header(CONTENT_TYPE, FORM)
            .body(exchange),
    ];
    for request in requests {
        let shown = format!("{request:?}");
        assert_eq!(sender.faults(request).await, [""; 0], "{shown}");
    }
}

#[tokio::test]
async fn each_kind_of_fault_is_noticed() {
    let sender = Sender::new().await;
    let cases = [
        in_place(&sender),
        in_head(&sender),
        in_body(&sender),
        beyond_limits(&sender),
    ];
    let mut table = String::new();
    for request in cases.into_iter().flatten() {
        let faults = sender.faults(request).await;
        assert_eq!(faults.len(), 1, "{faults:?} after\n{table}");
        writeln!(table, "{}", faults[0]).unwrap();
    }
    assert_snapshot!(table);
}

/// Returns requests with a fault of method, path or query.
fn in_place(sender: &Sender) -> Vec<RequestBuilder> {
    vec![
        sender.ours("GET /verify/batches"),
        sender.ours("GET /api/agent/jobs"),
        sender.open("DELETE /jobs"),
        sender.open("GET /jobs/"),
        sender.open("GET /jobs?colour=red"),
        sender.open("GET /jobs?limit=many"),
        sender.open("GET /jobs?limit=0"),
        sender.open("GET /jobs?limit=2.5"),
        sender.open("GET /jobs?payType=BARTER"),
        sender.open("GET /jobs?q=a&q=a"),
        sender.open("GET /jobs/changes"),
        sender.open("GET /jobs/changes?since=yesterday"),
        sender.ours("GET /messages?unreadOnly=yes"),
        sender.ours("GET /team?limit=5"),
    ]
}

/// Returns requests with a fault of the headers.
fn in_head(sender: &Sender) -> Vec<RequestBuilder> {
    let without_accept = sender
        .http
        .get(format!("{}/api/public/v1/jobs", sender.server.base_url()));
    vec![
        sender.open("GET /team"),
        sender.open("GET /team").header(AUTHORIZATION, "Bearer "),
        sender.open("GET /team").header(AUTHORIZATION, "Basic eDp5"),
        sender.ours("GET /jobs"),
        sender.open("GET /jobs").header("x-trace", "t-1"),
        sender
            .open("GET /jobs")
            .header(USER_AGENT, "one")
            .header(USER_AGENT, "two"),
        without_accept.header(ACCEPT, "text/html"),
    ]
}

/// Returns requests with a fault of the body.
fn in_body(sender: &Sender) -> Vec<RequestBuilder> {
    let bodies = [
        ("POST /jobs/job_1/close", JSON, "{}"),
        ("POST /jobs/job_1/close", JSON, ""),
        ("POST /messages", FORM, "content=Hello"),
        ("POST /messages", JSON, r#"{"conversationId": "cnv_6h""#),
        ("POST /messages", JSON, r#"{"conversationId": "cnv_6h"}"#),
        (
            "POST /messages",
            JSON,
            r#"{"conversationId": "cnv_6h", "content": ""}"#,
        ),
        (
            "POST /messages",
            JSON,
            r#"{"conversationId": null, "content": "Hello"}"#,
        ),
        (
            "POST /team/invites",
            JSON,
            r#"{"email": "jon@example.com", "role": "admin"}"#,
        ),
        ("POST /credits/top-ups", JSON, r#"{"amountUsd": 9.99}"#),
        ("POST /credits/top-ups", JSON, r#"{"amountUsd": "50"}"#),
        ("POST /tokens", JSON, r#"{"scopes": ["jobs:burn"]}"#),
        ("POST /tokens", JSON, r#"{"expiresAt": "soon"}"#),
        (
            "PATCH /job-drafts/job_1",
            JSON,
            r#"{"paymentType": "BARTER"}"#,
        ),
        ("POST /api/agent/oauth/token", FORM, GRANT),
        (
            "POST /api/agent/oauth/token",
            FORM,
            "grant_type=password&claim_token=x",
        ),
        ("POST /api/agent/oauth/revoke", FORM, "token=x&colour=red"),
        ("POST /api/agent/oauth/revoke", FORM, "token=x&token=y"),
    ];
    let bodies = bodies
        .into_iter()
        .map(|(line, content_type, body)| sender.with_body(line, content_type, body));
    let absent = [
        sender.ours("POST /messages"),
        sender.ours("POST /messages").header(CONTENT_TYPE, JSON),
    ];
    bodies.chain(absent).collect()
}

/// Returns requests with a value beyond a documented limit.
fn beyond_limits(sender: &Sender) -> Vec<RequestBuilder> {
    let bodies = [
        ("PATCH /jobs/job_1", JSON, "{}"),
        (
            "POST /contracts/ctr_1/milestones",
            JSON,
            r#"{"description": ""}"#,
        ),
        (
            "POST /contracts/ctr_1/milestones",
            JSON,
            r#"{"description": "d", "amountUsd": 0}"#,
        ),
        (
            "POST /contracts/ctr_1/milestones",
            JSON,
            r#"{"description": "d", "volume": 0}"#,
        ),
        (
            "POST /webhooks",
            JSON,
            r#"{"url": "https://hooks.example.com", "eventTypes": []}"#,
        ),
        ("POST /team/invites", JSON, r#"{"email": "jon"}"#),
        (
            "POST /api/agent/identity/claim",
            JSON,
            r#"{"claim_token": "ot_clm_1", "email": "jon"}"#,
        ),
    ];
    bodies
        .into_iter()
        .map(|(line, content_type, body)| sender.with_body(line, content_type, body))
        .collect()
}

#[tokio::test]
#[should_panic(expected = "GET /api/public/v1/verify/batches: not documented")]
async fn a_request_that_is_not_documented_fails_its_test() {
    let server = Mock::start().await;
    ask_for_batches(&client(&server)).await;
}

#[tokio::test]
#[should_panic(expected = "auth_me: header `x-trace` is not documented")]
async fn a_deviation_that_is_announced_must_come() {
    let server = Scripted::start([Fault::html(404)]).await;
    let server = server.deviating([
        "GET /api/public/v1/verify/batches: not documented",
        "auth_me: header `x-trace` is not documented",
    ]);
    ask_for_batches(&client(&server)).await;
}

#[tokio::test]
#[should_panic(expected = "these responses were not requested: [\"a response with status 502")]
async fn a_response_that_was_not_requested_fails_its_test() {
    let server = Scripted::start([Fault::html(404), Fault::html(502)]).await;
    client(&server).auth().me().await.unwrap_err();
}

#[tokio::test]
#[should_panic(expected = "no response was left for [\"GET /api/public/v1/auth/me -> 418 auth_me")]
async fn a_request_that_is_one_too_many_fails_its_test() {
    let server = Scripted::start([Fault::html(404)]).await;
    let client = client(&server);
    for _ in 0..2 {
        client.auth().me().await.unwrap_err();
    }
}

async fn ask_for_batches(client: &Client) {
    let request = client.request(reqwest::Method::GET, "/verify/batches");
    request.call::<serde_json::Value>().await.unwrap_err();
}
