//! The log of requests: its content, and expectations about it.

use serde_json::json;

use crate::support::{Session, milestone};

#[tokio::test]
async fn requests_are_found_by_operation_method_path_and_status() {
    let session = Session::start().await;
    session.get("/jobs?limit=1").await;
    session.get("/jobs/job_000001").await;
    session.get("/jobs/job_999999").await;
    session.post("/jobs/job_999999/close", &json!({})).await;
    let log = || session.server.log();
    assert_eq!(log().requests().unwrap().len(), 4);
    log().operation("jobs_get").expect(2).unwrap();
    log().operation("jobs_get").status(404).expect(1).unwrap();
    log().path("/jobs/{id}").expect(2).unwrap();
    log().method("post").expect(1).unwrap();
    session.server.expect("close", 1).unwrap();
}

#[tokio::test]
async fn mark_separates_earlier_from_later_requests() {
    let session = Session::start().await;
    session.get("/jobs/facets").await;
    let mark = session.server.mark();
    session.server.log().since(mark).expect(0).unwrap();
    session.get("/jobs/facets").await;
    session.server.log().since(mark).expect(1).unwrap();
    session.server.log().expect(2).unwrap();
    assert!(session.server.mark() > mark);
}

#[tokio::test]
async fn unmet_expectation_lists_the_requests_that_came() {
    let session = Session::start().await;
    let sentence = |operation: &str, count: usize| {
        let unexpected = session.server.expect(operation, count).unwrap_err();
        // `unwrap` shows the `Debug` form.
        assert_eq!(format!("{unexpected:?}"), unexpected.to_string());
        unexpected.to_string()
    };
    assert_eq!(
        sentence("hire", 1),
        "expected 1 for `proposals_hire`, found 0; no request came"
    );
    session.get("/credits?token=ot_pat_secret").await;
    assert_eq!(
        sentence("hire", 1),
        "expected 1 for `proposals_hire`, found 0; all there is:\n  GET /api/public/v1/credits?token=ot_pat_*** -> 200 credits_balance"
    );
    for _ in 0..12 {
        session.post("/proposals/prp_9/hire", &milestone(1)).await;
    }
    let many = sentence("hire", 1);
    assert!(
        many.starts_with("expected 1 for `proposals_hire`, found 12; found:\n  POST "),
        "{many}"
    );
    assert!(many.ends_with("\n  and 2 more"), "{many}");
    assert!(sentence("fly", 0).contains("no operation is called `fly`"));
}

#[tokio::test]
async fn log_is_bounded_in_bytes_and_marks_cut_bodies() {
    let session = Session::start().await;
    session.get("/jobs?limit=1").await;
    let mark = session.server.mark();
    let large = "x".repeat(3 * 1024 * 1024);
    let body = json!({"conversationId": "cnv_000001", "content": large});
    let length = body.to_string().len();
    session.post("/messages", &body).await;
    let request = session.server.requests().remove(1);
    assert!(request.is_body_cut());
    assert_eq!((request.body.len(), request.body_length), (1 << 20, length));
    assert!(body.to_string().as_bytes().starts_with(&request.body));
    for _ in 0..40 {
        session.post("/messages", &body).await;
    }
    // Each takes a MiB and some more, so that 31 fit into 32 MiB. A mark still counts those that are forgotten.
    assert_eq!(session.server.requests().len(), 31);
    let (log, end) = (|| session.server.log(), session.server.mark());
    assert_eq!(log().since(mark).requests().unwrap().len(), 31);
    log().since(end).expect(0).unwrap();
    let oblivion = |mark| log().since(mark).operation("hire").expect(0).unwrap_err();
    assert_eq!(
        oblivion(mark).to_string(),
        "10 requests after the mark are forgotten (the log keeps the last 10000, and no more than take 32 MiB): set a mark later"
    );
    let unmarked = session.server.expect("hire", 0).unwrap_err().to_string();
    assert!(
        unmarked.starts_with("11 requests are forgotten ("),
        "{unmarked}"
    );

    session.get("/jobs?limit=1").await;
    let (_, reported) = session.call_at("GET", "/_mock/requests", None).await;
    let reported = reported["requests"].as_array().unwrap();
    let body_of =
        |request: &serde_json::Value| (request["bodyLength"].clone(), request["bodyCut"].clone());
    assert_eq!(body_of(&reported[0]), (json!(length), json!(true)));
    assert_eq!(
        body_of(&reported[reported.len() - 1]),
        (json!(0), json!(false))
    );
    assert_eq!(reported[0]["body"].as_str().map(str::len), Some(1 << 20));
}

#[tokio::test]
async fn line_names_the_gate_that_stopped_a_request() {
    let mut session = Session::start().await;
    session
        .server
        .set_feature("public_api_credits", false)
        .unwrap();
    session.get("/credits").await;
    let unclaimed = session
        .server
        .issue_token(&["payments:write"], opentrain_mock::TokenOwner::Unclaimed)
        .unwrap();
    session.become_bearer(&unclaimed);
    session.post("/contracts/ctr_1/end", &json!({})).await;
    session.get("/team").await;
    session.forget_token();
    session.get("/team").await;
    let requests = session.server.requests();
    let gates: Vec<_> = requests.iter().map(|request| request.stopped_by).collect();
    assert_eq!(
        gates,
        [Some("feature"), Some("claim"), Some("scope"), Some("token")]
    );
    assert_eq!(
        requests[1].to_string(),
        "POST /api/public/v1/contracts/ctr_1/end -> 403 contracts_end, stopped by: claim"
    );
}
