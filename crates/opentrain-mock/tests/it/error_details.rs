//! The `details` of failures: the table of what the documentation describes, against which a session holds every failure, and a
//! request for each of its lines.

use std::collections::BTreeSet;

use opentrain_mock::TokenOwner;
use opentrain_mock::operation::{Access, OPERATIONS};
use serde_json::{Value, json};

use crate::documents;
use crate::support::{Session, complete_job, milestone, text};

type Keys = &'static [&'static str];

const REASON: Keys = &["reason"];
const ISSUES: Keys = &["issues"];
const FIELD: Keys = &["field"];
const PLAIN: Keys = &[];

/// The keys of the `details` of each failure, one list for each cause, by operation and status. A failure that is not listed has no
/// `details`, but for those of the gates. For the 400s of `proposals_hire`, `job_drafts_create` and `webhooks_create` the
/// documentation has no table of errors: that they list issues is inferred from the other operations.
const DOCUMENTED: &[(&str, u16, &[Keys])] = &[
    ("jobs_mine", 400, &[&["supportedStatuses"], PLAIN]),
    ("jobs_publish", 400, &[&["validation"]]),
    ("jobs_publish", 403, &[&["reason", "reasons"]]),
    ("jobs_publish", 429, &[&["limit", "windowHours"]]),
    ("jobs_update", 400, &[ISSUES]),
    (
        "jobs_update",
        409,
        &[
            &["jobId", "requiredStatus", "status"],
            &["jobId", "reason", "reasons", "status"],
        ],
    ),
    ("jobs_invite", 400, &[ISSUES]),
    ("jobs_invite", 409, &[REASON]),
    ("jobs_proposals", 400, &[&["supportedStatuses"], PLAIN]),
    ("jobs_proposals", 403, &[PLAIN]),
    ("job_drafts_create", 400, &[ISSUES, PLAIN]),
    ("job_drafts_update", 400, &[ISSUES]),
    (
        "job_drafts_update",
        409,
        &[&["jobId", "requiredStatus", "status"]],
    ),
    ("proposals_get", 403, &[PLAIN]),
    ("proposals_interview", 403, &[PLAIN]),
    ("proposals_interview", 404, &[&["proposalId"], PLAIN]),
    ("proposals_start_conversation", 403, &[PLAIN]),
    ("proposals_start_conversation", 409, &[REASON]),
    ("proposals_hire", 400, &[ISSUES, PLAIN]),
    ("proposals_hire", 403, &[PLAIN]),
    ("proposals_hire", 409, &[REASON, &["billingUrl", "reason"]]),
    ("messages_list", 400, &[ISSUES]),
    ("messages_list", 403, &[PLAIN]),
    ("messages_send", 400, &[ISSUES]),
    ("messages_send", 403, &[PLAIN, &["policy", "reason"]]),
    ("messages_send", 409, &[REASON]),
    ("messages_send", 429, &[&["retryAfterSeconds"]]),
    ("contracts_list", 400, &[FIELD]),
    ("contracts_list", 403, &[PLAIN]),
    ("contracts_create_milestone", 400, &[FIELD, PLAIN]),
    ("contracts_create_milestone", 409, &[REASON]),
    ("contracts_end", 409, &[REASON]),
    ("milestones_fund", 409, &[REASON, &["billingUrl", "reason"]]),
    ("milestones_approve", 409, &[REASON]),
    ("approvals_get", 404, &[&["approvalId", "resource"]]),
    ("updates_poll", 400, &[FIELD]),
    ("credits_ledger", 400, &[FIELD, PLAIN]),
    ("credits_create_top_up", 400, &[FIELD]),
    ("credits_get_top_up", 404, &[&["resource", "topUpId"]]),
    ("webhooks_create", 400, &[ISSUES, PLAIN]),
    ("webhooks_get", 404, &[&["resource", "webhookId"]]),
    ("webhooks_delete", 404, &[&["resource", "webhookId"]]),
    ("team_get", 403, &[REASON]),
    ("team_invite", 400, &[ISSUES, &["email"]]),
    ("team_invite", 403, &[REASON]),
    ("team_invite", 409, &[REASON]),
    (
        "tokens_create",
        400,
        &[PLAIN, &["supportedScopes", "unknownScopes"]],
    ),
    ("tokens_create", 403, &[PLAIN]),
    ("tokens_revoke", 404, &[&["tokenId"]]),
];

/// Returns the keys that the `details` of a failure may have, one list for each cause.
fn documented(name: &str, status: u16) -> BTreeSet<Vec<&'static str>> {
    let line = DOCUMENTED
        .iter()
        .find(|line| (line.0, line.1) == (name, status));
    let mut variants: BTreeSet<_> = line
        .into_iter()
        .flat_map(|(_, _, variants)| *variants)
        .map(|keys| keys.to_vec())
        .collect();
    let operation = OPERATIONS.iter().find(|operation| operation.name == name);
    if let Some(operation) = operation.filter(|_| status == 403) {
        if matches!(operation.access, Access::AnyScopeOf(_)) {
            variants.insert(vec!["grantedScopes", "requiredScopes"]);
        }
        if operation.feature.is_some() {
            variants.insert(vec!["featureKey", "mode"]);
        }
        if operation.claimed_for.is_some() {
            variants.insert(vec!["action", "claimUrl", "reason"]);
        }
    }
    if variants.is_empty() {
        variants.insert(Vec::new());
    }
    variants
}

/// Returns the keys of a failure's `details`, in order.
fn keys(body: &Value) -> Vec<&str> {
    let details = body["details"].as_object();
    let mut keys: Vec<_> = details
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    keys.sort_unstable();
    keys
}

/// The beginnings of the sentences that do not come from an operation: strict mode, and faults without a message.
const NOT_OF_AN_OPERATION: [&str; 2] = ["Strict mode: ", "Refused on request"];

/// Returns a sentence if the `details` of a response are not as documented.
pub(crate) fn fault(name: &str, status: u16, body: &Value) -> Option<String> {
    let error = body["error"].as_str().unwrap_or_default();
    let is_foreign = NOT_OF_AN_OPERATION
        .iter()
        .any(|start| error.starts_with(start));
    if status < 400 || body["code"].is_null() || is_foreign {
        return None;
    }
    let (found, expected) = (keys(body), documented(name, status));
    (!expected.contains(&found)).then(|| {
        format!("{name} {status}: the details have {found:?}, and not one of {expected:?}")
    })
}

/// A failure: its request with the body in JSON, if it has one, its status and the keys of its `details`. The ids are those of [`arranged`].
type Failure = (&'static str, &'static str, &'static str, u16, Keys);

/// Failures of the main account, one for each cause that the documentation distinguishes.
#[rustfmt::skip]
const FAILURES: &[Failure] = &[
    ("GET", "/jobs?payType=HOURLY", "", 400, PLAIN),
    ("GET", "/jobs?limit=0", "", 400, PLAIN),
    ("GET", "/jobs?limit=ten", "", 400, PLAIN),
    ("GET", "/jobs?cursor=x", "", 400, PLAIN),
    ("GET", "/jobs/changes", "", 400, PLAIN),
    ("GET", "/jobs/changes?since=soon", "", 400, PLAIN),
    ("GET", "/jobs/", "", 400, PLAIN),
    ("GET", "/jobs/job_999999", "", 404, PLAIN),
    ("GET", "/jobs/mine?status=best", "", 400, &["supportedStatuses"]),
    ("GET", "/jobs/mine?limit=0", "", 400, PLAIN),
    ("GET", "/jobs/mine?cursor=x", "", 400, PLAIN),
    ("POST", "/jobs/job_000062/publish", "", 400, &["validation"]),
    ("POST", "/jobs/job_000063/publish", "", 403, &["reason", "reasons"]),
    ("POST", "/jobs/job_999999/publish", "", 404, PLAIN),
    ("POST", "/jobs/job_999999/close", "", 404, PLAIN),
    ("PATCH", "/jobs/job_000061", "", 400, ISSUES),
    ("PATCH", "/jobs/job_000061", "[1]", 400, ISSUES),
    ("PATCH", "/jobs/job_000061", r#"{}"#, 400, ISSUES),
    ("PATCH", "/jobs/job_000061", r#"{"jobTitel": "x"}"#, 400, ISSUES),
    ("PATCH", "/jobs/job_000061", r#"{"headcount": "3"}"#, 400, ISSUES),
    ("PATCH", "/jobs/job_000061", r#"{"headcount": null}"#, 400, ISSUES),
    ("PATCH", "/jobs/job_999999", r#"{"headcount": 3}"#, 404, PLAIN),
    ("PATCH", "/jobs/job_000062", r#"{"headcount": 3}"#, 409, &["jobId", "requiredStatus", "status"]),
    ("POST", "/jobs/job_000061/invites", "", 400, ISSUES),
    ("POST", "/jobs/job_000061/invites", "[1]", 400, ISSUES),
    ("POST", "/jobs/job_000061/invites", r#"{"freelancerId": 3}"#, 400, ISSUES),
    ("POST", "/jobs/job_999999/invites", r#"{"freelancerId": "usr_000010"}"#, 404, PLAIN),
    ("POST", "/jobs/job_000061/invites", r#"{"freelancerId": "usr_999999"}"#, 404, PLAIN),
    ("POST", "/jobs/job_000062/invites", r#"{"freelancerId": "usr_000010"}"#, 409, REASON),
    ("POST", "/jobs/job_000061/invites", r#"{"freelancerId": "usr_000001"}"#, 409, REASON),
    ("POST", "/jobs/job_000061/invites", r#"{"freelancerId": "usr_000031"}"#, 409, REASON),
    ("GET", "/jobs/job_000061/proposals?status=best", "", 400, &["supportedStatuses"]),
    ("GET", "/jobs/job_000061/proposals?limit=0", "", 400, PLAIN),
    ("GET", "/jobs/job_000061/proposals?cursor=x", "", 400, PLAIN),
    ("GET", "/jobs/job_000001/proposals", "", 403, PLAIN),
    ("GET", "/jobs/job_999999/proposals", "", 404, PLAIN),
    ("POST", "/job-drafts", "[1]", 400, PLAIN),
    ("POST", "/job-drafts", r#"{"format": "pdf"}"#, 400, ISSUES),
    ("POST", "/job-drafts", r#"{"rawJobDescription": "Tag.", "idempotencyKey": "spent"}"#, 400, PLAIN),
    ("PATCH", "/job-drafts/job_000062", "", 400, ISSUES),
    ("PATCH", "/job-drafts/job_000062", r#"{"jobTitel": "x"}"#, 400, ISSUES),
    ("PATCH", "/job-drafts/job_999999", r#"{"headcount": 3}"#, 404, PLAIN),
    ("PATCH", "/job-drafts/job_000061", r#"{"headcount": 3}"#, 409, &["jobId", "requiredStatus", "status"]),
    ("GET", "/proposals/", "", 400, PLAIN),
    ("GET", "/proposals/prp_999999", "", 404, PLAIN),
    ("GET", "/proposals/prp_000004/interview", "", 404, &["proposalId"]),
    ("GET", "/proposals/prp_999999/interview", "", 404, PLAIN),
    ("POST", "/proposals//conversation", "", 400, PLAIN),
    ("POST", "/proposals/prp_999999/conversation", "", 404, PLAIN),
    ("POST", "/proposals/prp_000003/conversation", "", 409, REASON),
    ("POST", "/proposals/prp_000002/hire", "[1]", 400, PLAIN),
    ("POST", "/proposals/prp_000002/hire", r#"{"milestone": {"name": "Pilot", "amount": 0}}"#, 400, ISSUES),
    ("POST", "/proposals/prp_999999/hire", r#"{"milestone": {"name": "Pilot", "amount": 9}}"#, 404, PLAIN),
    ("POST", "/proposals/prp_000001/hire", r#"{"milestone": {"name": "Pilot", "amount": 9}}"#, 409, REASON),
    ("GET", "/freelancers/unknown", "", 404, PLAIN),
    ("GET", "/messages?limit=101", "", 400, ISSUES),
    ("GET", "/messages?filter=none", "", 400, ISSUES),
    ("GET", "/messages?cursor=x", "", 400, ISSUES),
    ("GET", "/messages?conversationId=cnv_999999", "", 404, PLAIN),
    ("POST", "/messages", "", 400, ISSUES),
    ("POST", "/messages", "[1]", 400, ISSUES),
    ("POST", "/messages", r#"{"conversationId": "cnv_000001", "content": ""}"#, 400, ISSUES),
    ("POST", "/messages", r#"{"conversationId": "cnv_000001", "content": "On Telegram"}"#, 403, &["policy", "reason"]),
    ("POST", "/messages", r#"{"conversationId": "cnv_999999", "content": "Hello"}"#, 404, PLAIN),
    ("POST", "/messages", r#"{"conversationId": "cnv_000002", "content": "Hello"}"#, 409, REASON),
    ("GET", "/contracts?status=open", "", 400, FIELD),
    ("GET", "/contracts?jobId=job_000001", "", 403, PLAIN),
    ("GET", "/contracts?jobId=job_999999", "", 404, PLAIN),
    ("GET", "/contracts/ctr_999999", "", 404, PLAIN),
    ("POST", "/contracts/ctr_000001/milestones", "[1]", 400, PLAIN),
    ("POST", "/contracts/ctr_000001/milestones", r#"{"volume": 1}"#, 400, FIELD),
    ("POST", "/contracts/ctr_999999/milestones", r#"{"description": "More", "volume": 1}"#, 404, PLAIN),
    ("POST", "/contracts/ctr_000002/milestones", r#"{"description": "More", "volume": 1}"#, 409, REASON),
    ("POST", "/contracts//end", "", 400, PLAIN),
    ("POST", "/contracts/ctr_999999/end", "", 404, PLAIN),
    ("POST", "/contracts/ctr_000002/end", "", 409, REASON),
    ("POST", "/milestones/ms_999999/fund", "", 404, PLAIN),
    ("POST", "/milestones/ms_000001/fund", "", 409, REASON),
    ("POST", "/milestones/ms_999999/approve", "", 404, PLAIN),
    ("POST", "/milestones/ms_000003/approve", "", 409, REASON),
    ("GET", "/approvals/apr_999999", "", 404, &["approvalId", "resource"]),
    ("GET", "/updates?cursor=x", "", 400, FIELD),
    ("GET", "/updates?limit=201", "", 400, FIELD),
    ("GET", "/credits/ledger?limit=101", "", 400, FIELD),
    ("GET", "/credits/ledger?cursor=x", "", 400, PLAIN),
    ("POST", "/credits/top-ups", "[1]", 400, FIELD),
    ("POST", "/credits/top-ups", r#"{"amountUsd": 9}"#, 400, FIELD),
    ("GET", "/credits/top-ups/top_999999", "", 404, &["resource", "topUpId"]),
    ("POST", "/webhooks", "[1]", 400, PLAIN),
    ("POST", "/webhooks", r#"{"url": "http://example.com/"}"#, 400, ISSUES),
    ("POST", "/webhooks", r#"{"url": "https://example.com/", "eventTypes": []}"#, 400, ISSUES),
    ("GET", "/webhooks/wh_999999", "", 404, &["resource", "webhookId"]),
    ("DELETE", "/webhooks/wh_999999", "", 404, &["resource", "webhookId"]),
    ("POST", "/team/invites", "", 400, ISSUES),
    ("POST", "/team/invites", r#"{"email": "jon"}"#, 400, ISSUES),
    ("POST", "/team/invites", r#"{"email": "jon@mail.invalid"}"#, 400, &["email"]),
    ("POST", "/team/invites", r#"{"email": "jon@unreachable.example"}"#, 409, REASON),
    ("POST", "/tokens", "[1]", 400, PLAIN),
    ("POST", "/tokens", r#"{"name": ""}"#, 400, PLAIN),
    ("POST", "/tokens", r#"{"scopes": "jobs:read"}"#, 400, PLAIN),
    ("POST", "/tokens", r#"{"scopes": ["jobs:fly"]}"#, 400, &["supportedScopes", "unknownScopes"]),
    ("POST", "/tokens", r#"{"expiresAt": "soon"}"#, 400, PLAIN),
    ("DELETE", "/tokens/tok_999999", "", 404, &["tokenId"]),
    // It makes a draft of the job.
    ("PATCH", "/jobs/job_000064", r#"{"jobTitle": "On Telegram"}"#, 409, &["jobId", "reason", "reasons", "status"]),
];

/// Failures after the card, the credits and the team of the main account are gone.
#[rustfmt::skip]
const FAILURES_WITHOUT_MONEY: &[Failure] = &[
    ("POST", "/proposals/prp_000002/hire", r#"{"milestone": {"name": "Pilot", "amount": 9}}"#, 409, &["billingUrl", "reason"]),
    ("POST", "/milestones/ms_000003/fund", "", 409, &["billingUrl", "reason"]),
    ("GET", "/team", "", 403, REASON),
    ("POST", "/team/invites", r#"{"email": "jon@example.com"}"#, 403, REASON),
];

/// Failures of another employer.
#[rustfmt::skip]
const FAILURES_OF_A_STRANGER: &[Failure] = &[
    ("GET", "/proposals/prp_000001", "", 403, PLAIN),
    ("GET", "/proposals/prp_000001/interview", "", 403, PLAIN),
    ("POST", "/proposals/prp_000001/conversation", "", 403, PLAIN),
    ("POST", "/proposals/prp_000001/hire", r#"{"milestone": {"name": "Pilot", "amount": 9}}"#, 403, PLAIN),
    ("GET", "/messages?conversationId=cnv_000001", "", 403, PLAIN),
    ("POST", "/messages", r#"{"conversationId": "cnv_000001", "content": "Hello"}"#, 403, PLAIN),
    ("GET", "/contracts/ctr_000001", "", 404, PLAIN),
    ("POST", "/milestones/ms_000001/fund", "", 404, PLAIN),
    ("GET", "/approvals/apr_000001", "", 404, &["approvalId", "resource"]),
    ("POST", "/tokens", r#"{"scopes": ["webhooks:manage"]}"#, 403, PLAIN),
];

/// Returns a session with `job_000061` and `job_000064` open, an incomplete and a refused draft, an active contract `ctr_000001` with an
/// unfunded milestone `ms_000003`, an ended one `ctr_000002`, a conversation, and a blocked one.
async fn arranged() -> Session {
    let session = Session::start().await;
    session.open_job().await;
    let rough = json!({"rawJobDescription": "Tag clips."});
    session.post("/job-drafts", &rough).await;
    let mut job = complete_job();
    for (title, key) in [("Write me on WhatsApp", "refused"), ("Clips", "spent")] {
        job["title"] = json!(title);
        let body = json!({"format": "opentrain_canonical", "job": job, "idempotencyKey": key});
        session.post("/job-drafts", &body).await;
    }
    session.post("/jobs/job_000064/publish", &json!({})).await;
    let human = session.server.human();
    for proposal in ["prp_000001", "prp_000005"] {
        let path = format!("/proposals/{proposal}/hire");
        let (_, asked) = session.post(&path, &milestone(20)).await;
        let hired = human.confirm(&text(&asked["approval"]["id"]));
        hired.expect("it is pending");
    }
    let more = json!({"description": "More", "volume": 1});
    session
        .post("/contracts/ctr_000001/milestones", &more)
        .await;
    let (_, asked) = session.post("/contracts/ctr_000002/end", &json!({})).await;
    let ended = human.confirm(&text(&asked["approval"]["id"]));
    ended.expect("it is pending");
    human.candidate_blocks("cnv_000002").expect("it is there");
    human
        .review("prp_000003", "RESUME_SENT")
        .expect("it is there");
    session
}

/// Sends the requests and compares each response. Returns the operation, the status and the keys of each.
async fn check(session: &Session, failures: &[Failure]) -> Vec<(&'static str, u16, Keys)> {
    let mut checked = Vec::new();
    for (method, path, body, status, expected) in failures {
        let sent: Option<Value> = serde_json::from_str(body).ok();
        let (received, failure) = session.call(method, path, sent.as_ref()).await;
        assert_eq!(
            (received, keys(&failure)),
            (*status, expected.to_vec()),
            "{method} {path} {body}: {failure}"
        );
        let operation = documents::find(method, &format!("/api/public/v1{path}"));
        checked.push((
            operation.expect("it is documented").name,
            *status,
            *expected,
        ));
    }
    checked
}

#[tokio::test]
async fn every_failure_has_the_documented_details_and_no_others() {
    let mut session = arranged().await;
    let mut checked = check(&session, FAILURES).await;
    let human = session.server.human();
    human.remove_payment_method();
    human.disable_team();
    checked.extend(check(&session, FAILURES_WITHOUT_MONEY).await);
    let scopes = ["proposals:write", "messages:write", "payments:write"];
    let stranger = session.server.issue_token(&scopes, TokenOwner::Stranger);
    session.become_bearer(&stranger.expect("the scopes exist"));
    checked.extend(check(&session, FAILURES_OF_A_STRANGER).await);
    let lines = DOCUMENTED
        .iter()
        .flat_map(|(name, status, variants)| variants.iter().map(|keys| (*name, *status, *keys)));
    let unchecked: Vec<_> = lines.filter(|line| !checked.contains(line)).collect();
    // The rate limits have tests of their own.
    let limits: [(&str, u16, Keys); 2] = [
        ("jobs_publish", 429, &["limit", "windowHours"]),
        ("messages_send", 429, &["retryAfterSeconds"]),
    ];
    assert_eq!(unchecked, limits);
}
