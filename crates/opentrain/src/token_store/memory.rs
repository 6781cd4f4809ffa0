//! A store that ends with the process.

use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use super::{SavedToken, StoreFuture, TokenStore};

/// Store in memory: for tests, and for programs whose token may end with the process. Clones share what is kept.
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore(Arc<Mutex<Option<SavedToken>>>);

impl MemoryTokenStore {
    /// Returns a store that keeps nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl TokenStore for MemoryTokenStore {
    fn load(&self) -> StoreFuture<'_, Option<SavedToken>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(Ok(kept.clone())))
    }

    fn replace<'a>(
        &'a self,
        expected: Option<&'a SavedToken>,
        new: &'a SavedToken,
    ) -> StoreFuture<'a, bool> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_expected = kept.as_ref() == expected;
        if is_expected {
            *kept = Some(new.clone());
        }
        Box::pin(ready(Ok(is_expected)))
    }
}
