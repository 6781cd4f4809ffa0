//! A verified delivery, and the event in its body.

use std::fmt;

use bytes::Bytes;

use super::ReplayKey;
use crate::event::{Event, UnreadableEvent};
use crate::types::Timestamp;

/// Proof that the service signed this body and that the time of signing is within the tolerance. Only a
/// [`Verifier`](super::Verifier) makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    pub(super) body: Bytes,
    pub(super) signed_at: Timestamp,
    pub(super) replay_key: ReplayKey,
}

impl Verified {
    /// Reads the event in the body: the same record as in [`Updates::poll`](crate::resources::Updates::poll).
    ///
    /// # Errors
    ///
    /// Fails if the body is no event. It was signed all the same: respond with a 2xx, or the service sends it again and disables
    /// the subscription in the end.
    pub fn event(&self) -> Result<Event, UnreadableEvent> {
        Event::parse(&self.body)
    }

    /// Returns the raw body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the time of signing: `t` of the signature.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// Returns the key by which a repeated delivery is found.
    #[must_use]
    pub fn replay_key(&self) -> ReplayKey {
        self.replay_key
    }
}

/// Shows no body.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("signed_at", &self.signed_at)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
