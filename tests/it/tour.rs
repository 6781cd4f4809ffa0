//! The tour of the README, run against the mock.

#[path = "../../crates/opentrain/examples/tour/flow.rs"]
mod flow;

use opentrain::Client;
use opentrain_mock::MockServer;

use crate::support::{Mock, TestClock};

#[tokio::test]
async fn the_tour_goes_from_a_sentence_to_a_contract() {
    let server = Mock::start_from(MockServer::builder().auto_confirm(true)).await;
    let clock = TestClock::default();
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .clock(clock);
    let mut out = Vec::new();
    flow::whole(&client.build().unwrap(), &mut out)
        .await
        .unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[tokio::test]
async fn the_read_only_tour_changes_nothing() {
    let server = Mock::start().await;
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()
        .unwrap();
    let mut out = Vec::new();
    flow::read_only(&client, &mut out).await.unwrap();
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.method == "GET")
    );
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[tokio::test]
async fn the_tour_says_what_failed() {
    let server = Mock::start().await;
    server.set_feature("public_api_hiring", false).unwrap();
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()
        .unwrap();
    let error = flow::whole(&client, &mut Vec::new()).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("`proposals_hire` failed: ") && text.contains("status 403"),
        "{text}"
    );
}
