//! The feed of changes: order, pages, and who sees what.

use std::collections::BTreeMap;
use std::time::Duration;

use opentrain_mock::TokenOwner;
use serde_json::{Value, json};

use crate::support::{Session, envelope, milestone, text};

/// Requests a hire, confirms it, and returns the proposal.
async fn hire(session: &Session) -> String {
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(180)).await;
    let approval = text(&asked["approval"]["id"]);
    session
        .server
        .human()
        .confirm(&approval)
        .expect("it is pending");
    proposal
}

fn types(page: &Value) -> Vec<&str> {
    let events = page["events"].as_array().expect("it is a list").iter();
    events
        .map(|event| event["type"].as_str().expect("it is a text"))
        .collect()
}

#[tokio::test]
async fn events_of_a_hire_come_in_order() {
    let session = Session::start().await;
    assert_eq!(
        session.get("/updates").await.1,
        json!({"events": [], "nextCursor": null, "hasMore": false})
    );
    let proposal = hire(&session).await;
    let (_, page) = session.get("/updates?cursor=4").await;
    assert_eq!(
        types(&page),
        [
            "proposal.status_changed",
            "contract.created",
            "milestone.status_changed",
            "approval.confirmed",
        ]
    );
    let first = &page["events"][0];
    assert_eq!(first["id"], "5");
    assert_eq!(
        first["data"],
        json!({"proposalId": proposal, "status": "HIRED"})
    );
    let milestone = &page["events"][2]["data"];
    assert_eq!(milestone["status"], "ACTIVE_FUNDED");
    assert_eq!(page["events"][3]["data"]["status"], "confirmed");
}

#[tokio::test]
async fn pages_follow_each_other_and_an_empty_one_echoes_the_cursor() {
    let session = Session::start().await;
    hire(&session).await;
    let (_, whole) = session.get("/updates").await;
    assert_eq!((types(&whole).len(), &whole["hasMore"]), (8, &json!(false)));
    let (_, first) = session.get("/updates?limit=5").await;
    assert_eq!(
        (&first["nextCursor"], &first["hasMore"]),
        (&json!("5"), &json!(true))
    );
    let (_, second) = session.get("/updates?limit=5&cursor=5").await;
    assert_eq!(
        (types(&second).len(), &second["hasMore"]),
        (3, &json!(false))
    );
    for cursor in ["8", "008", "99999999999999999999999"] {
        let (_, empty) = session.get(&format!("/updates?cursor={cursor}")).await;
        assert_eq!(
            empty,
            json!({"events": [], "nextCursor": cursor, "hasMore": false})
        );
    }
    for (query, field) in [
        ("cursor=x", "cursor"),
        ("cursor=-1", "cursor"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
    ] {
        let response = session.get(&format!("/updates?{query}")).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        assert_eq!(details, json!({"field": field}));
    }
}

#[tokio::test]
async fn token_sees_only_events_of_its_scopes_and_its_account() {
    let mut session = Session::start().await;
    hire(&session).await;
    let server = &session.server;
    let issue = |scopes: &[&str], owner| server.issue_token(scopes, owner).unwrap();
    let proposals = issue(&["proposals:read"], TokenOwner::Main);
    let payments = issue(&["payments:write"], TokenOwner::Main);
    let stranger = issue(&["proposals:read", "payments:read"], TokenOwner::Stranger);
    let blind = issue(&["jobs:read"], TokenOwner::Main);
    for (token, count, prefix) in [
        (proposals, 5, "proposal."),
        (payments, 3, ""),
        (stranger, 0, ""),
    ] {
        session.become_bearer(&token);
        let (_, page) = session.get("/updates").await;
        let types = types(&page);
        assert_eq!(types.len(), count, "{types:?}");
        assert!(types.iter().all(|name| name.starts_with(prefix)));
    }
    session.become_bearer(&blind);
    let details = envelope(session.get("/updates").await, 403, "FORBIDDEN");
    assert_eq!(
        details,
        json!({
            "requiredScopes": ["proposals:read", "messages:read", "payments:read"],
            "grantedScopes": ["jobs:read"],
        })
    );
}

#[tokio::test]
async fn expiry_is_announced_when_the_approval_is_read_and_not_before() {
    let session = Session::start().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(180)).await;
    let approval = text(&asked["approval"]["id"]);
    let (_, page) = session.get("/updates").await;
    let feed = format!("/updates?cursor={}", text(&page["nextCursor"]));
    let clock = session.server.clock();
    clock.advance(Duration::from_secs(72 * 60 * 60));
    // A program that only follows the feed waits here, even if other things are read or a human tries to decide.
    assert!(session.server.human().confirm(&approval).is_err());
    assert!(session.server.human().decline(&approval).is_err());
    for path in ["/contracts", "/payments/pending", "/jobs/mine", &feed] {
        session.get(path).await;
    }
    clock.advance(Duration::from_secs(60 * 60));
    assert_eq!(types(&session.get(&feed).await.1), Vec::<&str>::new());

    let (_, read) = session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(read["approval"]["status"], "expired");
    let (_, page) = session.get(&feed).await;
    assert_eq!(types(&page), ["approval.confirmed"]);
    let event = &page["events"][0];
    assert_eq!(
        event["data"],
        json!({"approvalId": approval, "status": "expired"})
    );
    assert_eq!(event["createdAt"], read["approval"]["resolvedAt"]);
    // 73 hours after 2026-03-04T05:06:07Z.
    assert_eq!(event["createdAt"], "2026-03-07T06:06:07.000Z");
    session.get(&format!("/approvals/{approval}")).await;
    assert_eq!(types(&session.get(&feed).await.1), ["approval.confirmed"]);
}

#[tokio::test]
async fn messages_of_the_ai_trainer_are_events_and_own_ones_are_not() {
    let session = Session::start().await;
    let proposal = hire(&session).await;
    let path = format!("/proposals/{proposal}/conversation");
    let (_, started) = session.post(&path, &json!({})).await;
    let id = text(&started["conversationId"]);
    let body = json!({"conversationId": id, "content": "Hello"});
    session.post("/messages", &body).await;
    let message = session
        .server
        .human()
        .candidate_writes(&id, "Hello")
        .unwrap();
    let (_, page) = session.get("/updates?cursor=8").await;
    assert_eq!(types(&page), ["message.received"]);
    assert_eq!(
        page["events"][0]["data"],
        json!({"conversationId": id, "messageId": message})
    );
}

#[tokio::test]
async fn many_events_come_at_once_and_each_is_a_change() {
    let session = Session::start().await;
    let human = session.server.human();
    let none = human.make_events(5).unwrap_err().to_string();
    assert!(none.contains("publish a job first"), "{none}");
    hire(&session).await;
    // The proposal of another account stays as it is.
    human.best_candidate_applies("job_000001").unwrap();
    let (_, before) = session.get("/updates").await;
    human.make_events(450).unwrap();
    let (mut cursor, mut events) = (text(&before["nextCursor"]), Vec::new());
    loop {
        let (_, page) = session
            .get(&format!("/updates?limit=200&cursor={cursor}"))
            .await;
        events.extend(page["events"].as_array().expect("it is a list").clone());
        cursor = text(&page["nextCursor"]);
        if page["hasMore"] == false {
            break;
        }
    }
    assert_eq!(events.len(), 450);
    let mut states = BTreeMap::new();
    for event in &events {
        assert_eq!(event["type"], "proposal.status_changed");
        let state = &event["data"]["status"];
        let before = states.insert(text(&event["resourceId"]), state.clone());
        assert_ne!(before.as_ref(), Some(state), "{event}");
    }
    // The hired one stays hired.
    assert_eq!(states.len(), 3);
    for (proposal, state) in states {
        let (_, found) = session.get(&format!("/proposals/{proposal}")).await;
        assert_eq!(found["proposal"]["status"]["raw"], state);
    }
    for count in [0, 100_001, usize::MAX] {
        let sentence = human.make_events(count).unwrap_err().to_string();
        assert_eq!(sentence, "the count must be a number from 1 to 100,000");
    }
}

#[tokio::test]
async fn a_delayed_event_becomes_visible_after_later_ones() {
    let session = Session::start().await;
    hire(&session).await;
    let human = session.server.human();
    human.delay_event("5", Duration::from_secs(90)).unwrap();
    let ids = async || -> Vec<String> {
        let (_, page) = session.get("/updates?cursor=3&limit=3").await;
        let events = page["events"].as_array().expect("it is a list").clone();
        events.iter().map(|event| text(&event["id"])).collect()
    };
    assert_eq!(ids().await, ["4", "6", "7"]);
    session.server.clock().advance(Duration::from_secs(89));
    assert_eq!(ids().await, ["4", "6", "7"]);
    // A snapshot holds it.
    let snapshot = session.server.snapshot();
    session.server.restore(snapshot);
    assert_eq!(ids().await, ["4", "6", "7"]);
    session.server.clock().advance(Duration::from_secs(1));
    assert_eq!(ids().await, ["4", "5", "6"]);
    let unknown = human.delay_event("99", Duration::ZERO).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no event `99`");
}

#[tokio::test]
async fn the_record_of_an_event_can_be_replaced() {
    let session = Session::start().await;
    hire(&session).await;
    let human = session.server.human();
    human.replace_event("5", json!({"kind": "lost"})).unwrap();
    let path = "/api/public/v1/updates?cursor=4&limit=1";
    let page = session.raw("GET", path, None).await;
    let page: Value = page.json().await.unwrap();
    assert_eq!(page["events"], json!([{"kind": "lost"}]));
    // Its place stays.
    assert_eq!(
        (&page["nextCursor"], &page["hasMore"]),
        (&json!("5"), &json!(true))
    );
}

#[tokio::test]
async fn change_of_the_budget_state_is_an_event() {
    let session = Session::start().await;
    hire(&session).await;
    let (_, list) = session.get("/contracts").await;
    let contract = text(&list["contracts"][0]["id"]);
    let human = session.server.human();
    for _ in 0..4 {
        human.record_work(&contract, 2.5).unwrap();
    }
    let (_, page) = session.get("/updates?cursor=8").await;
    let states: Vec<_> = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (&event["data"]["previousState"], &event["data"]["state"]))
        .collect();
    let moves = [(json!("OK"), json!("DEPLETED"))];
    let moves: Vec<_> = moves.iter().map(|(from, to)| (from, to)).collect();
    assert_eq!(states, moves);
    assert_eq!(page["events"][0]["data"]["paymentType"], "PAY_PER_HOUR");
}
