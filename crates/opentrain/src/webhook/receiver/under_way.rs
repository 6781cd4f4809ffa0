//! Deliveries that are being handled: two attempts of one delivery take turns.
//!
//! The service gives up on an attempt after 10 seconds and sends it again a minute later, while the handler may still be at work.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::webhook::ReplayKey;

/// One lock for each delivery that is being handled. Clones share them.
#[derive(Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashMap<ReplayKey, Weak<AsyncMutex<()>>>>>);

impl UnderWay {
    /// Waits until no other attempt of this delivery is being handled. Dropping the guard gives the turn to the next one.
    pub(super) async fn turn(&self, key: ReplayKey) -> OwnedMutexGuard<()> {
        self.lock_of(key).lock_owned().await
    }

    fn lock_of(&self, key: ReplayKey) -> Arc<AsyncMutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(&key).and_then(Weak::upgrade) {
            return lock;
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(key, Arc::downgrade(&lock));
        lock
    }
}
