//! Requests on the wire, and requests that are refused before they are sent.

use opentrain::http::{HeaderName, HeaderValue, Method};
use opentrain::types::{Cursor, EventId, JobId};
use opentrain_api::{ApiToken, Context, SharedToken};

use serde_json::{Value, json};

use crate::support::{Scripted, TOKEN, client, example, reply};

#[tokio::test]
async fn a_write_without_a_body_says_that_its_length_is_0_and_a_read_says_nothing() {
    let (status, published) = example("jobs_publish");
    let (_, me) = example("auth_me");
    let server = Scripted::start([reply(status, &published), reply(200, &me)]).await;
    let client = client(&server);
    client
        .jobs()
        .publish(&JobId::from("job_9xT"))
        .await
        .unwrap();
    client.auth().me().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].header("content-length"), Some("0"));
    assert_eq!(requests[1].header("content-length"), None);
}

#[tokio::test]
async fn headers_that_the_client_sets_itself_are_refused() {
    let server = Scripted::start([]).await;
    for name in [
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ] {
        let header = HeaderName::from_static(name);
        let call = client(&server)
            .auth()
            .me()
            .header(header, HeaderValue::from_static("hush"));
        let error = call.await.unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(error.attempts(), 0);
    }
}

#[tokio::test]
async fn a_path_that_is_not_encoded_is_refused() {
    let server = Scripted::start([]).await;
    for path in [
        "/jobs/%",
        "/jobs/%2",
        "/jobs/%zz",
        "/jobs/a%",
        "/jobs/%2e%2e",
        "/jobs/a b",
        "jobs",
        "/jobs//x",
    ] {
        let error = client(&server)
            .request(Method::GET, path)
            .call::<Value>()
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("the path must begin with"),
            "{path}: {error}"
        );
    }
}

#[tokio::test]
async fn a_path_of_the_api_is_reached_behind_a_prefix_that_begins_like_it() {
    let deviation = "GET /api/gateway/api/public/v1/auth/me: not documented";
    let (_, me) = example("auth_me");
    let server = Scripted::start([reply(200, &me)])
        .await
        .deviating([deviation]);
    let builder = opentrain::Client::builder().token(TOKEN);
    let client = builder
        .base_url(format!("{}/api/gateway", server.base_url()))
        .build()
        .unwrap();
    client.auth().me().await.unwrap();
}

#[tokio::test]
async fn events_are_polled_from_any_position() {
    let body = json!({"events": [], "nextCursor": null, "hasMore": false});
    let server = Scripted::start([reply(200, &body).times(6)]).await;
    let updates = client(&server).updates();
    updates.poll().cursor("7").await.unwrap();
    updates.poll().cursor(Cursor::from("7")).await.unwrap();
    let last = EventId::from("7");
    updates.poll().cursor(&last).await.unwrap();
    updates.poll().cursor(Some(last)).await.unwrap();
    updates
        .poll()
        .cursor(Some(&Cursor::from("7")))
        .await
        .unwrap();
    updates.poll().cursor(None::<Cursor>).await.unwrap();
    let targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert!(
        targets[..5]
            .iter()
            .all(|target| target.ends_with("/updates?cursor=7")),
        "{targets:?}"
    );
    assert!(targets[5].ends_with("/updates"));
}

#[tokio::test]
async fn a_response_keeps_its_headers() {
    let (_, me) = example("auth_me");
    let server = Scripted::start([reply(200, &me)
        .header("x-request-id", "r-7")
        .header("x-edge", "edge-7")])
    .await;
    let response = client(&server).auth().me().with_response().await.unwrap();
    assert_eq!(response.headers()["x-edge"], "edge-7");
    assert_eq!(
        (response.request_id(), response.status().as_u16()),
        (Some("r-7"), 200)
    );
    assert!(!format!("{response:?}").contains("edge-7"));
}

#[test]
fn the_context_of_the_raw_client_shows_no_header_value() {
    let header = (
        HeaderName::from_static("x-own"),
        HeaderValue::from_static("hush"),
    );
    let token = SharedToken::new(&ApiToken::from(TOKEN)).unwrap();
    let context = Context::new(token).headers([header].into_iter().collect());
    let shown = format!("{context:?}");
    assert!(
        shown.contains("x-own") && !shown.contains("hush") && !shown.contains(TOKEN),
        "{shown}"
    );
}

#[tokio::test]
async fn a_limit_of_the_service_is_named() {
    let refused = |details: Value| {
        reply(
            429,
            &json!({"error": "Too many", "code": "RATE_LIMITED", "details": details}),
        )
    };
    for (details, named) in [
        (
            json!({"limit": 3, "windowHours": 24}),
            "; at most 3 in 24 hours",
        ),
        (
            json!({"windowHours": 24}),
            "; a limit of 24 hours is used up",
        ),
        (json!({"retryAfterSeconds": 11}), "; wait 11 s"),
    ] {
        let server = Scripted::start([refused(details)]).await;
        let call = client(&server).jobs().publish(&JobId::from("job_9xT"));
        let error = call
            .retry_policy(opentrain::retry::Never)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}
