//! Failures in undocumented forms: the client reads all readable parts, and an error gives access to all of them.

use opentrain::http::StatusCode;
use opentrain::{Error, ErrorKind};
use opentrain_mock::fault::{Fault, ScriptedResponse};

use crate::support::{Scripted, chain, client};

async fn failure(status: u16, body: impl Into<Vec<u8>>) -> Error {
    let response = ScriptedResponse::new(status)
        .body(body)
        .header("x-request-id", "by-header")
        .header("x-edge", "edge-7");
    let server = Scripted::start([Fault::response(response)]).await;
    client(&server)
        .jobs()
        .close(&"job_9xT".into())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn status_headers_and_body_of_every_failure_can_be_asked_for_and_are_not_printed() {
    let deep = format!(
        r#"{{"error":"No","code":"CONFLICT","details":{{"reason":"contract_ended","deep":{}{}}}}}"#,
        "[".repeat(300),
        "]".repeat(300)
    );
    for body in [
        r#"{"message":"hush"}"#,
        r#"{"error":"hush"}"#,
        "<html>hush</html>",
        "\u{feff}{\"error\":\"hush\",\"code\":\"CONFLICT\"}",
        r#"{"error":"hush \ud83d","code":"CONFLICT"}"#,
        deep.as_str(),
        "",
        r#"{"error":"hush","code":"CONFLICT","reque"#,
        r#"["hush"]"#,
    ] {
        let error = failure(400, body).await;
        assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST), "{body}");
        assert_eq!(error.headers().unwrap()["x-edge"], "edge-7", "{body}");
        assert_eq!(error.body().unwrap(), body.as_bytes());
        let shown = format!("{} {error:?}", chain(&error));
        assert!(
            !shown.contains("edge-7") && !shown.contains("html"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_part_that_cannot_be_read_hides_no_other() {
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    for (body, code, reason) in [
        (
            format!(
                r#"{{"error":"No","code":"CONFLICT","details":{{"reason":"contract_ended","x":{deep}}}}}"#
            ),
            "CONFLICT",
            Some("contract_ended"),
        ),
        (
            String::from("\u{feff}{\"error\":\"No\",\"code\":\"NOT_FOUND\"}"),
            "NOT_FOUND",
            None,
        ),
        (
            String::from(r#"{"error":"No \ud83d","code":"NOT_FOUND"}"#),
            "NOT_FOUND",
            None,
        ),
        (
            String::from(r#"{"code":"NOT_FOUND","error":7}"#),
            "NOT_FOUND",
            None,
        ),
        (
            String::from(r#"{"code":"NOT_FOUND","error":"No","details":{"reason":"x"#),
            "NOT_FOUND",
            None,
        ),
        (
            String::from(r#"{"error":{"code":"NOT_FOUND","message":"No"}}"#),
            "NOT_FOUND",
            None,
        ),
        (
            String::from(r#"{"x\ud83d":1,"code":"NOT_FOUND"}"#),
            "NOT_FOUND",
            None,
        ),
        (
            String::from(r#"{"code":"x","code":"NOT_FOUND"}"#),
            "NOT_FOUND",
            None,
        ),
    ] {
        let error = failure(404, body.clone()).await;
        let api = error.api().unwrap_or_else(|| panic!("{body}: {error:?}"));
        assert_eq!(api.code().as_str(), code, "{body}");
        assert_eq!(
            error.reason().and_then(opentrain::Reason::wire),
            reason,
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_sentence_of_another_form_can_be_asked_for() {
    for (body, message) in [
        (r#"{"message":"No way"}"#, Some("No way")),
        (r#"{"error":"No way"}"#, Some("No way")),
        (r#"{"title":"Bad","detail":"No way"}"#, Some("No way")),
        ("<html>", None),
    ] {
        let error = failure(400, body).await;
        assert!(matches!(error.kind(), ErrorKind::Status), "{error:?}");
        assert_eq!(error.message(), message, "{body}");
    }
}

#[tokio::test]
async fn an_empty_request_id_in_the_body_does_not_hide_the_headers() {
    for (body, id) in [
        (r#"{"code":"CONFLICT","requestId":"r-1"}"#, "r-1"),
        (r#"{"code":"CONFLICT","requestId":""}"#, "by-header"),
        (r#"{"code":"CONFLICT","requestId":" "}"#, "by-header"),
        (r#"{"code":"CONFLICT","requestId":null}"#, "by-header"),
        (r#"{"code":"CONFLICT","requestId":"\ud83d"}"#, "by-header"),
        ("<html>", "by-header"),
    ] {
        assert_eq!(failure(409, body).await.request_id(), Some(id), "{body}");
    }
}
