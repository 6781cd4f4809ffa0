//! Loops that the documentation shows: each survives a 502, a response that is cut off, and a restart.

use std::time::Duration;

use opentrain::types::{ClaimToken, Cursor};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Scripted, client, reply};

#[expect(unreachable_pub, reason = "the example is public")]
mod poll {
    include!("../../crates/opentrain/src/docs/poll_loop.rust");
}

#[expect(unreachable_pub, reason = "the example is public")]
mod exchange {
    include!("../../crates/opentrain/src/docs/exchange_loop.rust");
}

/// More failures than the retries of one call.
const ATTEMPTS: u64 = 3;

fn events(ids: &[&str], has_more: bool) -> Fault {
    let list: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "type": "message.received"}))
        .collect();
    let body = json!({"events": list, "nextCursor": ids.last(), "hasMore": has_more});
    reply(200, &body)
}

/// Returns a response whose JSON ends early.
fn cut() -> Fault {
    Fault::response(ScriptedResponse::new(200).body("{\"events\":[{\"id\":"))
}

fn revoked() -> Fault {
    let body =
        json!({"error": "The token was revoked", "code": "UNAUTHORIZED", "requestId": "r-1"});
    reply(401, &body)
}

#[tokio::test]
async fn following_by_hand_survives_a_502_a_cut_and_a_restart() {
    let server = Scripted::start([
        events(&["1", "2"], true),
        Fault::html(502).times(ATTEMPTS),
        cut().times(ATTEMPTS),
        events(&["3"], false),
        revoked(),
        // After the restart.
        events(&["4"], false),
        revoked(),
    ])
    .await;
    let client = client(&server);
    let (mut handled, mut stored) = (Vec::new(), None::<Cursor>);
    for _ in 0..2 {
        let start = stored.clone();
        let handle = |event: &opentrain::types::Event| handled.push(event.id.to_string());
        let store = |cursor: &Cursor| stored = Some(cursor.clone());
        let error = poll::follow(&client, start, handle, store, Duration::ZERO).await;
        assert!(error.unwrap_err().is_unauthorized());
    }
    assert_eq!(handled, ["1", "2", "3", "4"]);
    let targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets[0], "/api/public/v1/updates");
    assert!(
        targets[1..9]
            .iter()
            .all(|target| target.ends_with("?cursor=2") || target.ends_with("?cursor=3"))
    );
    assert!(targets[9].ends_with("?cursor=3"), "{targets:?}");
}

#[tokio::test]
async fn asking_for_the_token_survives_a_502_and_a_cut() {
    let pending = json!({"error": "authorization_pending"});
    let token =
        json!({"access_token": "ot_pat_example_0001", "token_type": "Bearer", "scopes": []});
    let server = Scripted::start([
        reply(400, &pending),
        Fault::html(502),
        reply(502, &json!({"error": "Bad Gateway"})),
        reply(500, &json!({"error": "server_error"})),
        reply(429, &json!({"error": "rate_limit_exceeded"})),
        cut(),
        reply(400, &pending),
        reply(200, &token),
    ])
    .await;
    let claim_token = ClaimToken::from("ot_clm_example_0000");
    let exchanged = exchange::exchange(&client(&server), &claim_token, Duration::ZERO).await;
    assert_eq!(
        exchanged.unwrap().access_token.expose(),
        "ot_pat_example_0001"
    );
}

#[tokio::test]
async fn asking_for_the_token_ends_when_it_was_delivered_to_a_response_that_got_lost() {
    let server = Scripted::start([cut(), reply(400, &json!({"error": "invalid_grant"}))]).await;
    let claim_token = ClaimToken::from("ot_clm_example_0000");
    let error = exchange::exchange(&client(&server), &claim_token, Duration::ZERO).await;
    assert!(error.unwrap_err().to_string().contains("invalid_grant"));
}
