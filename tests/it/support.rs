//! Support that the tests share: a mock that checks its requests, a scripted one, a manual clock, and clients that use them.

mod capture;
mod clock;
pub(crate) mod conformance;
mod documents;
mod mock;
mod scripted;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use opentrain::{Client, ClientBuilder};
use opentrain_api::{ApiToken, Context, SharedToken, agent, public};
use opentrain_mock::MockServer;
use serde_json::{Map, Value};

pub(crate) use capture::Capture;
pub(crate) use clock::{SharedClock, TestClock};
pub(crate) use mock::Mock;
pub(crate) use scripted::{Scripted, reply};

/// Token that no service ever issued.
pub(crate) const TOKEN: &str = "ot_pat_example_0000";

/// Returns a client of a mock; its clock does not wait.
pub(crate) fn client(server: &MockServer) -> Client {
    builder(server, &TestClock::default())
        .build()
        .expect("the settings are good")
}

/// Returns the builder of [`client`], for further settings.
pub(crate) fn builder(server: &MockServer, clock: &TestClock) -> ClientBuilder {
    // Half of each bound: waits are known.
    Client::builder()
        .base_url(server.base_url())
        .token(TOKEN)
        .clock(clock.clone())
        .jitter(|| u64::MAX / 2)
}

/// Returns the generated client of the Public API.
pub(crate) fn raw(server: &MockServer) -> public::Client {
    raw_with(server, context())
}

/// Returns the generated client of the Public API with a context of one's own.
pub(crate) fn raw_with(server: &MockServer, context: Context) -> public::Client {
    public::Client::new_with_client(
        &format!("{}/api/public/v1", server.base_url()),
        http(),
        context,
    )
}

/// Returns an HTTP client that never leaves this machine, regardless of proxies in the environment.
pub(crate) fn http() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    client.expect("the HTTP client starts")
}

/// Returns the generated client of the agent endpoints.
pub(crate) fn raw_agent(server: &MockServer) -> agent::Client {
    agent::Client::new_with_client(server.base_url(), http(), context())
}

/// Returns the context of the generated clients.
pub(crate) fn context() -> Context {
    Context::new(SharedToken::new(&ApiToken::from(TOKEN)).expect("the token is good"))
}

/// Returns a file of the repository, by its path from the root.
pub(crate) fn repository_file(path: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the documented example of an operation's first status of success, by the operation's name. Reading the documents takes a
/// while, so examples are kept.
pub(crate) fn example(operation: &str) -> (u16, Value) {
    static EXAMPLES: LazyLock<Mutex<HashMap<String, (u16, Value)>>> = LazyLock::new(Mutex::default);
    let kept = EXAMPLES.lock().unwrap().get(operation).cloned();
    kept.unwrap_or_else(|| {
        let read = read_example(operation);
        EXAMPLES
            .lock()
            .unwrap()
            .insert(operation.to_owned(), read.clone());
        read
    })
}

fn read_example(operation: &str) -> (u16, Value) {
    let documents = ["spec/documented.json", "spec/agent-auth.json"];
    let responses = documents
        .iter()
        .find_map(|path| responses(&repository_file(path), operation));
    let responses = responses.unwrap_or_else(|| panic!("`{operation}` is not documented"));
    let statuses = responses
        .as_object()
        .expect("responses are listed by their status")
        .keys()
        .filter_map(|status| status.parse().ok());
    let status: u16 = statuses.min().expect("there is a status of success");
    let media = &responses[status.to_string()]["content"]["application/json"];
    let named = media["examples"]
        .as_object()
        .and_then(|examples| examples.values().next());
    let body = media
        .get("example")
        .or(named.map(|example| &example["value"]));
    (status, body.expect("there is an example").clone())
}

/// Returns the responses of an operation, if the document has it.
fn responses(document: &str, operation: &str) -> Option<Value> {
    let document: Value = serde_json::from_str(document).expect("the document is JSON");
    let items = document["paths"].as_object()?.values();
    let mut operations = items.filter_map(Value::as_object).flat_map(Map::values);
    let found = operations.find(|found| found["operationId"] == operation)?;
    Some(found["responses"].clone())
}

/// Returns an error with all of its causes, as a log would show it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
