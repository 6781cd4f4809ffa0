//! Rotating the token: every place to stop at, and what the next rotation finds.

use std::future::{IntoFuture, poll_fn};
use std::pin::pin;
use std::task::Poll;

use opentrain::token_store::{MemoryTokenStore, SavedToken, TokenStore};
use opentrain::{Client, ErrorKind, TokenFault};
use opentrain_mock::MockServer;
use opentrain_mock::fault::{Cut, Fault, ScriptedResponse};
use serde_json::json;

use crate::support::{Mock, Scripted, TestClock, builder, example, reply};

fn client(server: &MockServer) -> Client {
    let client = builder(server, &TestClock::default());
    client.token(server.token()).build().unwrap()
}

/// Returns the client of a program that was restarted: with the stored token, if there is one.
async fn restarted(server: &MockServer, store: &MemoryTokenStore) -> Client {
    let client = client(server);
    let saved = store.load().await.unwrap();
    if let Some(token) = saved.as_ref().and_then(SavedToken::access_token) {
        client.token().set(token).unwrap();
    }
    client
}

/// Names of the active tokens of the account.
async fn active(client: &Client) -> Vec<String> {
    let tokens = client.tokens().list().await.unwrap().items;
    let active = tokens.into_iter().filter(|token| token.status == "active");
    active.map(|token| token.name.unwrap()).collect()
}

#[tokio::test]
async fn a_token_is_replaced_in_the_client_and_the_store_and_the_old_one_is_revoked() {
    let server = Mock::start().await;
    let store = MemoryTokenStore::new();
    let client = client(&server);
    let clone = client.clone();
    let old = client.auth().me().await.unwrap().token;
    let rotated = client
        .tokens()
        .rotate(store.clone())
        .name("Night sync")
        .await
        .unwrap();
    assert_eq!(rotated.revoked, std::slice::from_ref(&old.id));
    let new = clone.auth().me().await.unwrap().token;
    assert_eq!((&new.id, &new.scopes), (&rotated.id, &old.scopes));
    assert_eq!(
        new.label.unwrap(),
        format!("Night sync (rotated from {})", old.id)
    );
    let saved = store.load().await.unwrap().unwrap();
    assert_eq!(saved.access_token(), Some(&rotated.access_token));
    // Once more, in another process.
    let restarted = restarted(&server, &store).await;
    let again = restarted.tokens().rotate(store.clone()).await.unwrap();
    assert_eq!(again.revoked, std::slice::from_ref(&rotated.id));
    assert_eq!(
        active(&restarted).await,
        [format!("Night sync (rotated from {})", rotated.id)]
    );
    assert!(clone.auth().me().await.unwrap_err().is_unauthorized());
}

#[tokio::test]
async fn a_rotation_that_stops_anywhere_is_put_right_by_the_next() {
    for polls in 0.. {
        let server = Mock::start().await;
        let store = MemoryTokenStore::new();
        let others = server.human().issue_token(&["jobs:read"]).unwrap();
        let first = client(&server);
        let ended = {
            let mut rotation = pin!(first.tokens().rotate(store.clone()).into_future());
            let mut left = polls;
            poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(None);
                }
                left -= 1;
                rotation.as_mut().poll(context).map(Some)
            })
            .await
        };
        let next = restarted(&server, &store).await;
        let rotated = next.tokens().rotate(store.clone()).await.unwrap();
        let saved = store.load().await.unwrap().unwrap();
        assert_eq!(saved.access_token(), Some(&rotated.access_token));
        assert_eq!(next.auth().me().await.unwrap().token.id, rotated.id);
        // The new token, and the other program's.
        assert_eq!(active(&next).await.len(), 2, "stopped after {polls} polls");
        let other = Client::builder().base_url(server.base_url()).token(others);
        assert!(other.build().unwrap().auth().me().await.is_ok());
        if ended.is_some() {
            return;
        }
    }
}

#[tokio::test]
async fn every_request_may_fail_or_lose_its_response_and_the_client_goes_on() {
    for (operation, number) in [
        ("auth_me", 1),
        ("auth_me", 2),
        ("tokens_list", 1),
        ("tokens_create", 1),
        ("tokens_revoke", 1),
    ] {
        for fault in [
            Fault::status(403),
            Fault::cut(Cut::BeforeResponse).after_the_work().times(3),
            Fault::html(502).times(3),
        ] {
            let server = Mock::start().await;
            let store = MemoryTokenStore::new();
            let client = client(&server);
            server
                .faults()
                .add(fault.on(operation).nth(number))
                .unwrap();
            let failed = client.tokens().rotate(store.clone()).await;
            server.faults().clear_all();
            let text = format!("{operation} {number}: {failed:?}");
            // In each case the client has a token that works, and it is the one that a restart begins with.
            let me = client
                .auth()
                .me()
                .await
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let restarted = restarted(&server, &store).await;
            assert_eq!(
                restarted.auth().me().await.unwrap().token.id,
                me.token.id,
                "{text}"
            );
            if failed.is_err() {
                assert!(active(&restarted).await.len() <= 2, "{text}");
                restarted.tokens().rotate(store.clone()).await.unwrap();
            }
            assert_eq!(active(&restarted).await.len(), 1, "{text}");
        }
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_written_or_is_another_services_costs_no_token() {
    let server = Mock::start().await;
    let client = client(&server);
    let store = MemoryTokenStore::new();
    let other = SavedToken::new("https://app.opentrain.ai", "ot_pat_example_0007");
    assert!(store.replace(None, &other).await.unwrap());
    let error = client.tokens().rotate(store).await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Token(TokenFault::OtherService { .. })
    ));
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/token.json");
    let nowhere = opentrain::token_store::FileTokenStore::new(nowhere);
    let error = client.tokens().rotate(nowhere).await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Token(TokenFault::Store { .. })
    ));
    server.expect("tokens_create", 0).unwrap();
    assert_eq!(active(&client).await.len(), 1);
}

#[tokio::test]
async fn a_secret_is_taken_from_a_creation_that_does_not_decode() {
    let (_, mut me) = example("auth_me");
    let mut old = me.clone();
    old["token"]["id"] = json!("tok_old");
    me["token"]["id"] = json!("tok_new");
    let revoked = example("tokens_revoke").1;
    let server = Scripted::start([
        reply(200, &old),
        reply(200, &json!({"tokens": []})),
        Fault::response(
            ScriptedResponse::new(201).body(r#"{"token":"ot_pat_example_0042","metadata":{}}"#),
        ),
        reply(200, &me),
        reply(200, &revoked),
    ])
    .await;
    let client = builder(&server, &TestClock::default()).build().unwrap();
    let rotated = client
        .tokens()
        .rotate(MemoryTokenStore::new())
        .await
        .unwrap();
    assert_eq!(
        (rotated.access_token.expose(), rotated.id.as_str()),
        ("ot_pat_example_0042", "tok_new")
    );
    let sent: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.header_as_sent("authorization").unwrap().to_owned())
        .collect();
    assert!(
        sent[3..]
            .iter()
            .all(|sent| sent == "Bearer ot_pat_example_0042"),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_new_token_that_may_do_less_is_revoked_and_the_old_one_stays() {
    let (_, old) = example("auth_me");
    let mut weaker = old.clone();
    weaker["token"]["scopes"] = json!([]);
    let server = Scripted::start([
        reply(200, &old),
        reply(200, &json!({"tokens": []})),
        reply(201, &example("tokens_create").1),
        reply(200, &weaker),
        reply(200, &json!({})),
        reply(200, &old),
    ])
    .await;
    let client = builder(&server, &TestClock::default()).build().unwrap();
    let error = client
        .tokens()
        .rotate(MemoryTokenStore::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("lacks the scope"), "{error}");
    client.auth().me().await.unwrap();
    let sent = server.requests()[5]
        .header_as_sent("authorization")
        .unwrap()
        .to_owned();
    assert_eq!(sent, format!("Bearer {}", crate::support::TOKEN));
}
