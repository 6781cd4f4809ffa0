//! The team and its invitations.

use std::time::Duration;

use serde_json::json;

use crate::support::{Session, envelope, ids};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn stranger_is_invited_and_the_invitation_lapses_after_a_week() {
    let session = Session::start().await;
    let (_, before) = session.get("/team").await;
    assert_eq!(before["team"]["members"][0]["role"], "OWNER");
    assert_eq!(before["team"]["invites"], json!([]));
    let body = json!({"email": "Jon@Example.com"});
    for _ in 0..2 {
        let (status, invited) = session.post("/team/invites", &body).await;
        assert_eq!(
            (status, &invited["status"]),
            (200, &json!("invite_created"))
        );
        assert_eq!(ids(&invited["team"]["invites"]).len(), 1);
        let invite = &invited["team"]["invites"][0];
        assert_eq!(invite["email"], "jon@example.com");
        assert_eq!(invite["createdAt"], "2026-03-04T05:06:07.000Z");
        assert_eq!(invite["expiresAt"], "2026-03-11T05:06:07.000Z");
    }
    let last = 7 * DAY - Duration::from_millis(1);
    session.server.clock().advance(last);
    assert_eq!(
        ids(&session.get("/team").await.1["team"]["invites"]).len(),
        1
    );
    session.server.clock().advance(7 * DAY - last);
    assert_eq!(session.get("/team").await.1, before);
}

#[tokio::test]
async fn invited_user_with_an_account_joins_at_once() {
    let session = Session::start().await;
    let body = json!({"email": "sam@harbour-speech.example"});
    for status in ["member_added", "already_member"] {
        let (_, invited) = session.post("/team/invites", &body).await;
        assert_eq!(invited["status"], status);
        assert_eq!(invited["team"]["members"][1]["name"], "Sam Field");
        assert_eq!(invited["team"]["members"].as_array().map(Vec::len), Some(2));
    }
    let owner = json!({"email": "pat@northwind-labs.example"});
    let (_, invited) = session.post("/team/invites", &owner).await;
    assert_eq!(invited["status"], "already_member");
}

#[tokio::test]
async fn addresses_that_no_mail_reaches_are_refused() {
    let session = Session::start().await;
    let invite = async |email: &str| {
        session
            .post("/team/invites", &json!({"email": email}))
            .await
    };
    let details = envelope(invite("jon").await, 400, "BAD_REQUEST");
    assert_eq!(details["issues"][0]["path"], json!(["email"]));
    let details = envelope(invite("jon@mail.invalid").await, 400, "BAD_REQUEST");
    assert_eq!(details, json!({"email": "jon@mail.invalid"}));
    let details = envelope(invite("jon@unreachable.example").await, 409, "CONFLICT");
    assert_eq!(details, json!({"reason": "invite_email_send_failed"}));
    assert_eq!(session.get("/team").await.1["team"]["invites"], json!([]));
}

#[tokio::test]
async fn account_without_a_team_is_refused() {
    let session = Session::start().await;
    session.server.human().disable_team();
    let body = json!({"email": "jon@example.com"});
    for response in [
        session.get("/team").await,
        session.post("/team/invites", &body).await,
    ] {
        let details = envelope(response, 403, "FORBIDDEN");
        assert_eq!(details, json!({"reason": "teams_not_enabled"}));
    }
    session.server.human().enable_team();
    assert_eq!(session.get("/team").await.0, 200);
}
