//! Agents: register, be claimed, fetch the token once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Received, Session, envelope, text};

const GRANT: &str = "urn:opentrain:agent-auth:grant-type:claim";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the session of an agent that has just registered, and its claim token.
async fn agent() -> (Session, String) {
    let mut session = Session::start().await;
    let (status, registration) = session
        .agent("/identity", &json!({"agent_name": "Hiring helper"}))
        .await;
    assert_eq!(status, 200, "{registration}");
    session.become_bearer(&text(&registration["access_token"]));
    (session, text(&registration["claim_token"]))
}

async fn start_claim(session: &Session, claim_token: &str) -> Value {
    let body = json!({"claim_token": claim_token, "email": "kim@example.org"});
    let (status, attempt) = session.agent("/identity/claim", &body).await;
    assert_eq!(status, 200, "{attempt}");
    attempt
}

async fn poll(session: &Session, claim_token: &str) -> Received {
    let form = [("grant_type", GRANT), ("claim_token", claim_token)];
    session.agent_form("/oauth/token", &form).await
}

/// Asserts the OAuth form of a failure.
fn refused((status, body): Received, error: &str) {
    assert_eq!((status, &body["error"]), (400, &json!(error)), "{body}");
    assert!(
        body["error_description"].is_string() && body["code"].is_null(),
        "{body}"
    );
}

#[tokio::test]
async fn claimed_token_is_delivered_once_and_earlier_ones_die() {
    let (mut session, claim_token) = agent().await;
    let (_, me) = session.get("/auth/me").await;
    assert_eq!(
        (&me["actor"]["email"], &me["token"]["label"]),
        (&json!(null), &json!("Hiring helper"))
    );
    let attempt = start_claim(&session, &claim_token).await;
    let code = text(&attempt["user_code"]);
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    refused(poll(&session, &claim_token).await, "authorization_pending");

    session.server.human().claim(&code).unwrap();
    envelope(session.get("/auth/me").await, 401, "UNAUTHORIZED");
    let (status, delivered) = poll(&session, &claim_token).await;
    assert_eq!(
        (status, delivered["scopes"].as_array().map(Vec::len)),
        (200, Some(9))
    );
    refused(poll(&session, &claim_token).await, "invalid_grant");

    session.become_bearer(&text(&delivered["access_token"]));
    let (_, me) = session.get("/auth/me").await;
    assert_eq!(me["actor"]["email"], "kim@example.org");
    let response = session
        .post(
            "/proposals/prp_999999/hire",
            &json!({"milestone": {"name": "x", "amount": 1}}),
        )
        .await;
    envelope(response, 404, "NOT_FOUND");
}

#[tokio::test]
async fn polling_faster_than_the_interval_is_slowed_down() {
    let (session, claim_token) = agent().await;
    let attempt = start_claim(&session, &claim_token).await;
    let interval = Duration::from_secs(attempt["interval"].as_u64().unwrap());
    refused(poll(&session, &claim_token).await, "authorization_pending");
    refused(poll(&session, &claim_token).await, "slow_down");
    session.server.clock().advance(interval);
    refused(poll(&session, &claim_token).await, "authorization_pending");
}

#[tokio::test]
async fn attempt_lasts_half_an_hour_and_can_be_restarted_within_a_day() {
    let (session, claim_token) = agent().await;
    let first = text(&start_claim(&session, &claim_token).await["user_code"]);
    session.server.clock().advance(Duration::from_secs(30 * 60));
    assert!(session.server.human().claim(&first).is_err());
    let second = text(&start_claim(&session, &claim_token).await["user_code"]);
    assert_ne!(first, second);
    session.server.human().claim(&second).unwrap();
    assert_eq!(poll(&session, &claim_token).await.0, 200);
}

#[tokio::test]
async fn claim_window_closes_after_a_day() {
    let (session, claim_token) = agent().await;
    session.server.clock().advance(DAY);
    refused(poll(&session, &claim_token).await, "expired_token");
    let body = json!({"claim_token": claim_token, "email": "kim@example.org"});
    refused(
        session.agent("/identity/claim", &body).await,
        "invalid_request",
    );
}

#[tokio::test]
async fn agent_requests_that_make_no_sense_are_refused_in_the_oauth_form() {
    let (session, claim_token) = agent().await;
    refused(
        session
            .agent("/identity", &json!({"identity_type": "person"}))
            .await,
        "unsupported_identity_type",
    );
    refused(
        session.agent("/identity", &json!([])).await,
        "invalid_request",
    );
    for body in [
        json!({}),
        json!({"claim_token": claim_token}),
        json!({"claim_token": claim_token, "email": "kim"}),
        json!({"claim_token": "ot_clm_unknown", "email": "kim@example.org"}),
    ] {
        refused(
            session.agent("/identity/claim", &body).await,
            "invalid_request",
        );
    }
    refused(
        session
            .agent_form("/oauth/token", &[("grant_type", GRANT)])
            .await,
        "invalid_request",
    );
    refused(
        session
            .agent_form("/oauth/token", &[("claim_token", "x")])
            .await,
        "invalid_request",
    );
    let other = [("grant_type", "password"), ("claim_token", "x")];
    refused(
        session.agent_form("/oauth/token", &other).await,
        "unsupported_grant_type",
    );
    refused(poll(&session, "ot_clm_unknown").await, "invalid_grant");
    refused(
        session.agent_form("/oauth/revoke", &[]).await,
        "invalid_request",
    );
}

#[tokio::test]
async fn address_that_has_an_account_cannot_claim_another() {
    let (session, claim_token) = agent().await;
    let body = json!({"claim_token": claim_token, "email": "pat@northwind-labs.example"});
    let response = session.agent("/identity/claim", &body).await;
    assert_eq!(response.1["error_description"], "email_already_registered");
    refused(response, "invalid_request");
}

#[tokio::test]
async fn revoking_responds_the_same_for_every_token() {
    let session = Session::start().await;
    for token in [
        "ot_pat_unknown",
        session.server.token(),
        session.server.token(),
    ] {
        let response = session
            .agent_form("/oauth/revoke", &[("token", token)])
            .await;
        assert_eq!(response, (200, json!({})));
    }
    envelope(session.get("/auth/me").await, 401, "UNAUTHORIZED");
}

#[tokio::test]
async fn registration_tells_where_to_go_on_at_the_mock_itself() {
    let session = Session::start().await;
    let (_, registration) = session.agent("/identity", &json!({})).await;
    let endpoint = format!("{}/api/agent/oauth/token", session.server.base_url());
    assert_eq!(registration["token_endpoint"], json!(endpoint));
    assert_eq!(
        registration["claim_token_expires_at"],
        "2026-03-05T05:06:07.000Z"
    );
    assert_eq!(registration["scopes"].as_array().map(Vec::len), Some(6));
}
