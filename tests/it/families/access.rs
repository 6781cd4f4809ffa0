//! Tokens, and accounts that begin without a human.

use opentrain::ErrorKind;
use opentrain::types::{
    ApiToken, ClaimToken, OAuthErrorCode, Scope, Timestamp, TokenId, TokenStatus,
};
use serde_json::json;

use super::{asked, documented, request_body, without};
use crate::support::{Scripted, client, reply};

#[tokio::test]
async fn tokens_come_all_at_once() {
    let (server, client) = documented("tokens_list", 200).await;
    let tokens = client.tokens().list().await.unwrap();
    assert_eq!(tokens.items[0].status, TokenStatus::Active);
    assert_eq!(asked(&server), "GET /tokens");
}

#[tokio::test]
async fn a_new_token_has_a_secret_that_does_not_show() {
    let (server, client) = documented("tokens_create", 201).await;
    let expiry: Timestamp = "2026-09-04T05:06:07.000Z".parse().unwrap();
    let created = client
        .tokens()
        .create()
        .name("Nightly sync")
        .scopes([Scope::JobsRead, Scope::ProposalsRead])
        .expires_at(expiry)
        .await
        .unwrap();
    assert_eq!(created.token.expose(), "ot_pat_example_0000");
    assert!(!format!("{created:?}").contains("ot_pat_example"));
    assert_eq!(asked(&server), "POST /tokens");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("tokens_create")
    );
}

#[tokio::test]
async fn a_token_has_all_scopes_only_if_none_were_named() {
    let (server, client) = documented("tokens_create", 201).await;
    let error = client.tokens().create().scopes([]).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidRequest(_)));
    assert_eq!(server.requests(), []);
    client.tokens().create().await.unwrap();
    assert_eq!(server.request().json().unwrap(), json!({}));
}

#[tokio::test]
async fn a_token_is_revoked_by_the_id_of_its_record() {
    let (server, client) = documented("tokens_revoke", 200).await;
    let token = client.tokens().revoke(&TokenId::from("tok_7Ab1"));
    assert_eq!(token.await.unwrap().status, TokenStatus::Revoked);
    assert_eq!(asked(&server), "DELETE /tokens/tok_7Ab1");
}

#[tokio::test]
async fn an_agent_registers_without_a_token() {
    let (server, client) = documented("agent_register", 200).await;
    let register = client.agent_auth().register();
    let register = register.agent_name("Hiring helper");
    let agent = register.organization_name("Northwind Labs").await.unwrap();
    assert_eq!(agent.access_token.expose(), "ot_pat_example_0000");
    assert_eq!(agent.claim_token.expose(), "ot_clm_example_0000");
    assert_eq!(asked(&server), "POST /api/agent/identity");
    assert_eq!(server.request().header_as_sent("authorization"), None);
    // The kind of identity may be omitted: there is only one.
    let expected = without(request_body("agent_register"), "identity_type");
    assert_eq!(server.request().json().unwrap(), expected);
}

#[tokio::test]
async fn a_claim_gives_what_to_show_the_human() {
    let (server, client) = documented("agent_start_claim", 200).await;
    let claim_token = ClaimToken::from("ot_clm_example_0000");
    let attempt = client.agent_auth();
    let attempt = attempt.start_claim(&claim_token, "pat@example.org");
    let attempt = attempt.await.unwrap();
    assert_eq!(attempt.user_code.expose(), "018274");
    assert_eq!(asked(&server), "POST /api/agent/identity/claim");
    assert_eq!(
        server.request().json().unwrap(),
        request_body("agent_start_claim")
    );
}

#[tokio::test]
async fn the_claimed_accounts_token_is_asked_for_by_form() {
    let (server, client) = documented("agent_exchange_token", 200).await;
    let claim_token = ClaimToken::from("ot_clm_example_0000");
    let exchanged = client.agent_auth().exchange_token(&claim_token);
    let exchanged = exchanged.await.unwrap();
    assert_eq!(exchanged.access_token.expose(), "ot_pat_example_0001");
    assert_eq!(asked(&server), "POST /api/agent/oauth/token");
    assert_eq!(
        String::from_utf8(server.request().body).unwrap(),
        "claim_token=ot_clm_example_0000\
         &grant_type=urn%3Aopentrain%3Aagent-auth%3Agrant-type%3Aclaim"
    );
}

#[tokio::test]
async fn a_human_who_is_not_done_is_an_oauth_error_and_is_not_waited_for() {
    let codes = [
        OAuthErrorCode::AuthorizationPending,
        OAuthErrorCode::SlowDown,
    ];
    let refusals = codes.clone();
    let refusals = refusals.map(|code| reply(400, &json!({"error": code})));
    let server = Scripted::start(refusals).await;
    let agent_auth = client(&server).agent_auth();
    for code in codes {
        let call = agent_auth.exchange_token(&"ot_clm_example_0000".into());
        let error = call.await.unwrap_err();
        let ErrorKind::OAuth(refusal) = error.kind() else {
            panic!("{error:?}")
        };
        assert_eq!((refusal.code(), error.attempts()), (&code, 1));
    }
}

#[tokio::test]
async fn a_token_is_revoked_by_its_value() {
    let (server, client) = documented("agent_revoke_token", 200).await;
    let token = ApiToken::from("ot_pat_example_0000");
    client.agent_auth().revoke(&token).await.unwrap();
    assert_eq!(asked(&server), "POST /api/agent/oauth/revoke");
    assert_eq!(server.request().body, b"token=ot_pat_example_0000");
}
