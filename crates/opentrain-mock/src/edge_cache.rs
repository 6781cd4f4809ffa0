//! An edge cache in front of the tokenless job endpoints, with the documented times, by the mock's clock.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::operation::Access;
use crate::request::RawRequest;
use crate::route::Route;
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
    /// Number of times that all responses were dropped.
    generation: u64,
}

#[derive(Debug)]
struct Stored {
    at: Timestamp,
    outgoing: ApiResponse,
}

/// Stored response that may still be sent.
pub(crate) enum CacheHit {
    Fresh(ApiResponse),
    /// Outdated response: it is sent now and replaced, so that the next request gets the replacement.
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
            && matches!(incoming.route,
                Route::Found { operation, .. } if operation.access == Access::Open);
        is_cacheable.then(|| format!("{}?{}", incoming.path, incoming.query))
    }

    /// Returns the stored response, if it is of the present world and not too old. Drops all responses of a world before.
    pub(crate) fn find(&mut self, key: &str, epoch: u64, now: Timestamp) -> Option<CacheHit> {
        if self.epoch != epoch {
            self.clear();
            self.epoch = epoch;
        }
        let stored = self.stored.get(key)?;
        let outgoing = stored.outgoing.clone();
        if now < later(stored.at, FRESH) {
            return Some(CacheHit::Fresh(outgoing));
        }
        stored.is_usable(now).then_some(CacheHit::Stale(outgoing))
    }

    /// Returns the number that [`store`](Self::store) takes: it changes whenever all responses are dropped.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Stores a response, or drops the stored one if this one is not cacheable. Does nothing if all responses were dropped since the
    /// response was asked for: it may be older than that.
    pub(crate) fn store(
        &mut self,
        key: String,
        generation: u64,
        now: Timestamp,
        outgoing: &ApiResponse,
    ) {
        if self.generation != generation {
            return;
        }
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
        self.clear();
    }

    /// Drops all responses.
    pub(crate) fn clear(&mut self) {
        self.stored.clear();
        self.generation += 1;
    }
}

impl Stored {
    fn is_usable(&self, now: Timestamp) -> bool {
        now < later(self.at, FRESH + STALE)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::EdgeCache;
    use crate::world::ApiResponse;

    fn response() -> ApiResponse {
        ApiResponse {
            status: 200,
            body: None,
            open: true,
            allow: None,
            request_id: String::from("r-1"),
        }
    }

    /// True if a response that was asked for before the cache is invalidated is in the cache afterwards.
    fn outlives(invalidate: impl FnOnce(&mut EdgeCache)) -> bool {
        let (mut cache, now) = (EdgeCache::default(), Timestamp::UNIX_EPOCH);
        cache.switch(true);
        assert!(cache.find("/jobs?", 1, now).is_none());
        let generation = cache.generation();
        invalidate(&mut cache);
        cache.store(String::from("/jobs?"), generation, now, &response());
        let epoch = cache.epoch;
        cache.find("/jobs?", epoch, now).is_some()
    }

    #[test]
    fn a_response_from_before_an_invalidation_is_not_stored_after_it() {
        assert!(outlives(|_| {}));
        assert!(!outlives(EdgeCache::clear));
        assert!(!outlives(|cache| cache.switch(true)));
        // Another request finds that the world was replaced.
        assert!(!outlives(|cache| {
            cache.find("/jobs/facets?", 2, Timestamp::UNIX_EPOCH);
        }));
    }
}
