//! Every documented response about conversations, webhooks, the team and tokens.

use serde_json::json;

use super::post;
use crate::support::{Session, milestone, text};

pub(super) async fn people(session: &Session) {
    talk(session).await;
    webhooks(session).await;
    team(session).await;
    tokens(session).await;
}

async fn talk(session: &Session) {
    let job = session.open_job().await;
    let proposals = session.proposals(&job).await;
    let human = session.server.human();
    human
        .review(&proposals[1], "RESUME_SENT")
        .expect("it exists");
    let mut conversation = String::new();
    for proposal in [&proposals[1], &proposals[0], &proposals[0]] {
        let path = format!("/proposals/{proposal}/conversation");
        let (_, started) = session.post(&path, &json!({})).await;
        conversation = started["conversationId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
    }
    for content in ["", "Hello", "Write me on Telegram"] {
        let body = json!({"conversationId": conversation, "content": content});
        session.post("/messages", &body).await;
    }
    human
        .candidate_writes(&conversation, "Hello to you")
        .expect("the employer has written");
    let body = json!({"conversationId": "cnv_999999", "content": "Hello"});
    session.post("/messages", &body).await;
    read(session, &conversation).await;
    human.candidate_blocks(&conversation).expect("it exists");
    let body = json!({"conversationId": conversation, "content": "Hello?"});
    session.post("/messages", &body).await;
    let path = format!("/proposals/{}/hire", proposals[0]);
    session.post(&path, &milestone(20)).await;
}

async fn read(session: &Session, conversation: &str) {
    for query in [
        String::new(),
        "?limit=1".to_owned(),
        "?filter=job&unreadOnly=1".to_owned(),
        "?limit=101".to_owned(),
        "?filter=none".to_owned(),
        "?conversationId=cnv_999999".to_owned(),
        format!("?conversationId={conversation}&limit=1"),
        format!("?conversationId={conversation}&direction=newer"),
    ] {
        session.get(&format!("/messages{query}")).await;
    }
}

async fn webhooks(session: &Session) {
    let body = json!({"url": "https://hooks.example.com/", "eventTypes": ["message.received"]});
    let (_, made) = session.post("/webhooks", &body).await;
    let path = format!("/webhooks/{}", text(&made["webhook"]["id"]));
    session.get("/webhooks").await;
    for method in ["GET", "DELETE", "GET"] {
        session.call(method, &path, None).await;
    }
    session.post("/webhooks", &body).await;
}

async fn team(session: &Session) {
    for email in [
        "jon@example.com",
        "jon",
        "jon@mail.invalid",
        "jon@unreachable.example",
    ] {
        session
            .post("/team/invites", &json!({"email": email}))
            .await;
    }
    session.get("/team").await;
}

async fn tokens(session: &Session) {
    session.call("POST", "/tokens", None).await;
    let (_, made) = session.post("/tokens", &json!({"name": "Second"})).await;
    session.get("/tokens").await;
    session
        .post("/tokens", &json!({"scopes": ["jobs:fly"]}))
        .await;
    let path = format!("/tokens/{}", text(&made["metadata"]["id"]));
    session.call("DELETE", &path, None).await;
    post(session, "/tokens").await;
}
