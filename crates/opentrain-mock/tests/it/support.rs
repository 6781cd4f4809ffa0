//! A minimal client: status and JSON of every response.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::sync::Mutex;

use opentrain_mock::MockServer;
use serde_json::{Value, json};

use crate::documents;

/// A server, and a client with a token. Every response to an operation is checked against the documents.
pub(crate) struct Session {
    pub(crate) server: MockServer,
    /// Operations that were called, with the statuses of their responses.
    seen: Mutex<BTreeSet<(&'static str, u16)>>,
    token: Option<String>,
    http: reqwest::Client,
}

pub(crate) type Received = (u16, Value);

impl Session {
    /// Starts a server, with the main account's token.
    pub(crate) async fn start() -> Self {
        Self::with(MockServer::start().await.expect("the mock starts"))
    }

    pub(crate) fn with(server: MockServer) -> Self {
        let token = Some(server.token().to_owned());
        let http = reqwest::Client::new();
        Self {
            server,
            seen: Mutex::default(),
            token,
            http,
        }
    }

    /// Sends the next requests with this token.
    pub(crate) fn become_bearer(&mut self, token: &str) {
        self.token = Some(token.to_owned());
    }

    /// Sends the next requests without a token.
    pub(crate) fn forget_token(&mut self) {
        self.token = None;
    }

    pub(crate) async fn get(&self, path: &str) -> Received {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Received {
        self.call("POST", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Received {
        self.call("PATCH", path, Some(body)).await
    }

    /// Calls the Public API.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Received {
        self.call_at(method, &format!("/api/public/v1{path}"), body)
            .await
    }

    /// Calls any path.
    pub(crate) async fn call_at(&self, method: &str, path: &str, body: Option<&Value>) -> Received {
        let response = self.raw(method, path, body).await;
        self.read(method, path, response).await
    }

    /// Calls the agent endpoints with a JSON body.
    pub(crate) async fn agent(&self, path: &str, body: &Value) -> Received {
        self.call_at("POST", &format!("/api/agent{path}"), Some(body))
            .await
    }

    /// Calls the agent endpoints with a form.
    pub(crate) async fn agent_form(&self, path: &str, form: &[(&str, &str)]) -> Received {
        let path = format!("/api/agent{path}");
        let url = format!("{}{path}", self.server.base_url());
        let response = self.http.post(url).form(form).send().await;
        self.read("POST", &path, response.expect("the mock responds"))
            .await
    }

    /// Returns the operations that were called in this session, with the statuses of their responses.
    pub(crate) fn seen(&self) -> BTreeSet<(&'static str, u16)> {
        self.seen.lock().expect("no test has panicked").clone()
    }

    async fn read(&self, method: &str, path: &str, response: reqwest::Response) -> Received {
        let status = response.status().as_u16();
        let body = response.bytes().await.expect("the body arrives");
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if let Some(operation) = documents::find(method, path) {
            let faults = operation.faults(status, &body);
            assert!(
                faults.is_empty(),
                "{method} {path} -> {status} {body}\n{faults:#?}"
            );
            let mut seen = self.seen.lock().expect("no test has panicked");
            seen.insert((operation.name, status));
        }
        (status, body)
    }

    pub(crate) async fn raw(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Response {
        let method = method.parse().expect("the method is one");
        let url = format!("{}{path}", self.server.base_url());
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.expect("the mock responds")
    }

    /// Returns a complete draft.
    pub(crate) async fn complete_draft(&self) -> String {
        let body = json!({"format": "opentrain_canonical", "job": complete_job()});
        let (status, draft) = self.post("/job-drafts", &body).await;
        assert_eq!(
            (status, &draft["validation"]["publishReady"]),
            (200, &json!(true)),
            "{draft}"
        );
        text(&draft["jobId"])
    }

    /// Publishes a job and returns its id.
    pub(crate) async fn open_job(&self) -> String {
        let job = self.complete_draft().await;
        let (status, published) = self.post(&format!("/jobs/{job}/publish"), &json!({})).await;
        assert_eq!(
            (status, &published["alreadyPublished"]),
            (200, &json!(false)),
            "{published}"
        );
        job
    }

    /// Returns the proposals on a job, newest first.
    pub(crate) async fn proposals(&self, job: &str) -> Vec<String> {
        let (status, page) = self.get(&format!("/jobs/{job}/proposals")).await;
        assert_eq!(status, 200, "{page}");
        ids(&page["proposals"])
    }
}

/// Returns a job in the canonical format.
pub(crate) fn complete_job() -> Value {
    json!({
        "title": "Dialect tagging",
        "description": "Tag the dialect of short clips.",
        "languages": ["German"],
        "headcount": 3,
        "experienceLevel": "INTERMEDIATE",
        "paymentType": "PAY_PER_HOUR",
        "rateAmount": 18,
    })
}

/// Returns the terms of a hire.
pub(crate) fn milestone(amount: u32) -> Value {
    json!({"milestone": {"name": "Pilot", "amount": amount, "dueDate": "2026-04-01"}})
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("the value is a text").to_owned()
}

/// Returns the ids in a list.
pub(crate) fn ids(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("the value is a list");
    list.iter().map(|item| text(&item["id"])).collect()
}

/// Asserts the documented envelope and gives its details.
pub(crate) fn envelope((status, body): Received, expected_status: u16, code: &str) -> Value {
    assert_eq!(
        (status, &body["code"]),
        (expected_status, &json!(code)),
        "{body}"
    );
    assert!(
        body["error"].is_string() && body["requestId"].is_string(),
        "{body}"
    );
    body["details"].clone()
}

/// Sends the text of a request, and checks that its body is refused as incomplete.
pub(crate) async fn check_incomplete(address: &str, request: String) {
    let address = address.to_owned();
    let talk = move || -> std::io::Result<String> {
        let mut connection = std::net::TcpStream::connect(address)?;
        connection.write_all(request.as_bytes())?;
        let mut response = String::new();
        connection.read_to_string(&mut response)?;
        Ok(response)
    };
    let sent = tokio::task::spawn_blocking(talk).await;
    let response = sent.expect("the task ends").expect("the mock responds");
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(
        response.contains("The body did not arrive whole"),
        "{response}"
    );
}
