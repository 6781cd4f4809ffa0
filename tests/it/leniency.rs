//! JSON as JavaScript writes it: accepted where its meaning is certain, refused where it is not.

use opentrain::http::Method;
use opentrain::types::{CreditBalance, JobId, PublicJob};
use opentrain_mock::fault::{Fault, ScriptedResponse};

use crate::support::{Scripted, client};

async fn job(body: impl Into<Vec<u8>>) -> opentrain::Result<PublicJob> {
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    client(&server).jobs().get(&JobId::from("job_9xT")).await
}

async fn balance(cents: &str) -> opentrain::Result<CreditBalance> {
    let body = format!(r#"{{"credits":{{"availableCents":{cents},"reservedCents":0}}}}"#);
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    client(&server).credits().balance().await
}

#[tokio::test]
async fn half_of_a_surrogate_pair_in_a_text_becomes_a_replacement_character() {
    let read = job(r#"{"id":"job_9xT","title":"cut \ud83d"}"#)
        .await
        .unwrap();
    assert_eq!(read.title.as_deref(), Some("cut \u{fffd}"));
    let read = job(b"{\"id\":\"job_9xT\",\"title\":\"cut \xED\xA0\xBD\"}".as_slice())
        .await
        .unwrap();
    assert!(read.title.unwrap().starts_with("cut \u{fffd}"));
}

#[tokio::test]
async fn a_repaired_text_is_no_id() {
    for body in [r#"{"id":"job\ud83d"}"#, r#"{"id":"\udc00"}"#] {
        let error = job(body).await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn integral_numbers_a_byte_order_mark_and_doubled_members_are_taken() {
    for (cents, expected) in [
        ("3.0", 3),
        ("1e2", 100),
        ("-0", 0),
        ("9007199254740993.0", 9_007_199_254_740_993),
    ] {
        let read = balance(cents).await.unwrap();
        assert_eq!(read.available_cents, expected, "{cents}");
    }
    let read = job("\u{feff}{\"id\":\"job_9xT\"}").await.unwrap();
    assert_eq!(read.id.as_str(), "job_9xT");
    let read = job(r#"{"id":"a","id":"job_9xT"}"#).await.unwrap();
    assert_eq!(read.id.as_str(), "job_9xT");
}

#[tokio::test]
async fn a_number_that_is_not_integral_or_not_exact_is_refused_for_a_count() {
    for cents in ["3.5", "1e30", "99999999999999999999", "\"3\"", "1e-1"] {
        assert!(balance(cents).await.unwrap_err().is_decode(), "{cents}");
    }
}

#[tokio::test]
async fn an_operation_whose_result_is_nothing_ignores_the_body() {
    for body in ["", "OK", "{}", "<html>"] {
        let server = Scripted::start([
            Fault::response(ScriptedResponse::new(200).body(body)),
            Fault::response(ScriptedResponse::new(200).body(body)),
        ])
        .await
        .deviating(["GET /api/public/v1/extra: not documented"]);
        let client = client(&server);
        client
            .agent_auth()
            .revoke(&"ot_pat_example_0001".into())
            .await
            .unwrap();
        client
            .request(Method::GET, "/extra")
            .call::<()>()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_compressed_body_is_called_that() {
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    for (encoding, named) in [
        (Some("br"), "`br`"),
        (Some("gzip, gzip"), "`gzip, gzip`"),
        (Some("identity"), "`gzip`"),
        (None, "`gzip`"),
    ] {
        let mut response = ScriptedResponse::new(200).body(gzip);
        if let Some(encoding) = encoding {
            response = response.header("content-encoding", encoding);
        }
        let server = Scripted::start([Fault::response(response)]).await;
        let call = client(&server)
            .jobs()
            .facets()
            .retry_policy(opentrain::retry::Never);
        let error = call.await.unwrap_err();
        let text = crate::support::chain(&error);
        assert!(
            text.contains("still compressed") && text.contains(named),
            "{text}"
        );
        assert_eq!(server.request().header("accept-encoding"), Some("identity"));
    }
}

#[tokio::test]
async fn a_lenient_reading_takes_nothing_that_is_no_json() {
    for body in [
        r#"{"id":"a","title":-}"#,
        r#"{"id":"a","pay":{"fixedPrice":007}}"#,
        r#"{"id":"a","pay":{"fixedPrice":1.}}"#,
        "<html>",
        "{'id':'a'}",
        r#"{"id":"a",}"#,
        "{\"id\":\"a\"} x",
    ] {
        assert!(job(body).await.unwrap_err().is_decode(), "{body}");
    }
}

#[tokio::test]
async fn a_count_that_is_no_number_of_json_is_refused() {
    for cents in ["-", "-.0", "007", "1.", "5.e1", "+1", ".5"] {
        assert!(balance(cents).await.unwrap_err().is_decode(), "{cents}");
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_cut_even_if_it_has_another_fault() {
    for body in [
        r#"{"id":7,"title":"x"#,
        "\u{feff}{\"id\":\"job_9",
        r#"{"id":"a","title":"\ud83d","slug":"#,
        r#"{"id":"a","pay":{"fixedPrice":"hush"}"#,
    ] {
        let server =
            Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
        let call = client(&server).jobs().get(&JobId::from("job_9xT"));
        let error = call
            .retry_policy(opentrain::retry::Never)
            .await
            .unwrap_err();
        assert!(
            error.is_decode() && error.is_transient(),
            "{body}: {error:?}"
        );
    }
    let body = r#"{"events":[{"id":"1","type":"x","createdAt":"soon"},{"id":"2"#;
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let call = client(&server)
        .updates()
        .poll()
        .call()
        .retry_policy(opentrain::retry::Never);
    assert!(call.await.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_result_that_is_nothing_needs_no_whole_body() {
    let response = Fault::raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
    let server = Scripted::start([response]).await;
    client(&server)
        .agent_auth()
        .revoke(&"ot_pat_example_0001".into())
        .await
        .unwrap();
}

#[tokio::test]
async fn plain_json_is_not_called_compressed() {
    let response = ScriptedResponse::new(200)
        .header("content-encoding", "br")
        .body(r#"{"id":7}"#);
    let server = Scripted::start([Fault::response(response)]).await;
    let error = client(&server)
        .jobs()
        .get(&JobId::from("job_9xT"))
        .await
        .unwrap_err();
    assert!(
        crate::support::chain(&error).contains("at `id`"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_name_that_cannot_be_read_hides_no_event() {
    let body =
        r#"{"events":[{"id":"1","type":"x"},null],"nextCursor":"1","hasMore":false,"x\ud83d":1}"#;
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let page = client(&server).updates().poll().await.unwrap();
    assert_eq!((page.events.len(), page.rejected.len()), (1, 1));
}

#[tokio::test]
async fn a_large_member_beside_a_list_of_bad_elements_costs_little() {
    let elements = vec!["0"; 5_000].join(",");
    let body = format!(
        r#"{{"pad":"{}","events":[{elements}],"nextCursor":"1","hasMore":false}}"#,
        "x".repeat(4 << 20)
    );
    let server = Scripted::start([Fault::response(ScriptedResponse::new(200).body(body))]).await;
    let page = client(&server).updates().poll().await.unwrap();
    assert_eq!(page.rejected.len(), 5_000);
}
