//! What the tests share: the mock with a script, a clock in the hand, clients that use both.

mod clock;
mod conformance;
mod mock;
mod repository;
mod scripted;

use opentrain::{Client, ClientBuilder};
use opentrain_api::{ApiToken, Context, SharedToken, agent, public};

pub(crate) use clock::TestClock;
pub(crate) use conformance::faults_of;
pub(crate) use mock::Mock;
pub(crate) use repository::repository_file;
pub(crate) use scripted::{Recorded, Reply, Scripted};

/// A token that no service ever gave out.
pub(crate) const TOKEN: &str = "ot_pat_example_0000";

/// A client of the scripted server; its clock does not wait.
pub(crate) fn client(server: &Scripted) -> Client {
    builder(server, &TestClock::default())
        .build()
        .expect("the settings are good")
}

/// As [`client`], to be set further.
pub(crate) fn builder(server: &Scripted, clock: &TestClock) -> ClientBuilder {
    // Half of each bound: waits are known.
    Client::builder()
        .base_url(server.url())
        .token(TOKEN)
        .clock(clock.clone())
        .jitter(|| u64::MAX / 2)
}

/// The generated client of the Public API.
pub(crate) fn raw(server: &Scripted) -> public::Client {
    raw_with(server, context())
}

/// As [`raw`], with a context of one's own.
pub(crate) fn raw_with(server: &Scripted, context: Context) -> public::Client {
    public::Client::new_with_client(&format!("{}/api/public/v1", server.url()), http(), context)
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
pub(crate) fn raw_agent(server: &Scripted) -> agent::Client {
    agent::Client::new_with_client(server.url(), http(), context())
}

/// What the raw clients send with.
pub(crate) fn context() -> Context {
    Context::new(SharedToken::new(&ApiToken::from(TOKEN)).expect("the token is good"))
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
