//! Calls of the client: options, responses, settings, secrets.

use std::future::IntoFuture;
use std::time::Duration;

use opentrain::http::{HeaderName, HeaderValue, Method};
use opentrain::types::{ApiToken, ContractId, JobId};
use opentrain::{Client, ErrorKind, Reason};
use opentrain_mock::fault::{Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{Scripted, TOKEN, TestClock, builder, chain, client, reply, repository_file};

fn me() -> Value {
    let document: Value = serde_json::from_str(&repository_file("spec/documented.json")).unwrap();
    document["paths"]["/auth/me"]["get"]["responses"]["200"]["content"]["application/json"]["example"].clone()
}

#[tokio::test]
async fn a_response_keeps_status_request_id_attempts_and_time() {
    let failure = Fault::html(503);
    let success = reply(200, &me()).header("x-request-id", "req-7");
    let server = Scripted::start([failure, success]).await;
    let response = client(&server).auth().me().with_response().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.request_id(),
            response.attempts()
        ),
        (200, Some("req-7"), 2)
    );
    assert_eq!(response.elapsed(), Duration::from_millis(250));
    assert_eq!(response.into_value().token.scopes.unwrap().len(), 2);
}

#[tokio::test]
async fn the_user_agent_names_library_and_program() {
    let server = Scripted::start([reply(200, &me())]).await;
    let client = builder(&server, &TestClock::default())
        .app_name("night-shift/1.4")
        .build()
        .unwrap();
    client.auth().me().await.unwrap();
    let sent = server.request();
    let agent = sent.header("user-agent").unwrap();
    let version = opentrain::about().version;
    assert_eq!(agent, format!("opentrain-rust/{version} night-shift/1.4"));
}

#[tokio::test]
async fn a_header_of_ones_own_goes_along_and_the_token_stays() {
    let server = Scripted::start([reply(200, &me())]).await;
    let server = server.deviating(["auth_me: header `x-trace` is not documented"]);
    let (name, value) = (
        HeaderName::from_static("x-trace"),
        HeaderValue::from_static("t-1"),
    );
    client(&server)
        .auth()
        .me()
        .header(name, value)
        .await
        .unwrap();
    let sent = server.request();
    assert_eq!(sent.header("x-trace"), Some("t-1"));
    assert_eq!(
        sent.header_as_sent("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
}

#[tokio::test]
async fn an_exchanged_token_is_sent_by_every_clone() {
    let server = Scripted::start([reply(200, &me()).times(2)]).await;
    let first = client(&server);
    let second = first.clone();
    first.auth().me().await.unwrap();
    first
        .token()
        .set(&ApiToken::from("ot_pat_example_1111"))
        .unwrap();
    second.auth().me().await.unwrap();
    assert_eq!(
        server.requests()[1].header_as_sent("authorization"),
        Some("Bearer ot_pat_example_1111")
    );
}

#[tokio::test]
async fn an_id_that_names_another_resource_is_an_error_before_anything_is_sent() {
    let server = Scripted::start([]).await;
    let error = client(&server)
        .jobs()
        .get(&JobId::from(".."))
        .await
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidRequest(_)));
    assert_eq!(
        error.to_string(),
        "`jobs_get` failed: invalid request: path parameter `id` must not be empty, `.` or `..`"
    );
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_request_without_a_method_has_the_same_token_retries_and_errors() {
    let refusal = json!({"error": "Not yours", "code": "FORBIDDEN", "requestId": "r-2", "details": {"reason": "brand_new"}});
    let replies = [
        Fault::html(502),
        reply(200, &json!({"batches": []})),
        reply(403, &refusal),
    ];
    let server = Scripted::start(replies).await.deviating([
        "GET /api/public/v1/verify/batches: not documented",
        "POST /api/public/v1/verify/batches: not documented",
    ]);
    let client = client(&server);
    let list = client
        .request(Method::GET, "/verify/batches")
        .query("limit", 5)
        .query("kind", vec!["rows", "episodes"]);
    let list: Value = list.call().await.unwrap();
    assert_eq!(list, json!({"batches": []}));
    let call = client
        .request(Method::POST, "/verify/batches")
        .json(&json!({"kind": "rows"}))
        .call::<Value>();
    let error = call.await.unwrap_err();
    assert!(
        matches!(error.reason(), Some(Reason::Plain(reason)) if reason.as_str() == "brand_new")
    );
    let requests = server.requests();
    assert_eq!(
        requests[1].target,
        "/api/public/v1/verify/batches?limit=5&kind=rows&kind=episodes"
    );
    assert_eq!(requests[2].json().unwrap(), json!({"kind": "rows"}));
    assert_eq!(
        requests[2].header_as_sent("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
}

#[tokio::test]
async fn a_path_that_leads_out_of_the_api_is_refused() {
    let server = Scripted::start([]).await;
    for path in [
        "",
        "jobs",
        "/../admin",
        "/jobs/%2E%2e/x",
        "//other.example/x",
        "/jobs?x=1",
        "/jobs#x",
        "/jobs\\..",
        "/.",
        "/.\t./.\t./admin",
        "/jobs/.. ",
        "/jobs/é",
        "/jobs/a b",
    ] {
        let error = client(&server)
            .request(Method::GET, path)
            .call::<Value>()
            .await
            .unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::InvalidRequest(_)),
            "{path}"
        );
    }
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let target = Scripted::start([]).await;
    let moved =
        reply(302, &json!({})).header("location", format!("{}/elsewhere", target.base_url()));
    let server = Scripted::start([moved]).await;
    let error = client(&server).auth().me().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert_eq!(target.requests(), []);
}

#[tokio::test]
async fn the_end_of_a_contract_is_one_of_two_things() {
    use opentrain::resources::ContractEnd;

    let ended = json!({"ok": true, "contractId": "ctr_9", "status": "ended"});
    let asked = json!({"approval": {"id": "apr_71", "type": "contract_end", "status": "pending"}, "message": "Wait."});
    let server = Scripted::start([reply(200, &ended), reply(202, &asked)]).await;
    let (client, id) = (client(&server), ContractId::from("ctr_9"));
    assert!(matches!(
        client.contracts().end(&id).await.unwrap(),
        ContractEnd::Ended(_)
    ));
    let ContractEnd::Pending(pending) = client.contracts().end(&id).await.unwrap() else {
        panic!("it is pending")
    };
    let stored = serde_json::to_string(&pending).unwrap();
    assert_eq!(
        serde_json::from_str::<opentrain::resources::PendingApproval>(&stored).unwrap(),
        pending
    );
}

#[test]
fn settings_that_cannot_work_are_refused_with_a_sentence() {
    let error = |builder: opentrain::ClientBuilder| builder.build().unwrap_err().to_string();
    let sentences = [
        error(Client::builder().base_url("http://a.example")),
        error(Client::builder().base_url("https://user:hush@a.example")),
        error(Client::builder().base_url("nowhere")),
        error(Client::builder().token("two\nlines")),
        error(Client::builder().app_name("two\nlines")),
    ];
    insta::assert_snapshot!(sentences.join("\n"), @r#"
    `client` failed: invalid request: the base URL must begin with `https://`, since `a.example` is not this machine
    `client` failed: invalid request: the base URL must not hold a user name or a password
    `client` failed: invalid request: the base URL is no URL: relative URL without a base
    `client` failed: invalid request: the API token is empty or has characters that a header may not hold (a line break, a space?)
    `client` failed: invalid request: the app name "two\nlines" has characters that a header may not hold
    "#);
}

#[tokio::test]
async fn neither_token_nor_body_shows_in_debug_output_or_errors() {
    let server = Scripted::start([reply(200, &json!({"actor": "hush-hush"}))]).await;
    let client = client(&server);
    let builder = Client::builder()
        .token(TOKEN)
        .base_url("https://user:hush@a.example");
    let call = client.auth().me();
    let shown = format!("{client:?} {:?} {builder:?} {call:?}", client.raw());
    let error = call.await.unwrap_err();
    let shown = format!("{shown} {error:?} {}", chain(&error));
    for secret in [TOKEN, "hush"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn the_types_travel_between_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    fn is_send<T: Send>() {}
    is_send_and_sync::<Client>();
    is_send_and_sync::<opentrain::Error>();
    is_send_and_sync::<opentrain::Call<opentrain::types::PublicJob>>();
    is_send::<opentrain::Items<opentrain::types::PublicJob>>();
    is_send::<opentrain::Pages<opentrain::types::PublicJob>>();
}

#[test]
fn the_build_says_what_it_was_made_from() {
    let about = opentrain::about().to_string();
    assert!(about.contains("generated by progenitor 0.15.1"), "{about}");
    let manifest = repository_file("Cargo.toml");
    assert!(
        manifest.contains(r#"progenitor = { version = "=0.15.1""#),
        "the generator's version is stated in the raw crate"
    );
    let served = repository_file("spec/source.toml").contains("status = \"served\"");
    let origin = if served { "as served" } else { "written" };
    for (name, file) in [
        ("public", "spec/openapi.json"),
        ("agent", "spec/agent-auth.json"),
    ] {
        let path = format!("crates/opentrain-api/{name}.json");
        let document: Value = serde_json::from_str(&repository_file(&path)).unwrap();
        let info = &document["info"];
        let (title, version) = (&info["title"], &info["version"]);
        let (title, version) = (title.as_str().unwrap(), version.as_str().unwrap());
        let origin = if name == "public" { origin } else { "written" };
        let line = format!("{name}: {title}, version {version}; {file}, {origin}");
        assert!(about.contains(&line), "`{line}` is not in {about}");
    }
    let is_fetched = repository_file("spec/source.toml").contains("fetched_at");
    assert_eq!(about.contains(", fetched 2"), is_fetched, "{about}");
}

#[tokio::test]
async fn a_header_that_has_a_place_of_its_own_is_refused() {
    let server = Scripted::start([]).await;
    for name in [
        "authorization",
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
    ] {
        let header = (HeaderName::from_static(name), HeaderValue::from_static("x"));
        let error = client(&server)
            .auth()
            .me()
            .header(header.0, header.1)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_of_a_write_is_an_error_and_not_a_read_that_counts_as_done() {
    let moved = reply(302, &json!({})).header("location", "/api/public/v1/auth/me");
    let server = Scripted::start([moved]).await;
    let error = client(&server)
        .jobs()
        .close(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_response_without_content_is_a_success_of_client_request() {
    let empty = Fault::response(ScriptedResponse::new(204)).times(2);
    let server = Scripted::start([empty]).await;
    let server = server.deviating(["DELETE /api/public/v1/verify/batches/b1: not documented"]);
    let request = || client(&server).request(Method::DELETE, "/verify/batches/b1");
    request().call::<()>().await.unwrap();
    assert_eq!(request().call::<Value>().await.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_query_that_cannot_be_sent_is_refused_with_its_name() {
    let server = Scripted::start([]).await;
    for value in [json!([[1]]), json!({"a": 1})] {
        let request = client(&server)
            .request(Method::GET, "/jobs")
            .query("filter", value);
        let error = request.call::<Value>().await.unwrap_err();
        assert!(error.to_string().contains("`filter`"), "{error}");
    }
}

#[tokio::test]
async fn scopes_that_are_absent_and_none_at_all_are_two_things() {
    let mut request = opentrain::types::CreateTokenRequest::new();
    assert_eq!(serde_json::to_value(&request).unwrap(), json!({}));
    request.scopes = Some(Vec::new());
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json!({"scopes": []})
    );
}

#[test]
fn the_futures_travel_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let client = Client::builder().build().unwrap();
    is_send(&client.auth().me().into_future());
    is_send(&client.jobs().search().into_future());
    is_send(&client.approvals().wait(&"apr_71".into()).into_future());
    is_send(&client.access_check().into_future());
}

#[tokio::test]
async fn a_path_that_is_refused_is_not_repeated() {
    let server = Scripted::start([]).await;
    let request = client(&server).request(Method::GET, "/jobs?token=hush");
    let shown = format!("{request:?}");
    let error = request.call::<Value>().await.unwrap_err();
    let shown = format!("{shown} {error:?} {}", chain(&error));
    assert!(!shown.contains("hush"), "{shown}");
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn a_proxy_of_ones_own_is_gone_through() {
    let proxy = Scripted::start([reply(200, &me())]).await;
    // No server listens at the service's own address: only the proxy can have responded.
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .token(TOKEN)
        .clock(TestClock::default());
    let client = client
        .proxy(reqwest::Proxy::all(proxy.base_url()).unwrap())
        .build()
        .unwrap();
    client.auth().me().await.unwrap();
    assert_eq!(
        proxy.request().target,
        "http://127.0.0.1:1/api/public/v1/auth/me"
    );
}
