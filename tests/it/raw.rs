//! Generated client against a scripted server: it keeps every response and sends exact requests.

use opentrain_api::agent::types::{ExchangeTokenRequest, GrantType, OAuthErrorCode};
use opentrain_api::public::types::{
    ContractId, ContractsEndOutcome, DraftPatch, ErrorCode, JobId, JobsGetError, JobsGetNotFound,
    PayType, RequestId,
};
use opentrain_api::runtime::{Error, ResponseFault};
use opentrain_api::{ApiToken, Usd};
use opentrain_mock::RecordedRequest;
use opentrain_mock::fault::{Cut, Fault, ScriptedResponse};
use serde_json::{Value, json};

use crate::support::{
    Scripted, TOKEN, chain, context, example, raw, raw_agent, raw_with, reply, repository_file,
};

fn job(id: &str) -> Value {
    json!({"id": id, "title": "Dialect tagging", "pay": {"paymentType": "FIXED_PRICE", "fixedPrice": 900}})
}

#[tokio::test]
async fn a_gateways_html_keeps_status_and_headers_and_counts_as_passing() {
    let server = Scripted::start([Fault::html(502).header("x-served-by", "edge-7")]).await;
    let error = raw(&server)
        .jobs_get(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    assert!(error.is_retryable());
    let Error::InvalidResponse(response) = error else {
        panic!("{error:?}")
    };
    assert_eq!(response.headers["x-served-by"], "edge-7");
    assert!(response.body.starts_with(b"<!DOCTYPE html>"));
}

#[tokio::test]
async fn an_unknown_enum_value_is_kept_and_written_back() {
    let body = json!({"id": "job_9xT", "pay": {"paymentType": "BARTER"}});
    let server = Scripted::start([reply(200, &body)]).await;
    let job = raw(&server)
        .jobs_get(&JobId::from("job_9xT"))
        .await
        .unwrap()
        .into_inner();
    let pay_type = job.pay.as_ref().and_then(|pay| pay.payment_type.clone());
    assert_eq!(pay_type, Some(PayType::Unknown(String::from("BARTER"))));
    assert_eq!(serde_json::to_value(&job).unwrap(), body);
}

#[tokio::test]
async fn an_unknown_field_is_ignored() {
    let body = json!({"id": "job_9xT", "mood": {"of": ["the", 1]}, "pay": {"hue": null}});
    let server = Scripted::start([reply(200, &body)]).await;
    let job = raw(&server)
        .jobs_get(&JobId::from("job_9xT"))
        .await
        .unwrap();
    assert_eq!(job.id.as_str(), "job_9xT");
}

#[tokio::test]
async fn the_status_decides_which_body_the_end_of_a_contract_has() {
    let ended = json!({"ok": true, "contractId": "ctr_9", "status": "ended"});
    let approval = json!({"approval": {"id": "apr_71", "type": "contract_end", "status": "pending"}, "message": "Wait."});
    let server = Scripted::start([reply(200, &ended), reply(202, &approval)]).await;
    let (client, id) = (raw(&server), ContractId::from("ctr_9"));
    let first = client.contracts_end(&id).await.unwrap();
    assert!(
        matches!(&*first, ContractsEndOutcome::ContractEnded(ended) if ended.contract_id == id)
    );
    let second = client.contracts_end(&id).await.unwrap();
    assert_eq!(second.status(), 202);
    assert!(
        matches!(&*second, ContractsEndOutcome::ApprovalRequested(asked) if asked.approval.id.as_str() == "apr_71")
    );
}

#[tokio::test]
async fn a_closed_job_and_an_unknown_job_are_distinguished() {
    let closed = reply(404, &json!({"id": "job_9xT", "status": "closed"}));
    let never = reply(
        404,
        &json!({"error": "No such job", "code": "NOT_FOUND", "requestId": "r-1"}),
    );
    let server = Scripted::start([closed, never]).await;
    let (client, id) = (raw(&server), JobId::from("job_9xT"));
    let failure = |error: Error<JobsGetError>| match error {
        Error::ErrorResponse(response) => response.into_inner(),
        other => panic!("{other:?}"),
    };
    let first = failure(client.jobs_get(&id).await.unwrap_err());
    assert!(
        matches!(&first, JobsGetError::JobsGetNotFound(JobsGetNotFound::ClosedJob(job)) if job.id == id)
    );
    let second = failure(client.jobs_get(&id).await.unwrap_err());
    let JobsGetError::JobsGetNotFound(JobsGetNotFound::ErrorEnvelope(envelope)) = second else {
        panic!("{second:?}")
    };
    assert_eq!(
        (envelope.code, envelope.request_id),
        (ErrorCode::NotFound, RequestId::from("r-1"))
    );
}

#[tokio::test]
async fn an_oauth_failure_arrives_typed_and_the_form_is_a_form() {
    let body =
        json!({"error": "authorization_pending", "error_description": "The human is not done."});
    let server = Scripted::start([reply(400, &body)]).await;
    let grant = GrantType::from("urn:opentrain:agent-auth:grant-type:claim");
    let request = ExchangeTokenRequest::new("ot_clm_example_0000".into(), grant);
    let error = raw_agent(&server)
        .agent_exchange_token(&request)
        .await
        .unwrap_err();
    let Error::ErrorResponse(response) = error else {
        panic!("{error:?}")
    };
    assert_eq!(response.error, OAuthErrorCode::AuthorizationPending);
    let sent = server.request();
    assert_eq!(sent.target, "/api/agent/oauth/token");
    assert_eq!(
        sent.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        sent.header_as_sent("authorization"),
        None,
        "an agent endpoint is sent no bearer token"
    );
    let grant = "grant_type=urn%3Aopentrain%3Aagent-auth%3Agrant-type%3Aclaim";
    assert_eq!(
        String::from_utf8(sent.body).unwrap(),
        format!("claim_token=ot_clm_example_0000&{grant}")
    );
}

#[tokio::test]
async fn absent_null_and_a_value_are_three_things_in_a_patch() {
    let server = Scripted::start([reply(200, &example("job_drafts_update").1)]).await;
    let mut patch = DraftPatch::new();
    patch.job_title = Some(Some(String::from("Dialect tagging")));
    patch.countries = Some(None);
    patch.price_per_hour = Some(Some("18.5".parse::<Usd>().unwrap()));
    patch
        .additional_properties
        .insert(String::from("toolVersion"), json!(3));
    raw(&server)
        .job_drafts_update(&JobId::from("job_9xT"), &patch)
        .await
        .unwrap();
    let sent = server.request();
    let body = json!({"jobTitle": "Dialect tagging", "countries": null, "pricePerHour": 18.5, "toolVersion": 3});
    assert_eq!(
        (sent.method.as_str(), sent.json().unwrap()),
        ("PATCH", body)
    );
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_announced_or_not() {
    let announced = ScriptedResponse::json(200, &job(&"x".repeat(4_000)));
    let unannounced = announced.clone().without_length();
    // Announced too, and then it breaks off.
    let broken = ScriptedResponse::new(200)
        .header("content-length", "1001")
        .body("{");
    let server = Scripted::start([announced, unannounced, broken].map(Fault::response)).await;
    let client = raw_with(&server, context().body_limit(1_000));
    for _ in 0..3 {
        let error = client.jobs_get(&JobId::from("job_9xT")).await.unwrap_err();
        let Error::InvalidResponse(response) = error else {
            panic!("{error:?}")
        };
        assert!(
            matches!(response.fault, Some(ResponseFault::TooLarge(1_000))),
            "{response:?}"
        );
        assert_eq!(response.status, 200);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_before_a_response_is_retryable() {
    let server = Scripted::start([Fault::cut(Cut::BeforeResponse)]).await;
    let error = raw(&server)
        .jobs_get(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::CommunicationError(_)), "{error:?}");
    assert!(error.is_retryable() && error.status().is_none());
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_the_status() {
    let server = Scripted::start([Fault::cut(Cut::InBody)]).await;
    let error = raw(&server)
        .jobs_get(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    let Error::InvalidResponse(response) = error else {
        panic!("{error:?}")
    };
    assert!(matches!(response.fault, Some(ResponseFault::Cut(_))));
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn a_success_that_does_not_decode_keeps_status_request_id_and_path() {
    let body = json!({"jobs": [job("job_1"), {"id": 7, "title": "hush-hush"}]});
    let server = Scripted::start([reply(200, &body).header("x-request-id", "req-12")]).await;
    let error = raw(&server)
        .jobs_search(None, None, None, None, None, None)
        .await
        .unwrap_err();
    let text = format!("{error:?} {}", chain(&error));
    assert!(
        !text.contains("hush-hush") && !text.contains("Dialect"),
        "{text}"
    );
    let Error::InvalidResponse(response) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (response.status.as_u16(), response.request_id()),
        (200, Some("req-12"))
    );
    let Some(ResponseFault::Undecodable(fault)) = &response.fault else {
        panic!("{response:?}")
    };
    assert_eq!(fault.path, "jobs[1].id");
    assert_eq!(response.body, body.to_string());
}

#[tokio::test]
async fn a_path_parameter_that_names_another_resource_never_reaches_the_wire() {
    let server = Scripted::start([]).await;
    for id in ["", ".", ".."] {
        let error = raw(&server).jobs_get(&JobId::from(id)).await.unwrap_err();
        assert_eq!(
            chain(&error),
            "invalid request: path parameter `id` must not be empty, `.` or `..`"
        );
        assert!(!error.is_retryable());
    }
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn characters_that_are_no_plain_segment_are_encoded() {
    let server = Scripted::start([reply(200, &job("x"))]).await;
    raw(&server)
        .jobs_get(&JobId::from("../a b?c#d%2e"))
        .await
        .unwrap();
    assert_eq!(
        server.request().target,
        "/api/public/v1/jobs/..%2Fa%20b%3Fc%23d%252e"
    );
}

#[tokio::test]
async fn the_token_can_be_exchanged_while_the_client_lives() {
    let body: Value = serde_json::from_str(&repository_file("spec/documented.json")).unwrap();
    let me = body["paths"]["/auth/me"]["get"]["responses"]["200"]["content"]["application/json"]["example"].clone();
    let server = Scripted::start([reply(200, &me).times(3)]).await;
    let server = server.deviating(["auth_me: there is no bearer token"]);
    let context = context();
    let client = raw_with(&server, context.clone());
    client.auth_me().await.unwrap();
    context
        .token()
        .set(&ApiToken::from("ot_pat_example_1111"))
        .unwrap();
    client.auth_me().await.unwrap();
    context.token().clear();
    client.auth_me().await.unwrap();
    let requests = server.requests();
    let sent: Vec<Option<&str>> = requests
        .iter()
        .map(|request| request.header_as_sent("authorization"))
        .collect();
    assert_eq!(
        sent,
        [
            Some("Bearer ot_pat_example_0000"),
            Some("Bearer ot_pat_example_1111"),
            None
        ]
    );
}

#[tokio::test]
async fn a_tokenless_operation_is_sent_no_token_and_no_stray_headers() {
    let server = Scripted::start([reply(200, &job("job_9xT"))]).await;
    raw(&server)
        .jobs_get(&JobId::from("job_9xT"))
        .await
        .unwrap();
    assert_eq!(header_names(&server.request()), ["accept", "host"]);
}

#[tokio::test]
async fn a_write_has_the_headers_that_it_needs_and_no_more() {
    let server = Scripted::start([reply(200, &example("jobs_update").1)]).await;
    let mut patch = DraftPatch::new();
    patch.headcount = Some(Some(5));
    raw(&server)
        .jobs_update(&JobId::from("job_9xT"), &patch)
        .await
        .unwrap();
    let sent = server.request();
    assert_eq!(
        header_names(&sent),
        [
            "accept",
            "authorization",
            "content-length",
            "content-type",
            "host"
        ]
    );
    assert_eq!(
        sent.header_as_sent("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
}

#[tokio::test]
async fn query_parameters_are_sent_if_they_are_there() {
    let server = Scripted::start([reply(200, &example("jobs_search").1)]).await;
    let pay_type = PayType::PerHour;
    raw(&server)
        .jobs_search(
            None,
            None,
            Some("Brazilian Portuguese"),
            Some(5),
            Some(&pay_type),
            Some("a&b"),
        )
        .await
        .unwrap();
    assert_eq!(
        server.request().target,
        "/api/public/v1/jobs?language=Brazilian+Portuguese&limit=5&payType=PAY_PER_HOUR&q=a%26b"
    );
}

fn header_names(request: &RecordedRequest) -> Vec<&str> {
    let mut names: Vec<&str> = request
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn an_error_of_the_raw_client_shows_status_and_nothing_else() {
    let refusal = json!({"error": "hush", "code": "CONFLICT", "requestId": "r-1", "details": {"hush": "hush"}});
    let moved = reply(302, &json!({}))
        .header("location", "/hush")
        .header("set-cookie", "hush=hush");
    let server = Scripted::start([reply(409, &refusal), moved]).await;
    for status in [409, 302] {
        let error = raw(&server)
            .jobs_get(&JobId::from("hush"))
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        let shown = format!("{error:?} {}", chain(&error));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
