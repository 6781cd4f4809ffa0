//! A snapshot is everything: another mock that is made from it responds as the first one does, and goes on as it does.

use std::collections::BTreeSet;

use opentrain_mock::operation::OPERATIONS;
use opentrain_mock::{MockServer, Snapshot, TokenOwner};
use serde_json::{Value, json};

use super::Flow;
use crate::support::{Session, ids, text};

/// Steps before the snapshot, and after it.
const STEPS: usize = 60;

/// Paths without an id.
const FIXED: [(&str, &str); 16] = [
    ("auth_me", "/auth/me"),
    ("jobs_search", "/jobs?limit=100"),
    ("jobs_search", "/jobs?language=german&q=tag"),
    ("jobs_facets", "/jobs/facets"),
    ("jobs_changes", "/jobs/changes?since=2020-01-01"),
    ("jobs_mine", "/jobs/mine?limit=100"),
    ("job_drafts_capabilities", "/job-drafts/capabilities"),
    ("messages_list", "/messages"),
    ("contracts_list", "/contracts"),
    ("updates_poll", "/updates?limit=200"),
    ("credits_balance", "/credits"),
    ("credits_ledger", "/credits/ledger?limit=100"),
    ("payments_pending", "/payments/pending"),
    ("webhooks_list", "/webhooks"),
    ("team_get", "/team"),
    ("tokens_list", "/tokens"),
];

#[tokio::test]
async fn restored_mock_gives_the_same_responses() {
    for seed in [5, 6, 7] {
        let mut flow = Flow::start(seed).await;
        flow.take_steps().await;
        arrange(&flow.session).await;
        let mut twin = flow.twin().await;
        let read = compare(&flow.session, &twin.session).await;
        assert_eq!(read, all_reads());
        flow.take_steps().await;
        twin.take_steps().await;
        arrange(&flow.session).await;
        arrange(&twin.session).await;
        compare(&flow.session, &twin.session).await;
        assert_eq!(flow.session.server.ledger(), twin.session.server.ledger());
    }
}

impl Flow {
    async fn take_steps(&mut self) {
        for _ in 0..STEPS {
            let action = self.random.u64(..14);
            self.act(action).await;
            let (_, list) = self.session.get("/contracts").await;
            self.check_escrow(&list["contracts"]);
        }
    }

    /// Returns the same flow in a second mock, restored from a snapshot that went through JSON.
    async fn twin(&self) -> Self {
        let json = self
            .session
            .server
            .snapshot()
            .to_json()
            .expect("it can be written");
        let server = MockServer::builder()
            .jobs(0)
            .start()
            .await
            .expect("the mock starts");
        server.restore(Snapshot::from_json(&json).expect("it was just written"));
        Self {
            session: Session::with(server),
            random: self.random.clone(),
            proposals: self.proposals.clone(),
            contracts: self.contracts.clone(),
            milestones: self.milestones.clone(),
            top_ups: self.top_ups.clone(),
            topped_up: self.topped_up,
            approvals: self.approvals.clone(),
            has_card: self.has_card,
            events: self.events.clone(),
            cursor: self.cursor.clone(),
        }
    }
}

/// Adds what the flow lacks: messages, people, tokens, subscriptions, drafts, switches.
async fn arrange(session: &Session) {
    let (server, human) = (&session.server, session.server.human());
    session
        .post("/job-drafts", &json!({"rawJobDescription": "Tag clips."}))
        .await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/conversation");
    let (_, started) = session.post(&path, &json!({})).await;
    let conversation = text(&started["conversationId"]);
    let body = json!({"conversationId": conversation, "content": "Hello"});
    assert_eq!(session.post("/messages", &body).await.0, 201);
    human
        .candidate_writes(&conversation, "Hello back")
        .expect("a response arrives");
    let hook = json!({"url": "https://hooks.example.com/", "eventTypes": ["message.received"]});
    assert_eq!(session.post("/webhooks", &hook).await.0, 201);
    let invite = json!({"email": "jon@example.com"});
    assert_eq!(session.post("/team/invites", &invite).await.0, 200);
    server
        .issue_token(&["jobs:read"], TokenOwner::Stranger)
        .expect("there is such a scope");
    assert_eq!(session.post("/tokens", &json!({})).await.0, 201);
    session.agent("/identity", &json!({})).await;
    session
        .patch(&format!("/jobs/{job}"), &json!({"headcount": 4}))
        .await;
    let top_up = json!({"amountUsd": 20});
    assert_eq!(session.post("/credits/top-ups", &top_up).await.0, 201);
    server.auto_confirm(true);
}

/// Returns every operation that only reads.
fn all_reads() -> BTreeSet<&'static str> {
    let reads = OPERATIONS.iter().filter(|of| of.method == "GET");
    reads.map(|of| of.name).collect()
}

/// Asks both for everything that the first one has, and gives the operations that were asked.
async fn compare(one: &Session, other: &Session) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for (operation, path) in paths(one, other).await {
        let response = both(one, other, &path).await;
        assert!(response.is_object(), "{path}: {response}");
        seen.insert(operation);
    }
    seen
}

/// Reads a path from both mocks under the same request id, and checks that the bytes are equal.
async fn both(one: &Session, other: &Session, path: &str) -> Value {
    let path = format!("/api/public/v1{path}");
    let ask = async |session: &Session| {
        let response = session.raw("GET", &path, None).await;
        let id = response.headers()["x-request-id"].clone();
        (
            response.status(),
            id,
            response.bytes().await.expect("the body arrives"),
        )
    };
    let (first, second) = (ask(one).await, ask(other).await);
    assert_eq!(first, second, "{path}");
    serde_json::from_slice(&first.2).expect("it is JSON")
}

/// Returns the paths to read. Each list is read from both mocks, so that both have handled as many requests.
async fn paths(one: &Session, other: &Session) -> Vec<(&'static str, String)> {
    let list = async |path: &str, key: &str| ids(&both(one, other, path).await[key]);
    let mut paths: Vec<_> = FIXED
        .map(|(operation, path)| (operation, path.to_owned()))
        .into();
    let mut each = |operation, prefix: &str, ids: Vec<String>, suffix: &str| {
        let path = |id: String| (operation, format!("{prefix}{id}{suffix}"));
        paths.extend(ids.into_iter().map(path));
    };
    each("jobs_get", "/jobs/", list("/jobs", "jobs").await, "");
    each(
        "webhooks_get",
        "/webhooks/",
        list("/webhooks", "webhooks").await,
        "",
    );
    let contracts = list("/contracts", "contracts").await;
    each("contracts_get", "/contracts/", contracts, "");
    let conversations = list("/messages", "conversations").await;
    each(
        "messages_list",
        "/messages?conversationId=",
        conversations,
        "",
    );
    for job in list("/jobs/mine?limit=100", "jobs").await {
        let proposals = list(&format!("/jobs/{job}/proposals"), "proposals").await;
        each(
            "proposals_interview",
            "/proposals/",
            proposals.clone(),
            "/interview",
        );
        each("proposals_get", "/proposals/", proposals, "");
        each("jobs_proposals", "/jobs/", vec![job], "/proposals?limit=2");
    }
    let numbered = |kind: &str| {
        (1..40)
            .map(|number| format!("{kind}_{number:06}"))
            .collect()
    };
    each("approvals_get", "/approvals/", numbered("apr"), "");
    each("freelancers_get", "/freelancers/", numbered("usr"), "");
    each(
        "credits_get_top_up",
        "/credits/top-ups/",
        numbered("top"),
        "",
    );
    paths
}
