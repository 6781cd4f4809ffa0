//! Faults on request, as a client meets them: what is on the wire, what has been done behind it, and how often.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use opentrain_mock::MockServer;
use opentrain_mock::fault::{Cut, ENUM_FIELDS, Fault, ScriptedResponse, UnknownShape};
use serde_json::{Value, json};

use crate::documents;
use crate::support::{Session, complete_job, milestone, text};

/// Returns a server without a marketplace, and a client for it.
async fn bare() -> (MockServer, reqwest::Client) {
    let server = MockServer::builder().jobs(1).start().await;
    let server = server.expect("the mock starts");
    (server, reqwest::Client::new())
}

async fn search(server: &MockServer, http: &reqwest::Client) -> reqwest::Result<(u16, Vec<u8>)> {
    let url = format!("{}/api/public/v1/jobs", server.base_url());
    let response = http.get(url).send().await?;
    Ok((response.status().as_u16(), response.bytes().await?.to_vec()))
}

/// Sends a request and returns every byte until the connection ends.
async fn bytes_of(server: &MockServer, method: &str, path: &str, headers: &str) -> String {
    let address = server.base_url().trim_start_matches("http://").to_owned();
    let request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
    let talk = move || -> std::io::Result<Vec<u8>> {
        let mut connection = TcpStream::connect(address)?;
        connection.write_all(request.as_bytes())?;
        let mut response = Vec::new();
        connection.read_to_end(&mut response)?;
        Ok(response)
    };
    let talked = tokio::task::spawn_blocking(talk).await;
    let bytes = talked
        .expect("the task does not panic")
        .expect("the connection lasts");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn faults_apply_in_the_order_in_which_they_were_added() {
    let (server, http) = bare().await;
    let faults = server.faults();
    faults.add(Fault::status(503).times(2)).unwrap();
    faults.add(Fault::html(502)).unwrap();
    assert_eq!(faults.left(), 3);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(search(&server, &http).await.unwrap().0);
    }
    assert_eq!(statuses, [503, 503, 502, 200]);
    assert_eq!(faults.left(), 0);
}

#[tokio::test]
async fn fault_applies_from_the_nth_fitting_request_until_cleared() {
    let session = Session::start().await;
    let faults = session.server.faults();
    let fault = Fault::status(500).on("credits_balance").nth(2).always();
    let id = faults.add(fault).unwrap();
    let mut statuses = Vec::new();
    for path in ["/credits", "/jobs/mine", "/credits", "/credits"] {
        let response = session
            .raw("GET", &format!("/api/public/v1{path}"), None)
            .await;
        statuses.push(response.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 500, 500]);
    let report = &faults.list()[0];
    assert_eq!(
        (report.id, report.seen, report.hits, report.left),
        (id, 3, 2, None)
    );
    faults.clear(id).unwrap();
    assert_eq!(session.get("/credits").await.0, 200);
    let error = faults.clear(id).unwrap_err();
    assert_eq!(error.to_string(), format!("there is no fault `{id}`"));
}

#[tokio::test]
async fn fault_is_for_a_method_and_a_path_that_the_api_need_not_have() {
    let (server, http) = bare().await;
    let fault = Fault::response(ScriptedResponse::new(204))
        .method("DELETE")
        .path("/verify/batches/{id}");
    server.faults().add(fault.always()).unwrap();
    let url = format!("{}/api/public/v1/verify/batches/b1", server.base_url());
    assert_eq!(http.delete(&url).send().await.unwrap().status(), 204);
    assert_eq!(http.get(&url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn faults_that_can_never_hit_are_refused() {
    let (server, _) = bare().await;
    let error = |fault| server.faults().add(fault).unwrap_err().to_string();
    assert!(error(Fault::status(500).on("jobs_fly")).contains("no operation is called `jobs_fly`"));
    assert!(error(Fault::status(500).nth(0)).contains("counted from 1"));
    assert!(error(Fault::status(500).times(0)).contains("at least 1"));
    assert!(error(Fault::status(500).path("jobs")).contains("begin it with `/`"));
    assert!(error(Fault::status(42)).contains("from 200 to 999"));
    assert!(error(Fault::status(500).path("/jobs?limit=1")).contains("remove the query"));
    assert!(error(Fault::status(500).path("/jobs#top")).contains("remove the query"));
    assert!(error(Fault::status(500).method("GET /")).contains("take one like `GET`"));
    assert!(error(Fault::status(500).method("")).contains("take one like `GET`"));
    assert!(
        error(Fault::status(500).on("hire").method("GET"))
            .contains("`proposals_hire` is asked for with POST, never with GET")
    );
    assert!(error(Fault::latency(Duration::ZERO)).contains("has no effect"));
    for bodiless in [204, 205, 304] {
        assert!(error(Fault::html(bodiless)).contains("has no body"));
    }
    assert!(error(Fault::status(503).retry_after("7\nx: 1")).contains("one header"));
    assert_eq!(server.faults().list(), []);
}

#[tokio::test]
async fn refusal_has_the_services_form_and_advice_only_if_set() {
    let session = Session::start().await;
    let faults = session.server.faults();
    let limited = || Fault::status(429).message("Slow down");
    faults.add(limited()).unwrap();
    faults.add(limited().retry_after("7")).unwrap();
    faults
        .add(
            limited()
                .details(json!({"limit": 5}))
                .retry_after_seconds(9),
        )
        .unwrap();
    faults.add(limited().code("SOMETHING_ELSE")).unwrap();
    let mut responses = Vec::new();
    for _ in 0..4 {
        let response = session.raw("GET", "/api/public/v1/jobs", None).await;
        let advice = response.headers().get("retry-after").cloned();
        let request_id = response.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["requestId"], json!(request_id));
        assert_eq!(body["error"], "Slow down");
        responses.push((advice, body["code"].clone(), body["details"].clone()));
    }
    assert_eq!(
        responses,
        [
            (None, json!("RATE_LIMITED"), Value::Null),
            (
                Some("7".parse().unwrap()),
                json!("RATE_LIMITED"),
                Value::Null
            ),
            (
                None,
                json!("RATE_LIMITED"),
                json!({"limit": 5, "retryAfterSeconds": 9})
            ),
            (None, json!("SOMETHING_ELSE"), Value::Null),
        ]
    );
}

/// Returns the statuses of 60 requests to a server with these faults.
async fn sixty(faults: impl IntoIterator<Item = Fault>) -> (MockServer, Vec<u16>) {
    let (server, http) = bare().await;
    for fault in faults {
        server.faults().add(fault).expect("it can hit");
    }
    let mut statuses = Vec::new();
    for _ in 0..60 {
        statuses.push(search(&server, &http).await.expect("a response arrives").0);
    }
    (server, statuses)
}

#[tokio::test]
async fn fault_by_probability_hits_the_same_requests_for_the_same_seed() {
    let flaky = |seed| Fault::status(503).probability(0.25, seed).always();
    let (_, once) = sixty([flaky(7)]).await;
    let (_, again) = sixty([flaky(7)]).await;
    let (_, other) = sixty([flaky(8)]).await;
    assert_eq!(once, again);
    assert_ne!(once, other);
    for statuses in [&once, &other] {
        let hits = statuses.iter().filter(|status| **status == 503).count();
        assert!((8..=22).contains(&hits), "{hits} of 60");
    }
    // A number of hits ends it, and what it passes over is free for the next fault.
    let (server, statuses) = sixty([
        Fault::status(503).probability(0.25, 7).times(2),
        Fault::status(500).probability(1.0, 0).times(10),
    ])
    .await;
    let places = |wanted: u16| {
        let places = statuses.iter().enumerate();
        let places = places.filter(|(_, status)| **status == wanted);
        places.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let drawn = once
        .iter()
        .enumerate()
        .filter(|(_, status)| **status == 503);
    let drawn: Vec<_> = drawn.map(|(place, _)| place).collect();
    assert_eq!(places(503), drawn[..2]);
    let others = (0..60).filter(|place| !drawn[..2].contains(place));
    assert_eq!(places(500), others.take(10).collect::<Vec<_>>());
    assert_eq!(server.faults().left(), 0);
    for probability in [0.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
        let fault = Fault::status(503).probability(probability, 7);
        let refused = server.faults().add(fault).unwrap_err().to_string();
        assert!(refused.contains("above 0 and at most 1"), "{refused}");
    }
}

#[tokio::test]
async fn every_documented_refusal_can_be_had_and_is_as_documented() {
    let session = Session::start().await;
    for operation in documents::all() {
        let path = operation.path.replace(['{', '}'], "");
        for status in operation.statuses().filter(|status| *status >= 400) {
            session.server.faults().add(Fault::status(status)).unwrap();
            // The session compares the response with the documents.
            let (received, _) = session.call_at(&operation.method, &path, None).await;
            assert_eq!(received, status, "{}", operation.name);
        }
    }
}

#[tokio::test]
async fn gateway_responds_with_html() {
    let session = Session::start().await;
    session.server.faults().add(Fault::html(502)).unwrap();
    let response = session.raw("GET", "/api/public/v1/jobs", None).await;
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["content-type"]
        ),
        (502, &"text/html".parse().unwrap())
    );
    assert!(
        response
            .text()
            .await
            .unwrap()
            .starts_with("<!DOCTYPE html>")
    );
}

#[tokio::test]
async fn response_can_be_lost_before_the_work_or_after_it() {
    let session = Session::start().await;
    let body = json!({"format": "opentrain_canonical", "job": complete_job()});
    let faults = session.server.faults();
    let drafts = async || {
        session.get("/jobs/mine").await.1["jobs"]
            .as_array()
            .unwrap()
            .len()
    };
    for fault in [
        Fault::cut(Cut::BeforeResponse),
        Fault::cut(Cut::AfterHead),
        Fault::cut(Cut::InBody),
        Fault::html(504),
        Fault::status(500),
        Fault::response(ScriptedResponse::json(200, &json!({}))),
        Fault::raw("HTTP/1.1 200 OK\r\n\r\n"),
    ] {
        let fault = fault.on("job_drafts_create");
        for (fault, made) in [(fault.clone(), 0), (fault.after_the_work(), 1)] {
            let before = drafts().await;
            let sentence = fault.to_string();
            faults.add(fault).unwrap();
            let url = format!("{}/api/public/v1/job-drafts", session.server.base_url());
            let request = reqwest::Client::new().post(url).json(&body);
            // Whether that is an error is not the question here.
            let _lost = request.bearer_auth(session.server.token()).send().await;
            assert_eq!(drafts().await - before, made, "{sentence}");
        }
    }
}

#[tokio::test]
async fn repeated_hire_after_a_lost_response_makes_one_approval() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let lost = Fault::cut(Cut::InBody).after_the_work().on("hire");
    session.server.faults().add(lost).unwrap();
    let path = format!("/api/public/v1/proposals/{proposal}/hire");
    let response = session.raw("POST", &path, Some(&milestone(120))).await;
    assert_eq!(response.status(), 202);
    assert!(response.bytes().await.is_err());
    let pending = session.server.human().pending_approvals();
    let (_, again) = session.call_at("POST", &path, Some(&milestone(120))).await;
    assert_eq!(text(&again["approval"]["id"]), pending[0].id);
    session.server.expect("hire", 2).unwrap();
    let first = &session.server.log().operation("hire").requests().unwrap()[0];
    assert_eq!(
        (first.status, first.fault.as_deref()),
        (202, Some("a cut in the body (the work was done)"))
    );
}

#[tokio::test]
async fn connection_ends_at_the_chosen_point() {
    let (server, _) = bare().await;
    let path = "/api/public/v1/jobs/facets";
    let whole = bytes_of(&server, "GET", path, "connection: close\r\n").await;
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    for (cut, left) in [(Cut::AfterHead, 0), (Cut::InBody, body.len() / 2)] {
        server
            .faults()
            .add(Fault::cut(cut).after_the_work())
            .unwrap();
        let cut = bytes_of(&server, "GET", path, "").await;
        let (head, rest) = cut.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{head}"
        );
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
        assert_eq!(rest, &body[..left]);
    }
    server
        .faults()
        .add(Fault::cut(Cut::BeforeResponse))
        .unwrap();
    assert_eq!(bytes_of(&server, "GET", path, "").await, "");
    assert_eq!(server.requests().last().unwrap().status, 0);
}

#[tokio::test]
async fn truncated_json_is_a_whole_body_for_http() {
    let (server, http) = bare().await;
    let (_, whole) = search(&server, &http).await.unwrap();
    server.faults().add(Fault::truncated_json()).unwrap();
    let (status, half) = search(&server, &http).await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(half, whole[..whole.len() / 2]);
    assert!(serde_json::from_slice::<Value>(&half).is_err());
}

#[tokio::test]
async fn drift_adds_fields_and_changes_values_of_the_real_response() {
    let session = Session::start().await;
    let (_, real) = session.get("/auth/me").await;
    let drifted = async |drift| {
        session
            .server
            .faults()
            .add(Fault::unknown_shape(drift))
            .unwrap();
        let response = session.raw("GET", "/api/public/v1/auth/me", None).await;
        response.json::<Value>().await.unwrap()
    };
    let values = drifted(UnknownShape::Values).await;
    assert_eq!(values["actor"]["userType"], "NEW_VALUE");
    assert_eq!(values["token"]["scopes"][0], "new_value");
    assert_eq!(values["actor"]["email"], real["actor"]["email"]);
    let fields = drifted(UnknownShape::Fields).await;
    assert_eq!(fields["actor"]["addedLater"], json!({"unheardOf": true}));
    assert_eq!(fields["actor"]["userType"], real["actor"]["userType"]);
    let both = drifted(UnknownShape::Both).await;
    assert_eq!(both["addedLater"], json!({"unheardOf": true}));
    assert_eq!(both["actor"]["userType"], "NEW_VALUE");
}

#[test]
fn every_enumeration_of_the_documents_can_drift() {
    let documented = documents::enum_fields();
    let listed = ENUM_FIELDS.iter().map(|field| (*field).to_owned());
    assert_eq!(listed.collect::<BTreeSet<_>>(), documented);
}

#[tokio::test]
async fn scripted_response_arrives_byte_for_byte() {
    let session = Session::start().await;
    let gzip = ScriptedResponse::new(200)
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
        .header("x-odd", b"caf\xe9".as_slice())
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .body(b"\x1f\x8bnot really".as_slice());
    let moved = ScriptedResponse::new(302).header("location", "http://127.0.0.1:1/elsewhere");
    let faults = session.server.faults();
    faults.add(Fault::response(gzip)).unwrap();
    faults
        .add(Fault::response(moved).header("x-more", "1"))
        .unwrap();
    let response = session.raw("GET", "/api/public/v1/jobs", None).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["x-odd"].as_bytes(), b"caf\xe9");
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(
        response.bytes().await.unwrap(),
        b"\x1f\x8bnot really".as_slice()
    );
    let head = bytes_of(&session.server, "GET", "/", "connection: close\r\n").await;
    assert!(head.starts_with("HTTP/1.1 302 Found\r\n"), "{head}");
    assert!(
        head.contains("location: http://127.0.0.1:1/elsewhere\r\n"),
        "{head}"
    );
    assert!(head.contains("x-more: 1\r\n"), "{head}");
}

#[tokio::test]
async fn bytes_that_http_does_not_allow_are_sent() {
    let (server, http) = bare().await;
    let faults = server.faults();
    let endless = ScriptedResponse::new(200)
        .body("until the end")
        .without_length();
    faults.add(Fault::response(endless)).unwrap();
    let liar = ScriptedResponse::new(200)
        .header("content-length", "99")
        .body("short");
    faults.add(Fault::response(liar)).unwrap();
    let illegal = ScriptedResponse::new(799)
        .header("no such name", "x")
        .body("!");
    faults.add(Fault::response(illegal)).unwrap();
    faults.add(Fault::raw("SMTP/1.0 ready\n")).unwrap();
    assert_eq!(
        search(&server, &http).await.unwrap(),
        (200, b"until the end".to_vec())
    );
    assert!(search(&server, &http).await.is_err());
    let odd = bytes_of(&server, "GET", "/", "").await;
    assert_eq!(
        odd,
        "HTTP/1.1 799 Unheard Of\r\nno such name: x\r\ncontent-length: 1\r\nconnection: close\r\n\r\n!"
    );
    assert_eq!(bytes_of(&server, "GET", "/", "").await, "SMTP/1.0 ready\n");
    assert_eq!(faults.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn latency_passes_by_the_clock_of_the_runtime_and_by_no_other() {
    let (server, _) = bare().await;
    let hour = Duration::from_secs(3_600);
    let faults = server.faults();
    faults.add(Fault::latency(hour)).unwrap();
    faults.add(Fault::status(503).delayed(hour)).unwrap();
    let (mocked, started) = (server.clock().now(), tokio::time::Instant::now());
    for expected in [200, 503] {
        let url = format!("{}/api/public/v1/jobs", server.base_url());
        assert_eq!(reqwest::get(url).await.unwrap().status(), expected);
    }
    assert!(started.elapsed() >= hour * 2);
    assert_eq!(server.clock().now(), mocked);
}

#[tokio::test]
async fn client_that_does_not_wait_is_in_the_log_and_its_work_is_done_or_not() {
    let session = Session::start().await;
    let long = Duration::from_secs(1 << 30);
    let faults = session.server.faults();
    for (fault, status, drafts) in [
        (Fault::latency(long), 0, 0),
        (Fault::latency(long).after_the_work(), 200, 1),
        (Fault::no_response(), 0, 1),
        (Fault::no_response().after_the_work(), 0, 2),
    ] {
        faults.add(fault.clone().on("job_drafts_create")).unwrap();
        let mark = session.server.mark();
        let url = format!("{}/api/public/v1/job-drafts", session.server.base_url());
        let request = reqwest::Client::new()
            .post(url)
            .json(&json!({"rawJobDescription": "Tag."}));
        let request = tokio::spawn(request.bearer_auth(session.server.token()).send());
        while faults.left() > 0 {
            tokio::task::yield_now().await;
        }
        request.abort();
        let log = session.server.log().since(mark);
        while log.requests().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let asked = log.requests().unwrap().remove(0);
        assert_eq!(asked.status, status, "{fault}");
        let (_, mine) = session.get("/jobs/mine").await;
        assert_eq!(mine["jobs"].as_array().unwrap().len(), drafts, "{fault}");
    }
}

#[tokio::test]
async fn stopping_server_ends_waiting_requests() {
    let (server, _) = bare().await;
    for fault in [
        Fault::no_response(),
        Fault::latency(Duration::from_secs(1 << 30)),
    ] {
        server.faults().add(fault).unwrap();
    }
    let url = format!("{}/api/public/v1/jobs", server.base_url());
    let (stalled, slow) = (
        tokio::spawn(reqwest::get(url.clone())),
        tokio::spawn(reqwest::get(url)),
    );
    while server.faults().left() > 0 {
        tokio::task::yield_now().await;
    }
    server.stop().await;
    let responses = [stalled.await.unwrap(), slow.await.unwrap()];
    // The stalled response is cut; the slow one is sent at once.
    assert_eq!(
        responses.iter().filter(|response| response.is_ok()).count(),
        1
    );
}

#[tokio::test]
async fn connections_are_counted_and_kept_by_refusals() {
    let (server, http) = bare().await;
    server.faults().add(Fault::status(503).times(2)).unwrap();
    for _ in 0..3 {
        search(&server, &http).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    server
        .faults()
        .add(Fault::cut(Cut::BeforeResponse))
        .unwrap();
    assert!(search(&server, &http).await.is_err());
    search(&server, &http).await.unwrap();
    assert_eq!(server.connections(), 2);
    let over: Vec<u64> = server
        .requests()
        .iter()
        .map(|request| request.connection)
        .collect();
    assert_eq!(over, [1, 1, 1, 1, 2]);
}

#[tokio::test]
async fn request_is_recorded_as_it_came_for_a_proxy_too() {
    let (server, _) = bare().await;
    server
        .faults()
        .add(Fault::response(ScriptedResponse::new(200)).always())
        .unwrap();
    let http = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(server.base_url()).unwrap())
        .build()
        .unwrap();
    let url = "http://127.0.0.1:1/api/public/v1/jobs?q=a%20b";
    http.put(url)
        .bearer_auth("ot_pat_1")
        .header("x-trace", "t")
        .body("what")
        .send()
        .await
        .unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.target, url);
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("PUT", "/api/public/v1/jobs")
    );
    assert_eq!(
        request.header_as_sent("authorization"),
        Some("Bearer ot_pat_1")
    );
    assert_eq!(
        (request.header("x-trace"), request.body.as_slice()),
        (Some("t"), b"what".as_slice())
    );
    assert_eq!(
        request.fault.as_deref(),
        Some("a response with status 200 (the work was not done)")
    );
}
