//! What the tests share: a mock that watches its guests, one with a script, a clock in the hand, clients that use them.

mod clock;
pub(crate) mod conformance;
mod documents;
mod mock;
mod scripted;

use std::path::PathBuf;

use opentrain::{Client, ClientBuilder};
use opentrain_api::{ApiToken, Context, SharedToken, agent, public};
use opentrain_mock::MockServer;

pub(crate) use clock::TestClock;
pub(crate) use mock::Mock;
pub(crate) use scripted::{Scripted, reply};

/// A token that no service ever gave out.
pub(crate) const TOKEN: &str = "ot_pat_example_0000";

/// A client of a mock; its clock does not wait.
pub(crate) fn client(server: &MockServer) -> Client {
    builder(server, &TestClock::default())
        .build()
        .expect("the settings are good")
}

/// As [`client`], to be set further.
pub(crate) fn builder(server: &MockServer, clock: &TestClock) -> ClientBuilder {
    // Half of each bound: waits are known.
    Client::builder()
        .base_url(server.base_url())
        .token(TOKEN)
        .clock(clock.clone())
        .jitter(|| u64::MAX / 2)
}

/// The generated client of the Public API.
pub(crate) fn raw(server: &MockServer) -> public::Client {
    raw_with(server, context())
}

/// As [`raw`], with a context of one's own.
pub(crate) fn raw_with(server: &MockServer, context: Context) -> public::Client {
    public::Client::new_with_client(
        &format!("{}/api/public/v1", server.base_url()),
        http(),
        context,
    )
}

/// An HTTP client that never leaves this machine, whatever proxy the environment names.
pub(crate) fn http() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    client.expect("the HTTP client starts")
}

/// The generated client of the agent endpoints.
pub(crate) fn raw_agent(server: &MockServer) -> agent::Client {
    agent::Client::new_with_client(server.base_url(), http(), context())
}

/// What the raw clients send with.
pub(crate) fn context() -> Context {
    Context::new(SharedToken::new(&ApiToken::from(TOKEN)).expect("the token is good"))
}

/// A file of the repository, by its path from the root.
pub(crate) fn repository_file(path: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// An error with everything behind it, as a log would show it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
