//! The mock against the API's documents. The session compares every response with them; here it is checked that each
//! operation sends every response that it can.

mod money;
mod people;

use std::collections::BTreeSet;
use std::time::Duration;

use opentrain_mock::TokenOwner;
use opentrain_mock::operation::{Access, OPERATIONS, Operation};
use serde_json::{Value, json};

use crate::documents::{self, Gates};
use crate::support::{Session, complete_job, milestone, text};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const GRANT: &str = "urn:opentrain:agent-auth:grant-type:claim";

/// Documented responses that the mock never sends unless a fault is added: it has no limit of drafts, no faults of its own,
/// no users who vanish, and it takes every registration.
const NEVER: &[(&str, u16)] = &[
    ("auth_me", 404),
    ("job_drafts_create", 429),
    ("agent_register", 403),
    ("agent_register", 500),
    ("agent_start_claim", 403),
    ("agent_start_claim", 500),
    ("agent_revoke_token", 500),
];

#[test]
fn table_of_operations_is_that_of_the_documents() {
    let mut documented: Vec<_> = documents::all()
        .iter()
        .map(|of| {
            (
                of.name,
                of.method.as_str(),
                of.path.clone(),
                of.gates.clone(),
            )
        })
        .collect();
    let mut held: Vec<_> = OPERATIONS
        .iter()
        .map(|of| (of.name, of.method, of.full_path(), gates(of)))
        .collect();
    documented.sort_by_key(|(name, ..)| *name);
    held.sort_by_key(|(name, ..)| *name);
    assert_eq!(held, documented);
}

/// Returns the gates of an operation of the mock, in the terms of the documents.
fn gates(operation: &Operation) -> Gates {
    let scopes = match operation.access {
        Access::AnyScopeOf(scopes) => scopes,
        _ => &[],
    };
    let rule = if scopes.len() > 1 { "any" } else { "all" };
    Gates {
        tokenless: matches!(operation.access, Access::Open | Access::OwnCredential),
        scope_rule: rule.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        feature: operation.feature.map(str::to_owned),
        claimed: operation.claimed_for.is_some(),
    }
}

#[tokio::test]
async fn every_operation_gives_every_documented_response_of_the_mock() {
    let mut session = Session::start().await;
    nonsense(&session).await;
    from_draft_to_job(&session).await;
    search(&session).await;
    from_job_to_contract(&session).await;
    money::money(&session).await;
    people::people(&session).await;
    agent(&session).await;
    other_callers(&mut session).await;
    too_often(&session).await;

    let seen = session.seen();
    let missing: BTreeSet<_> = documents::all()
        .iter()
        .flat_map(|operation| operation.statuses().map(|status| (operation.name, status)))
        .filter(|response| !seen.contains(response))
        .collect();
    assert_eq!(missing, NEVER.iter().copied().collect());
}

/// Calls every operation with unknown ids, without an id, and with meaningless bodies.
async fn nonsense(session: &Session) {
    let bodies = [
        None,
        Some(json!({})),
        Some(json!([])),
        Some(json!({"mood": "good"})),
        Some(milestone(120)),
    ];
    for operation in OPERATIONS {
        let template = operation.full_path();
        let without_id = template.split('{').next().unwrap_or_default();
        let after_id = template.split('}').nth(1).unwrap_or_default();
        for path in [&template, &format!("{without_id}{after_id}")] {
            for body in &bodies {
                session.call_at(operation.method, path, body.as_ref()).await;
            }
        }
    }
}

async fn from_draft_to_job(session: &Session) {
    session.get("/auth/me").await;
    session.get("/job-drafts/capabilities").await;
    let rough = json!({"rawJobDescription": "Tag clips.", "idempotencyKey": "k"});
    let (_, draft) = session.post("/job-drafts", &rough).await;
    let rough = text(&draft["jobId"]);
    post(session, &format!("/jobs/{rough}/publish")).await;

    let job = session.complete_draft().await;
    for patch in [json!({"headcount": 2}), json!({"headcount": "2"})] {
        session.patch(&format!("/job-drafts/{job}"), &patch).await;
    }
    for _ in 0..2 {
        post(session, &format!("/jobs/{job}/publish")).await;
    }
    session
        .patch(&format!("/job-drafts/{job}"), &json!({"headcount": 3}))
        .await;
    for patch in [
        json!({"headcount": 3}),
        json!({"headcount": null}),
        json!({"jobTitle": "Write me on Telegram"}),
        json!({"headcount": 4}),
    ] {
        session.patch(&format!("/jobs/{job}"), &patch).await;
    }
    post(session, &format!("/jobs/{job}/publish")).await;
    for _ in 0..2 {
        post(session, &format!("/jobs/{job}/close")).await;
    }
    post(session, &format!("/jobs/{job}/publish")).await;
    session.get(&format!("/jobs/{job}")).await;
    session.get("/jobs/mine?status=DRAFT&limit=1").await;
    session.get("/jobs/mine?status=draft").await;

    publish_too_often(session).await;
}

async fn publish_too_often(session: &Session) {
    let mut last = 200;
    while last == 200 {
        let job = session.complete_draft().await;
        let path = format!("/jobs/{job}/publish");
        (last, _) = session.post(&path, &json!({})).await;
    }
    assert_eq!(last, 429);
    session.server.clock().advance(DAY);
}

async fn search(session: &Session) {
    let (_, page) = session.get("/jobs?limit=100&q=german").await;
    let (_, page_of_one) = session.get("/jobs?limit=1").await;
    let cursor = text(&page_of_one["nextCursor"]);
    session.get(&format!("/jobs?cursor={cursor}")).await;
    session.get("/jobs?payType=HOURLY").await;
    for job in page["jobs"].as_array().expect("a page has jobs") {
        session.get(&format!("/jobs/{}", text(&job["id"]))).await;
    }
    session.get("/jobs/facets").await;
    session.get("/jobs/changes?since=2020-01-01").await;
}

async fn from_job_to_contract(session: &Session) {
    let job = session.open_job().await;
    session.get("/jobs/mine").await;
    let proposals = session.proposals(&job).await;
    session
        .get(&format!("/jobs/{job}/proposals?status=best"))
        .await;
    let draft = session.complete_draft().await;
    for (job, person) in [
        (&job, "usr_000010"),
        (&job, "usr_000010"),
        (&job, "usr_999999"),
        (&draft, "usr_000010"),
    ] {
        let body = json!({"freelancerId": person});
        session.post(&format!("/jobs/{job}/invites"), &body).await;
    }
    for proposal in &proposals {
        session.get(&format!("/proposals/{proposal}")).await;
        session
            .get(&format!("/proposals/{proposal}/interview"))
            .await;
    }
    let (_, found) = session.get(&format!("/proposals/{}", proposals[0])).await;
    let person = text(&found["proposal"]["candidate"]["id"]);
    session.get(&format!("/freelancers/{person}")).await;
    hire(session, &job, &proposals).await;
    session.get(&format!("/jobs/{job}/proposals")).await;
}

/// Confirms one hire, declines one, and lets one expire.
async fn hire(session: &Session, job: &str, proposals: &[String]) {
    let mut approvals = Vec::new();
    for proposal in &proposals[..3] {
        let path = format!("/proposals/{proposal}/hire");
        let (_, asked) = session.post(&path, &milestone(120)).await;
        approvals.push(text(&asked["approval"]["id"]));
    }
    let human = session.server.human();
    human.confirm(&approvals[0]).expect("it is pending");
    human.decline(&approvals[1]).expect("it is pending");
    session.server.clock().advance(3 * DAY);
    for approval in &approvals {
        session.get(&format!("/approvals/{approval}")).await;
    }
    let again = format!("/proposals/{}/hire", proposals[0]);
    session.post(&again, &milestone(120)).await;
    session.get(&format!("/proposals/{}", proposals[0])).await;

    let (_, list) = session.get(&format!("/contracts?jobId={job}")).await;
    let contract = text(&list["contracts"][0]["id"]);
    session.get(&format!("/contracts/{contract}")).await;
    session.get("/contracts?status=open").await;
    session.get("/contracts?jobId=job_999999").await;
}

async fn agent(session: &Session) {
    let (_, registration) = session.agent("/identity", &json!({})).await;
    session
        .agent("/identity", &json!({"identity_type": "person"}))
        .await;
    let claim_token = text(&registration["claim_token"]);
    let claim = json!({"claim_token": claim_token, "email": "kim@example.org"});
    let (_, attempt) = session.agent("/identity/claim", &claim).await;
    let form = [("grant_type", GRANT), ("claim_token", &claim_token)];
    for _ in 0..2 {
        session.agent_form("/oauth/token", &form).await;
    }
    let code = text(&attempt["user_code"]);
    session
        .server
        .human()
        .claim(&code)
        .expect("it is waited for");
    for _ in 0..2 {
        session.agent_form("/oauth/token", &form).await;
    }
    session
        .agent_form("/oauth/revoke", &[("token", &claim_token)])
        .await;
}

/// Repeats requests until each rate limit refuses them.
async fn too_often(session: &Session) {
    session.server.rate_limits(true);
    for _ in 0..=120 {
        session.get("/jobs/facets").await;
    }
    for path in ["/jobs", "/jobs/job_000001", "/jobs/changes"] {
        session.get(path).await;
    }
    for _ in 0..=30 {
        session.post("/messages", &json!({})).await;
    }
    for _ in 0..=20 {
        session.agent("/identity", &json!({})).await;
    }
    session.agent("/identity/claim", &json!({})).await;
}

/// Callers: without a token, without scopes, unclaimed, of another account, and with all features off.
async fn other_callers(session: &mut Session) {
    let server = &session.server;
    let token = |scopes: &[&str], owner| server.issue_token(scopes, owner).expect("they exist");
    let all = [
        "jobs:write",
        "proposals:write",
        "messages:write",
        "payments:write",
    ];
    let callers = [
        "ot_pat_unknown".to_owned(),
        token(&[], TokenOwner::Main),
        token(&all, TokenOwner::Unclaimed),
        token(&all, TokenOwner::Stranger),
    ];
    for caller in callers {
        session.become_bearer(&caller);
        call_all(session).await;
    }
    let main = session.server.token().to_owned();
    session.become_bearer(&main);
    for feature in OPERATIONS.iter().filter_map(|operation| operation.feature) {
        let switched = session.server.set_feature(feature, false);
        switched.expect("the flag exists");
    }
    call_all(session).await;
    session.forget_token();
    call_all(session).await;
}

/// Calls every operation with ids of the main account's resources.
async fn call_all(session: &Session) {
    for operation in OPERATIONS {
        let path = operation
            .full_path()
            .replace("{id}", "job_000061")
            .replace("{jobId}", "job_000061")
            .replace("{proposalId}", "prp_000001")
            .replace("{contractId}", "ctr_000001")
            .replace("{milestoneId}", "ms_000001")
            .replace("{approvalId}", "apr_000001")
            .replace("{topUpId}", "top_000001")
            .replace("{webhookId}", "wh_000001")
            .replace("{tokenId}", "tok_999999");
        let body: Value = match operation.name {
            "proposals_hire" => milestone(120),
            "job_drafts_create" => json!({"format": "opentrain_canonical", "job": complete_job()}),
            "messages_send" => json!({"conversationId": "cnv_000001", "content": "Hello"}),
            "tokens_create" => json!({"scopes": ["webhooks:manage"]}),
            _ => json!({"headcount": 2, "freelancerId": "usr_000010"}),
        };
        session.call_at(operation.method, &path, Some(&body)).await;
    }
}

async fn post(session: &Session, path: &str) {
    session.post(path, &json!({})).await;
}
