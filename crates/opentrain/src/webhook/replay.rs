//! The replay guard: which deliveries were handled.

use std::collections::{HashSet, VecDeque};
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::signature::hex;

/// Default number of deliveries that the store in memory keeps.
const CAPACITY: usize = 10_000;

/// Key of a delivery in a [`ReplayStore`]: the SHA-256 digest of its body. It is the same at every attempt.
///
/// The header `X-OpenTrain-Delivery` is no key, since it is not signed: with another id in it, a replay would pass for new, and
/// with a later delivery's id, a replay would keep that delivery out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    pub(super) fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// Returns the bytes of the digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(&self.0))
    }
}

impl fmt::Debug for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplayKey({self})")
    }
}

/// Error of a store: of any type.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Future that a [`ReplayStore`] returns.
pub type ReplayFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// Store of the deliveries that were handled. [`MemoryReplayStore`] is one; a store in a database serves several processes.
///
/// It has to keep a key for as long as the service repeats a delivery: 156 minutes after the first attempt.
pub trait ReplayStore: Send + Sync {
    /// Returns true if the key is recorded.
    fn contains(&self, key: ReplayKey) -> ReplayFuture<'_, bool>;

    /// Records a key. It is called after the handler succeeded.
    fn record(&self, key: ReplayKey) -> ReplayFuture<'_, ()>;
}

impl<S: ReplayStore + ?Sized> ReplayStore for Arc<S> {
    fn contains(&self, key: ReplayKey) -> ReplayFuture<'_, bool> {
        self.as_ref().contains(key)
    }

    fn record(&self, key: ReplayKey) -> ReplayFuture<'_, ()> {
        self.as_ref().record(key)
    }
}

/// Store in memory that keeps a bounded number of deliveries, the last ones. After a restart it is empty.
#[derive(Debug)]
pub struct MemoryReplayStore {
    capacity: usize,
    recorded: Mutex<Recorded>,
}

#[derive(Debug, Default)]
struct Recorded {
    keys: HashSet<ReplayKey>,
    oldest_first: VecDeque<ReplayKey>,
}

impl MemoryReplayStore {
    /// Returns an empty store that keeps this many deliveries, at some 100 bytes each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            recorded: Mutex::default(),
        }
    }
}

/// Keeps 10,000 deliveries.
impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl ReplayStore for MemoryReplayStore {
    fn contains(&self, key: ReplayKey) -> ReplayFuture<'_, bool> {
        let recorded = self.recorded.lock();
        let recorded = recorded.unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(Ok(recorded.keys.contains(&key))))
    }

    fn record(&self, key: ReplayKey) -> ReplayFuture<'_, ()> {
        let recorded = self.recorded.lock();
        let mut recorded = recorded.unwrap_or_else(PoisonError::into_inner);
        if recorded.keys.insert(key) {
            recorded.oldest_first.push_back(key);
        }
        while recorded.oldest_first.len() > self.capacity {
            let oldest = recorded.oldest_first.pop_front();
            oldest.map(|oldest| recorded.keys.remove(&oldest));
        }
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use super::{MemoryReplayStore, ReplayKey, ReplayStore};

    #[tokio::test]
    async fn the_store_in_memory_keeps_the_last_deliveries() {
        let store = MemoryReplayStore::new(2);
        let [first, second, third] = ["1", "2", "3"].map(|body| ReplayKey::of(body.as_bytes()));
        for key in [first, second, second, third] {
            store.record(key).await.unwrap();
        }
        let mut kept = Vec::new();
        for key in [first, second, third] {
            kept.push(store.contains(key).await.unwrap());
        }
        assert_eq!(kept, [false, true, true]);
        let none = MemoryReplayStore::new(0);
        none.record(first).await.unwrap();
        assert!(!none.contains(first).await.unwrap());
    }
}
