//! The file in which a mock keeps its state.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use opentrain_mock::{DeliveryState, MockError, MockServer, MockServerBuilder, Snapshot};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Session, ids, text};
use crate::webhook_receiver::Hook;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room");
    // Without links on the way, as the mock names it.
    let place = folder.path().canonicalize().expect("it is there");
    (folder, place.join("state.json"))
}

fn keeping(path: &Path) -> MockServerBuilder {
    MockServer::builder().jobs(3).state_file(path)
}

async fn begin(path: &Path) -> Session {
    Session::with(keeping(path).start().await.expect("the mock starts"))
}

/// Returns the messages of the error and its causes.
fn chain(error: &MockError) -> String {
    let causes = std::iter::successors(error.source(), |error| (*error).source());
    let rest: String = causes.map(|cause| format!(": {cause}")).collect();
    format!("{error}{rest}")
}

#[tokio::test]
async fn restarted_mock_continues_with_the_same_token() {
    let (_folder, path) = folder();
    let session = begin(&path).await;
    let job = session.open_job().await;
    let token = session.server.token().to_owned();
    session.server.clock().advance(Duration::from_secs(90));
    let (_, mine) = session.get("/jobs/mine").await;
    session.server.close().await.unwrap();

    // What the file says counts, not what the builder does.
    let again = keeping(&path).jobs(0).seed(9).start().await.unwrap();
    let again = Session::with(again);
    assert_eq!(again.server.token(), token);
    assert_eq!(again.get("/jobs/mine").await.1, mine);
    assert_eq!(ids(&again.get("/jobs").await.1["jobs"]).len(), 4);
    let now = again.server.clock().now().to_string();
    assert_eq!(now, "2026-03-04T05:07:37Z");
    assert_eq!(again.proposals(&job).await.len(), 4);
    let next = again.complete_draft().await;
    assert_ne!(next, job);
}

#[tokio::test]
async fn every_change_reaches_the_file_while_the_mock_runs() {
    let (folder, path) = folder();
    let session = begin(&path).await;
    assert!(path.exists(), "the file is there from the start");
    let held = |path: &Path| Snapshot::from_json(&fs::read_to_string(path).unwrap()).unwrap();
    let other = Session::start().await;

    let job = session.open_job().await;
    session.server.state_saved().await.unwrap();
    other.server.restore(held(&path));
    assert_eq!(other.proposals(&job).await.len(), 4);

    session.server.clock().advance(Duration::from_secs(60));
    session.server.state_saved().await.unwrap();
    assert_eq!(held(&path).taken_at(), session.server.clock().now());

    session.server.human().set_credit_cents(700).unwrap();
    session.server.state_saved().await.unwrap();
    other.server.restore(held(&path));
    assert_eq!(other.server.ledger().available_cents, 700);

    session.server.close().await.unwrap();
    assert_eq!(names(folder.path()), ["state.json", "state.json.lock"]);
}

/// Returns the names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there");
    let name = |entry: fs::DirEntry| entry.file_name().into_string();
    let names = entries.map(|entry| name(entry.expect("it is there")).expect("it is text"));
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn partial_file_of_a_killed_mock_is_removed_by_the_next() {
    let (folder, path) = folder();
    let next = folder.path().join("state.json.next");
    fs::write(&next, "half").unwrap();
    let session = begin(&path).await;
    assert_eq!(names(folder.path()), ["state.json", "state.json.lock"]);
    session.open_job().await;
    session.server.close().await.unwrap();
    assert_eq!(names(folder.path()), ["state.json", "state.json.lock"]);
}

#[tokio::test]
async fn second_mock_on_a_file_is_refused_until_the_first_has_stopped() {
    let (_folder, path) = folder();
    let first = begin(&path).await;
    let refused = keeping(&path).start().await.expect_err("it is in use");
    let sentence = format!(
        "a mock of this program keeps its state in `{}` and has not stopped yet: await `close` first, or take another file",
        path.display()
    );
    assert_eq!(refused.to_string(), sentence);
    let job = first.open_job().await;
    first.server.close().await.unwrap();
    let second = begin(&path).await;
    assert_eq!(second.proposals(&job).await.len(), 4);
}

#[tokio::test]
async fn name_of_a_file_that_may_belong_to_another_state_is_refused() {
    let (folder, path) = folder();
    for ending in [".next", ".lock"] {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        let name = PathBuf::from(name);
        let refused = keeping(&name).start().await.expect_err("it is reserved");
        let sentence = format!(
            "`{}` cannot be a state file: what ends in `.next` or `.lock` may belong to another one; take another name",
            name.display()
        );
        assert_eq!(refused.to_string(), sentence);
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[cfg(unix)]
#[tokio::test]
async fn link_leads_to_the_one_file_and_its_lock() {
    let (folder, path) = folder();
    let (link, way) = (folder.path().join("link.json"), folder.path().join("way"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    std::os::unix::fs::symlink(folder.path(), &way).unwrap();
    let around = way.join("state.json");
    // By a linked folder the file is found before it is there.
    let first = begin(&around).await;
    let job = first.open_job().await;
    for other in [&path, &link, &around] {
        let refused = keeping(other).start().await.expect_err("it is in use");
        assert!(refused.to_string().contains(" has not stopped yet: "));
    }
    first.server.close().await.unwrap();
    let second = begin(&link).await;
    assert_eq!(second.proposals(&job).await.len(), 4);
    second.server.close().await.unwrap();
    assert!(link.is_symlink());
    assert_eq!(
        names(folder.path()),
        ["link.json", "state.json", "state.json.lock", "way"]
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    begin(&path).await.server.close().await.unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn file_without_a_state_is_refused_and_left_unchanged() {
    let (_folder, path) = folder();
    begin(&path).await.server.close().await.unwrap();
    let whole = fs::read(&path).unwrap();
    let other_format = br#"{"format":2,"state":{}}"#;
    for (broken, said) in [
        (
            &whole[..whole.len() - 20],
            "this is no snapshot that this mock can restore: EOF",
        ),
        (
            &b""[..],
            "this is no snapshot that this mock can restore: EOF",
        ),
        (
            &b"# Notes"[..],
            "this is no snapshot that this mock can restore: expected value",
        ),
        (
            &other_format[..],
            "it has format 2, and this mock reads format 1",
        ),
    ] {
        fs::write(&path, broken).unwrap();
        let error = keeping(&path).start().await.expect_err("it is refused");
        let sentence = format!(
            "cannot begin with the state in `{}`, which is left as it is: ",
            path.display()
        );
        let chain = chain(&error);
        assert!(
            chain.starts_with(&sentence) && chain.contains(said),
            "{chain}"
        );
        assert_eq!(fs::read(&path).unwrap(), broken);
    }
}

#[tokio::test]
async fn unwritable_file_is_reported_at_the_start_and_at_the_end() {
    let (folder, path) = folder();
    let nowhere = folder.path().join("none").join("state.json");
    let error = keeping(&nowhere).start().await.expect_err("it is refused");
    let sentence = format!("cannot keep the state in `{}`: ", nowhere.display());
    assert!(chain(&error).starts_with(&sentence), "{error}");

    let session = begin(&path).await;
    drop(folder);
    session.open_job().await;
    let error = session.server.state_saved().await.unwrap_err();
    assert!(error.to_string().starts_with("cannot keep the state in "));
    assert!(session.server.close().await.is_err());
}

#[tokio::test]
async fn undelivered_events_are_sent_after_a_restart() {
    let (_folder, path) = folder();
    let mut hook = Hook::open().await;
    let patience = Duration::from_millis(1);
    let server = keeping(&path).webhook_timeout(patience).start().await;
    let session = Session::with(server.expect("the mock starts"));
    let body = json!({"url": hook.origin, "eventTypes": ["proposal.received"]});
    let (_, made) = session.post("/webhooks", &body).await;
    hook.hold();
    session.open_job().await;
    session.server.close().await.unwrap();
    hook.let_go();
    hook.received();

    let again = begin(&path).await;
    again.server.clock().advance(Duration::from_secs(60));
    again.server.deliver().await;
    let deliveries = again.server.deliveries();
    assert_eq!(deliveries.len(), 4);
    assert!(
        deliveries
            .iter()
            .all(|of| of.state == DeliveryState::Delivered)
    );
    let received = hook.received();
    assert_eq!(received.len(), 4);
    let secret = text(&made["secret"]);
    assert!(received.iter().all(|of| of.signed_at(&secret).is_some()));
}

#[tokio::test]
async fn routes_are_known_before_anything_due_is_sent() {
    let (_folder, path) = folder();
    let (from, mut hook) = ("https://hooks.example.com", Hook::open().await);
    let session = Session::start().await;
    session.server.route_webhooks(from, &hook.origin).unwrap();
    let body = json!({"url": from, "eventTypes": ["proposal.received"]});
    assert_eq!(session.post("/webhooks", &body).await.0, 201);
    hook.hold();
    session.open_job().await;
    // One delivery is under way, and three wait for it: all of them are due in the file.
    hook.next().await;
    fs::write(&path, session.server.snapshot().to_json().unwrap()).unwrap();
    hook.let_go();
    session.server.close().await.unwrap();
    assert_eq!(hook.received().len(), 3);

    let again = keeping(&path).route_webhooks(from, hook.origin.as_str());
    let again = again.start().await.unwrap();
    again.deliver().await;
    let deliveries = again.deliveries();
    assert!(
        deliveries
            .iter()
            .all(|of| of.state == DeliveryState::Delivered)
    );
    assert_eq!(hook.received().len(), 4);
    let refused = MockServer::builder().route_webhooks("hooks", from).start();
    assert!(refused.await.is_err());
}

/// State that an earlier version of the program has written: a hire that is confirmed and one that waits, a draft, a webhook with its
/// deliveries, an account of an agent.
const EARLIER_STATE: &str = include_str!("../states/format-1.json");

#[tokio::test]
async fn state_of_an_earlier_version_is_continued() {
    let (_folder, path) = folder();
    fs::write(&path, EARLIER_STATE).unwrap();
    let session = Session::with(keeping(&path).start().await.unwrap());
    assert_eq!(
        session.server.token(),
        "ot_pat_mock0001_000000009e3779b97f4a7c15"
    );
    let (_, mine) = session.get("/jobs/mine").await;
    assert_eq!(ids(&mine["jobs"]), ["job_000004", "job_000003"]);
    assert_eq!(ids(&session.get("/jobs").await.1["jobs"]).len(), 3);
    let (_, contracts) = session.get("/contracts").await;
    assert_eq!(contracts["contracts"][0]["estimatedTotalUsd"], 40);
    let (_, updates) = session.get("/updates").await;
    assert_eq!(ids(&updates["events"]).len(), 8);
    let (_, hooks) = session.get("/webhooks").await;
    assert_eq!(ids(&hooks["webhooks"]), ["wh_000001"]);
    assert_eq!(session.server.deliveries().len(), 4);

    // The human decides the approval that waits, and the counters go on.
    session.server.human().confirm("apr_000002").unwrap();
    let (_, contracts) = session.get("/contracts").await;
    assert_eq!(contracts["contracts"].as_array().map(Vec::len), Some(2));
    assert_eq!(session.complete_draft().await, "job_000005");

    // It is written as this version writes it, and read again.
    let (_, before) = session.get("/updates").await;
    session.server.close().await.unwrap();
    let again = Session::with(keeping(&path).start().await.unwrap());
    assert_eq!(again.get("/updates").await.1, before);
}
