//! Every documented response about contracts, milestones, credits, payments and the feed.

use serde_json::json;

use super::post;
use crate::support::{Session, milestone, text};

/// Walks from a hire to the end of its contract, with every refusal on the way.
pub(super) async fn money(session: &Session) {
    let job = session.open_job().await;
    let proposals = session.proposals(&job).await;
    let contract = hired(session, &proposals[0]).await;
    let other = hired(session, &proposals[1]).await;

    let milestones = format!("/contracts/{contract}/milestones");
    let body = json!({"description": "More", "volume": 10});
    session
        .post("/contracts/ctr_999999/milestones", &body)
        .await;
    session
        .post(&milestones, &json!({"description": "More"}))
        .await;
    let (_, added) = session.post(&milestones, &body).await;
    let added = text(&added["milestone"]["id"]);
    for verb in ["approve", "fund", "fund"] {
        post(session, &format!("/milestones/{added}/{verb}")).await;
    }
    session.get("/payments/pending").await;
    confirm_all(session);
    for verb in ["fund", "approve"] {
        post(session, &format!("/milestones/{added}/{verb}")).await;
    }
    confirm_all(session);
    post(session, &format!("/milestones/{added}/approve")).await;
    for path in [&contract, &other] {
        post(session, &format!("/contracts/{path}/end")).await;
    }
    confirm_all(session);
    post(session, &format!("/contracts/{contract}/end")).await;
    session.post(&milestones, &body).await;
    session.get(&format!("/contracts/{contract}")).await;
    end_without_funds(session, &proposals[2]).await;
    credits(session).await;
    for query in ["", "?limit=200", "?limit=201", "?cursor=x", "?cursor=9"] {
        session.get(&format!("/updates{query}")).await;
    }
}

/// Releases everything first.
async fn end_without_funds(session: &Session, proposal: &str) {
    let contract = hired(session, proposal).await;
    let (_, found) = session.get(&format!("/contracts/{contract}")).await;
    let first = text(&found["contract"]["milestones"][0]["id"]);
    post(session, &format!("/milestones/{first}/approve")).await;
    confirm_all(session);
    post(session, &format!("/contracts/{contract}/end")).await;
}

async fn credits(session: &Session) {
    for body in [
        json!({"amountUsd": 9}),
        json!({"amount": 50}),
        json!({"amountUsd": 60}),
    ] {
        let (_, made) = session.post("/credits/top-ups", &body).await;
        if let Some(id) = made["topUpId"].as_str() {
            session.get(&format!("/credits/top-ups/{id}")).await;
            session.server.human().pay_top_up(id).expect("it is open");
            session.get(&format!("/credits/top-ups/{id}")).await;
        }
    }
    session.get("/credits").await;
    session.get("/credits/ledger?limit=1").await;
    session.get("/credits/ledger?limit=101").await;
}

/// Hires an AI trainer, and returns the contract.
async fn hired(session: &Session, proposal: &str) -> String {
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(180)).await;
    confirm_all(session);
    let approval = text(&asked["approval"]["id"]);
    let (_, found) = session.get(&format!("/approvals/{approval}")).await;
    text(&found["approval"]["result"]["contractId"])
}

fn confirm_all(session: &Session) {
    let human = session.server.human();
    for approval in human.pending_approvals() {
        human.confirm(&approval.id).expect("it is pending");
    }
}
