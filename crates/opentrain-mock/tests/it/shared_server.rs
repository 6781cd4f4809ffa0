//! One mock for many tests: it outlives the runtimes that start it and use it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use opentrain_mock::MockServer;
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

use crate::support::Session;
use crate::webhook_receiver::Hook;

static SERVER: OnceCell<MockServer> = OnceCell::const_new();

async fn server() -> &'static MockServer {
    let start = || async { MockServer::start().await.expect("the mock starts") };
    SERVER.get_or_init(start).await
}

/// Returns a runtime as `#[tokio::test]` makes one.
fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made")
}

/// Asks the server for something, with a client of its own, and gives the status and the body.
async fn get(server: &MockServer, path: &str) -> (u16, Value) {
    let url = format!("{}/api/public/v1{path}", server.base_url());
    let request = reqwest::Client::new().get(url).bearer_auth(server.token());
    let response = request.send().await.expect("the mock responds");
    let status = response.status().as_u16();
    (status, response.json().await.expect("the body is JSON"))
}

/// Drafts a job, and gives its id.
async fn draft(server: &MockServer) -> Value {
    let url = format!("{}/api/public/v1/job-drafts", server.base_url());
    let request = reqwest::Client::new().post(url).bearer_auth(server.token());
    let body = json!({"rawJobDescription": "Tag clips."});
    let response = request.json(&body).send().await;
    let response = response.expect("the mock responds");
    response.json::<Value>().await.expect("the body is JSON")["jobId"].clone()
}

#[test]
fn static_server_is_shared_by_runtimes_that_end_before_it() {
    let mut drafts = Vec::new();
    for _ in 0..3 {
        let runtime = runtime();
        drafts.push(runtime.block_on(async { draft(server().await).await }));
        drop(runtime);
    }
    let at_once: Vec<_> = (0..4)
        .map(|_| thread::spawn(|| runtime().block_on(async { draft(server().await).await })))
        .collect();
    let at_once = at_once.into_iter().map(thread::JoinHandle::join);
    drafts.extend(at_once.map(|draft| draft.expect("no thread panics")));
    let (status, mine) = runtime().block_on(async { get(server().await, "/jobs/mine").await });
    assert_eq!(status, 200);
    let jobs = mine["jobs"].as_array().expect("it is a list");
    assert_eq!(jobs.len(), 7);
    assert!(
        drafts
            .iter()
            .all(|id| jobs.iter().any(|job| job["id"] == *id))
    );
}

#[test]
fn server_sends_saves_and_waits_after_the_runtime_that_started_it_is_gone() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("state.json");
    let start = || {
        let builder = MockServer::builder().state_file(&path);
        runtime().block_on(builder.start())
    };
    let server = start().expect("the mock starts");
    let server = runtime().block_on(async {
        let (session, mut hook) = (Session::with(server), Hook::open().await);
        let body = json!({"url": hook.origin, "eventTypes": ["proposal.received"]});
        assert_eq!(session.post("/webhooks", &body).await.0, 201);
        session.open_job().await;
        hook.next().await;
        let slow = Fault::latency(Duration::from_millis(1));
        session.server.faults().add(slow).expect("it can hit");
        assert_eq!(session.get("/auth/me").await.0, 200);
        let saved = session.server.state_saved().await;
        saved.expect("it can be written");
        session.server
    });
    runtime().block_on(server.close()).expect("it is saved");
    // The file and its lock are free again.
    let again = start().expect("no other mock has it");
    let (_, mine) = runtime().block_on(get(&again, "/jobs/mine"));
    assert_eq!(mine["jobs"].as_array().map(Vec::len), Some(1));
    runtime().block_on(again.close()).expect("it is saved");
}

// Neither timers nor sockets of the caller's are needed.
#[test]
fn server_is_started_and_stopped_from_a_runtime_without_drivers() {
    let bare = Builder::new_current_thread()
        .build()
        .expect("a runtime can be made");
    let server = bare.block_on(MockServer::start()).expect("the mock starts");
    assert_eq!(runtime().block_on(get(&server, "/auth/me")).0, 200);
    bare.block_on(server.stop());
}

#[test]
fn dropped_server_finishes_the_request_under_way() {
    let server = runtime()
        .block_on(MockServer::start())
        .expect("the mock starts");
    let address = server.base_url().trim_start_matches("http://").to_owned();
    let body = r#"{"rawJobDescription": "Tag clips."}"#;
    let head = format!(
        "POST /api/public/v1/job-drafts HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-length: {}\r\n\r\n",
        server.token(),
        body.len()
    );
    let mut half = TcpStream::connect(&address).expect("it listens");
    half.write_all(head.as_bytes()).expect("it is connected");
    // A whole one after it: by then the head of the first has been read.
    runtime().block_on(get(&server, "/auth/me"));
    drop(server);
    while TcpStream::connect(&address).is_ok() {
        thread::yield_now();
    }
    half.write_all(body.as_bytes()).expect("it is connected");
    let mut response = String::new();
    half.read_to_string(&mut response)
        .expect("a response arrives");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

// The numbers of requests alone are saved only at the end.
#[test]
fn dropped_server_saves_for_the_last_time() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("state.json");
    let start = || {
        let builder = MockServer::builder().state_file(&path);
        runtime().block_on(builder.start())
    };
    let next_request = |server: MockServer| {
        runtime().block_on(async {
            let session = Session::with(server);
            let response = session.raw("GET", "/api/public/v1/auth/me", None).await;
            (response.headers()["x-request-id"].clone(), session.server)
        })
    };
    let (first, server) = next_request(start().expect("the mock starts"));
    drop(server);
    // The file is free when the last save is over.
    let again = loop {
        if let Ok(server) = start() {
            break server;
        }
        thread::yield_now();
    };
    let (second, again) = next_request(again);
    assert!(second > first, "{second:?} after {first:?}");
    runtime().block_on(again.close()).expect("it is saved");
}

#[test]
fn dropped_server_ends_though_its_runtime_is_gone() {
    let server = runtime()
        .block_on(MockServer::start())
        .expect("the mock starts");
    let address = server.base_url().trim_start_matches("http://").to_owned();
    drop(server);
    // The port is free as soon as the thread has seen it.
    while TcpStream::connect(&address).is_ok() {
        thread::yield_now();
    }
}
