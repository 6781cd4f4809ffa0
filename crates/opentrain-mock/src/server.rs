//! The mock as a running server: starting it, its handles, stopping it.

mod builder;
mod deliveries;
mod exchange;
mod http;
mod pipe;
mod state;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;

use crate::background::Background;
use crate::books::Books;
use crate::clock::Clock;
use crate::error::MockError;
use crate::fault::Faults;
use crate::human::Human;
use crate::keeper::Watcher;
use crate::log::{Mark, RequestLog, Unexpected};
use crate::record::RecordedRequest;
use crate::server_thread::ServerThread;
use crate::shared::Shared;

pub(crate) use builder::JOBS;
pub use builder::MockServerBuilder;

/// A running mock of the service, on loopback. Many may run in one process; each has a world of its own.
///
/// It runs on a thread and a runtime of its own, and lives until it is dropped or stopped, whichever runtime it was started from. So a
/// static one serves many tests, each of which has a runtime that ends with it; the first of them starts it:
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
/// Dropping it stops it without waiting: no new connections, open ones end after their current request, and
/// requests to webhooks are cut.
pub struct MockServer {
    /// Ends when this and all tasks of the mock are gone.
    thread: ServerThread,
    shared: Arc<Shared>,
    clock: Clock,
    base_url: String,
    token: String,
    serving: Background,
    courier: Background,
    /// How many rounds the courier has made.
    progress: watch::Receiver<u64>,
    webhook_patience: Duration,
    /// If the state is kept in a file.
    keeper: Option<(Background, Watcher)>,
}

/// Whose token [`MockServer::issue_token`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenOwner {
    /// The account of [`MockServer::token`]: claimed, with a payment method.
    Main,
    /// An account that no human has claimed.
    Unclaimed,
    /// Another employer, with jobs of their own.
    Stranger,
}

impl MockServer {
    /// Starts a mock on a free port of 127.0.0.1, with 60 jobs on its marketplace and a clock that stands still.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub async fn start() -> Result<Self, MockError> {
        Self::builder().start().await
    }

    /// Starts a mock in another way.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::new()
    }

    /// `http://127.0.0.1:PORT`. The Public API is under `/api/public/v1`, agent authentication under `/api/agent`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A bearer token of the main account, with every scope.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The human behind the accounts.
    #[must_use]
    pub fn human(&self) -> Human {
        Human::new(Arc::clone(&self.shared))
    }

    /// The clock by which everything expires.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What goes wrong on request.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.shared))
    }

    /// The requests that were taken, oldest first; of very many only the last 10,000, and no more than take 32 MiB. Of a body, no more
    /// than the first MiB is kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.log.since(Mark::default()).0
    }

    /// The same, to be searched, and to expect something of.
    pub fn log(&self) -> RequestLog {
        RequestLog::new(Arc::clone(&self.shared))
    }

    /// The place in the log where it ends now, for [`RequestLog::since`].
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.shared.log.end()
    }

    /// Whether an operation was asked for so often: `server.expect("hire", 1)?`. Short for [`RequestLog::expect`].
    ///
    /// # Errors
    ///
    /// If it was asked for more or less often, with what was asked; or if the operation does not exist.
    pub fn expect(&self, operation: &str, count: usize) -> Result<(), Unexpected> {
        self.log().operation(operation).expect(count)
    }

    /// How many connections the server has accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections()
    }

    /// Makes a bearer token with these scopes. For a second token of any other account, see [`Human::issue_token`].
    ///
    /// # Errors
    ///
    /// If there is no such scope.
    pub fn issue_token(&self, scopes: &[&str], owner: TokenOwner) -> Result<String, MockError> {
        let account = self.shared.account_of(owner);
        self.shared.issue_token(scopes, &account)
    }

    /// The money of the main account: what came in, what is held, what has gone.
    #[must_use]
    pub fn books(&self) -> Books {
        self.shared.books()
    }

    /// Begins anew, as a mock that was just started: with the marketplace of this number, and so many jobs, and
    /// [`MockServer::auto_confirm`] as the builder had it. Address, clock, faults, strict mode, rate limits, routes of webhooks and the
    /// log of requests stay, and so does the main token, since it is the same in all worlds.
    pub fn begin_anew(&self, seed: u64, jobs: usize) {
        self.shared.begin_anew(seed, jobs);
    }

    /// Switches a feature flag, such as `public_api_hiring`, for all accounts. All are on at the start.
    ///
    /// # Errors
    ///
    /// If there is no such flag.
    pub fn set_feature(&self, key: &str, on: bool) -> Result<(), MockError> {
        self.shared.set_feature(key, on)
    }

    /// Whether the human confirms every pending approval when it is read for the second time, so that a waiting client sees it
    /// pending first and confirmed then. One that nothing can pay for stays pending. Off at the start.
    pub fn auto_confirm(&self, on: bool) {
        self.shared.world().set_auto_confirm(on);
    }

    /// Whether there are rate limits, on the mock's clock: 120 requests a minute to the tokenless job endpoints, as documented,
    /// and for messages and registrations those that the README names. Off at the start. The client `opentrain` stays below the 120 by
    /// itself, off or not, unless it is built with `without_tokenless_limit`.
    pub fn rate_limits(&self, on: bool) {
        self.shared.limits().on = on;
    }

    /// Whether requests that the API's documents do not allow are refused: unknown query parameters and body fields, values of
    /// another type, another content type, a path that is not there. The real service may take some of them. Off at the start. Each is refused with 400 and a sentence, and [`RecordedRequest::objection`] has it.
    pub fn strict(&self, on: bool) {
        self.shared.strict.store(on, Ordering::Relaxed);
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
