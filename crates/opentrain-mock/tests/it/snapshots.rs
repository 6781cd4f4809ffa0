//! Snapshots as such: what goes back with them, what is refused, what is not printed. That they are whole is shown where random
//! flows are.

use std::time::Duration;

use opentrain_mock::{MockServer, Snapshot, TokenOwner};
use serde_json::{Value, json};

use crate::support::{Session, ids, milestone};

#[tokio::test]
async fn going_back_undoes_everything_and_the_clock() {
    let session = Session::start().await;
    let server = &session.server;
    let (before, moment) = (server.snapshot(), server.clock().now());
    let (_, jobs) = session.get("/jobs").await;
    session.open_job().await;
    server.clock().advance(Duration::from_secs(60));
    server.set_feature("public_api_hiring", false).unwrap();
    let late = server.issue_token(&["jobs:read"], TokenOwner::Main);
    assert_eq!(before.taken_at(), moment);

    server.restore(before);
    assert_eq!(server.clock().now(), moment);
    assert_eq!(session.get("/jobs").await.1, jobs);
    assert_eq!(session.get("/jobs/mine").await.1["jobs"], json!([]));
    let (_, probe) = session.get("/job-drafts/capabilities").await;
    assert_eq!(probe["capabilities"]["hiring"], true);
    let mut bearer = session;
    bearer.become_bearer(&late.unwrap());
    assert_eq!(bearer.get("/jobs/mine").await.0, 401);
}

#[tokio::test]
async fn one_snapshot_starts_many_tests() {
    let first = Session::start().await;
    let job = first.open_job().await;
    let snapshot = first.server.snapshot();
    for _ in 0..2 {
        let session = Session::start().await;
        session.server.restore(snapshot.clone());
        let proposal = session.proposals(&job).await.remove(0);
        let path = format!("/proposals/{proposal}/hire");
        let (status, asked) = session.post(&path, &milestone(50)).await;
        assert_eq!(
            (status, &asked["approval"]["id"]),
            (202, &json!("apr_000001"))
        );
    }
}

#[tokio::test]
async fn invalid_snapshot_is_refused_with_a_message() {
    let server = MockServer::builder().jobs(1).start().await.unwrap();
    let whole = server.snapshot().to_json().unwrap();
    let changed = |change: fn(&mut Value)| {
        let mut value = serde_json::from_str(&whole).unwrap();
        change(&mut value);
        value.to_string()
    };
    let later = changed(|value| value["format"] = json!(2));
    assert_eq!(
        refusal(&later).split(" at line").next(),
        Some(
            "this is no snapshot that this mock can restore: it has format 2, and this mock reads format 1"
        )
    );
    for broken in [
        String::new(),
        "{}".to_owned(),
        whole[..whole.len() / 2].to_owned(),
        changed(|value| value["state"]["world"]["jobs"] = json!(null)),
        changed(|value| value["state"]["world"]["tokens"][0][1]["scopes"] = json!(["jobs:fly"])),
        changed(|value| value["state"]["world"]["features"]["off"] = json!(["flying"])),
    ] {
        let said = refusal(&broken);
        assert!(said.starts_with("this is no snapshot that this mock can restore: "));
        assert!(said.len() < 200, "{said}");
    }
}

#[tokio::test]
async fn neither_debug_nor_a_refusal_shows_a_secret() {
    let session = Session::start().await;
    let snapshot = session.server.snapshot();
    let (printed, token) = (format!("{snapshot:?}"), session.server.token());
    assert!(printed.contains("2026-03-04T05:06:07.000Z"), "{printed}");
    assert!(!printed.contains(token), "{printed}");
    let json = snapshot.to_json().unwrap();
    assert!(json.contains(token), "a restored mock needs it");
    let mut value: Value = serde_json::from_str(&json).unwrap();
    value["state"]["world"]["jobs"] = json!(token);
    let said = refusal(&value.to_string());
    assert!(said.contains("ot_pat_***"), "{said}");
    assert!(!said.contains(token), "{said}");
}

#[tokio::test]
async fn snapshot_goes_through_any_form_that_serde_knows() {
    let session = Session::start().await;
    session.open_job().await;
    session
        .server
        .set_feature("public_api_team", false)
        .unwrap();
    let value = serde_json::to_value(session.server.snapshot()).unwrap();
    let read: Snapshot = serde_json::from_value(value).unwrap();
    let other = Session::start().await;
    other.server.restore(read);
    let mine = async |session: &Session| ids(&session.get("/jobs/mine").await.1["jobs"]);
    assert_eq!(mine(&other).await, mine(&session).await);
    assert_eq!(other.get("/team").await.0, 403);
}

fn refusal(json: &str) -> String {
    let refused = Snapshot::from_json(json).expect_err("it is no snapshot");
    refused.to_string()
}
