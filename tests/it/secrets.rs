//! Secrets that a server echoes: no secret is shown, in any part of a response.

use std::collections::BTreeMap;

use opentrain::{Client, Error};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::json;

use crate::support::{Scripted, TestClock, builder, chain};

/// Token without the service's prefix: only its value identifies it.
const OWN: &str = "own-token-5Hq9";
/// Secrets by their prefixes.
const PREFIXED: [&str; 5] = [
    "ot_pat_5Hq9",
    "ot_clm_5Hq9",
    "ot_cat_5Hq9",
    "ot_ptk_5Hq9",
    "whsec_5Hq9",
];

fn client(server: &Scripted) -> Client {
    let builder = builder(server, &TestClock::default()).token(OWN);
    builder.build().unwrap()
}

async fn failure(response: ScriptedResponse) -> Error {
    let server = Scripted::start([Fault::response(response)]).await;
    let call = client(&server).jobs().close(&"job_9xT".into());
    call.retry_policy(opentrain::retry::Never)
        .await
        .unwrap_err()
}

/// Returns all text that a program prints for an error.
fn shown(error: &Error) -> String {
    let reason = error.reason().map(|reason| format!("{reason:?}"));
    format!(
        "{}\n{error:?}\n{:?}\n{:?}\n{reason:?}\n{:?}\n{:?}",
        chain(error),
        error.kind(),
        error.request_id(),
        error.message(),
        error
            .api()
            .map(|api| (api.to_string(), api.code(), api.message())),
    )
}

#[tokio::test]
async fn an_echoed_secret_is_shown_nowhere() {
    for secret in PREFIXED.into_iter().chain([OWN]) {
        let text = format!("Invalid API token: {secret}");
        for response in [
            ScriptedResponse::json(401, &json!({"error": text, "code": "UNAUTHORIZED"})),
            ScriptedResponse::json(401, &json!({"error": "No", "code": text})),
            ScriptedResponse::json(
                401,
                &json!({"error": "No", "code": "UNAUTHORIZED", "requestId": text}),
            ),
            ScriptedResponse::json(
                403,
                &json!({"error": "No", "code": "FORBIDDEN", "details": {"reason": text}}),
            ),
            ScriptedResponse::json(
                403,
                &json!({"error": "No", "code": "FORBIDDEN", "details": {"reason": "account_claim_required", "action": text}}),
            ),
            ScriptedResponse::json(
                400,
                &json!({"error": "No", "code": "BAD_REQUEST", "details": {"field": text}}),
            ),
            ScriptedResponse::json(400, &json!({"message": text})),
            ScriptedResponse::json(404, &json!({"id": text, "status": "closed"})),
            ScriptedResponse::new(401).header("x-request-id", text.as_str()),
            ScriptedResponse::json(502, &json!({"error": {"code": text, "message": text}})),
            ScriptedResponse::json(200, &json!({"alreadyClosed": text, "status": text})),
            ScriptedResponse::new(200)
                .header("content-encoding", text.as_str())
                .body("x"),
        ] {
            let error = failure(response.clone()).await;
            let shown = shown(&error);
            assert!(
                !shown.contains("5Hq9"),
                "{secret} of {response:?} in\n{shown}"
            );
        }
    }
}

/// Returns the client and the server of a success with this body.
async fn served(response: ScriptedResponse) -> (Scripted, Client) {
    let server = Scripted::start([Fault::response(response)]).await;
    let server = server.deviating(["GET /api/public/v1/extra: not documented"]);
    let client = client(&server);
    (server, client)
}

#[tokio::test]
async fn an_echoed_secret_in_the_name_of_a_member_is_shown_nowhere() {
    for secret in PREFIXED.into_iter().chain([OWN, "ownToken5Hq9"]) {
        let padded = format!("{}{secret}", "n".repeat(47));
        let escaped = secret.replacen('o', "\\u006f", 1);
        for name in [secret, padded.as_str(), escaped.as_str()] {
            let body = format!(r#"{{"{name}":"x"}}"#);
            let (_server, client) = served(ScriptedResponse::new(200).body(body)).await;
            client.token().set(&"ownToken5Hq9".into()).unwrap();
            if !secret.starts_with("ownT") {
                client.token().set(&OWN.into()).unwrap();
            }
            let call = client.request(opentrain::http::Method::GET, "/extra");
            let error = call.call::<BTreeMap<String, u32>>().await.unwrap_err();
            let shown = shown(&error);
            assert!(!shown.contains("5Hq"), "{name} in\n{shown}");
        }
    }
}

#[tokio::test]
async fn an_echoed_secret_in_another_form_is_shown_nowhere() {
    for form in [
        "own-\u{200b}token-5Hq9",
        "OWN-TOKEN-5HQ9",
        "own%2Dtoken%2D5Hq9",
        "ot%5Fpat%5F5Hq9",
        "ot_\u{2060}pat_5Hq9",
    ] {
        let error = failure(ScriptedResponse::json(
            401,
            &json!({"error": form, "code": form, "requestId": form}),
        ))
        .await;
        let shown = shown(&error).to_lowercase();
        assert!(!shown.contains("5hq9"), "{form} in\n{shown}");
    }
}

#[tokio::test]
async fn a_page_shows_no_echoed_secret_outside_of_its_elements() {
    let body = json!({"jobs": [{"id": "a", OWN: 1}, {"id": "b", "pay": {"fixedPrice": {OWN: 1}}}], "nextCursor": null,
        "generatedAt": "2026-03-04T05:06:07.000Z"});
    let response = ScriptedResponse::json(200, &body).header("x-request-id", OWN);
    let server = Scripted::start([Fault::response(response)]).await;
    let page = client(&server).jobs().search().await.unwrap();
    assert_eq!(page.rejected.len(), 1);
    let shown = format!("{page:?}");
    assert!(!shown.contains("5Hq9"), "{shown}");
}

#[tokio::test]
async fn a_path_is_one_printable_line_of_bounded_length() {
    for name in [
        "a\nb",
        "a\u{202e}b",
        "a\u{2028}b\u{2029}",
        &"n".repeat(1 << 20),
    ] {
        let (_server, client) = served(ScriptedResponse::json(200, &json!({name: "x"}))).await;
        let call = client.request(opentrain::http::Method::GET, "/extra");
        let error = call.call::<BTreeMap<String, u32>>().await.unwrap_err();
        let shown = shown(&error);
        assert!(shown.len() < 4_000, "{}", shown.len());
        assert!(!shown.contains(['\u{202e}', '\u{2028}', '\u{2029}']));
        assert!(chain(&error).contains("at `…`"), "{}", chain(&error));
        assert_eq!(chain(&error).lines().count(), 1);
    }
}
