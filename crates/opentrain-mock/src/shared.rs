//! State that the server, its handles and its connections share: the world behind its lock, the faults, the log, the limits.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::api_failure::{ApiFailure, stopped_by};
use crate::background_task;
use crate::clock::Clock;
use crate::edge_cache::{CacheHit, EdgeCache};
use crate::error::{MockError, MockErrorKind};
use crate::fault::FaultRegistry;
use crate::ledger::Ledger;
use crate::operation::Access;
use crate::rate_limit::RateLimits;
use crate::recorded_request::RecordedRequest;
use crate::request::RawRequest;
use crate::request_log::Log;
use crate::route::{Route, route};
use crate::scope;
use crate::server::TokenOwner;
use crate::snapshot::Snapshot;
use crate::strict;
use crate::webhook_delivery::Delivery;
use crate::webhook_destination::WebhookRoutes;
use crate::world::{ApiResponse, World};

/// Function that is called with every request after its response.
pub(crate) type Observer = Box<dyn Fn(&RecordedRequest) + Send + Sync>;
/// Function that is called with every delivery after an attempt, or when it is given up without one.
pub(crate) type DeliveryObserver = Box<dyn Fn(&Delivery) + Send + Sync>;

/// Function that is called when the state cannot be saved any more.
pub(crate) type StateObserver = Box<dyn Fn(&MockError) + Send + Sync>;

/// Functions that are called with requests, deliveries and failed saves.
#[derive(Default)]
pub(crate) struct Observers {
    pub(crate) request: Option<Observer>,
    pub(crate) delivery: Option<DeliveryObserver>,
    pub(crate) state_fault: Option<StateObserver>,
}

/// Response, with its notes for the log.
pub(crate) struct LoggedResponse {
    pub(crate) outgoing: ApiResponse,
    pub(crate) stopped_by: Option<&'static str>,
    /// Objection of strict mode to the request.
    pub(crate) objection: Option<String>,
}

pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) clock: Clock,
    pub(crate) faults: FaultRegistry,
    pub(crate) log: Log,
    limits: Mutex<RateLimits>,
    edge_cache: Mutex<EdgeCache>,
    pub(crate) strict: AtomicBool,
    /// True if a new world confirms approvals by itself.
    auto_confirms: bool,
    /// Number of accepted connections.
    connections: AtomicU64,
    routes: Mutex<WebhookRoutes>,
    observers: Observers,
    /// Notified when there may be something to send.
    bell: Notify,
    /// Number of changes of the world.
    changes: watch::Sender<u64>,
    /// The runtime that the server was started from, which a test may have paused, and which may be gone.
    pub(crate) starter: Option<Handle>,
    /// Closed when the server is to stop.
    running: watch::Receiver<()>,
}

/// Exclusive access to the world. Dropping it wakes the courier if there may be something to send, and the keeper of the state file
/// if the world has changed.
pub(crate) struct WorldGuard<'a> {
    world: MutexGuard<'a, World>,
    shared: &'a Shared,
    before: u64,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        if self.world.take_has_due_deliveries() {
            self.shared.bell.notify_one();
        }
        if self.world.revision() != self.before {
            self.shared.changes.send_modify(|changes| *changes += 1);
        }
    }
}

impl Shared {
    pub(crate) fn new(
        world: World,
        clock: Clock,
        observers: Observers,
        running: watch::Receiver<()>,
    ) -> Self {
        Self {
            auto_confirms: world.auto_confirms(),
            world: Mutex::new(world),
            clock,
            faults: FaultRegistry::default(),
            log: Log::default(),
            limits: Mutex::default(),
            edge_cache: Mutex::default(),
            strict: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            routes: Mutex::default(),
            observers,
            bell: Notify::new(),
            changes: watch::Sender::new(0),
            starter: None,
            running,
        }
    }

    /// Locks the world. It stays usable after a panic elsewhere: no method leaves it half changed in a way that could hurt more
    /// than one test.
    pub(crate) fn world(&self) -> WorldGuard<'_> {
        let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        WorldGuard {
            before: world.revision(),
            world,
            shared: self,
        }
    }

    /// Returns the signal that there may be something to send.
    pub(crate) fn bell(&self) -> &Notify {
        &self.bell
    }

    /// Returns a receiver of the number of changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Returns the routes of webhooks to loopback.
    pub(crate) fn routes(&self) -> MutexGuard<'_, WebhookRoutes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn route_webhooks(&self, from: &str, to: &str) -> Result<(), MockErrorKind> {
        self.routes().add(from, to).map_err(MockErrorKind::Setting)
    }

    /// Reports a delivery after an attempt, or when it is given up without one.
    pub(crate) fn report(&self, delivery: &Delivery) {
        if let Some(observer) = &self.observers.delivery {
            observer(delivery);
        }
    }

    /// Reports that the state cannot be saved.
    pub(crate) fn report_state_fault(&self, fault: &MockError) {
        if let Some(observer) = &self.observers.state_fault {
            observer(fault);
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.world())
    }

    /// Replaces the world by a new one, and returns its main token.
    pub(crate) fn start_anew(&self, seed: u64, jobs: usize) -> String {
        let mut new = World::seeded(self.clock.clone(), seed, jobs);
        new.set_auto_confirm(self.auto_confirms);
        let token = new.seed_accounts().token.clone();
        // A large world is made before the lock is taken, and dropped after its release.
        let _old = self.world().restore(new.into_saved());
        self.edge_cache().clear();
        token
    }

    pub(crate) fn restore(&self, snapshot: Snapshot) {
        let (next, clock_state) = snapshot.into_parts();
        let _old = {
            let mut world = self.world();
            let old = world.restore(next);
            world.set_clock(clock_state);
            old
        };
        self.edge_cache().clear();
    }

    /// Answers a request: strict mode and the rate limits first, then the world.
    pub(crate) fn answer(
        &self,
        incoming: &RawRequest,
        content_type: Option<&str>,
    ) -> LoggedResponse {
        if let Some(objection) = self.objection(incoming, content_type) {
            return self.objected(incoming, objection);
        }
        let refusal = self.refusal(incoming);
        let outgoing = refusal.unwrap_or_else(|| self.through_edge_cache(incoming));
        let stopped_by = stopped_by(outgoing.status, outgoing.body.as_ref());
        LoggedResponse {
            outgoing,
            stopped_by,
            objection: None,
        }
    }

    /// Answers from the edge cache, or from the world and keeps the response there.
    fn through_edge_cache(&self, incoming: &RawRequest) -> ApiResponse {
        let Some(key) = self.edge_cache().key(incoming) else {
            return self.world().handle(incoming);
        };
        let now = self.clock.now();
        let found = self.edge_cache().find(&key, now);
        if let Some(CacheHit::Fresh(outgoing)) = found {
            return outgoing;
        }
        let answer = self.world().handle(incoming);
        self.edge_cache().store(key, now, &answer);
        match found {
            Some(CacheHit::Stale(outgoing)) => outgoing,
            _ => answer,
        }
    }

    pub(crate) fn edge_cache(&self) -> MutexGuard<'_, EdgeCache> {
        self.edge_cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn objection(&self, incoming: &RawRequest, content_type: Option<&str>) -> Option<String> {
        let is_strict = self.strict.load(Ordering::Relaxed);
        is_strict.then(|| strict::objection(incoming, content_type))?
    }

    fn objected(&self, incoming: &RawRequest, objection: String) -> LoggedResponse {
        let sentence = format!("Strict mode: {objection}");
        let failure = if incoming.path.starts_with("/api/agent/") {
            ApiFailure::oauth("invalid_request", sentence)
        } else {
            ApiFailure::bad_request(sentence)
        };
        LoggedResponse {
            outgoing: self.refused(&failure, false),
            stopped_by: Some("strict"),
            objection: Some(objection),
        }
    }

    pub(crate) fn limits(&self) -> MutexGuard<'_, RateLimits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a token of an account with these scopes.
    pub(crate) fn issue_token(&self, scopes: &[&str], account: &str) -> Result<String, MockError> {
        let known = |name: &&str| {
            scope::find(name).ok_or_else(|| MockErrorKind::UnknownScope((*name).to_owned()))
        };
        let scopes = scopes.iter().map(known).collect::<Result<Vec<_>, _>>()?;
        Ok(self.world().issue_token(account, "Test token", &scopes))
    }

    /// Returns the account that a [`TokenOwner`] stands for.
    pub(crate) fn account_of(&self, owner: TokenOwner) -> String {
        let world = self.world();
        let seed_accounts = world.seed_accounts();
        let account = match owner {
            TokenOwner::Main => &seed_accounts.main,
            TokenOwner::Unclaimed => &seed_accounts.unclaimed,
            TokenOwner::Stranger => &seed_accounts.stranger,
        };
        account.clone()
    }

    /// Switches a feature flag.
    pub(crate) fn set_feature(&self, key: &str, on: bool) -> Result<(), MockError> {
        let switched = self.world().switch_feature(key, on);
        Ok(switched.ok_or_else(|| MockErrorKind::UnknownFeature(key.to_owned()))?)
    }

    /// Returns the money of the main account.
    pub(crate) fn ledger(&self) -> Ledger {
        let world = self.world();
        let main = world.main_account();
        main.map(|account| account.ledger.clone())
            .unwrap_or_default()
    }

    /// Returns the refusal of a rate limit, if there is one.
    fn refusal(&self, incoming: &RawRequest) -> Option<ApiResponse> {
        let Route::Found { operation, .. } = route(&incoming.method, &incoming.path) else {
            return None;
        };
        let now = self.clock.now();
        let failure = self.limits().take(operation, now).err()?;
        Some(self.refused(&failure, operation.access == Access::Open))
    }

    fn refused(&self, failure: &ApiFailure, open: bool) -> ApiResponse {
        let request_id = self.faults.next_request_id();
        ApiResponse {
            status: failure.status,
            body: Some(failure.body(&request_id)),
            open,
            allow: None,
            request_id,
        }
    }

    pub(crate) fn record(&self, request: RecordedRequest) {
        if let Some(observer) = &self.observers.request {
            observer(&request);
        }
        self.log.push(request);
    }

    /// Returns the number of a new connection, from 1.
    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Waits until the server is to stop.
    pub(crate) async fn stopped(&self) {
        background_task::end_of(&mut self.running.clone()).await;
    }

    /// Waits for some time, but no longer than the server runs. The time passes by the clock of the runtime that the server was
    /// started from, so that a test may pause it, and in any case by the real clock: that runtime may be gone, or at rest.
    pub(crate) async fn sleep(&self, time: Duration) {
        let mut starter = JoinSet::new();
        if let Some(runtime) = &self.starter {
            starter.spawn_on(async move { tokio::time::sleep(time).await }, runtime);
        }
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            Some(Ok(())) = starter.join_next() => {}
            () = self.stopped() => {}
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").finish_non_exhaustive()
    }
}
