//! Reads cause no save and wake no background task.

use std::fs;
use std::path::Path;

use opentrain_mock::{Clock, MockServer};
use serde_json::{Value, json};

use crate::support::{Session, text};
use crate::webhook_receiver::Hook;

const MARK: &str = "not written since";

/// Replaces the saved file by another text, which stays until the next save.
async fn mark(session: &Session, path: &Path) {
    let saved = session.server.state_saved().await;
    saved.expect("the file can be written");
    fs::write(path, MARK).expect("the file can be written");
}

async fn is_untouched(session: &Session, path: &Path) -> bool {
    let saved = session.server.state_saved().await;
    saved.expect("the file can be written");
    fs::read_to_string(path).expect("it is there") == MARK
}

/// Calls every operation that only reads, with good and with bad parameters.
async fn look(session: &Session, approval: &str) {
    for path in [
        "/auth/me",
        "/jobs",
        "/jobs/mine",
        "/jobs/nothing",
        "/updates",
        "/credits",
        "/credits/ledger",
        "/contracts",
        "/webhooks",
        "/tokens",
        "/team",
        "/messages",
        "/payments/pending",
    ] {
        session.get(path).await;
    }
    session.get(&format!("/approvals/{approval}")).await;
    session.post("/proposals/unknown/hire", &json!({})).await;
    for path in [
        "/books",
        "/clock",
        "/features",
        "/state",
        "/deliveries",
        "/approvals",
    ] {
        session.call_at("GET", &format!("/_mock{path}"), None).await;
    }
    let (_books, _snapshot) = (session.server.ledger(), session.server.snapshot());
}

/// Requests a hire, and returns the approval.
async fn ask(session: &Session) -> String {
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &crate::support::milestone(20)).await;
    text(&asked["approval"]["id"])
}

#[tokio::test]
async fn state_is_written_only_if_it_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let server = MockServer::builder().state_file(&path).start().await;
    let session = Session::with(server.unwrap());
    let approval = ask(&session).await;
    // Until the second time it matters how often an approval is read.
    for _ in 0..2 {
        session.get(&format!("/approvals/{approval}")).await;
    }
    mark(&session, &path).await;
    look(&session, &approval).await;
    session
        .server
        .set_feature("public_api_hiring", true)
        .unwrap();
    session.server.auto_confirm(false);
    assert!(is_untouched(&session, &path).await);
    session
        .server
        .set_feature("public_api_hiring", false)
        .unwrap();
    assert!(!is_untouched(&session, &path).await);
    // What reading leaves behind is kept when the mock stops: the next request has the next number.
    let asked = session.raw("GET", "/api/public/v1/auth/me", None).await;
    let before = asked.headers()["x-request-id"].clone();
    session.server.close().await.unwrap();
    let again = MockServer::builder().state_file(&path).start().await;
    let again = Session::with(again.unwrap());
    let after = again.raw("GET", "/api/public/v1/auth/me", None).await;
    assert!(after.headers()["x-request-id"] > before);
}

#[tokio::test]
async fn slow_webhook_causes_no_saves_and_no_rounds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let mut hook = Hook::open().await;
    let builder = MockServer::builder().clock(Clock::running());
    let server = builder.state_file(&path).start().await;
    let session = Session::with(server.unwrap());
    let body = json!({"url": hook.origin, "eventTypes": ["proposal.received"]});
    assert_eq!(session.post("/webhooks", &body).await.0, 201);
    hook.hold();
    session.open_job().await;
    // One is under way, and three are due behind it.
    hook.next().await;
    mark(&session, &path).await;
    look(&session, "unknown").await;
    assert!(is_untouched(&session, &path).await);
    hook.let_go();
    session.server.deliver().await;
    assert_eq!(hook.received().len(), 3);
    assert!(!is_untouched(&session, &path).await);
}

#[tokio::test]
async fn delivery_whose_webhook_is_gone_is_not_sent() {
    let session = Session::start().await;
    let hook = Hook::open().await;
    let body = json!({"url": hook.origin, "eventTypes": ["proposal.received"]});
    assert_eq!(session.post("/webhooks", &body).await.0, 201);
    hook.respond_with(500);
    session.open_job().await;
    session.server.deliver().await;
    let whole: Value = serde_json::from_str(&session.server.snapshot().to_json().unwrap()).unwrap();
    for (what, reason) in [
        ("webhooks", "its webhook is not there"),
        ("events", "its event is not there"),
    ] {
        let mut state = whole.clone();
        state["state"]["world"][what] = json!([]);
        let other = Session::start().await;
        let put = other.call_at("PUT", "/_mock/state", Some(&state)).await;
        assert_eq!(put.0, 200, "{}", put.1);
        other
            .server
            .clock()
            .advance(std::time::Duration::from_secs(60));
        other.server.deliver().await;
        let (_, shown) = other.call_at("GET", "/_mock/deliveries", None).await;
        let deliveries = shown["deliveries"].as_array().unwrap();
        assert_eq!(deliveries.len(), 4);
        for delivery in deliveries {
            let state = (&delivery["state"], &delivery["reason"]);
            assert_eq!(state, (&json!("notSent"), &json!(reason)));
        }
    }
}

#[tokio::test]
async fn auto_confirm_follows_the_configuration_after_a_restart_and_a_new_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let start = async |on: bool| {
        let builder = MockServer::builder().state_file(&path).auto_confirm(on);
        Session::with(builder.start().await.unwrap())
    };
    let confirms = async |session: &Session| {
        let approval = ask(session).await;
        let path = format!("/approvals/{approval}");
        session.get(&path).await;
        session.get(&path).await.1["approval"]["status"] == "confirmed"
    };
    let session = start(true).await;
    assert!(confirms(&session).await);
    session.server.auto_confirm(false);
    session.server.start_anew(3, 5);
    assert!(confirms(&session).await, "it begins as it was started");
    session.server.close().await.unwrap();
    let session = start(false).await;
    assert!(!confirms(&session).await, "the file does not decide it");
    session.server.auto_confirm(true);
    session
        .call_at("POST", "/_mock/state/new", Some(&json!({})))
        .await;
    assert!(!confirms(&session).await);
    session.server.close().await.unwrap();
    assert!(confirms(&start(true).await).await);
}
