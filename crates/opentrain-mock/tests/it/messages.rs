//! Conversations and messages, from both sides.

use opentrain_mock::TokenOwner;
use serde_json::{Value, json};

use crate::support::{Session, envelope, ids, milestone, text};

/// Returns a session, a proposal, and the conversation about it.
async fn conversation() -> (Session, String, String) {
    let session = Session::start().await;
    let job = session.open_job().await;
    let proposal = session.proposals(&job).await.remove(0);
    let (status, started) = start(&session, &proposal).await;
    assert_eq!((status, &started["created"]), (200, &json!(true)));
    let id = text(&started["conversationId"]);
    (session, proposal, id)
}

async fn start(session: &Session, proposal: &str) -> (u16, Value) {
    let path = format!("/proposals/{proposal}/conversation");
    session.post(&path, &json!({})).await
}

async fn send(session: &Session, conversation: &str, content: &str) -> (u16, Value) {
    let body = json!({"conversationId": conversation, "content": content});
    session.post("/messages", &body).await
}

#[tokio::test]
async fn conversation_is_started_once_and_then_found() {
    let (session, proposal, id) = conversation().await;
    let (status, again) = start(&session, &proposal).await;
    assert_eq!((status, &again["created"]), (200, &json!(false)));
    assert_eq!(again["conversationId"], id.as_str());
    let (_, list) = session.get("/messages").await;
    let only = &list["conversations"][0];
    assert_eq!(
        (&only["bucket"], &only["lastMessage"]),
        (&json!("proposal"), &json!(null))
    );
}

#[tokio::test]
async fn proposal_from_a_sent_resume_has_no_conversation() {
    let (session, proposal, _) = conversation().await;
    session
        .server
        .human()
        .review(&proposal, "RESUME_SENT")
        .unwrap();
    let details = envelope(start(&session, &proposal).await, 409, "CONFLICT");
    assert_eq!(
        details,
        json!({"reason": "proposal_not_ready_for_messaging"})
    );
}

#[tokio::test]
async fn candidate_answers_only_after_the_employer_and_only_through_the_human() {
    let (session, _, id) = conversation().await;
    let human = session.server.human();
    let error = human.candidate_writes(&id, "Hello").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the employer has not written in conversation `{id}` yet")
    );
    let (status, sent) = send(&session, &id, "Could you start on Monday?").await;
    assert_eq!(
        (status, &sent["message"]["isFromViewer"]),
        (201, &json!(true))
    );
    let reply = human.candidate_writes(&id, "Monday works.").unwrap();
    let (_, list) = session.get("/messages?unreadOnly=true").await;
    let only = &list["conversations"][0];
    assert_eq!(only["lastMessage"]["id"], reply.as_str());
    assert_eq!(
        (&only["unreadCount"], &only["needsReplyCount"]),
        (&json!(1), &json!(1))
    );
    human.read_conversation(&id).unwrap();
    let (_, list) = session.get("/messages").await;
    let only = &list["conversations"][0];
    assert_eq!(
        (&only["unreadCount"], &only["needsReplyCount"]),
        (&json!(0), &json!(1))
    );
    let (_, none) = session.get("/messages?unreadOnly=1").await;
    assert_eq!(none["conversations"], json!([]));
}

#[tokio::test]
async fn messages_are_paged_in_both_directions() {
    let (session, _, id) = conversation().await;
    let mut sent = Vec::new();
    for number in 0..5 {
        let (_, message) = send(&session, &id, &format!("Message {number}")).await;
        sent.push(text(&message["message"]["id"]));
    }
    for (direction, first) in [("older", 4), ("newer", 0)] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!(
                "/messages?conversationId={id}&limit=2&direction={direction}&cursor={cursor}"
            );
            let (_, page) = session.get(&path).await;
            seen.extend(ids(&page["messages"]));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen[0], sent[first], "{direction}");
        if direction == "older" {
            seen.reverse();
        }
        assert_eq!(seen, sent, "{direction}");
    }
    let path = format!(
        "/messages?conversationId={id}&direction=newer&cursor={}",
        sent[2]
    );
    assert_eq!(ids(&session.get(&path).await.1["messages"]), sent[3..]);
}

#[tokio::test]
async fn conversations_are_listed_by_activity_and_filtered_by_bucket() {
    let (session, proposal, first) = conversation().await;
    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(120)).await;
    let approval = text(&asked["approval"]["id"]);
    session.server.human().confirm(&approval).unwrap();
    let (_, list) = session.get("/contracts").await;
    let contract = text(&list["contracts"][0]["id"]);
    let (_, found) = session.get(&format!("/contracts/{contract}")).await;
    let second = text(&found["contract"]["jobDmConversationId"]);
    let listed = async |query: &str| {
        let (_, page) = session.get(&format!("/messages{query}")).await;
        ids(&page["conversations"])
    };
    assert_eq!(listed("").await, [second.clone(), first.clone()]);
    send(&session, &first, "Hello").await;
    assert_eq!(listed("").await, [first.clone(), second.clone()]);
    assert_eq!(listed("?filter=job").await, [second.as_str()]);
    assert_eq!(listed("?filter=proposal").await, [first.as_str()]);
    let (_, page) = session.get("/messages?limit=1").await;
    let rest = format!("?limit=1&cursor={}", text(&page["nextCursor"]));
    assert_eq!(listed(&rest).await, [second]);
}

#[tokio::test]
async fn every_reason_not_to_take_a_message_is_given() {
    let (mut session, proposal, id) = conversation().await;
    let details = envelope(
        send(&session, &id, "My WhatsApp is").await,
        403,
        "FORBIDDEN",
    );
    assert_eq!(details["reason"], "message_policy_blocked");
    assert!(details["policy"].is_string());
    envelope(
        send(&session, "cnv_999999", "Hello").await,
        404,
        "NOT_FOUND",
    );
    for content in [String::new(), "x".repeat(10_001)] {
        let details = envelope(send(&session, &id, &content).await, 400, "BAD_REQUEST");
        assert_eq!(details["issues"][0]["path"], json!(["content"]));
    }
    let (status, _) = send(&session, &id, &"ü".repeat(10_000)).await;
    assert_eq!(status, 201);

    session.server.human().candidate_blocks(&id).unwrap();
    let details = envelope(send(&session, &id, "Hello").await, 409, "CONFLICT");
    assert_eq!(details["reason"], "message_blocked");

    let path = format!("/proposals/{proposal}/hire");
    let (_, asked) = session.post(&path, &milestone(120)).await;
    let human = session.server.human();
    human.confirm(&text(&asked["approval"]["id"])).unwrap();
    let (_, list) = session.get("/contracts").await;
    let contract = text(&list["contracts"][0]["id"]);
    let (_, found) = session.get(&format!("/contracts/{contract}")).await;
    let after_hire = text(&found["contract"]["jobDmConversationId"]);
    session
        .post(&format!("/contracts/{contract}/end"), &json!({}))
        .await;
    human.confirm(&human.pending_approvals()[0].id).unwrap();
    let details = envelope(
        send(&session, &after_hire, "Thank you").await,
        409,
        "CONFLICT",
    );
    assert_eq!(details["reason"], "read_only_conversation");

    let scopes = ["messages:write"];
    let stranger = session.server.issue_token(&scopes, TokenOwner::Stranger);
    session.become_bearer(&stranger.unwrap());
    envelope(send(&session, &id, "Hello").await, 403, "FORBIDDEN");
    let path = format!("/messages?conversationId={id}");
    envelope(session.get(&path).await, 403, "FORBIDDEN");
    assert_eq!(session.get("/messages").await.1["conversations"], json!([]));
}

#[tokio::test]
async fn queries_that_cannot_be_meant_are_refused_with_issues() {
    let (session, _, id) = conversation().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("filter=none", "filter"),
        ("direction=up", "direction"),
        ("unreadOnly=perhaps", "unreadOnly"),
        ("cursor=x", "cursor"),
        (&format!("conversationId={id}&cursor=msg_999999"), "cursor"),
    ] {
        let response = session.get(&format!("/messages?{query}")).await;
        let details = envelope(response, 400, "BAD_REQUEST");
        assert_eq!(details["issues"][0]["path"], json!([name]), "{query}");
    }
}
