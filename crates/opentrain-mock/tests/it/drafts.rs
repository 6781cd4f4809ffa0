//! Drafts and their publication.

use std::time::Duration;

use opentrain_mock::TokenOwner;
use serde_json::json;

use crate::support::{Session, complete_job, envelope, text};

#[tokio::test]
async fn same_idempotency_key_gives_the_same_draft() {
    let session = Session::start().await;
    let body = json!({"source": {"type": "text", "text": "Tag clips.", "idempotencyKey": "k1"}});
    let (_, first) = session.post("/job-drafts", &body).await;
    let (_, second) = session.post("/job-drafts", &body).await;
    assert_eq!(first, second);
    let shorthand = json!({"rawJobDescription": "Tag clips.", "idempotencyKey": "k2"});
    let (_, third) = session.post("/job-drafts", &shorthand).await;
    assert_ne!(first["jobId"], third["jobId"]);
}

#[tokio::test]
async fn empty_idempotency_key_is_none() {
    let session = Session::start().await;
    let body = json!({"rawJobDescription": "Tag clips.", "idempotencyKey": ""});
    let (_, first) = session.post("/job-drafts", &body).await;
    let (_, second) = session.post("/job-drafts", &body).await;
    assert_ne!(first["jobId"], second["jobId"]);
}

#[tokio::test]
async fn idempotency_key_of_a_published_job_makes_no_second_job() {
    let session = Session::start().await;
    let body =
        json!({"format": "opentrain_canonical", "job": complete_job(), "idempotencyKey": "k"});
    let (_, draft) = session.post("/job-drafts", &body).await;
    let job = text(&draft["jobId"]);
    session
        .post(&format!("/jobs/{job}/publish"), &json!({}))
        .await;
    let refused = session.post("/job-drafts", &body).await;
    let sentence =
        format!("The job {job} that this idempotencyKey made is OPEN and no longer a draft");
    assert_eq!(refused.1["error"], sentence);
    envelope(refused, 400, "BAD_REQUEST");
    let (_, mine) = session.get("/jobs/mine").await;
    assert_eq!(mine["jobs"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn patch_refuses_unknown_keys_and_clears_with_null() {
    let session = Session::start().await;
    let job = session.complete_draft().await;
    let path = format!("/job-drafts/{job}");
    for (patch, code) in [
        (json!({"title": "x"}), "unrecognized_keys"),
        (json!({"paymentType": "HOURLY"}), "invalid_enum_value"),
        (json!({"headcount": "three"}), "invalid_type"),
    ] {
        let details = envelope(session.patch(&path, &patch).await, 400, "BAD_REQUEST");
        assert_eq!(details["issues"][0]["code"], code);
    }
    let (_, cleared) = session.patch(&path, &json!({"headcount": null})).await;
    assert_eq!(cleared["validation"]["missingFields"], json!(["headcount"]));
    let (_, mine) = session.get("/jobs/mine?status=DRAFT").await;
    assert_eq!(mine["jobs"][0]["id"], json!(job));
}

#[tokio::test]
async fn body_that_is_no_json_is_refused_in_the_envelope() {
    let session = Session::start().await;
    envelope(
        session.call("POST", "/job-drafts", None).await,
        400,
        "BAD_REQUEST",
    );
    envelope(
        session.post("/job-drafts", &json!("text")).await,
        400,
        "BAD_REQUEST",
    );
}

#[tokio::test]
async fn draft_that_is_not_ready_is_not_published() {
    let session = Session::start().await;
    let (_, draft) = session
        .post("/job-drafts", &json!({"rawJobDescription": "Tag clips."}))
        .await;
    let path = format!("/jobs/{}/publish", text(&draft["jobId"]));
    let details = envelope(session.post(&path, &json!({})).await, 400, "BAD_REQUEST");
    assert_eq!(details["validation"], draft["validation"]);
    assert_eq!(details["validation"]["publishReady"], false);
}

#[tokio::test]
async fn publishing_twice_is_publishing_once() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let (status, again) = session
        .post(&format!("/jobs/{job}/publish"), &json!({}))
        .await;
    assert_eq!((status, &again["alreadyPublished"]), (200, &json!(true)));
    assert_eq!(session.proposals(&job).await.len(), 4);
}

#[tokio::test]
async fn live_and_closed_jobs_are_no_drafts() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let response = session
        .patch(&format!("/job-drafts/{job}"), &json!({"headcount": 2}))
        .await;
    let details = envelope(response, 409, "CONFLICT");
    assert_eq!(
        details,
        json!({"jobId": job, "status": "OPEN", "requiredStatus": "DRAFT"})
    );
    session
        .post(&format!("/jobs/{job}/close"), &json!({}))
        .await;
    let response = session
        .post(&format!("/jobs/{job}/publish"), &json!({}))
        .await;
    let validation = &envelope(response, 400, "BAD_REQUEST")["validation"];
    assert_eq!(validation["publishReady"], false);
    assert_eq!(validation["issues"][0]["field"], "status");
}

#[tokio::test]
async fn daily_cap_stops_publishing_until_the_window_has_passed() {
    for (owner, cap) in [(TokenOwner::Main, 20), (TokenOwner::Unclaimed, 3)] {
        let mut session = Session::start().await;
        let token = session.server.issue_token(&["jobs:write"], owner).unwrap();
        session.become_bearer(&token);
        for _ in 0..cap {
            session.open_job().await;
        }
        let draft = session.complete_draft().await;
        let path = format!("/jobs/{draft}/publish");
        let details = envelope(session.post(&path, &json!({})).await, 429, "RATE_LIMITED");
        assert_eq!(details, json!({"limit": cap, "windowHours": 24}));
        session
            .server
            .clock()
            .advance(Duration::from_secs(24 * 60 * 60));
        assert_eq!(session.post(&path, &json!({})).await.0, 200);
    }
}

#[tokio::test]
async fn moderation_refuses_to_publish() {
    let session = Session::start().await;
    let mut job = complete_job();
    job["description"] = json!("Write me on Telegram.");
    let body = json!({"format": "opentrain_canonical", "job": job});
    let (_, draft) = session.post("/job-drafts", &body).await;
    let path = format!("/jobs/{}/publish", text(&draft["jobId"]));
    let details = envelope(session.post(&path, &json!({})).await, 403, "FORBIDDEN");
    assert_eq!(details["reason"], "moderation_blocked");
    assert_eq!(details["reasons"].as_array().map(Vec::len), Some(1));
}
