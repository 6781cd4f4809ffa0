//! Calls and lists without `async`.

use std::future::IntoFuture;

use opentrain::blocking::Blocking;
use opentrain::{Client, ErrorKind};
use opentrain_mock::MockServer;

use crate::support::Mock;

/// Starts a mock from a test without `async`. It runs on a thread of its own.
fn mock() -> Mock {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(Mock::start())
}

fn client(server: &MockServer) -> Blocking {
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token());
    Blocking::new(client.build().unwrap()).unwrap()
}

#[test]
fn a_call_a_page_and_a_list_without_async() {
    let server = mock();
    let client = client(&server);
    let me = client.wait(client.auth().me()).unwrap();
    assert_eq!(me.token.scopes.unwrap().len(), 11);
    assert_eq!(
        client
            .wait(client.jobs().search().page_size(7))
            .unwrap()
            .items
            .len(),
        7
    );
    let jobs: Result<Vec<_>, _> = client
        .iter(client.jobs().search().page_size(25).items())
        .collect();
    assert_eq!(jobs.unwrap().len(), 60);
    assert_eq!(
        client
            .iter(client.jobs().search().page_size(25).pages())
            .count(),
        3
    );
}

#[test]
fn an_error_is_the_same_error() {
    let server = mock();
    let client = client(&server);
    let error = client
        .wait(client.jobs().get(&"job_none".into()))
        .unwrap_err();
    assert!(error.is_not_found());
    let errors: Vec<_> = client
        .iter(client.jobs().search().start_at("nowhere").items())
        .collect();
    assert!(
        matches!(errors.as_slice(), [Err(error)] if error.status().unwrap() == 400),
        "{errors:?}"
    );
}

#[tokio::test]
async fn within_a_runtime_it_says_so_instead_of_stopping_it() {
    let server = Mock::start().await;
    let client = client(&server);
    let error = client.wait(client.auth().me()).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::InvalidRequest(message) if message.contains("await instead"))
    );
    let items: Vec<_> = client.iter(client.jobs().search().items()).collect();
    assert!(matches!(items.as_slice(), [Err(_)]));
}

#[test]
fn handles_and_tasks_share_a_client_and_its_connections() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = mock();
    let shared = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()
        .unwrap();
    let (first, second) = (
        Blocking::new(shared.clone()).unwrap(),
        Blocking::new(shared.clone()).unwrap(),
    );
    for _ in 0..3 {
        assert_eq!(
            first
                .wait(first.auth().me().with_response())
                .unwrap()
                .attempts(),
            1
        );
        assert_eq!(
            second
                .wait(second.auth().me().with_response())
                .unwrap()
                .attempts(),
            1
        );
        let task = runtime.spawn(shared.auth().me().with_response().into_future());
        assert_eq!(runtime.block_on(task).unwrap().unwrap().attempts(), 1);
    }
}
