//! An edge cache in front of the tokenless job endpoints, with the documented times, by the mock's clock.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::operation::Access;
use crate::request::RawRequest;
use crate::route::{Route, route};
use crate::time::later;
use crate::world::ApiResponse;

/// Age up to which a stored response is fresh: `s-maxage=300`.
const FRESH: Duration = Duration::from_secs(300);
/// Further time in which it is sent once more while it is replaced: `stale-while-revalidate=3600`.
const STALE: Duration = Duration::from_secs(3_600);

/// Stored responses by path and query. Only those with status 200 are stored, as only they carry `Cache-Control`.
#[derive(Debug, Default)]
pub(crate) struct EdgeCache {
    on: bool,
    stored: HashMap<String, Stored>,
    /// Number of the world that the responses are of.
    epoch: u64,
}

#[derive(Debug)]
struct Stored {
    at: Timestamp,
    outgoing: ApiResponse,
}

/// Stored response that may still be sent.
pub(crate) enum CacheHit {
    Fresh(ApiResponse),
    /// It is sent now and replaced, so that the next request gets the replacement.
    Stale(ApiResponse),
}

impl EdgeCache {
    /// True if the cache is on.
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// Returns the key of a request; `None` if the cache is off or the response is not cacheable.
    pub(crate) fn key(&self, incoming: &RawRequest) -> Option<String> {
        let is_cacheable = self.on
            && incoming.method == "GET"
            && matches!(route(&incoming.method, &incoming.path),
                Route::Found { operation, .. } if operation.access == Access::Open);
        is_cacheable.then(|| format!("{}?{}", incoming.path, incoming.query))
    }

    /// Returns the stored response, if it is of the present world and not too old. Drops all responses of a world before.
    pub(crate) fn find(&mut self, key: &str, epoch: u64, now: Timestamp) -> Option<CacheHit> {
        if self.epoch != epoch {
            self.stored.clear();
            self.epoch = epoch;
        }
        let stored = self.stored.get(key)?;
        let outgoing = stored.outgoing.clone();
        if now < later(stored.at, FRESH) {
            return Some(CacheHit::Fresh(outgoing));
        }
        stored.is_usable(now).then_some(CacheHit::Stale(outgoing))
    }

    /// Stores a response, or drops the stored one if this one is not cacheable.
    pub(crate) fn store(&mut self, key: String, now: Timestamp, outgoing: &ApiResponse) {
        self.stored.retain(|_, stored| stored.is_usable(now));
        if outgoing.status == 200 {
            let outgoing = outgoing.clone();
            self.stored.insert(key, Stored { at: now, outgoing });
        } else {
            self.stored.remove(&key);
        }
    }

    /// Switches the cache. One that is switched off keeps no response.
    pub(crate) fn switch(&mut self, on: bool) {
        self.on = on;
        self.stored.clear();
    }

    /// Drops all responses.
    pub(crate) fn clear(&mut self) {
        self.stored.clear();
    }
}

impl Stored {
    fn is_usable(&self, now: Timestamp) -> bool {
        now < later(self.at, FRESH + STALE)
    }
}
