//! Credits: top-ups and the ledger.

use std::time::Duration;

use serde_json::json;

use crate::support::{Session, envelope, milestone, text};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn top_up_arrives_when_the_human_pays_and_not_after_a_day() {
    let session = Session::start().await;
    let human = session.server.human();
    for body in [
        json!({}),
        json!({"amountUsd": 9.99}),
        json!({"amountUsd": 10_000.01}),
        json!({"amountUsd": "50"}),
    ] {
        let response = session.post("/credits/top-ups", &body).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        assert_eq!(details, json!({"field": "amountUsd"}), "{body}");
    }
    let (status, made) = session
        .post("/credits/top-ups", &json!({"amount": 50.5}))
        .await;
    assert_eq!((status, &made["topUp"]["status"]), (201, &json!("PENDING")));
    let paid = text(&made["topUpId"]);
    human.pay_top_up(&paid).unwrap();
    let path = format!("/credits/top-ups/{paid}");
    assert_eq!(session.get(&path).await.1["topUp"]["status"], "COMPLETED");
    let error = human.pay_top_up(&paid).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("top-up `{paid}` is COMPLETED, not PENDING")
    );
    let (_, credits) = session.get("/credits").await;
    assert_eq!(credits["credits"]["availableCents"], 5_050);
    assert_eq!(
        credits["credits"]["recentEntries"][0]["topUpId"],
        paid.as_str()
    );

    let (_, made) = session
        .post("/credits/top-ups", &json!({"amountUsd": 10}))
        .await;
    let late = text(&made["topUpId"]);
    session.server.clock().advance(24 * HOUR);
    assert!(human.pay_top_up(&late).is_err());
    let path = format!("/credits/top-ups/{late}");
    assert_eq!(session.get(&path).await.1["topUp"]["status"], "EXPIRED");
}

#[tokio::test]
async fn ledger_shows_holds_captures_and_releases_newest_first() {
    let session = Session::start().await;
    let human = session.server.human();
    human.remove_payment_method();
    human.set_credit_cents(50_000).unwrap();
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(120)).await;
    human.confirm(&text(&asked["approval"]["id"])).unwrap();
    let (_, list) = session.get("/contracts").await;
    let contract = text(&list["contracts"][0]["id"]);
    let end = format!("/contracts/{contract}/end");
    let (_, asked) = session.post(&end, &json!({})).await;
    human.confirm(&text(&asked["approval"]["id"])).unwrap();
    let (_, page) = session.get("/credits/ledger?limit=3").await;
    let entries = page["entries"].as_array().unwrap();
    let outline: Vec<_> = entries
        .iter()
        .map(|entry| (text(&entry["type"]), entry["amountCents"].as_i64().unwrap()))
        .collect();
    assert_eq!(
        outline,
        [
            ("HOLD_RELEASE".to_owned(), 12_000),
            ("CAPTURE".to_owned(), -2_195),
            ("HOLD".to_owned(), -14_195),
        ]
    );
    assert_eq!(entries[0]["holdEntryId"], entries[2]["id"]);
    assert_eq!(entries[2]["jobofferId"], proposal.as_str());
    let rest = format!("/credits/ledger?cursor={}", text(&page["nextCursor"]));
    let (_, page) = session.get(&rest).await;
    assert_eq!(page["entries"][0]["type"], "ADJUSTMENT");
    assert_eq!(page["nextCursor"], json!(null));
    for limit in ["0", "101", "ten"] {
        let response = session.get(&format!("/credits/ledger?limit={limit}")).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        assert_eq!(details, json!({"field": "limit"}));
    }
}
