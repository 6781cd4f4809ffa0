//! The parts of a running mock that its HTTP server and its control routes use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::MockErrorKind;
use crate::fault::FaultRegistry;
use crate::gateway::Gateway;
use crate::lifetime::Lifetime;
use crate::request_store::RequestStore;
use crate::shared_world::SharedWorld;
use crate::webhook_destination::WebhookRoutes;

/// Parts of one mock. Each part knows only those that it is made of.
pub(crate) struct Services {
    pub(crate) world: Arc<SharedWorld>,
    pub(crate) gateway: Gateway,
    pub(crate) faults: Arc<FaultRegistry>,
    pub(crate) requests: Arc<RequestStore>,
    pub(crate) routes: Arc<Mutex<WebhookRoutes>>,
    pub(crate) lifetime: Lifetime,
}

impl Services {
    pub(crate) fn new(world: Arc<SharedWorld>, requests: RequestStore, lifetime: Lifetime) -> Self {
        let faults = Arc::<FaultRegistry>::default();
        Self {
            gateway: Gateway::new(Arc::clone(&world), Arc::clone(&faults)),
            world,
            faults,
            requests: Arc::new(requests),
            routes: Arc::default(),
            lifetime,
        }
    }

    /// Adds a route of webhooks to loopback.
    pub(crate) fn route_webhooks(&self, from: &str, to: &str) -> Result<(), MockErrorKind> {
        let routes: &Mutex<WebhookRoutes> = &self.routes;
        let mut routes: MutexGuard<'_, _> = routes.lock().unwrap_or_else(PoisonError::into_inner);
        routes.add(from, to).map_err(MockErrorKind::Setting)
    }
}
