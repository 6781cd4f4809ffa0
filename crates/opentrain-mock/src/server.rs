//! The mock as a running server: start, handles, stop.

mod body_stream;
mod builder;
mod connection;
mod exchange;
mod http;
mod state;
mod webhooks;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::autosave::SaveMonitor;
use crate::background_task::BackgroundTask;
use crate::clock::Clock;
use crate::error::MockError;
use crate::fault::Faults;
use crate::human::Human;
use crate::ledger::Ledger;
use crate::recorded_request::RecordedRequest;
use crate::request_log::{RequestLog, UnmetExpectation};
use crate::request_store::Mark;
use crate::server_thread::ServerThread;
use crate::services::Services;
use crate::token_owner::TokenOwner;

pub use builder::MockServerBuilder;

/// A running mock of the service, on loopback. Many may run in one process; each has a world of its own.
///
/// It runs on a thread and a runtime of its own, and lives until it is dropped or stopped, whichever runtime started it. So a
/// static mock can serve many tests, each with a runtime that ends before the mock does. The first test starts it:
///
/// ```
/// use opentrain_mock::MockServer;
/// use tokio::sync::OnceCell;
///
/// static SERVER: OnceCell<MockServer> = OnceCell::const_new();
///
/// async fn server() -> &'static MockServer {
///     let start = || async { MockServer::start().await.expect("a port is free") };
///     SERVER.get_or_init(start).await
/// }
/// # let runtime = || tokio::runtime::Runtime::new().expect("a runtime can be made");
/// # let first = runtime().block_on(async { server().await.base_url() });
/// # assert_eq!(runtime().block_on(async { server().await.base_url() }), first);
/// ```
///
/// Dropping it stops it without waiting: it accepts no new connections, open ones end after their current request, and requests to
/// webhooks are cut.
pub struct MockServer {
    /// Ends when this handle and all tasks of the mock are gone.
    thread: ServerThread,
    services: Arc<Services>,
    /// Number of accepted connections.
    connections: Arc<AtomicU64>,
    clock: Clock,
    base_url: String,
    token: String,
    serving: BackgroundTask,
    webhook_sender: BackgroundTask,
    /// Number of rounds of the webhook sender.
    progress: watch::Receiver<u64>,
    webhook_patience: Duration,
    /// `None` without a state file.
    autosave: Option<(BackgroundTask, SaveMonitor)>,
}

impl MockServer {
    /// Returns `http://127.0.0.1:PORT`. The Public API is under `/api/public/v1`, agent authentication under `/api/agent`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns a bearer token of the main account, with every scope.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Returns the simulated human behind the accounts.
    #[must_use]
    pub fn human(&self) -> Human {
        Human::new(Arc::clone(&self.services.world))
    }

    /// Returns the clock by which everything expires.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the faults, to add some.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.services.faults))
    }

    /// Returns the requests so far, oldest first: at most the last 10,000, at most 32 MiB in all, and at most the first MiB of a
    /// body.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.services.requests.since(Mark::default()).0
    }

    /// Returns the log of requests, to search it and to expect something of it.
    pub fn log(&self) -> RequestLog {
        RequestLog::new(Arc::clone(&self.services.requests))
    }

    /// Returns the present end of the log, for [`RequestLog::since`].
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.services.requests.end()
    }

    /// Checks that an operation was requested so often: `server.expect("hire", 1)?`. Short for [`RequestLog::expect`].
    ///
    /// # Errors
    ///
    /// If it was requested more or less often, with the requests that came; or if the operation does not exist.
    pub fn expect(&self, operation: &str, count: usize) -> Result<(), UnmetExpectation> {
        self.log().operation(operation).expect(count)
    }

    /// Returns the number of connections that the server has accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Makes a bearer token with these scopes. For a second token of any other account, see [`Human::issue_token`].
    ///
    /// # Errors
    ///
    /// If there is no such scope.
    pub fn issue_token(&self, scopes: &[&str], owner: TokenOwner) -> Result<String, MockError> {
        let account = self.services.world.account_of(owner);
        self.services.world.issue_token(scopes, &account)
    }

    /// Returns the money of the main account: paid in, held, paid out.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.services.world.ledger()
    }

    /// Replaces the state by that of a mock that was just started, with this seed and so many jobs. [`MockServer::auto_confirm`] is
    /// set as in the builder. Address, clock, faults, strict mode, rate limits, settings of the marketplace, routes of webhooks and the log of
    /// requests stay.
    /// The main token stays as well, since it is the same for all seeds.
    pub fn start_anew(&self, seed: u64, jobs: usize) {
        self.services.world.start_anew(seed, jobs);
    }

    /// Switches a feature flag, such as `public_api_hiring`, for all accounts. All are on at the start.
    ///
    /// # Errors
    ///
    /// If there is no such flag.
    pub fn set_feature(&self, key: &str, on: bool) -> Result<(), MockError> {
        self.services.world.set_feature(key, on)
    }

    /// Sets whether the human confirms every pending approval at its second read, so that a waiting client sees it pending first
    /// and then confirmed. An approval that the account cannot pay for stays pending. Off at the start.
    pub fn auto_confirm(&self, on: bool) {
        self.services.world.lock().set_auto_confirm(on);
    }

    /// Sets whether there are rate limits, by the mock's clock: 120 requests a minute for the tokenless job endpoints, as
    /// documented, and the limits of the README for messages and registrations. Off at the start. The client `opentrain` itself
    /// delays calls beyond the 120, off or not, unless it is built with `without_tokenless_limit`.
    pub fn rate_limits(&self, on: bool) {
        self.services.gateway.limits().on = on;
    }

    /// Sets whether requests that the API's documents do not allow are refused: unknown query parameters and body fields, values of
    /// another type, another content type, unknown paths. The service may accept some of them. Off at the start. The response is a
    /// 400 with a sentence, which is also in [`RecordedRequest::objection`].
    pub fn strict(&self, on: bool) {
        self.services.gateway.set_strict(on);
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MockServer")
            .field("base_url", &self.base_url)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
