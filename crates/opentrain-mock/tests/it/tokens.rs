//! Managing tokens: scopes, expiry, the cap, revocation.

use std::time::Duration;

use opentrain_mock::TokenOwner;
use serde_json::json;

use crate::support::{Session, envelope, text};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn token_without_a_body_is_a_copy_that_works() {
    let mut session = Session::start().await;
    let scopes = ["jobs:write", "payments:read"];
    let first = session
        .server
        .issue_token(&scopes, TokenOwner::Main)
        .unwrap();
    session.become_bearer(&first);
    let (status, made) = session.call("POST", "/tokens", None).await;
    assert_eq!((status, &made["tokenType"]), (201, &json!("bearer")));
    let metadata = &made["metadata"];
    assert_eq!(
        (&metadata["name"], &metadata["scopes"]),
        (&json!("API token"), &json!(scopes))
    );
    assert_eq!(
        (&metadata["status"], &metadata["lastUsedAt"]),
        (&json!("active"), &json!(null))
    );
    let secret = text(&made["token"]);
    session.become_bearer(&secret);
    let (_, list) = session.get("/tokens").await;
    assert_eq!(list["tokens"][0]["id"], metadata["id"]);
    assert!(list["tokens"][0]["lastUsedAt"].is_string());
    assert!(!list.to_string().contains(&secret));
}

#[tokio::test]
async fn scopes_stay_within_those_of_the_caller() {
    let mut session = Session::start().await;
    let scopes = ["jobs:write"];
    let narrow = session
        .server
        .issue_token(&scopes, TokenOwner::Main)
        .unwrap();
    session.become_bearer(&narrow);
    let body = json!({"scopes": ["jobs:read", "jobs:read"]});
    let (status, made) = session.post("/tokens", &body).await;
    assert_eq!(
        (status, &made["metadata"]["scopes"]),
        (201, &json!(["jobs:read"]))
    );
    let body = json!({"scopes": ["jobs:read", "team:read"]});
    envelope(session.post("/tokens", &body).await, 403, "FORBIDDEN");
    let body = json!({"scopes": ["jobs:fly", "jobs:read"]});
    let details = envelope(session.post("/tokens", &body).await, 400, "BAD_REQUEST");
    assert_eq!(details["unknownScopes"], json!(["jobs:fly"]));
    assert_eq!(
        details["supportedScopes"].as_array().map(Vec::len),
        Some(11)
    );
}

#[tokio::test]
async fn invalid_token_settings_are_refused() {
    let session = Session::start().await;
    for body in [
        json!({"name": " "}),
        json!({"name": "x".repeat(121)}),
        json!({"scopes": "jobs:read"}),
        json!({"expiresAt": "soon"}),
        json!({"expiresAt": "2026-03-04T05:06:07Z"}),
    ] {
        envelope(session.post("/tokens", &body).await, 400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn expired_token_is_refused() {
    let mut session = Session::start().await;
    let body = json!({"expiresAt": "2026-03-05T00:00:00Z"});
    let (_, made) = session.post("/tokens", &body).await;
    let main = session.server.token().to_owned();
    session.become_bearer(&text(&made["token"]));
    assert_eq!(session.get("/auth/me").await.0, 200);
    session.server.clock().advance(DAY);
    envelope(session.get("/auth/me").await, 401, "UNAUTHORIZED");
    session.become_bearer(&main);
    let (_, list) = session.get("/tokens").await;
    assert_eq!(list["tokens"][0]["status"], "expired");
}

#[tokio::test]
async fn revoked_token_is_dead_at_once_and_stays_listed() {
    let mut session = Session::start().await;
    let (_, made) = session.post("/tokens", &json!({})).await;
    let path = format!("/tokens/{}", text(&made["metadata"]["id"]));
    let (status, revoked) = session.call("DELETE", &path, None).await;
    assert_eq!(
        (status, &revoked["token"]["status"]),
        (200, &json!("revoked"))
    );
    session.server.clock().advance(DAY);
    assert_eq!(session.call("DELETE", &path, None).await.1, revoked);
    let main = session.server.token().to_owned();
    session.become_bearer(&text(&made["token"]));
    envelope(session.get("/auth/me").await, 401, "UNAUTHORIZED");
    let stranger = session
        .server
        .issue_token(&[], TokenOwner::Stranger)
        .unwrap();
    session.become_bearer(&stranger);
    let details = envelope(session.call("DELETE", &path, None).await, 404, "NOT_FOUND");
    assert_eq!(details, json!({"tokenId": made["metadata"]["id"]}));
    session.become_bearer(&main);
    assert_eq!(
        session.get("/tokens").await.1["tokens"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn any_account_gets_a_second_token() {
    let mut session = Session::start().await;
    let (_, registration) = session.agent("/identity", &json!({})).await;
    let first = text(&registration["access_token"]);
    let human = session.server.human().of(&first).unwrap();
    let second = human.issue_token(&["payments:write", "jobs:read"]).unwrap();
    let main = session.server.human().issue_token(&["team:read"]).unwrap();
    let mut accounts = Vec::new();
    let token = session.server.token().to_owned();
    for token in [&first, &second, &main, &token] {
        session.become_bearer(token);
        let (_, me) = session.get("/auth/me").await;
        accounts.push(text(&me["account"]["ownerUserId"]));
    }
    assert_eq!(accounts[0], accounts[1]);
    assert_eq!(accounts[2], accounts[3]);
    assert_ne!(accounts[0], accounts[2]);
    session.become_bearer(&second);
    let (_, me) = session.get("/auth/me").await;
    assert_eq!(
        me["token"]["scopes"],
        json!(["payments:write", "jobs:read"])
    );
    assert!(human.issue_token(&["jobs:fly"]).is_err());
}

#[tokio::test]
async fn account_has_twenty_five_active_tokens_and_no_more() {
    let session = Session::start().await;
    let mut last = String::new();
    for _ in 1..25 {
        let (status, made) = session.post("/tokens", &json!({})).await;
        assert_eq!(status, 201);
        last = text(&made["metadata"]["id"]);
    }
    let refused = session.post("/tokens", &json!({})).await;
    assert_eq!(
        refused.1["error"],
        "An account has at most 25 active tokens; revoke one first"
    );
    envelope(refused, 400, "BAD_REQUEST");
    session
        .call("DELETE", &format!("/tokens/{last}"), None)
        .await;
    assert_eq!(session.post("/tokens", &json!({})).await.0, 201);
}
