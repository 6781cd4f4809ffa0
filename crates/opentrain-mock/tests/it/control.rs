//! The control surface over HTTP, as a test in another language uses it.

use std::io::{Read as _, Write as _};

use opentrain_mock::MockServer;
use serde_json::{Value, json};

use crate::support::{Received, Session, check_incomplete, milestone, text};

/// Sends a control request.
async fn control(session: &Session, method: &str, path: &str, body: &Value) -> Received {
    let path = format!("/_mock{path}");
    let body = (!body.is_null()).then_some(body);
    session.call_at(method, &path, body).await
}

/// Sends a control request that succeeds.
async fn done(session: &Session, method: &str, path: &str, body: &Value) -> Value {
    let (status, response) = control(session, method, path, body).await;
    assert_eq!(status, 200, "{method} {path}: {response}");
    response
}

/// Sends a control request that is refused, and returns the status and the message.
async fn refused(session: &Session, method: &str, path: &str, body: &Value) -> (u16, String) {
    let (status, response) = control(session, method, path, body).await;
    (status, text(&response["error"]))
}

#[tokio::test]
async fn index_lists_every_route_and_every_route_is_there() {
    let mut session = Session::start().await;
    session.forget_token();
    for path in ["/_mock", "/_mock/"] {
        let (status, index) = session.call_at("GET", path, None).await;
        assert_eq!(status, 200, "{index}");
    }
    let index = done(&session, "GET", "/", &Value::Null).await;
    let routes = index["routes"].as_array().unwrap();
    assert_eq!(routes.len(), 49);
    for route in routes {
        let (place, sentence) = route.as_str().unwrap().split_once(": ").unwrap();
        let (method, path) = place.split_once(' ').unwrap();
        assert!(!sentence.is_empty());
        let path = path.replace("{id}", "unknown");
        let nonsense = json!({"nonsense": 1});
        let (_, response) = session.call_at(method, &path, Some(&nonsense)).await;
        let error = response["error"].as_str().unwrap_or_default();
        assert!(!error.contains("does not exist"), "{route}: {error}");
    }
}

#[tokio::test]
async fn control_is_no_part_of_the_api() {
    let session = Session::start().await;
    session
        .server
        .faults()
        .add(opentrain_mock::fault::Fault::status(503).always())
        .unwrap();
    done(&session, "GET", "/clock", &Value::Null).await;
    assert_eq!(session.server.requests(), []);
    assert_eq!(session.server.faults().list()[0].seen, 0);
    // A path that only begins alike is not a control route.
    session.server.faults().clear_all();
    assert_eq!(session.call_at("GET", "/_mocked", None).await.0, 404);
    assert_eq!(session.server.requests().len(), 1);
}

/// Method, path, body, and the status and some words of the refusal.
#[rustfmt::skip]
const REFUSALS: &[(&str, &str, &str, u16, &str)] = &[
    ("GET", "/nowhere", "null", 404, "GET /_mock/ lists"),
    ("DELETE", "/clock", "null", 405, "takes GET and PUT"),
    ("PUT", "/clock", r#"{"running": true, "fast": 1}"#, 400, "unknown field `fast`"),
    ("PUT", "/clock", "null", 400, "missing field `running`"),
    ("PUT", "/team", r#"{"on": "yes"}"#, 400, "expected a boolean"),
    ("POST", "/state/new", r#"{"jobs": 99999999}"#, 400, "at most 1000000 jobs"),
    ("POST", "/clock/advance", r#"{"seconds": -1}"#, 400, "no such time"),
    ("PUT", "/features/public_api_flying", r#"{"on": true}"#, 404, "no feature flag"),
    ("POST", "/tokens", r#"{"scopes": ["jobs:fly"]}"#, 404, "no scope"),
    ("POST", "/tokens", r#"{"owner": "me"}"#, 400, "unknown variant `me`"),
    ("PUT", "/payment-method", r#"{"on": true, "token": "ot_pat_x"}"#, 404, "there is no such token"),
    ("POST", "/claims", r#"{"userCode": "000000"}"#, 404, "no claim waits"),
    ("POST", "/approvals/apr_9/confirm", "null", 404, "no approval"),
    ("POST", "/jobs/job_999999/applications", "null", 404, "no job"),
    ("POST", "/jobs/job_000001/applications", r#"{"freelancerId": "usr_x"}"#, 404, "no AI trainer"),
    ("POST", "/proposals/prp_9/interview", r#"{"score": 101}"#, 400, "from 0 to 100"),
    ("POST", "/jobs", r#"{"jobTitel": "x"}"#, 400, "the job does not fit: Unrecognized keys"),
    ("POST", "/jobs", "[]", 400, "a job is an object of fields"),
    ("PATCH", "/jobs/job_000001", r#"{"headcount": 0}"#, 400, "headcount must be above zero"),
    ("PATCH", "/jobs/job_999999", "null", 404, "no job"),
    ("POST", "/jobs/job_999999/close", "null", 404, "no job"),
    ("POST", "/events", "null", 400, "missing field `count`"),
    ("POST", "/events", r#"{"count": 0}"#, 400, "from 1 to 100,000"),
    ("POST", "/events", r#"{"count": 3}"#, 409, "publish a job first"),
    ("POST", "/events", r#"{"count": 3, "token": "ot_pat_x"}"#, 404, "there is no such token"),
    ("POST", "/events/9/delay", r#"{"seconds": -1}"#, 400, "no such time"),
    ("POST", "/events/9/delay", r#"{"seconds": 1}"#, 404, "there is no event `9`"),
    ("PUT", "/events/0", "7", 404, "there is no event `0`"),
    ("POST", "/tokens", r#"{"token": "ot_pat_x"}"#, 404, "there is no such token"),
    ("POST", "/tokens", r#"{"owner": "main", "token": "ot_pat_x"}"#, 400, "leave one of the two out"),
    ("POST", "/faults", r#"{"status": 503, "probability": 0}"#, 400, "no fault hits with probability 0 (`probability`)"),
    ("POST", "/faults", r#"{"status": 503, "probability": 1.01}"#, 400, "above 0 and at most 1"),
    ("POST", "/faults", r#"{"status": 503, "seed": 7}"#, 400, "`seed` is that of the draws"),
    ("POST", "/faults", "null", 400, "a fault needs one of"),
    ("POST", "/faults", r#"{"status": 500, "html": 502}"#, 400, "lay down several"),
    ("POST", "/faults", r#"{"html": 502, "code": "X"}"#, 400, "the words of a `status`"),
    ("POST", "/faults", r#"{"cut": "later"}"#, 400, "unknown variant `later`"),
    ("POST", "/faults", r#"{"raw": {"hex": "1"}}"#, 400, "two hexadecimal digits"),
    ("POST", "/faults", r#"{"status": 500, "operation": "fly"}"#, 404, "no operation"),
    ("POST", "/faults", r#"{"status": 99}"#, 400, "no response has the status 99 (status): take one from 200 to 999, or write the bytes yourself"),
    ("POST", "/faults", r#"{"status": 1000}"#, 400, "no response has the status 1000"),
    ("POST", "/faults", r#"{"status": 0}"#, 400, "no response has the status 0"),
    ("POST", "/faults", r#"{"status": 100}"#, 400, "no response has the status 100"),
    ("POST", "/faults", r#"{"html": 1000}"#, 400, "no response has the status 1000"),
    ("POST", "/faults", r#"{"response": {"status": 199}}"#, 400, "no response has the status 199 (the response's status)"),
    ("POST", "/faults", r#"{"html": 204}"#, 400, "a response with status 204 (the response's status) has no body"),
    ("POST", "/faults", r#"{"status": 304}"#, 400, "take a `response` without a body"),
    ("POST", "/faults", r#"{"response": {"status": 204, "json": {}}}"#, 400, "has no body"),
    ("POST", "/faults", r#"{"status": 500, "times": 0}"#, 400, "has no effect: give it at least 1"),
    ("POST", "/faults", r#"{"status": 500, "nth": 0}"#, 400, "counted from 1"),
    ("POST", "/faults", r#"{"status": 500, "path": "jobs/{id}"}"#, 400, "no request has the path `jobs/{id}` (`path`): begin it with `/`"),
    ("POST", "/faults", r#"{"status": 503, "retryAfter": "7\r\nx-evil: 1"}"#, 400, "the header `retry-after` would not stay one header"),
    ("POST", "/faults", r#"{"cut": "inBody", "retryAfter": "7"}"#, 400, "`retryAfter` is a header of"),
    ("POST", "/faults", r#"{"response": {"status": 200, "headers": [["x-a\n", "1"]]}}"#, 400, "the header `x-a\\n` would not"),
    ("POST", "/faults", r#"{"response": {"status": 200, "headers": [["", "1"]]}}"#, 400, "give it a name"),
    ("POST", "/proposals/prp_000001/review", r#"{"status": "brilliant"}"#, 404, "no proposal status"),
    ("PUT", "/changes", r#"{"cut": "middle"}"#, 400, "unknown variant `middle`, expected one of `newest`, `newest-until-now`, `oldest`"),
    ("POST", "/webhook-routes", r#"{"from": "hooks", "to": "http://127.0.0.1:9"}"#, 400, "is no origin"),
    ("DELETE", "/faults/7", "null", 404, "no fault `7`"),
    ("DELETE", "/faults/x", "null", 404, "no fault `x`"),
    ("GET", "/requests?colour=red", "null", 400, "unknown field `colour`"),
    ("GET", "/requests?since=now", "null", 400, "`since` is a number"),
    ("POST", "/expect", r#"{"operation": "fly", "count": 0}"#, 404, "no operation"),
    ("POST", "/expect", "{}", 400, "missing field `count`"),
];

#[tokio::test]
async fn invalid_control_request_is_refused_with_a_message() {
    let session = Session::start().await;
    for (method, path, body, status, words) in REFUSALS {
        let body: Value = serde_json::from_str(body).unwrap();
        let (received, sentence) = refused(&session, method, path, &body).await;
        assert_eq!(received, *status, "{method} {path} {body}: {sentence}");
        assert!(
            sentence.contains(words),
            "{method} {path} {body}: {sentence}"
        );
    }
    assert_eq!(session.server.faults().list(), []);
}

#[tokio::test]
async fn ai_trainers_apply_respond_and_are_interviewed_over_http() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let none = Value::Null;

    let applications = format!("/jobs/{job}/applications");
    let applied = done(&session, "POST", &applications, &none).await;
    let applicant = text(&applied["proposalId"]);
    let (_, proposal) = session.get(&format!("/proposals/{applicant}")).await;
    let proposal = &proposal["proposal"];
    assert_eq!(proposal["bid"]["amountUsd"], 18);
    assert_eq!(proposal["aiInterview"], none);
    let again = json!({"freelancerId": proposal["candidate"]["id"]});
    let again = refused(&session, "POST", &applications, &again).await;
    let sentence = format!("proposal `{applicant}` has a bid already");
    assert_eq!(again, (409, sentence));

    let interview = format!("/proposals/{applicant}/interview");
    done(&session, "POST", &interview, &json!({"score": 88})).await;
    let (_, reported) = session.get(&interview).await;
    assert_eq!(reported["interview"]["score"], 88);

    let invited = invited(&session, &job).await;
    let invitation = format!("/proposals/{invited}/answer");
    done(&session, "POST", &invitation, &none).await;
    assert_eq!(control(&session, "POST", &invitation, &none).await.0, 409);
    let review = format!("/proposals/{invited}/review");
    done(&session, "POST", &review, &json!({"status": "shortlisted"})).await;
    let (_, proposal) = session.get(&format!("/proposals/{invited}")).await;
    assert_eq!(proposal["proposal"]["status"]["raw"], "SHORTLISTED");
    assert!(proposal["proposal"]["bid"].is_object());
}

/// Returns the proposal of an invited AI trainer who had not applied.
async fn invited(session: &Session, job: &str) -> String {
    for number in 10..30 {
        let body = json!({ "freelancerId": format!("usr_{number:06}") });
        let (status, invited) = session.post(&format!("/jobs/{job}/invites"), &body).await;
        if status == 201 {
            return text(&invited["proposalId"]);
        }
    }
    unreachable!("there are more people than have applied")
}

#[tokio::test]
async fn approvals_work_and_messages_are_controlled_over_http() {
    let session = Session::start().await;
    let none = Value::Null;
    let job = session.open_job().await;
    let proposals = session.proposals(&job).await;
    for proposal in &proposals[..2] {
        session
            .post(&format!("/proposals/{proposal}/hire"), &milestone(120))
            .await;
    }
    let pending = done(&session, "GET", "/approvals", &none).await;
    let approval = |place: usize| text(&pending["approvals"][place]["id"]);
    assert_eq!(pending["approvals"][0]["proposalId"], json!(proposals[0]));
    assert_eq!(pending["approvals"][0]["type"], "proposal_hire");
    done(
        &session,
        "POST",
        &format!("/approvals/{}/confirm", approval(0)),
        &none,
    )
    .await;
    done(
        &session,
        "POST",
        &format!("/approvals/{}/decline", approval(1)),
        &none,
    )
    .await;
    let (_, contracts) = session.get("/contracts").await;
    let contract = text(&contracts["contracts"][0]["id"]);
    let work = format!("/contracts/{contract}/work");
    done(&session, "POST", &work, &json!({"volume": 2.5})).await;
    let books = done(&session, "GET", "/ledger", &none).await;
    assert_eq!(books["escrowCents"], 12_000);

    let path = format!("/proposals/{}/conversation", proposals[0]);
    let (_, conversation) = session.post(&path, &json!({})).await;
    let conversation = text(&conversation["conversationId"]);
    let write = json!({"conversationId": conversation, "content": "Hello"});
    session.post("/messages", &write).await;
    let path = format!("/conversations/{conversation}");
    let messages = format!("{path}/messages");
    let message = done(&session, "POST", &messages, &json!({"text": "Hi"})).await;
    assert!(message["messageId"].is_string());
    done(&session, "POST", &format!("{path}/read"), &none).await;
    done(&session, "POST", &format!("{path}/block"), &none).await;
    assert_ne!(session.post("/messages", &write).await.0, 200);
}

#[tokio::test]
async fn marketplace_and_feed_are_moved_over_http() {
    let mut session = Session::start().await;
    let none = Value::Null;
    let job = done(&session, "POST", "/jobs", &json!({"jobTitle": "Clips"})).await;
    let path = format!("/jobs/{}", text(&job["jobId"]));
    done(&session, "PATCH", &path, &json!({"headcount": 9})).await;
    let (status, shown) = session.get(&path).await;
    assert_eq!((status, &shown["title"]), (200, &json!("Clips")));
    done(&session, "POST", &format!("{path}/close"), &none).await;
    assert_eq!(session.get(&path).await.0, 404);

    session.open_job().await;
    done(&session, "POST", "/events", &json!({"count": 9})).await;
    let (_, page) = session.get("/updates").await;
    assert_eq!(page["events"].as_array().map(Vec::len), Some(4 + 9));
    done(&session, "POST", "/events/2/delay", &json!({"seconds": 1})).await;
    let record = json!({"id": "3", "type": "message.received"});
    done(&session, "PUT", "/events/3", &record).await;
    let (_, page) = session.get("/updates?cursor=1").await;
    assert_eq!(page["events"].as_array().map(Vec::len), Some(2 + 9));
    assert_eq!(page["events"][0], record);

    let (_, registration) = session.agent("/identity", &json!({})).await;
    session.become_bearer(&text(&registration["access_token"]));
    let token = json!({"token": registration["access_token"], "scopes": ["jobs:read"]});
    let second = done(&session, "POST", "/tokens", &token).await;
    let (_, first) = session.get("/auth/me").await;
    session.become_bearer(&text(&second["token"]));
    let (_, second) = session.get("/auth/me").await;
    assert_eq!(first["account"], second["account"]);
    assert_eq!(second["token"]["scopes"], json!(["jobs:read"]));
}

#[tokio::test]
async fn means_of_accounts_are_arranged_over_http() {
    let session = Session::start().await;
    let none = Value::Null;
    let on = |on: bool| json!({ "on": on });
    let (_, top_up) = session
        .post("/credits/top-ups", &json!({"amountUsd": 50}))
        .await;
    let top_up = text(&top_up["topUpId"]);
    done(&session, "POST", &format!("/top-ups/{top_up}/pay"), &none).await;
    done(&session, "PUT", "/credits", &json!({"cents": 700})).await;
    let books = done(&session, "GET", "/ledger", &none).await;
    assert_eq!(books["availableCents"], 700);
    done(&session, "PUT", "/payment-method", &on(false)).await;
    done(&session, "PUT", "/payment-method", &on(true)).await;
    done(&session, "PUT", "/team", &on(false)).await;
    assert_eq!(session.get("/team").await.0, 403);
    done(&session, "PUT", "/team", &on(true)).await;
    assert_eq!(session.get("/team").await.0, 200);
    done(&session, "PUT", "/auto-confirm", &on(true)).await;
    let features = done(&session, "PUT", "/features/public_api_credits", &on(false)).await;
    assert_eq!(features["features"]["public_api_credits"], false);
    assert_eq!(session.get("/credits").await.0, 403);
}

#[tokio::test]
async fn accounts_are_claimed_and_tokens_issued_over_http() {
    let mut session = Session::start().await;
    let (_, registration) = session.agent("/identity", &json!({})).await;
    let claim = json!({"claim_token": registration["claim_token"], "email": "kim@example.org"});
    let (_, attempt) = session.agent("/identity/claim", &claim).await;
    let code = json!({"userCode": attempt["user_code"]});
    done(&session, "POST", "/claims", &code).await;

    let wanted = json!({"scopes": ["jobs:read"], "owner": "stranger"});
    let token = done(&session, "POST", "/tokens", &wanted).await;
    let all = done(&session, "POST", "/tokens", &Value::Null).await;
    session.become_bearer(&text(&token["token"]));
    let (_, me) = session.get("/auth/me").await;
    assert_eq!(me["token"]["scopes"], json!(["jobs:read"]));
    session.become_bearer(&text(&all["token"]));
    let (_, me) = session.get("/auth/me").await;
    let scopes = me["token"]["scopes"].as_array();
    assert_eq!(scopes.map(Vec::len), Some(11));
}

#[tokio::test]
async fn clock_is_read_moved_frozen_and_let_run() {
    let session = Session::start().await;
    let clock = done(
        &session,
        "POST",
        "/clock/advance",
        &json!({"seconds": 90.5}),
    )
    .await;
    assert_eq!(
        clock,
        json!({"now": "2026-03-04T05:07:37.500Z", "running": false})
    );
    let clock = done(&session, "PUT", "/clock", &json!({"running": true})).await;
    assert_eq!(clock["running"], true);
    assert!(session.server.clock().is_running());
    done(&session, "PUT", "/clock", &json!({"running": false})).await;
    let clock = done(&session, "GET", "/clock", &Value::Null).await;
    assert_eq!(clock, done(&session, "GET", "/clock", &Value::Null).await);
}

#[tokio::test]
async fn faults_are_laid_down_listed_and_cleared_over_http() {
    let session = Session::start().await;
    let fault = json!({
        "operation": "credits_balance", "status": 429, "message": "Slow down", "code": "LIMITED",
        "details": {"a": 1}, "retryAfter": "7", "retryAfterSeconds": 9, "times": 2, "nth": 2,
    });
    let laid = done(&session, "POST", "/faults", &fault).await;
    assert_eq!(
        laid,
        json!({"id": 1, "sentence": "a refusal with status 429, before the work, for `credits_balance` from number 2 on, 2 times"})
    );
    assert_eq!(session.get("/credits").await.0, 200);
    let response = session.raw("GET", "/api/public/v1/credits", None).await;
    assert_eq!(response.headers()["retry-after"], "7");
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        (&body["code"], &body["error"]),
        (&json!("LIMITED"), &json!("Slow down"))
    );
    assert_eq!(body["details"], json!({"a": 1, "retryAfterSeconds": 9}));
    let list = done(&session, "GET", "/faults", &Value::Null).await;
    assert_eq!(
        (
            &list["left"],
            &list["faults"][0]["hits"],
            &list["faults"][0]["seen"]
        ),
        (&json!(1), &json!(1), &json!(2))
    );
    done(&session, "DELETE", "/faults/1", &Value::Null).await;
    assert_eq!(session.get("/credits").await.0, 200);
}

/// A fault in JSON, and in a sentence.
#[rustfmt::skip]
const FAULTS: &[(&str, &str)] = &[
    (r#"{"latencyMs": 1}"#, "the real response after 1ms, for any request, once"),
    (r#"{"latencyMs": 1, "afterTheWork": true}"#, "the real response after 1ms, after the work, for any request, once"),
    (r#"{"html": 502, "always": true}"#, "a response with status 502, before the work, for any request, until it is cleared"),
    (r#"{"cut": "beforeResponse", "method": "POST"}"#, "a cut before the response, before the work, for POST, once"),
    (r#"{"cut": "afterHead", "path": "/jobs/{id}"}"#, "a cut after the head, before the work, for `/jobs/{id}`, once"),
    (r#"{"cut": "inBody"}"#, "a cut in the body, before the work, for any request, once"),
    (r#"{"truncatedJson": true}"#, "the real response, its JSON cut in half, for any request, once"),
    (r#"{"unknownShape": "fields"}"#, "the real response with unknown fields, for any request, once"),
    (r#"{"unknownShape": "values"}"#, "the real response with unknown values, for any request, once"),
    (r#"{"status": 503, "probability": 0.5, "seed": 7, "always": true}"#, "a refusal with status 503, before the work, for any request, with probability 0.5, until it is cleared"),
    (r#"{"unknownShape": "both"}"#, "the real response with unknown fields and values, for any request, once"),
    (r#"{"raw": "abc"}"#, "3 bytes as they are, before the work, for any request, once"),
    (r#"{"raw": {"hex": "00fF"}}"#, "2 bytes as they are, before the work, for any request, once"),
    (r#"{"noResponse": true}"#, "no response, before the work, for any request, once"),
];

#[tokio::test]
async fn every_kind_of_fault_can_be_added_over_http() {
    let session = Session::start().await;
    for (fault, sentence) in FAULTS {
        let body = serde_json::from_str(fault).unwrap();
        let laid = done(&session, "POST", "/faults", &body).await;
        assert_eq!(laid["sentence"], *sentence, "{fault}");
    }
}

#[tokio::test]
async fn response_can_be_scripted_over_http() {
    let session = Session::start().await;
    let script = json!({"response": {
        "status": 299, "headers": [["x-a", "1"], ["x-a", "2"]], "body": {"hex": "1f8b"}, "withoutLength": true,
    }});
    done(&session, "POST", "/faults", &script).await;
    let script = json!({"response": {"status": 200, "json": {"a": 1}}});
    done(&session, "POST", "/faults", &script).await;
    let response = session.raw("GET", "/", None).await;
    assert_eq!(response.status().as_u16(), 299);
    assert_eq!(response.headers().get_all("x-a").iter().count(), 2);
    assert_eq!(response.bytes().await.unwrap(), b"\x1f\x8b".as_slice());
    let response = session.raw("GET", "/", None).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.json::<Value>().await.unwrap(), json!({"a": 1}));
}

#[tokio::test]
async fn requests_are_listed_and_expected_over_http() {
    let session = Session::start().await;
    session.get("/jobs?limit=1").await;
    let before = done(&session, "GET", "/requests", &Value::Null).await;
    let mark = &before["mark"];
    assert_eq!(
        (mark, before["requests"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
    session.post("/proposals/prp_9/hire", &milestone(5)).await;
    let path = format!(
        "/requests?since={mark}&operation=hire&method=POST&path=/proposals/%7Bid%7D/hire&status=404"
    );
    let found = done(&session, "GET", &path, &Value::Null).await;
    let request = &found["requests"][0];
    assert_eq!(request["operation"], "proposals_hire");
    assert_eq!(
        serde_json::from_str::<Value>(request["body"].as_str().unwrap()).unwrap(),
        milestone(5)
    );
    assert!(!found.to_string().contains(session.server.token()));

    let one = json!({"operation": "hire", "since": mark, "count": 1});
    assert_eq!(
        done(&session, "POST", "/expect", &one).await,
        json!({"found": 1})
    );
    let two = json!({"operation": "hire", "method": "post", "path": "/proposals/{id}/hire", "status": 404, "count": 2});
    let (status, sentence) = refused(&session, "POST", "/expect", &two).await;
    assert_eq!(
        (status, sentence.as_str()),
        (
            409,
            "expected 2 for `proposals_hire` post `/proposals/{id}/hire` with status 404, found 1; found:\n  POST /api/public/v1/proposals/prp_9/hire -> 404 proposals_hire"
        )
    );
}

#[tokio::test]
async fn rate_limits_are_switched_over_http() {
    let session = Session::with(
        MockServer::builder()
            .rate_limits(true)
            .start()
            .await
            .unwrap(),
    );
    assert_eq!(
        done(&session, "GET", "/rate-limits", &Value::Null).await,
        json!({"on": true})
    );
    done(&session, "PUT", "/rate-limits", &json!({"on": false})).await;
    for _ in 0..121 {
        assert_eq!(session.get("/jobs/facets").await.0, 200);
    }
}

#[tokio::test]
async fn the_edge_cache_and_the_cap_of_the_changes_are_set_over_http() {
    let session = Session::start().await;
    assert_eq!(
        done(&session, "GET", "/changes", &Value::Null).await,
        json!({"cap": 5_000, "cut": "newest", "unsorted": false})
    );
    let cut = json!({"cap": 2, "cut": "newest-until-now"});
    done(&session, "PUT", "/changes", &cut).await;
    let unsorted = json!({"unsorted": true});
    assert_eq!(
        done(&session, "PUT", "/changes", &unsorted).await,
        json!({"cap": 2, "cut": "newest-until-now", "unsorted": true})
    );
    done(&session, "PUT", "/edge-cache", &json!({"on": true})).await;
    assert_eq!(
        done(&session, "GET", "/edge-cache", &Value::Null).await,
        json!({"on": true})
    );
    let changes = || session.get("/jobs/changes?since=2000-01-01T00:00:00Z");
    let before = changes().await.1;
    assert_eq!(before["changes"].as_array().unwrap().len(), 2);
    assert_eq!(before["until"], before["generatedAt"]);
    done(&session, "POST", "/clock/advance", &json!({"seconds": 60})).await;
    assert_eq!(changes().await.1, before, "from the cache");
    done(&session, "PUT", "/edge-cache", &json!({"on": false})).await;
    assert_ne!(changes().await.1, before);
}

#[tokio::test]
async fn state_is_taken_and_gone_back_to() {
    let session = Session::start().await;
    let before = done(&session, "GET", "/state", &Value::Null).await;
    done(
        &session,
        "PUT",
        "/features/public_api_hiring",
        &json!({"on": false}),
    )
    .await;
    done(
        &session,
        "POST",
        "/clock/advance",
        &json!({"seconds": 3600}),
    )
    .await;
    done(&session, "PUT", "/state", &before).await;
    let after = done(&session, "GET", "/state", &Value::Null).await;
    assert_eq!(before, after);
    let (status, sentence) = refused(&session, "PUT", "/state", &json!({"format": 99})).await;
    assert_eq!(status, 400);
    assert!(sentence.contains("it has format 99"), "{sentence}");
    assert_eq!(done(&session, "GET", "/state", &Value::Null).await, after);
}

#[tokio::test]
async fn state_is_of_one_moment_even_if_read_slowly() {
    let server = MockServer::builder().jobs(5_000).start().await.unwrap();
    let session = Session::with(server);
    let before = session.get("/jobs/mine").await.1;
    let mut response = session.raw("GET", "/_mock/state", None).await;
    let mut state = response.chunk().await.unwrap().unwrap().to_vec();
    // It is far from having been sent, and other requests are handled and change its content.
    session.open_job().await;
    session.server.start_anew(7, 1);
    while let Some(piece) = response.chunk().await.unwrap() {
        state.extend_from_slice(&piece);
    }
    assert!(state.len() > 3_000_000, "{}", state.len());
    let state: Value = serde_json::from_slice(&state).unwrap();
    done(&session, "PUT", "/state", &state).await;
    assert_eq!(session.get("/jobs/mine").await.1, before);
    assert_eq!(session.get("/jobs/job_005000").await.0, 200);
}

#[tokio::test]
async fn incomplete_state_is_refused_and_leaves_the_mock_unchanged() {
    let session = Session::start().await;
    session.open_job().await;
    let before = session.server.snapshot().to_json().unwrap();
    let url = format!("{}/_mock/state", session.server.base_url());
    let half = before[..before.len() / 2].to_owned();
    let response = reqwest::Client::new().put(url).body(half).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 400);
    let refusal: Value = response.json().await.unwrap();
    let sentence = text(&refusal["error"]);
    assert!(sentence.starts_with("this is no snapshot"), "{sentence}");

    let address = session.server.base_url().trim_start_matches("http://");
    let request = format!(
        "PUT /_mock/state HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n"
    );
    check_incomplete(address, request).await;
    assert_eq!(session.server.snapshot().to_json().unwrap(), before);
}

/// Writes to a connection as it is, ends the sending side, and returns the response.
async fn said(address: &str, request: String) -> String {
    let address = address.to_owned();
    let talk = move || -> std::io::Result<String> {
        let mut connection = std::net::TcpStream::connect(address)?;
        connection.write_all(request.as_bytes())?;
        connection.shutdown(std::net::Shutdown::Write)?;
        let mut response = String::new();
        connection.read_to_string(&mut response)?;
        Ok(response)
    };
    let response = tokio::task::spawn_blocking(talk)
        .await
        .expect("talking does not panic");
    response.unwrap_or_default()
}

#[tokio::test]
async fn whole_state_in_an_incomplete_body_leaves_the_mock_unchanged() {
    let session = Session::start().await;
    let state = session.server.snapshot().to_json().unwrap();
    session.open_job().await;
    let before = session.server.snapshot().to_json().unwrap();
    assert_ne!(before, state);
    let address = session.server.base_url().trim_start_matches("http://");
    let length = state.len();
    let head = format!("PUT /_mock/state HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for rest in [
        format!("content-length: {}\r\n\r\n{state}", length + 10),
        format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{state}\r\n"),
        format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{state}\r\nno length\r\n"),
    ] {
        let response = said(address, format!("{head}{rest}")).await;
        assert!(!response.starts_with("HTTP/1.1 200 "), "{response}");
        assert_eq!(session.server.snapshot().to_json().unwrap(), before);
    }
    let url = format!("{}/_mock/state", session.server.base_url());
    let whole = reqwest::Client::new().put(url).body(state.clone());
    assert_eq!(whole.send().await.unwrap().status(), 200);
    assert_eq!(session.server.snapshot().to_json().unwrap(), state);
}

#[tokio::test]
async fn world_begins_anew_by_number() {
    let session = Session::start().await;
    let titles = async |seed: u64| {
        let new = json!({"seed": seed, "jobs": 30});
        let response = done(&session, "POST", "/state/new", &new).await;
        assert_eq!(response["token"], session.server.token());
        let (status, page) = session.get("/jobs?limit=100").await;
        assert_eq!(status, 200, "{page}");
        let jobs = page["jobs"].as_array().unwrap();
        jobs.iter()
            .map(|job| text(&job["title"]))
            .collect::<Vec<_>>()
    };
    let (first, other, again) = (titles(1).await, titles(2).await, titles(1).await);
    assert_eq!(first.len(), 30);
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn deliveries_are_listed_and_routed_over_http() {
    let session = Session::start().await;
    let elsewhere = json!({"from": "https://hooks.example.com", "to": "http://198.51.100.7"});
    let (status, sentence) = refused(&session, "POST", "/webhook-routes", &elsewhere).await;
    assert_eq!(status, 400);
    assert!(sentence.contains("loopback only"), "{sentence}");
    let mut hook = crate::webhook_receiver::Hook::open().await;
    let detour = json!({"from": "https://hooks.example.com", "to": hook.origin});
    done(&session, "POST", "/webhook-routes", &detour).await;
    let webhook =
        json!({"url": "https://hooks.example.com/in", "eventTypes": ["proposal.received"]});
    let (status, response) = session.post("/webhooks", &webhook).await;
    assert_eq!(status, 201, "{response}");
    session.open_job().await;
    hook.next().await;
    session.server.deliver().await;
    let shown = done(&session, "GET", "/deliveries", &Value::Null).await;
    let first = &shown["deliveries"][0];
    assert_eq!(
        (&first["state"], &first["attempts"][0]["outcome"]),
        (&json!("delivered"), &json!("200"))
    );
    assert_eq!(first["url"], "https://hooks.example.com/in");
    let secret = text(&response["secret"]);
    assert!(!shown.to_string().contains(&secret));
}
