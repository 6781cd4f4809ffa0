//! Announced changes of the token: while one is pending, a 401 is no verdict on the token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of pending changes, shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct TokenChanges(Arc<AtomicUsize>);

impl TokenChanges {
    pub(super) fn announce(&self) -> TokenChange {
        self.0.fetch_add(1, Ordering::SeqCst);
        TokenChange(Arc::clone(&self.0))
    }

    /// True if a change of the token is announced and not over.
    pub(crate) fn is_pending(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

/// Pending change of the token: a claim or a rotation. Dropping it ends the change. See
/// [`Client::announce_token_change`](crate::Client::announce_token_change).
#[derive(Debug)]
#[must_use = "the change is over once this is dropped"]
pub struct TokenChange(Arc<AtomicUsize>);

impl Drop for TokenChange {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::TokenChanges;

    #[test]
    fn a_change_is_pending_until_the_last_one_is_dropped() {
        let changes = TokenChanges::default();
        let (claim, rotation) = (changes.announce(), changes.announce());
        drop(claim);
        assert!(changes.is_pending());
        drop(rotation);
        assert!(!changes.is_pending());
    }
}
