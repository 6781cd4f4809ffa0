//! `Debug` of the types that write it by hand: enough to recognise a value, without its token, headers and body.

use std::fmt::Debug;

use insta::assert_snapshot;
use opentrain::Client;
use opentrain::blocking::Blocking;
use opentrain::http::{HeaderName, HeaderValue, Method};
use opentrain::retry::Never;
use opentrain::types::{ClaimToken, JobId};
use opentrain_mock::fault::Fault;
use serde_json::{Value, json};

use crate::support::{Scripted, TOKEN, TestClock, builder, context, raw, reply};

/// Adds the debug output of a value, one value a line. The address of the server differs from run to run.
fn show(lines: &mut String, server: &Scripted, value: &dyn Debug) {
    let line = format!("{value:?}\n").replace(server.base_url(), "http://server");
    assert!(
        !line.contains("hush") && !line.contains("ot_pat_"),
        "{line}"
    );
    lines.push_str(&line);
}

/// Returns a response with a header that must not be shown.
fn with_header(status: u16, body: &Value) -> Fault {
    reply(status, body).header("x-own", "hush")
}

fn refusal() -> Fault {
    let details = json!({"hush": "hush"});
    with_header(
        409,
        &json!({"error": "hush", "code": "CONFLICT", "requestId": "r-1", "details": details}),
    )
}

#[tokio::test]
async fn values_of_the_client_are_recognised() {
    let server = Scripted::start([
        with_header(200, &json!({"id": "job_9xT"})),
        refusal(),
        with_header(200, &json!({"id": {"hush": "hush"}})),
        with_header(
            400,
            &json!({"error": "slow_down", "error_description": "hush"}),
        ),
        with_header(
            200,
            &json!({"events": [{"id": {"hush": "hush"}}], "hasMore": false}),
        ),
    ])
    .await
    .deviating(["jobs_get: header `x-own` is not documented"]);
    let mut lines = String::new();
    let mut show = |value: &dyn Debug| show(&mut lines, &server, value);
    let builder = builder(&server, &TestClock::default());
    show(&builder);
    let client = builder.retry_policy(Never).build().unwrap();
    show(&client);
    let own = HeaderName::from_static("x-own");
    let id = JobId::from("job_9xT");
    let job = || {
        client
            .jobs()
            .get(&id)
            .header(own.clone(), HeaderValue::from_static("hush"))
    };
    show(&job());
    show(&job().with_response());
    show(&client.request(Method::GET, "/hush"));
    show(&client.jobs().search().query("dialect").pages());
    show(&client.jobs().search().items());
    show(&job().with_response().await.unwrap());
    show(&job().await.unwrap_err());
    show(&job().await.unwrap_err());
    let token = ClaimToken::from("ot_clm_hush");
    show(
        &client
            .agent_auth()
            .exchange_token(&token)
            .await
            .unwrap_err(),
    );
    show(&client.updates().poll().await.unwrap());
    assert_snapshot!(lines);
}

#[tokio::test]
async fn values_of_the_raw_client_are_recognised() {
    let server = Scripted::start([
        with_header(200, &json!({"id": "job_9xT"})),
        refusal(),
        with_header(200, &json!({"id": {"hush": "hush"}})),
        with_header(302, &json!("hush")),
    ])
    .await;
    let mut lines = String::new();
    let mut show = |value: &dyn Debug| show(&mut lines, &server, value);
    show(&context());
    show(context().token());
    let (client, id) = (raw(&server), JobId::from("job_9xT"));
    show(&client.jobs_get_request(&id).unwrap());
    show(&client.jobs_get(&id).await.unwrap());
    for _ in 0..3 {
        show(&client.jobs_get(&id).await.unwrap_err());
    }
    assert_snapshot!(lines);
}

#[test]
fn values_without_async_are_recognised() {
    let client = Client::builder().token(TOKEN).base_url("https://a.example");
    let client = Blocking::new(client.build().unwrap()).unwrap();
    assert_eq!(
        format!("{client:?}"),
        "Blocking { client: Client { base_url: \"https://a.example\", token: SharedToken([redacted]), .. }, .. }"
    );
    let jobs = client.iter(client.jobs().search().items());
    assert_eq!(format!("{jobs:?}"), "Iter { ended: false, .. }");
}
