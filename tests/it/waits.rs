//! Waits for a human: every ending, and reads that fail during the wait.

use std::time::Duration;

use opentrain::resources::{ApprovalOutcome, Confirmed};
use opentrain::types::{ApprovalId, ContractId};
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Scripted, TestClock, builder, reply};

fn approval(kind: &str, status: &str, result: &Value) -> Fault {
    let approval = json!({"id": "apr_71", "type": kind, "status": status, "result": result});
    reply(200, &json!({ "approval": approval }))
}

async fn outcome(replies: impl IntoIterator<Item = Fault>) -> ApprovalOutcome {
    let server = Scripted::start(replies).await;
    let client = builder(&server, &TestClock::default()).build().unwrap();
    client
        .approvals()
        .wait(&ApprovalId::from("apr_71"))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_confirmed_hire_names_its_contract() {
    let result = json!({"hired": true, "contractId": "ctr_9", "jobId": "job_9xT", "freelancerUserId": "usr_77p"});
    let replies = [
        approval("proposal_hire", "pending", &Value::Null),
        approval("proposal_hire", "confirmed", &result),
    ];
    let ApprovalOutcome::Confirmed {
        action: Confirmed::Hired { contract_id, .. },
        ..
    } = outcome(replies).await
    else {
        panic!("it was confirmed");
    };
    assert_eq!(contract_id, Some(ContractId::from("ctr_9")));
}

#[tokio::test]
async fn every_ending_has_its_own_form() {
    let confirmed = |kind| approval(kind, "confirmed", &json!({"invoiceId": "inv_205"}));
    let endings = [
        (confirmed("milestone_fund"), "MilestoneFunded"),
        (confirmed("milestone_approve"), "MilestoneApproved"),
        (confirmed("contract_end"), "ContractEnded"),
        (confirmed("brand_new"), "Other"),
        (
            approval("proposal_hire", "declined", &Value::Null),
            "Declined",
        ),
        (
            approval("proposal_hire", "expired", &Value::Null),
            "Expired",
        ),
        (
            approval("proposal_hire", "superseded", &Value::Null),
            "Other",
        ),
    ];
    for (reply, name) in endings {
        let shown = match outcome([reply]).await {
            ApprovalOutcome::Confirmed { action, .. } => format!("{action:?}"),
            other => format!("{other:?}"),
        };
        assert!(shown.starts_with(name), "{name}: {shown}");
    }
}

#[tokio::test]
async fn pauses_grow_to_half_a_minute_and_a_deadline_is_no_error() {
    let pending = approval("proposal_hire", "pending", &Value::Null);
    let server = Scripted::start([pending.times(10)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    let wait = client
        .approvals()
        .wait(&ApprovalId::from("apr_71"))
        .deadline(Duration::from_secs(100));
    assert!(matches!(
        wait.await.unwrap(),
        ApprovalOutcome::StillPending(_)
    ));
    let waits: Vec<f64> = clock.waits().iter().map(Duration::as_secs_f64).collect();
    let (last, pauses) = waits.split_last().unwrap();
    assert_eq!(
        pauses,
        [2.0, 3.0, 4.5, 6.75, 10.125, 15.1875, 22.781_25, 30.0]
    );
    assert!(
        (waits.iter().sum::<f64>() - 100.0).abs() < 1e-6,
        "the last pause of {last} ends at the deadline, and a read follows"
    );
}

#[tokio::test]
async fn a_deadline_that_passes_during_failed_reads_gives_what_was_read_last() {
    let server = Scripted::start([
        approval("proposal_hire", "pending", &Value::Null),
        Fault::html(503).times(9),
    ])
    .await;
    let client = builder(&server, &TestClock::default()).build().unwrap();
    let wait = client
        .approvals()
        .wait(&ApprovalId::from("apr_71"))
        .every(Duration::from_secs(3));
    let outcome = wait.deadline(Duration::from_secs(9)).await.unwrap();
    assert!(
        matches!(outcome, ApprovalOutcome::StillPending(_)),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_read_that_fails_in_passing_does_not_end_the_wait() {
    // Three attempts of one read fail; the next read succeeds.
    let replies = [
        Fault::html(503).times(3),
        approval("contract_end", "confirmed", &Value::Null),
    ];
    assert!(matches!(
        outcome(replies).await,
        ApprovalOutcome::Confirmed {
            action: Confirmed::ContractEnded,
            ..
        }
    ));
}

#[tokio::test]
async fn a_read_that_is_refused_ends_the_wait() {
    let refusal = json!({"error": "No such approval", "code": "NOT_FOUND", "requestId": "r-1"});
    let server = Scripted::start([reply(404, &refusal)]).await;
    let client = builder(&server, &TestClock::default()).build().unwrap();
    let error = client
        .approvals()
        .wait(&ApprovalId::from("apr_71"))
        .await
        .unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn a_wait_keeps_the_wishes_of_the_service() {
    let body = json!({"error": "Slow down", "code": "RATE_LIMITED", "requestId": "r-1"});
    let slow = reply(429, &body).header("retry-after", "300");
    let server = Scripted::start([slow, approval("contract_end", "confirmed", &Value::Null)]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).build().unwrap();
    client
        .approvals()
        .wait(&ApprovalId::from("apr_71"))
        .await
        .unwrap();
    // Half of the first pause is what spreads it.
    assert_eq!(clock.waits(), [Duration::from_secs(301)]);
}

#[tokio::test]
async fn a_refusal_without_advice_is_a_pause_of_a_minute() {
    let body = json!({"error": "Slow down", "code": "RATE_LIMITED", "requestId": "r-1"});
    let ended = approval("contract_end", "confirmed", &Value::Null);
    let server = Scripted::start([reply(429, &body), ended]).await;
    let clock = TestClock::default();
    let client = builder(&server, &clock).retry_policy(opentrain::retry::Never);
    let client = client.build().unwrap();
    let wait = client.approvals().wait(&ApprovalId::from("apr_71"));
    wait.await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(61)]);
}

#[tokio::test]
async fn a_steady_pace_is_a_day_at_the_slowest_and_a_tenth_of_a_second_at_the_fastest() {
    let week = Duration::from_secs(7 * 24 * 3600);
    for (pace, pause) in [
        (week, Duration::from_secs(24 * 3600)),
        (Duration::MAX, Duration::from_secs(24 * 3600)),
        (Duration::ZERO, Duration::from_millis(100)),
    ] {
        let pending = approval("proposal_hire", "pending", &Value::Null);
        let ended = approval("proposal_hire", "declined", &Value::Null);
        let server = Scripted::start([pending, ended]).await;
        let clock = TestClock::default();
        let client = builder(&server, &clock).build().unwrap();
        let wait = client.approvals().wait(&ApprovalId::from("apr_71"));
        wait.every(pace).await.unwrap();
        assert_eq!(clock.waits(), [pause], "every {pace:?}");
    }
}

#[tokio::test]
async fn a_service_that_cannot_be_read_ends_the_wait_in_the_end() {
    let server = Scripted::start([Fault::html(503).times(21)]).await;
    let never = opentrain::retry::Never;
    let client = builder(&server, &TestClock::default())
        .retry_policy(never)
        .build()
        .unwrap();
    let error = client
        .approvals()
        .wait(&ApprovalId::from("apr_71"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
}
