//! The gateway in front of the world: strict mode, rate limits and the edge cache.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api_failure::{ApiFailure, stopped_by};
use crate::edge_cache::{CacheHit, EdgeCache};
use crate::fault::FaultRegistry;
use crate::operation::Access;
use crate::rate_limit::RateLimits;
use crate::request::RawRequest;
use crate::response_body::ResponseBody;
use crate::route::Route;
use crate::shared_world::SharedWorld;
use crate::strict;
use crate::world::ApiResponse;

/// Checks and caches that a request passes before it reaches the world.
pub(crate) struct Gateway {
    world: Arc<SharedWorld>,
    /// Source of request ids for responses that do not come from the world.
    faults: Arc<FaultRegistry>,
    strict: AtomicBool,
    limits: Mutex<RateLimits>,
    edge_cache: Mutex<EdgeCache>,
}

/// Response, with its notes for the log.
pub(crate) struct LoggedResponse {
    pub(crate) response: ApiResponse,
    pub(crate) stopped_by: Option<&'static str>,
    /// Objection of strict mode to the request.
    pub(crate) objection: Option<String>,
}

impl Gateway {
    pub(crate) fn new(world: Arc<SharedWorld>, faults: Arc<FaultRegistry>) -> Self {
        Self {
            world,
            faults,
            strict: AtomicBool::new(false),
            limits: Mutex::default(),
            edge_cache: Mutex::default(),
        }
    }

    /// Sets whether requests that the documents do not allow are refused.
    pub(crate) fn set_strict(&self, on: bool) {
        self.strict.store(on, Ordering::Relaxed);
    }

    pub(crate) fn limits(&self) -> MutexGuard<'_, RateLimits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn edge_cache(&self) -> MutexGuard<'_, EdgeCache> {
        self.edge_cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Handles a request: strict mode and the rate limits first, then the edge cache, then the world.
    pub(crate) fn handle(&self, raw: &RawRequest) -> LoggedResponse {
        if let Some(objection) = self.objection(raw) {
            return self.refused_by_strict_mode(raw, objection);
        }
        let refusal = self.rate_limit_refusal(raw);
        let response = refusal.unwrap_or_else(|| self.through_edge_cache(raw));
        let body = response.body.as_ref().and_then(ResponseBody::as_value);
        let stopped_by = stopped_by(response.status, body);
        LoggedResponse {
            response,
            stopped_by,
            objection: None,
        }
    }

    /// Responds from the edge cache, or from the world and stores the response in the cache.
    fn through_edge_cache(&self, raw: &RawRequest) -> ApiResponse {
        let Some(key) = self.edge_cache().key(raw) else {
            return self.world.lock().handle(raw);
        };
        let now = self.world.clock().now();
        let epoch = self.world.lock().epoch();
        let (found, generation) = {
            let mut cache = self.edge_cache();
            (cache.find(&key, epoch, now), cache.generation())
        };
        if let Some(CacheHit::Fresh(response)) = found {
            return response;
        }
        let new = self.world.lock().handle(raw);
        self.edge_cache().store(key, generation, now, &new);
        match found {
            Some(CacheHit::Stale(response)) => response,
            _ => new,
        }
    }

    fn objection(&self, raw: &RawRequest) -> Option<String> {
        let is_strict = self.strict.load(Ordering::Relaxed);
        is_strict.then(|| strict::objection(raw))?
    }

    fn refused_by_strict_mode(&self, raw: &RawRequest, objection: String) -> LoggedResponse {
        let sentence = format!("Strict mode: {objection}");
        let failure = if raw.path.starts_with("/api/agent/") {
            ApiFailure::oauth("invalid_request", sentence)
        } else {
            ApiFailure::bad_request(sentence)
        };
        LoggedResponse {
            response: self.refused(&failure, false),
            stopped_by: Some("strict"),
            objection: Some(objection),
        }
    }

    /// Returns the refusal of a rate limit, if there is one.
    fn rate_limit_refusal(&self, raw: &RawRequest) -> Option<ApiResponse> {
        if !self.limits().on {
            return None;
        }
        let Route::Found { operation, .. } = raw.route else {
            return None;
        };
        let now = self.world.clock().now();
        let failure = self.limits().take(operation, now).err()?;
        Some(self.refused(&failure, operation.access == Access::Open))
    }

    fn refused(&self, failure: &ApiFailure, open: bool) -> ApiResponse {
        let request_id = self.faults.next_request_id();
        ApiResponse {
            status: failure.status,
            body: Some(failure.body(&request_id).into()),
            open,
            allow: None,
            request_id,
        }
    }
}
