//! The mock as a running server: starting it, its handles, stopping it.

mod exchange;
mod http;
mod wire;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::books::Books;
use crate::clock::Clock;
use crate::error::{Kind, MockError};
use crate::fault::Faults;
use crate::human::Human;
use crate::log::{Mark, RequestLog, Unexpected};
use crate::record::RecordedRequest;
use crate::scope;
use crate::shared::{Observer, Shared};
use crate::world::World;

/// How many jobs of other employers are on the marketplace unless told otherwise.
const JOBS: usize = 60;

/// A running mock of the service, on loopback. Many may run in one process; each has a world of its own.
///
/// Dropping it stops it without waiting: no new connections, and open ones end after their current request.
pub struct MockServer {
    shared: Arc<Shared>,
    clock: Clock,
    base_url: String,
    token: String,
    serving: JoinHandle<()>,
    /// Dropping this is the signal to stop.
    running: watch::Sender<()>,
}

/// How a [`MockServer`] is to be started. Made by [`MockServer::builder`].
#[must_use]
pub struct MockServerBuilder {
    address: SocketAddr,
    jobs: usize,
    clock: Clock,
    auto_confirm: bool,
    rate_limits: bool,
    strict: bool,
    observer: Option<Observer>,
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
        MockServerBuilder {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            jobs: JOBS,
            clock: Clock::frozen(),
            auto_confirm: false,
            rate_limits: false,
            strict: false,
            observer: None,
        }
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

    /// The requests that were taken, oldest first; of very many only the last 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.log.since(Mark::default())
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

    /// Makes a bearer token with these scopes.
    ///
    /// # Errors
    ///
    /// If there is no such scope.
    pub fn issue_token(&self, scopes: &[&str], owner: TokenOwner) -> Result<String, MockError> {
        self.shared.issue_token(scopes, owner)
    }

    /// The money of the main account: what came in, what is held, what has gone.
    #[must_use]
    pub fn books(&self) -> Books {
        self.shared.books()
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
        self.shared.world().auto_confirm = on;
    }

    /// Whether there are rate limits, on the mock's clock: 120 requests a minute to the tokenless job endpoints, as documented,
    /// and for messages and registrations those that the README tells. Off at the start.
    pub fn rate_limits(&self, on: bool) {
        self.shared.limits().on = on;
    }

    /// Whether requests that the API's documents do not allow are refused: unknown query parameters and body fields, values of
    /// another type, another content type, a path that is not there. The real service may take some of them. Off at the start. Each is refused with 400 and a sentence, and [`RecordedRequest::objection`] has it.
    pub fn strict(&self, on: bool) {
        self.shared.strict.store(on, Ordering::Relaxed);
    }

    /// Stops the server and waits until the last connection is done.
    pub async fn stop(self) {
        let Self {
            serving, running, ..
        } = self;
        drop(running);
        // It ends by its own choice or by a panic of its own; there is nothing to do about either.
        let _ended = serving.await;
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

impl MockServerBuilder {
    /// Where to listen. Only loopback is accepted; port 0 takes a free one.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// How many open jobs of other employers are on the marketplace.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// The clock to go by.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Starts with [`MockServer::auto_confirm`] set.
    pub fn auto_confirm(mut self, on: bool) -> Self {
        self.auto_confirm = on;
        self
    }

    /// Starts with [`MockServer::rate_limits`] set.
    pub fn rate_limits(mut self, on: bool) -> Self {
        self.rate_limits = on;
        self
    }

    /// Starts with [`MockServer::strict`] set.
    pub fn strict(mut self, on: bool) -> Self {
        self.strict = on;
        self
    }

    /// Calls this with every request that has been answered. Its `Display` is a line for a log.
    pub fn on_request(
        mut self,
        observer: impl Fn(&RecordedRequest) + Send + Sync + 'static,
    ) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// If the address is no loopback address, or is taken.
    pub async fn start(self) -> Result<MockServer, MockError> {
        let listener = listen(self.address).await?;
        let address = listener
            .local_addr()
            .map_err(|source| cannot_listen(self.address, source))?;
        let base_url = format!("http://{address}");
        let mut world = World::seeded(self.clock.clone(), self.jobs);
        world.base_url.clone_from(&base_url);
        world.auto_confirm = self.auto_confirm;
        let main = world.residents().main.clone();
        let token = world.issue_token(&main, "Main token", scope::ALL);
        let (running, stopped) = watch::channel(());
        let shared = Arc::new(Shared::new(
            world,
            self.clock.clone(),
            self.observer,
            stopped,
        ));
        shared.limits().on = self.rate_limits;
        shared.strict.store(self.strict, Ordering::Relaxed);
        let serving = tokio::spawn(http::serve(listener, Arc::clone(&shared)));
        Ok(MockServer {
            shared,
            clock: self.clock,
            base_url,
            token,
            serving,
            running,
        })
    }
}

impl fmt::Debug for MockServerBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MockServerBuilder")
            .field("address", &self.address)
            .field("jobs", &self.jobs)
            .field("clock", &self.clock)
            .field("auto_confirm", &self.auto_confirm)
            .field("rate_limits", &self.rate_limits)
            .field("strict", &self.strict)
            .finish_non_exhaustive()
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, MockError> {
    if !address.ip().is_loopback() {
        return Err(MockError::new(Kind::NotLoopback(address)));
    }
    TcpListener::bind(address)
        .await
        .map_err(|source| cannot_listen(address, source))
}

fn cannot_listen(address: SocketAddr, source: std::io::Error) -> MockError {
    MockError::new(Kind::Listen { address, source })
}
