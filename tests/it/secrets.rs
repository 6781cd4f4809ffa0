//! Secrets that a server echoes: none is shown, wherever it stands in a response.

use opentrain::{Client, Error};
use opentrain_mock::fault::{Answer, Fault};
use serde_json::json;

use crate::support::{Scripted, TestClock, builder, chain};

/// A token without the service's prefix: only its value tells that it is one.
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

async fn failure(answer: Answer) -> Error {
    let server = Scripted::start([Fault::answer(answer)]).await;
    client(&server)
        .jobs()
        .close(&"job_9xT".into())
        .await
        .unwrap_err()
}

/// Everything that a program prints of an error.
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
        for answer in [
            Answer::json(401, &json!({"error": text, "code": "UNAUTHORIZED"})),
            Answer::json(401, &json!({"error": "No", "code": text})),
            Answer::json(
                401,
                &json!({"error": "No", "code": "UNAUTHORIZED", "requestId": text}),
            ),
            Answer::json(
                403,
                &json!({"error": "No", "code": "FORBIDDEN", "details": {"reason": text}}),
            ),
            Answer::json(
                403,
                &json!({"error": "No", "code": "FORBIDDEN", "details": {"reason": "account_claim_required", "action": text}}),
            ),
            Answer::json(
                400,
                &json!({"error": "No", "code": "BAD_REQUEST", "details": {"field": text}}),
            ),
            Answer::json(400, &json!({"message": text})),
            Answer::json(404, &json!({"id": text, "status": "closed"})),
            Answer::new(401).header("x-request-id", text.as_str()),
            Answer::json(200, &json!({secret: 7})),
            Answer::json(200, &json!({"jobId": {secret: 7}})),
        ] {
            let error = failure(answer.clone()).await;
            let shown = shown(&error);
            assert!(
                !shown.contains("5Hq9"),
                "{secret} of {answer:?} in\n{shown}"
            );
        }
    }
}

#[tokio::test]
async fn a_path_is_one_printable_line_of_bounded_length() {
    for name in [
        "a\nb",
        "a\u{202e}b",
        "a\u{2028}b\u{2029}",
        &"n".repeat(1 << 20),
    ] {
        let body = json!({"id": "job_9xT", "pay": {name: {"x": 1}, "fixedPrice": "hush"}});
        let server = Scripted::start([Fault::answer(Answer::json(200, &body))]).await;
        let error = client(&server)
            .jobs()
            .get(&"job_9xT".into())
            .await
            .unwrap_err();
        let shown = shown(&error);
        assert!(shown.len() < 4_000, "{}", shown.len());
        assert!(!shown.contains(['\u{202e}', '\u{2028}', '\u{2029}']));
        assert_eq!(chain(&error).lines().count(), 1);
    }
}
