//! Milestones, escrow, and the end of contracts.

use std::time::Duration;

use opentrain_mock::TokenOwner;
use serde_json::{Value, json};

use crate::support::{Session, envelope, ids, milestone, text};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Returns a session, and a contract on which 180 dollars are funded. The rate is 18.9 dollars an hour: the last to apply bids
/// most.
async fn contract() -> (Session, String) {
    let session = Session::start().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(180)).await;
    let id = text(&asked["approval"]["id"]);
    session.server.human().confirm(&id).expect("it is pending");
    let (_, response) = session.get(&format!("/approvals/{id}")).await;
    let contract = text(&response["approval"]["contractId"]);
    (session, contract)
}

async fn show(session: &Session, contract: &str) -> Value {
    let (_, found) = session.get(&format!("/contracts/{contract}")).await;
    found["contract"].clone()
}

async fn add(session: &Session, contract: &str, body: &Value) -> (u16, Value) {
    let path = format!("/contracts/{contract}/milestones");
    session.post(&path, body).await
}

async fn ten_hours(session: &Session, contract: &str) -> String {
    let body = json!({"description": "Ten hours", "volume": 10});
    let (status, added) = add(session, contract, &body).await;
    assert_eq!(status, 201, "{added}");
    text(&added["milestone"]["id"])
}

async fn ask(session: &Session, path: &str) -> String {
    let (status, asked) = session.post(path, &json!({})).await;
    assert_eq!(status, 202, "{asked}");
    text(&asked["approval"]["id"])
}

#[tokio::test]
async fn milestone_by_volume_is_priced_at_the_rate() {
    let (session, contract) = contract().await;
    let body =
        json!({"description": "More", "name": "Week 2", "volume": 10, "dueDate": "2026-04-01"});
    let (status, added) = add(&session, &contract, &body).await;
    let milestone = &added["milestone"];
    assert_eq!((status, &milestone["status"]), (201, &json!("NOT_FUNDED")));
    assert_eq!(
        (&milestone["amountUsd"], &milestone["volume"]),
        (&json!(189), &json!(10))
    );
    assert_eq!(
        (&milestone["milestoneNumber"], &milestone["invoiceId"]),
        (&json!(2), &json!(null))
    );
    assert_eq!(milestone["dueDate"], "2026-04-01T00:00:00.000Z");
    assert_eq!(show(&session, &contract).await["milestones"][1], *milestone);
    for (body, field) in [
        (json!({"volume": 10}), "description"),
        (json!({"description": " ", "volume": 10}), "description"),
        (json!({"description": "More"}), "volume"),
        (json!({"description": "More", "volume": 0}), "volume"),
        (
            json!({"description": "More", "volume": 10, "amountUsd": 190}),
            "amountUsd",
        ),
        (
            json!({"description": "More", "volume": 10, "dueDate": "soon"}),
            "dueDate",
        ),
    ] {
        let response = add(&session, &contract, &body).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        assert_eq!(details, json!({"field": field}), "{body}");
    }
    let body = json!({"description": "More", "volume": 10, "amountUsd": 189});
    assert_eq!(add(&session, &contract, &body).await.0, 201);
}

#[tokio::test]
async fn contract_without_a_bid_has_no_rate() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let body = json!({"freelancerId": "usr_000010"});
    let (_, invited) = session.post(&format!("/jobs/{job}/invites"), &body).await;
    let path = format!("/proposals/{}/hire", text(&invited["proposalId"]));
    let (_, asked) = session.post(&path, &milestone(120)).await;
    let approval = text(&asked["approval"]["id"]);
    session.server.human().confirm(&approval).unwrap();
    let (_, list) = session.get("/contracts").await;
    assert_eq!(list["contracts"][0]["rateUsd"], json!(null));
    let contract = text(&list["contracts"][0]["id"]);
    let body = json!({"description": "More", "volume": 10});
    let details = envelope(add(&session, &contract, &body).await, 409, "CONFLICT");
    assert_eq!(details["reason"], "contract_rate_missing");
}

#[tokio::test]
async fn funding_is_one_pending_request_and_one_invoice_until_the_human_confirms() {
    let (session, contract) = contract().await;
    let id = ten_hours(&session, &contract).await;
    let fund = format!("/milestones/{id}/fund");
    let approval = ask(&session, &fund).await;
    assert_eq!(ask(&session, &fund).await, approval);
    let (_, pending) = session.get("/payments/pending").await;
    let payment = &pending["payments"][0];
    assert_eq!(ids(&pending["payments"]).len(), 1);
    assert_eq!(
        (
            &payment["status"],
            &payment["amountUsd"],
            &payment["milestone"]["id"]
        ),
        (&json!("PENDING_FUNDING"), &json!(207.9), &json!(id))
    );
    let waiting = session.server.human().pending_approvals();
    assert_eq!(
        (waiting[0].kind.as_str(), waiting[0].milestone_id.as_deref()),
        ("milestone_fund", Some(id.as_str()))
    );
    let shown = show(&session, &contract).await;
    assert_eq!(shown["milestones"][1]["pendingApproval"], true);

    session.server.human().confirm(&approval).unwrap();
    let (_, response) = session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(response["approval"]["result"]["invoiceId"], payment["id"]);
    assert!(response["approval"]["result"]["paymentIntentId"].is_string());
    let shown = show(&session, &contract).await;
    assert_eq!(shown["milestones"][1]["status"], "ACTIVE_FUNDED");
    assert_eq!(shown["milestones"][1]["invoiceId"], payment["id"]);
    assert_eq!(
        session.get("/payments/pending").await.1["payments"],
        json!([])
    );
    let details = envelope(session.post(&fund, &json!({})).await, 409, "CONFLICT");
    assert_eq!(details["reason"], "milestone_not_fundable");
}

#[tokio::test]
async fn funding_that_is_declined_or_expired_leaves_no_invoice() {
    let (session, contract) = contract().await;
    let fund = format!("/milestones/{}/fund", ten_hours(&session, &contract).await);
    let approval = ask(&session, &fund).await;
    session.server.human().decline(&approval).unwrap();
    assert_eq!(
        session.get("/payments/pending").await.1["payments"],
        json!([])
    );
    let second = ask(&session, &fund).await;
    assert_ne!(second, approval);
    session.server.clock().advance(72 * HOUR);
    // No request has read the approval yet.
    let (_, pending) = session.get("/payments/pending").await;
    assert_eq!(ids(&pending["payments"]).len(), 1);
    let shown = show(&session, &contract).await;
    assert_eq!(shown["milestones"][1]["pendingApproval"], true);
    session.get(&format!("/approvals/{second}")).await;
    assert_eq!(
        session.get("/payments/pending").await.1["payments"],
        json!([])
    );
    let shown = show(&session, &contract).await;
    let milestone = &shown["milestones"][1];
    assert_eq!(
        (&milestone["status"], &milestone["pendingApproval"]),
        (&json!("NOT_FUNDED"), &json!(false))
    );
}

/// Returns the approvals that expired according to a feed.
async fn expired(session: &Session) -> Vec<String> {
    let (_, page) = session.get("/updates?limit=200").await;
    let events = page["events"].as_array().expect("it is a list").iter();
    let expired = events.filter(|event| event["data"]["status"] == "expired");
    expired.map(|event| text(&event["resourceId"])).collect()
}

#[tokio::test]
async fn request_that_is_repeated_after_the_expiry_replaces_the_approval() {
    let (session, contract) = contract().await;
    let fund = format!("/milestones/{}/fund", ten_hours(&session, &contract).await);
    let release = format!(
        "/milestones/{}/approve",
        ids(&show(&session, &contract).await["milestones"])[0]
    );
    let end = format!("/contracts/{contract}/end");
    let asked = async |session: &Session| {
        let mut approvals = Vec::new();
        for path in [&fund, &release, &end] {
            approvals.push(ask(session, path).await);
        }
        approvals
    };
    let first = asked(&session).await;
    session.server.clock().advance(72 * HOUR);
    assert_eq!(session.server.human().pending_approvals(), []);
    let second = asked(&session).await;
    assert!(second.iter().all(|approval| !first.contains(approval)));
    assert_eq!(expired(&session).await, first);
    let (_, pending) = session.get("/payments/pending").await;
    assert_eq!(ids(&pending["payments"]).len(), 1);
    let waiting = session.server.human().pending_approvals();
    let waiting: Vec<_> = waiting.into_iter().map(|approval| approval.id).collect();
    assert_eq!(waiting, second);
}

#[tokio::test]
async fn funding_needs_a_card_or_enough_credits() {
    let (session, contract) = contract().await;
    let fund = format!("/milestones/{}/fund", ten_hours(&session, &contract).await);
    let human = session.server.human();
    human.remove_payment_method();
    human.set_credit_cents(20_789).unwrap();
    let details = envelope(session.post(&fund, &json!({})).await, 409, "CONFLICT");
    assert_eq!(details["reason"], "payment_method_required");
    assert!(details["billingUrl"].is_string());
    human.set_credit_cents(20_790).unwrap();
    let approval = ask(&session, &fund).await;
    human.set_credit_cents(0).unwrap();
    assert!(human.confirm(&approval).is_err());
    human.set_credit_cents(20_790).unwrap();
    human.confirm(&approval).unwrap();
    let (_, credits) = session.get("/credits").await;
    let credits = &credits["credits"];
    assert_eq!(
        (&credits["availableCents"], &credits["reservedCents"]),
        (&json!(0), &json!(18_900))
    );
}

#[tokio::test]
async fn release_pays_the_trainer_once() {
    let (session, contract) = contract().await;
    let not_funded = ten_hours(&session, &contract).await;
    let approve = format!("/milestones/{not_funded}/approve");
    let details = envelope(session.post(&approve, &json!({})).await, 409, "CONFLICT");
    assert_eq!(details["reason"], "milestone_not_funded");

    let funded = text(&show(&session, &contract).await["milestones"][0]["id"]);
    let approve = format!("/milestones/{funded}/approve");
    let approval = ask(&session, &approve).await;
    assert_eq!(ask(&session, &approve).await, approval);
    assert_eq!(session.server.ledger().escrow_cents, 18_000);
    session.server.human().confirm(&approval).unwrap();
    let books = session.server.ledger();
    assert_eq!((books.escrow_cents, books.paid_out_cents), (0, 18_000));
    let (_, response) = session.get(&format!("/approvals/{approval}")).await;
    assert!(response["approval"]["result"]["payoutTransactionId"].is_string());
    let shown = show(&session, &contract).await;
    assert_eq!(
        (
            &shown["milestones"][0]["status"],
            &shown["hasActiveMilestone"]
        ),
        (&json!("PAID"), &json!(false))
    );
    envelope(session.post(&approve, &json!({})).await, 409, "CONFLICT");
}

#[tokio::test]
async fn contract_without_funds_ends_at_once() {
    let (session, contract) = contract().await;
    let funded = text(&show(&session, &contract).await["milestones"][0]["id"]);
    let approval = ask(&session, &format!("/milestones/{funded}/approve")).await;
    session.server.human().confirm(&approval).unwrap();
    let open = ten_hours(&session, &contract).await;
    let moot = ask(&session, &format!("/milestones/{open}/fund")).await;
    let end = format!("/contracts/{contract}/end");
    let (status, ended) = session.post(&end, &json!({})).await;
    assert_eq!(status, 200);
    assert_eq!(
        ended,
        json!({"ok": true, "contractId": contract, "status": "ended"})
    );
    assert!(session.server.human().confirm(&moot).is_err());
    let shown = show(&session, &contract).await;
    assert_eq!(ids(&shown["milestones"]), [funded]);
    assert!(shown["endDate"].is_string());
    assert_eq!(
        ids(&session.get("/contracts?status=ended").await.1["contracts"]),
        [contract.as_str()]
    );
    assert_eq!(
        session.get("/contracts?status=active").await.1["contracts"],
        json!([])
    );
    let body = json!({"description": "More", "volume": 10});
    for response in [
        session.post(&end, &json!({})).await,
        session
            .post(&format!("/milestones/{open}/fund"), &json!({}))
            .await,
        session
            .post(&format!("/milestones/{open}/approve"), &json!({}))
            .await,
        add(&session, &contract, &body).await,
    ] {
        assert_eq!(
            envelope(response, 409, "CONFLICT")["reason"],
            "contract_ended"
        );
    }
}

#[tokio::test]
async fn contract_with_funds_ends_when_confirmed_and_the_money_comes_back() {
    let (session, contract) = contract().await;
    let end = format!("/contracts/{contract}/end");
    let approval = ask(&session, &end).await;
    assert_eq!(ask(&session, &end).await, approval);
    assert_eq!(show(&session, &contract).await["status"], "active");
    session.server.human().confirm(&approval).unwrap();
    let (_, response) = session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(
        response["approval"]["result"],
        json!({"contractEnded": true})
    );
    let shown = show(&session, &contract).await;
    assert_eq!(
        (&shown["status"], &shown["milestones"]),
        (&json!("ended"), &json!([]))
    );
    let (_, hired) = session
        .get(&format!("/proposals/{}", text(&shown["proposalId"])))
        .await;
    assert_eq!(hired["proposal"]["contract"]["status"], "ended");
    let books = session.server.ledger();
    assert_eq!((books.escrow_cents, books.card_refunded_cents), (0, 18_000));
    assert_eq!(books.fees_cents, 2_795);
}

#[tokio::test]
async fn work_uses_the_budget_up_and_funding_fills_it() {
    let (session, contract) = contract().await;
    let human = session.server.human();
    let state = async || text(&show(&session, &contract).await["budget"]["state"]);
    assert_eq!(state().await, "OK");
    human.record_work(&contract, 8.0).unwrap();
    assert_eq!(state().await, "LOW");
    human.record_work(&contract, 2.0).unwrap();
    let budget = show(&session, &contract).await["budget"].clone();
    assert_eq!(
        (&budget["state"], &budget["remainingVolume"]),
        (&json!("DEPLETED"), &json!(0))
    );
    assert_eq!(
        (&budget["consumed"]["hours"], &budget["consumed"]["seconds"]),
        (&json!(10), &json!(36_000))
    );
    let more = ten_hours(&session, &contract).await;
    let approval = ask(&session, &format!("/milestones/{more}/fund")).await;
    human.confirm(&approval).unwrap();
    assert_eq!(state().await, "OK");
    assert!(human.record_work(&contract, 0.0).is_err());
    assert!(human.record_work("ctr_999999", 1.0).is_err());
}

#[tokio::test]
async fn money_of_others_is_not_there() {
    let (mut session, contract) = contract().await;
    let milestone = ten_hours(&session, &contract).await;
    let (_, made) = session
        .post("/credits/top-ups", &json!({"amountUsd": 10}))
        .await;
    let top_up = text(&made["topUpId"]);
    let scopes = ["payments:write"];
    let stranger = session.server.issue_token(&scopes, TokenOwner::Stranger);
    session.become_bearer(&stranger.unwrap());
    for path in [
        format!("/milestones/{milestone}/fund"),
        format!("/milestones/{milestone}/approve"),
        format!("/contracts/{contract}/end"),
    ] {
        envelope(session.post(&path, &json!({})).await, 404, "NOT_FOUND");
    }
    let body = json!({"description": "More", "volume": 10});
    envelope(add(&session, &contract, &body).await, 404, "NOT_FOUND");
    let response = session.get(&format!("/credits/top-ups/{top_up}")).await;
    let details = envelope(response, 404, "NOT_FOUND");
    assert_eq!(
        details,
        json!({"resource": "credit-top-ups", "topUpId": top_up})
    );
    let (_, credits) = session.get("/credits").await;
    assert_eq!(
        credits["credits"],
        json!({"availableCents": 0, "reservedCents": 0, "currency": "usd", "recentEntries": []})
    );
}
