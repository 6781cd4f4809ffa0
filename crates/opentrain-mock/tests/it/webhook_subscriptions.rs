//! Webhook subscriptions.

use opentrain_mock::TokenOwner;
use serde_json::{Value, json};

use crate::support::{Session, envelope, ids, text};
use crate::webhook_receiver::Hook;

fn subscription(url: &str, types: &[&str]) -> Value {
    json!({"url": url, "eventTypes": types})
}

#[tokio::test]
async fn secret_is_shown_once_and_the_subscription_until_it_is_deleted() {
    let session = Session::start().await;
    let types = ["message.received", "approval.confirmed", "message.received"];
    let body = subscription("https://hooks.example.com/", &types);
    let (status, made) = session.post("/webhooks", &body).await;
    assert_eq!(status, 201);
    let secret = text(&made["secret"]);
    assert!(secret.starts_with("whsec_"));
    let webhook = &made["webhook"];
    assert_eq!(
        webhook["eventTypes"],
        json!(["message.received", "approval.confirmed"])
    );
    assert_eq!(
        (&webhook["status"], &webhook["disabledAt"]),
        (&json!("ACTIVE"), &json!(null))
    );
    let path = format!("/webhooks/{}", text(&webhook["id"]));
    let (_, found) = session.get(&path).await;
    assert_eq!(found, json!({"webhook": webhook}));
    let (_, second) = session.post("/webhooks", &body).await;
    assert_ne!(second["secret"], secret.as_str());
    let (_, list) = session.get("/webhooks").await;
    let second = text(&second["webhook"]["id"]);
    assert_eq!(
        ids(&list["webhooks"]),
        [second.clone(), text(&webhook["id"])]
    );
    let (_, gone) = session.call("DELETE", &path, None).await;
    assert_eq!(gone, json!({"webhook": webhook, "deleted": true}));
    let details = envelope(session.call("DELETE", &path, None).await, 404, "NOT_FOUND");
    assert_eq!(
        details,
        json!({"resource": "webhooks", "webhookId": webhook["id"]})
    );
    let (_, list) = session.get("/webhooks").await;
    assert_eq!(ids(&list["webhooks"]), [second]);
}

#[tokio::test]
async fn urls_and_types_that_cannot_be_meant_are_refused() {
    let session = Session::start().await;
    let home = subscription("http://localhost:9000/hook", &["message.received"]);
    assert_eq!(session.post("/webhooks", &home).await.0, 201);
    for (body, name) in [
        (
            subscription("http://hooks.example.com/", &["message.received"]),
            "url",
        ),
        (
            subscription("http://localhost:65616/", &["message.received"]),
            "url",
        ),
        (json!({"eventTypes": ["message.received"]}), "url"),
        (
            subscription("https://hooks.example.com/", &[]),
            "eventTypes",
        ),
        (
            subscription("https://hooks.example.com/", &["message.lost"]),
            "eventTypes",
        ),
        (json!({"url": "https://hooks.example.com/"}), "eventTypes"),
    ] {
        let response = session.post("/webhooks", &body).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        assert_eq!(details["issues"][0]["path"], json!([name]), "{body}");
    }
}

#[tokio::test]
async fn subscription_needs_the_scopes_of_its_events() {
    let mut session = Session::start().await;
    let scopes = ["webhooks:manage", "messages:write"];
    let narrow = session.server.issue_token(&scopes, TokenOwner::Main);
    session.become_bearer(&narrow.unwrap());
    let url = "https://hooks.example.com/";
    let readable = subscription(url, &["message.received"]);
    assert_eq!(session.post("/webhooks", &readable).await.0, 201);
    let both = subscription(url, &["message.received", "payment.pending"]);
    let details = envelope(session.post("/webhooks", &both).await, 403, "FORBIDDEN");
    assert_eq!(
        details,
        json!({"requiredScopes": ["payments:read"], "grantedScopes": scopes})
    );
}

#[tokio::test]
async fn account_has_ten_subscriptions_and_no_more() {
    let mut session = Session::start().await;
    let body = subscription("https://hooks.example.com/", &["message.received"]);
    for _ in 0..10 {
        assert_eq!(session.post("/webhooks", &body).await.0, 201);
    }
    let refused = session.post("/webhooks", &body).await;
    assert_eq!(
        refused.1["error"],
        "An account has at most 10 webhooks; delete one first"
    );
    envelope(refused, 400, "BAD_REQUEST");
    let scopes = ["webhooks:manage", "messages:read"];
    let stranger = session.server.issue_token(&scopes, TokenOwner::Stranger);
    session.become_bearer(&stranger.unwrap());
    assert_eq!(session.get("/webhooks").await.1["webhooks"], json!([]));
    assert_eq!(session.post("/webhooks", &body).await.0, 201);
}

#[tokio::test]
async fn host_of_a_webhook_is_the_same_in_any_case() {
    let session = Session::start().await;
    let mut hook = Hook::open().await;
    let port = hook.origin.rsplit(':').next().unwrap_or_default();
    let url = format!("HTTP://LocalHost:{port}/hook");
    let body = subscription(&url, &["proposal.received"]);
    assert_eq!(session.post("/webhooks", &body).await.0, 201);
    session.open_job().await;
    session.server.deliver().await;
    let received = hook.received();
    assert_eq!((received.len(), &*received[0].path), (4, "/hook"));
}
