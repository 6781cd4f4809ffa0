//! Rate limits, on the mock's clock.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Session, envelope};

#[tokio::test]
async fn tokenless_job_endpoints_share_120_requests_a_minute() {
    let session = Session::start().await;
    session.server.rate_limits(true);
    for place in 0..120 {
        let path = ["/jobs?limit=1", "/jobs/job_000001", "/jobs/facets"][place % 3];
        assert_eq!(session.get(path).await.0, 200);
    }
    for path in [
        "/jobs",
        "/jobs/job_000001",
        "/jobs/facets",
        "/jobs/changes?since=2026-01-01",
    ] {
        assert_eq!(
            envelope(session.get(path).await, 429, "RATE_LIMITED"),
            Value::Null
        );
    }
    assert_eq!(session.get("/jobs/mine").await.0, 200);
    let limited = session.raw("GET", "/api/public/v1/jobs", None).await;
    assert_eq!(limited.headers()["access-control-allow-origin"], "*");
    assert!(!limited.headers().contains_key("retry-after"));
    assert!(limited.headers().contains_key("x-request-id"));
    let reported = session.server.requests().last().unwrap().to_string();
    assert_eq!(
        reported,
        "GET /api/public/v1/jobs -> 429 jobs_search, stopped by: rate limit"
    );
    session.server.clock().advance(Duration::from_secs(60));
    assert_eq!(session.get("/jobs").await.0, 200);
}

#[tokio::test]
async fn messages_are_limited_with_advice() {
    let session = Session::start().await;
    session.server.rate_limits(true);
    let body = json!({"conversationId": "cnv_9", "content": "Hello"});
    for _ in 0..30 {
        assert_ne!(session.post("/messages", &body).await.0, 429);
    }
    session.server.clock().advance(Duration::from_secs(18));
    let details = envelope(session.post("/messages", &body).await, 429, "RATE_LIMITED");
    assert_eq!(details, json!({"retryAfterSeconds": 42}));
    session.server.clock().advance(Duration::from_secs(42));
    assert_ne!(session.post("/messages", &body).await.0, 429);
}

#[tokio::test]
async fn registrations_and_claims_are_limited_in_the_oauth_form() {
    let session = Session::start().await;
    session.server.rate_limits(true);
    for place in 0..20 {
        let path = ["/identity", "/identity/claim"][place % 2];
        assert_ne!(session.agent(path, &json!({})).await.0, 429);
    }
    for path in ["/identity", "/identity/claim"] {
        let (status, body) = session.agent(path, &json!({})).await;
        assert_eq!(
            (status, &body["error"]),
            (429, &json!("rate_limit_exceeded"))
        );
    }
}

#[tokio::test]
async fn there_are_no_limits_unless_asked_for() {
    let session = Session::start().await;
    for _ in 0..130 {
        assert_eq!(session.get("/jobs/facets").await.0, 200);
    }
}

#[tokio::test]
async fn clock_that_goes_back_takes_the_limits_along() {
    let session = Session::start().await;
    session.server.rate_limits(true);
    let before = session.server.snapshot();
    session.server.clock().advance(Duration::from_secs(864_000));
    for _ in 0..120 {
        assert_eq!(session.get("/jobs?limit=1").await.0, 200);
    }
    assert_eq!(session.get("/jobs?limit=1").await.0, 429);
    session.server.restore(before);
    assert_eq!(session.get("/jobs?limit=1").await.0, 200);
}
