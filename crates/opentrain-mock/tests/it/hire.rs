//! Hiring, and what a human makes of it.

use std::time::Duration;

use opentrain_mock::TokenOwner;
use serde_json::{Value, json};

use crate::support::{Session, envelope, milestone, text};

/// Returns a session, and the path of a hire on a fresh job.
async fn candidate() -> (Session, String) {
    let session = Session::start().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    (session, format!("/proposals/{proposal}/hire"))
}

async fn ask(session: &Session, path: &str, terms: &Value) -> String {
    let (status, asked) = session.post(path, terms).await;
    assert_eq!(status, 202, "{asked}");
    text(&asked["approval"]["id"])
}

async fn status(session: &Session, approval: &str) -> String {
    let (_, response) = session.get(&format!("/approvals/{approval}")).await;
    text(&response["approval"]["status"])
}

#[tokio::test]
async fn same_terms_give_the_same_approval_and_other_terms_replace_it() {
    let (session, path) = candidate().await;
    let first = ask(&session, &path, &milestone(120)).await;
    assert_eq!(ask(&session, &path, &milestone(120)).await, first);
    let second = ask(&session, &path, &milestone(150)).await;
    assert_ne!(second, first);
    assert_eq!(status(&session, &first).await, "expired");
    assert_eq!(status(&session, &second).await, "pending");
    assert!(session.server.human().confirm(&first).is_err());
    session.server.human().confirm(&second).unwrap();
    let (_, list) = session.get("/contracts").await;
    assert_eq!(list["contracts"][0]["estimatedTotalUsd"], 150);
    assert_eq!(list["contracts"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn hired_candidate_cannot_be_hired_again() {
    let (session, path) = candidate().await;
    let approval = ask(&session, &path, &milestone(120)).await;
    session.server.human().confirm(&approval).unwrap();
    envelope(session.post(&path, &milestone(120)).await, 409, "CONFLICT");
    assert!(session.server.human().confirm(&approval).is_err());
}

#[tokio::test]
async fn declined_approval_makes_no_contract() {
    let (session, path) = candidate().await;
    let approval = ask(&session, &path, &milestone(120)).await;
    session.server.human().decline(&approval).unwrap();
    let (_, response) = session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(response["approval"]["status"], "declined");
    assert!(response["approval"]["resolvedAt"].is_string());
    assert_eq!(session.get("/contracts").await.1["contracts"], json!([]));
    assert_ne!(ask(&session, &path, &milestone(120)).await, approval);
}

#[tokio::test]
async fn approval_expires_after_seventy_two_hours() {
    let (session, path) = candidate().await;
    let approval = ask(&session, &path, &milestone(120)).await;
    session
        .server
        .clock()
        .advance(Duration::from_secs(72 * 60 * 60 - 1));
    assert_eq!(status(&session, &approval).await, "pending");
    session.server.clock().advance(Duration::from_secs(1));
    let human = session.server.human();
    assert!(human.pending_approvals().is_empty());
    let sentence = format!("approval `{approval}` is expired, not pending");
    for refused in [human.confirm(&approval), human.decline(&approval)] {
        assert_eq!(refused.unwrap_err().to_string(), sentence);
    }
    assert_eq!(status(&session, &approval).await, "expired");
    assert_ne!(ask(&session, &path, &milestone(120)).await, approval);
}

#[tokio::test]
async fn auto_confirm_does_not_confirm_an_expired_approval() {
    let (session, path) = candidate().await;
    session.server.auto_confirm(true);
    let approval = ask(&session, &path, &milestone(120)).await;
    assert_eq!(status(&session, &approval).await, "pending");
    let day = Duration::from_secs(24 * 60 * 60);
    session.server.clock().advance(3 * day);
    for _ in 0..2 {
        assert_eq!(status(&session, &approval).await, "expired");
    }
    assert_eq!(session.get("/contracts").await.1["contracts"], json!([]));
}

#[tokio::test]
async fn auto_confirm_shows_pending_first_and_confirmed_then() {
    let (session, path) = candidate().await;
    session.server.auto_confirm(true);
    let approval = ask(&session, &path, &milestone(120)).await;
    assert_eq!(status(&session, &approval).await, "pending");
    assert_eq!(status(&session, &approval).await, "confirmed");
    assert_eq!(status(&session, &approval).await, "confirmed");
}

#[tokio::test]
async fn card_or_enough_credits_are_needed() {
    let (session, path) = candidate().await;
    let human = session.server.human();
    human.remove_payment_method();
    human.set_credit_cents(14_194).unwrap();
    let details = envelope(session.post(&path, &milestone(120)).await, 409, "CONFLICT");
    assert_eq!(details["reason"], "payment_method_required");
    assert!(details["billingUrl"].is_string());
    human.set_credit_cents(14_195).unwrap();
    ask(&session, &path, &milestone(120)).await;
    human.set_credit_cents(0).unwrap();
    human.add_payment_method();
    ask(&session, &path, &milestone(121)).await;
}

#[tokio::test]
async fn credits_pay_for_one_hire_only_once() {
    let (session, first) = candidate().await;
    let job = session.open_job().await;
    let second = format!("/proposals/{}/hire", session.proposals(&job).await[0]);
    let human = session.server.human();
    human.remove_payment_method();
    human.set_credit_cents(14_195 + 14_194).unwrap();
    let first = ask(&session, &first, &milestone(120)).await;
    let second = ask(&session, &second, &milestone(120)).await;
    human.confirm(&first).unwrap();
    let error = human.confirm(&second).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "approval `{second}` costs 14195 cents, and there is neither a card nor credits enough"
        )
    );
    session.server.auto_confirm(true);
    assert_eq!(status(&session, &second).await, "pending");
    assert_eq!(status(&session, &second).await, "pending");
    let (_, list) = session.get("/contracts").await;
    assert_eq!(list["contracts"].as_array().map(Vec::len), Some(1));
    human.add_payment_method();
    assert_eq!(status(&session, &second).await, "confirmed");
}

#[tokio::test]
async fn misfit_is_hired_only_when_confirmed() {
    let (session, path) = candidate().await;
    let proposal = path.split('/').nth(2).unwrap();
    session
        .server
        .human()
        .review(proposal, "not a fit")
        .unwrap();
    let details = envelope(session.post(&path, &milestone(120)).await, 409, "CONFLICT");
    assert!(details["reason"].is_string());
    let mut confirmed = milestone(120);
    confirmed["confirm"] = json!(true);
    ask(&session, &path, &confirmed).await;
}

#[tokio::test]
async fn approvals_and_contracts_of_others_are_not_there() {
    let (mut session, path) = candidate().await;
    let approval = ask(&session, &path, &milestone(120)).await;
    session.server.human().confirm(&approval).unwrap();
    let (_, list) = session.get("/contracts").await;
    let contract = text(&list["contracts"][0]["id"]);
    let stranger = session
        .server
        .issue_token(&["payments:read"], TokenOwner::Stranger)
        .unwrap();
    session.become_bearer(&stranger);
    let details = envelope(
        session.get(&format!("/approvals/{approval}")).await,
        404,
        "NOT_FOUND",
    );
    assert_eq!(
        details,
        json!({"resource": "approvals", "approvalId": approval})
    );
    envelope(
        session.get(&format!("/contracts/{contract}")).await,
        404,
        "NOT_FOUND",
    );
    assert_eq!(session.get("/contracts").await.1["contracts"], json!([]));
    let details = envelope(
        session.get("/contracts?status=open").await,
        400,
        "BAD_REQUEST",
    );
    assert_eq!(details, json!({"field": "status"}));
}
