//! Requests put together by setters, and values that are typed.

use opentrain::types::{
    CreateJobDraftRequest, CreateMilestoneRequest, CreateTokenRequest, Date, DraftPatch,
    HireMilestone, HireRequest, ImportFormat, JobDraftSource, ProposalDetail, Scope, Timestamp,
    Usd,
};
use opentrain::{Reason, SharedToken, jiff, reqwest, rust_decimal};
use opentrain_mock::fault::Fault;
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{Scripted, client, reply};

fn sent(request: impl Serialize) -> Value {
    serde_json::to_value(request).unwrap()
}

#[test]
fn setters_set_what_is_optional() {
    let source = JobDraftSource::new(ImportFormat::Text).text("Tag clips");
    let draft = CreateJobDraftRequest::new().source(source).external_id("a");
    assert_eq!(
        sent(draft),
        json!({"source": {"type": "text", "text": "Tag clips"}, "externalId": "a"})
    );
    let instant: Timestamp = "2026-03-04".parse().unwrap();
    let token = CreateTokenRequest::new()
        .scopes([Scope::JobsRead])
        .expires_at(jiff::Timestamp::from(instant));
    assert_eq!(
        sent(token),
        json!({"scopes": ["jobs:read"], "expiresAt": "2026-03-04T00:00:00.000Z"})
    );
    let hire = HireRequest::new(HireMilestone::new(Usd::from(120)).name("Pilot"));
    assert_eq!(
        sent(hire.set("someFlag", true)),
        json!({"milestone": {"amount": 120, "name": "Pilot"}, "someFlag": true})
    );
}

#[test]
fn setters_of_a_patch_set_and_clear() {
    let patch = DraftPatch::new()
        .headcount(3)
        .data_volume(2_000)
        .languages([String::from("German")])
        .clear_countries()
        .set("toolVersion", 3);
    let text = serde_json::to_string(&patch).unwrap();
    assert_eq!(
        text,
        r#"{"countries":null,"dataVolume":2000,"headcount":3,"languages":["German"],"toolVersion":3}"#
    );
    let kept = patch.clear_headcount().headcount(4);
    assert_eq!(kept.headcount, Some(Some(4)));
}

#[test]
fn a_due_date_is_the_same_type_in_both_requests() {
    let due = Date::from(jiff::civil::date(2026, 4, 1));
    let milestone = CreateMilestoneRequest::new(String::from("d")).due_date(due);
    let pilot = HireMilestone::new(Usd::from(1)).due_date(due);
    assert_eq!(sent(milestone)["dueDate"], "2026-04-01");
    assert_eq!(sent(pilot)["dueDate"], "2026-04-01");
}

#[test]
fn the_contract_of_a_proposal_is_typed_and_loses_nothing() {
    let proposal = json!({"id": "prp_1", "contract": {"id": "ctr_9", "status": "active", "x": 1}});
    let read: ProposalDetail = serde_json::from_value(proposal.clone()).unwrap();
    let contract = read.contract.as_ref().unwrap();
    assert!(contract.id.as_ref().unwrap() == "ctr_9");
    assert!(contract.status.as_ref().unwrap() == "active");
    assert_eq!(sent(&read), proposal);
}

#[tokio::test]
async fn missing_fields_of_a_draft_are_typed() {
    let refusal = |validation: Value| {
        let body = json!({"error": "e", "code": "VALIDATION_ERROR", "requestId": "r-1",
            "details": {"validation": validation}});
        reply(400, &body)
    };
    let script: [Fault; 2] = [
        refusal(json!({"publishReady": false, "missingFieldCount": 2})),
        refusal(json!("not yet")),
    ];
    let server = Scripted::start(script).await;
    let client = client(&server);
    let mut found = Vec::new();
    for _ in 0..2 {
        let error = client.jobs().publish(&"job_9xT".into()).await.unwrap_err();
        let Some(Reason::DraftNotReady { validation, .. }) = error.reason().cloned() else {
            panic!("{error}");
        };
        found.push(validation.map(|validation| validation.missing_field_count));
    }
    assert_eq!(found, [Some(Some(2)), None]);
}

#[test]
fn types_of_public_signatures_are_exported() {
    let amount = rust_decimal::Decimal::new(995, 2);
    assert_eq!(Usd::try_from(amount).unwrap(), "9.95".parse().unwrap());
    let http = reqwest::Client::new();
    let client = opentrain::Client::builder().http_client(http);
    let client = client.build().unwrap();
    let token: &SharedToken = client.token();
    assert!(!token.is_set());
}
