//! The settings of a mock, and its start.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{MockServer, http};
use crate::autosave::{self, SaveMonitor, StateObserver, StateSaver};
use crate::background_task::BackgroundTask;
use crate::changes_settings::{ChangesCut, ChangesSettings};
use crate::clock::Clock;
use crate::error::{MockError, MockErrorKind, SettingError};
use crate::lifetime::Lifetime;
use crate::recorded_request::RecordedRequest;
use crate::request_store::{RequestObserver, RequestStore};
use crate::server_thread::ServerThread;
use crate::services::Services;
use crate::shared_world::SharedWorld;
use crate::state_file::StateFile;
use crate::webhook_delivery::Delivery;
use crate::webhook_sender::{DeliveryObserver, WebhookSender};
use crate::world::{DEFAULT_JOBS, World};

/// Time-out of a request to a webhook, as documented.
const WEBHOOK_PATIENCE: Duration = Duration::from_secs(10);

/// Settings of a [`MockServer`] before its start. Made by [`MockServer::builder`].
#[must_use]
pub struct MockServerBuilder {
    address: SocketAddr,
    seed: u64,
    jobs: usize,
    clock: Clock,
    auto_confirm: bool,
    rate_limits: bool,
    strict: bool,
    edge_cache: bool,
    changes: ChangesSettings,
    webhook_patience: Duration,
    state_file: Option<PathBuf>,
    routes: Vec<(String, String)>,
    request_observer: Option<RequestObserver>,
    delivery_observer: Option<DeliveryObserver>,
    state_observer: Option<StateObserver>,
}

impl MockServer {
    /// Starts a mock on a free port of 127.0.0.1, with 60 jobs on its marketplace and a clock that stands still.
    ///
    /// # Errors
    ///
    /// If no port is free.
    pub async fn start() -> Result<Self, MockError> {
        Self::builder().start().await
    }

    /// Returns a builder, for other settings.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::new()
    }
}

impl MockServerBuilder {
    fn new() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 0,
            jobs: DEFAULT_JOBS,
            clock: Clock::frozen(),
            auto_confirm: false,
            rate_limits: false,
            strict: false,
            edge_cache: false,
            changes: ChangesSettings::default(),
            webhook_patience: WEBHOOK_PATIENCE,
            state_file: None,
            routes: Vec::new(),
            request_observer: None,
            delivery_observer: None,
            state_observer: None,
        }
    }

    /// Sets the address to listen on. Only loopback is accepted; port 0 takes a free port.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Sets the seed of the jobs, the companies and the AI trainers, 0 by default. The same seed always gives the same world, and
    /// another seed other jobs. Ids, tokens and the accounts of the tokens are the same for all seeds.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the number of open jobs of other employers on the marketplace, 60 by default.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Sets the clock. It stands still by default.
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

    /// Sets whether an edge cache stands before the tokenless job endpoints, with the documented times by the mock's clock: a response is
    /// sent again for five minutes, and for an hour more once again while it is replaced. Off by default.
    pub fn edge_cache(mut self, on: bool) -> Self {
        self.edge_cache = on;
        self
    }

    /// Sets the number of changes above which `GET /jobs/changes` drops some: 5,000 by default, as documented.
    pub fn changes_cap(mut self, cap: usize) -> Self {
        self.changes.cap = cap;
        self
    }

    /// Sets which changes `GET /jobs/changes` drops above its cap, and the `until` that it names then.
    pub fn changes_cut(mut self, cut: ChangesCut) -> Self {
        self.changes.cut = cut;
        self
    }

    /// Sets whether `GET /jobs/changes` returns its changes in no order. By default the oldest comes first.
    pub fn unsorted_changes(mut self, on: bool) -> Self {
        self.changes.unsorted = on;
        self
    }

    /// Sets a function that is called with every request after its response. The `Display` of the request is a line for a log.
    pub fn on_request(
        mut self,
        observer: impl Fn(&RecordedRequest) + Send + Sync + 'static,
    ) -> Self {
        self.request_observer = Some(Box::new(observer));
        self
    }

    /// Sets a function that is called after every attempt to deliver to a webhook, and for every delivery that cannot be sent. The
    /// `Display` of the delivery is a line for a log.
    pub fn on_delivery(mut self, observer: impl Fn(&Delivery) + Send + Sync + 'static) -> Self {
        self.delivery_observer = Some(Box::new(observer));
        self
    }

    /// Sets the time-out of a request to a webhook, 10 seconds by default. It goes by the real clock, not by the mock's.
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.webhook_patience = timeout;
        self
    }

    /// Does the same as [`MockServer::route_webhooks`], before the first delivery: the state file may hold deliveries that are due.
    pub fn route_webhooks(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.routes.push((from.into(), to.into()));
        self
    }

    /// Keeps the state in this file. If the file exists, the mock continues from it, with its seed, number of jobs, clock and
    /// tokens. Otherwise the file is made.
    ///
    /// The file is replaced as a whole after every change and when the mock stops: the new content is written to `FILE.next` first.
    /// It holds the mock's tokens and webhook secrets, and only its owner may read it. `FILE.lock` is locked until the mock has
    /// stopped ([`MockServer::close`]) or its program has ended; until then a second mock on the same file is refused. A link
    /// counts as the file that it leads to. A name that ends in `.next` or `.lock` is refused, since the file may belong to another
    /// state.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Sets a function that is called when the [state file](Self::state_file) cannot be written, once until it can be written
    /// again. The mock tries again after the next change, or after a few seconds, and for the last time when it stops or is
    /// dropped; a failure of that last attempt is reported as well.
    pub fn on_state_fault(mut self, observer: impl Fn(&MockError) + Send + Sync + 'static) -> Self {
        self.state_observer = Some(Box::new(observer));
        self
    }

    /// Starts the server, on a thread of its own. See [`MockServer`].
    ///
    /// # Errors
    ///
    /// If the address is no loopback address or is in use; if a route of the webhooks is not from an origin to one on loopback; if
    /// the state file was not written by a mock, cannot be written, or is in use by another mock; or if the system refuses another
    /// thread.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the server stops as soon as it has started.
    pub async fn start(self) -> Result<MockServer, MockError> {
        let starter = Handle::try_current().ok();
        let thread = ServerThread::start();
        let thread = thread.map_err(|source| {
            MockError::new(MockErrorKind::Setting(SettingError::NoThread(source)))
        })?;
        thread.run(self.start_on(thread.clone(), starter)).await
    }

    /// Starts the server, with all its tasks in the current runtime.
    async fn start_on(
        self,
        thread: ServerThread,
        starter: Option<Handle>,
    ) -> Result<MockServer, MockError> {
        let listener = listen(self.address).await?;
        let address = listener
            .local_addr()
            .map_err(|source| cannot_listen(self.address, source))?;
        let base_url = format!("http://{address}");
        let file = self.state_file.clone().map(StateFile::take).transpose()?;
        let file = file.map(Arc::new);
        let mut world = self.world(file.as_ref()).await?;
        world.base_url.clone_from(&base_url);
        // They are settings of the server, as strict mode and rate limits are, and not of the file.
        world.set_auto_confirm(self.auto_confirm);
        world.changes = self.changes;
        let token = world.seed_accounts().token.clone();
        let (running, stopped) = watch::channel(());
        let world = Arc::new(SharedWorld::new(world, self.clock.clone()));
        let requests = RequestStore::new(self.request_observer);
        let lifetime = Lifetime::new(stopped, starter);
        let services = Arc::new(Services::new(Arc::clone(&world), requests, lifetime));
        services.gateway.limits().on = self.rate_limits;
        services.gateway.set_strict(self.strict);
        services.gateway.edge_cache().switch(self.edge_cache);
        for (from, to) in &self.routes {
            services.route_webhooks(from, to)?;
        }
        let autosave = match file {
            Some(file) => Some(start_autosave(&thread, world, self.state_observer, file).await?),
            None => None,
        };
        let (sender, progress) = WebhookSender::new(
            Arc::clone(&services.world),
            Arc::clone(&services.routes),
            self.delivery_observer,
            self.webhook_patience,
        );
        let webhook_sender =
            BackgroundTask::start(|stopped| thread.clone().hold(sender.run(stopped)));
        let connections = Arc::<AtomicU64>::default();
        let serving = http::serve(listener, Arc::clone(&connections), Arc::clone(&services));
        let serving = BackgroundTask::of(running, thread.clone().hold(serving));
        Ok(MockServer {
            thread,
            services,
            connections,
            clock: self.clock,
            base_url,
            token,
            serving,
            webhook_sender,
            progress,
            webhook_patience: self.webhook_patience,
            autosave,
        })
    }

    /// Returns the first world: that of the file, or a seeded one.
    async fn world(&self, file: Option<&Arc<StateFile>>) -> Result<World, MockError> {
        let kept = match file {
            Some(file) => autosave::load(file).await?,
            None => None,
        };
        Ok(match kept {
            Some(snapshot) => snapshot.into_world(self.clock.clone()),
            None => World::seeded(self.clock.clone(), self.seed, self.jobs),
        })
    }
}

impl fmt::Debug for MockServerBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MockServerBuilder")
            .field("address", &self.address)
            .field("seed", &self.seed)
            .field("jobs", &self.jobs)
            .field("clock", &self.clock)
            .field("auto_confirm", &self.auto_confirm)
            .field("rate_limits", &self.rate_limits)
            .field("strict", &self.strict)
            .field("edge_cache", &self.edge_cache)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

/// Starts the task that keeps the state in a file.
async fn start_autosave(
    thread: &ServerThread,
    world: Arc<SharedWorld>,
    observer: Option<StateObserver>,
    file: Arc<StateFile>,
) -> Result<(BackgroundTask, SaveMonitor), MockError> {
    let (saver, monitor) = StateSaver::begin(world, observer, file).await?;
    let saving = BackgroundTask::start(|stopped| thread.clone().hold(saver.run(stopped)));
    Ok((saving, monitor))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, MockError> {
    if !address.ip().is_loopback() {
        return Err(MockError::new(MockErrorKind::NotLoopback(address)));
    }
    TcpListener::bind(address)
        .await
        .map_err(|source| cannot_listen(address, source))
}

fn cannot_listen(address: SocketAddr, source: std::io::Error) -> MockError {
    MockError::new(MockErrorKind::Listen { address, source })
}
