//! JSON as JavaScript writes it: taken where its meaning is certain, and refused where it is not.

use opentrain::http::Method;
use opentrain::types::{CreditBalance, JobId, PublicJob};
use opentrain_mock::fault::{Answer, Fault};

use crate::support::{Scripted, client};

async fn job(body: impl Into<Vec<u8>>) -> opentrain::Result<PublicJob> {
    let server = Scripted::start([Fault::answer(Answer::new(200).body(body))]).await;
    client(&server).jobs().get(&JobId::from("job_9xT")).await
}

async fn balance(cents: &str) -> opentrain::Result<CreditBalance> {
    let body = format!(r#"{{"credits":{{"availableCents":{cents},"reservedCents":0}}}}"#);
    let server = Scripted::start([Fault::answer(Answer::new(200).body(body))]).await;
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
            Fault::answer(Answer::new(200).body(body)),
            Fault::answer(Answer::new(200).body(body)),
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
        let mut answer = Answer::new(200).body(gzip);
        if let Some(encoding) = encoding {
            answer = answer.header("content-encoding", encoding);
        }
        let server = Scripted::start([Fault::answer(answer)]).await;
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
    for body in ["<html>", "{'id':'a'}", r#"{"id":"a",}"#, "{\"id\":\"a\"} x"] {
        assert!(job(body).await.unwrap_err().is_decode(), "{body}");
    }
}
