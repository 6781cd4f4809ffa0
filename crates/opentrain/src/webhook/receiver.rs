//! The receiver: verification, replay guard and wake-up in the order that loses no event.

mod declined;
mod under_way;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::OwnedMutexGuard;
use tracing::debug;

use self::under_way::UnderWay;
use super::{MemoryReplayStore, ReplayStore, Verified, Verifier};
use crate::clock::{Clock, SystemClock};
use crate::event::{Event, UnreadableEvent};

pub use declined::{Declined, Unrecorded};

/// Receiver of webhook deliveries: it verifies each, drops duplicates, and wakes the reader of the feed. Clones share all of it.
///
/// ```
/// use opentrain::webhook::{Receiver, Verifier};
///
/// # fn example(wake: impl Fn() + Send + Sync + 'static) -> Result<(), Box<dyn std::error::Error>> {
/// let receiver = Receiver::new(Verifier::new(["whsec_example"])?, wake);
/// # Ok(())
/// # }
/// ```
///
/// It keeps the last 10,000 deliveries that were handled, in memory; see [`replay_store`](Self::replay_store).
#[derive(Clone)]
pub struct Receiver {
    verifier: Verifier,
    wake: Arc<dyn Fn() + Send + Sync>,
    store: Arc<dyn ReplayStore>,
    clock: Arc<dyn Clock>,
    under_way: UnderWay,
}

impl Receiver {
    /// Returns a receiver that calls `wake` for each delivery that the service signed and that is no duplicate.
    ///
    /// `wake` must return at once: it makes the reader of the feed poll, or sends to a channel. It is also called for a delivery
    /// that is [stale](super::VerifyError::stale): whether the service signs anew when it repeats a delivery is not documented.
    #[must_use]
    pub fn new(verifier: Verifier, wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            verifier,
            wake: Arc::new(wake),
            store: Arc::new(MemoryReplayStore::default()),
            clock: Arc::new(SystemClock),
            under_way: UnderWay::default(),
        }
    }

    /// Records the deliveries that were handled in this store.
    #[must_use]
    pub fn replay_store(mut self, store: impl ReplayStore + 'static) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Compares the time of signing with this clock's; the system's unless set.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Wakes the reader of the feed if the delivery is authentic, records it, and returns the status to respond with.
    ///
    /// This is all that a program needs that handles events by the feed alone.
    pub async fn receive(&self, headers: &HeaderMap, body: impl Into<Bytes>) -> StatusCode {
        match self.accept(headers, body).await {
            Ok(delivery) => delivery
                .commit()
                .await
                .unwrap_or_else(|unrecorded| unrecorded.status()),
            Err(declined) => declined.status(),
        }
    }

    /// Returns the delivery, to be handled and then [committed](Delivery::commit), if it is verified and no duplicate.
    ///
    /// If the same delivery is under way in this process, it waits for the end of that: then it is a duplicate, or has to be
    /// handled after all.
    ///
    /// # Errors
    ///
    /// For a delivery that must not be handled: [`Declined::status`] is the status to respond with, which is a success for
    /// duplicates and stale deliveries, since everything else counts towards disabling the subscription.
    pub async fn accept(
        &self,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
    ) -> Result<Delivery, Declined> {
        let accepted = self.decide(headers, body.into()).await;
        match &accepted {
            Err(Declined::Unverified(error)) => debug!(%error, "a webhook delivery is declined"),
            Err(declined) => debug!(error = %declined, "a webhook delivery is declined"),
            Ok(_) => {}
        }
        accepted
    }

    async fn decide(&self, headers: &HeaderMap, body: Bytes) -> Result<Delivery, Declined> {
        let now = self.clock.system_time();
        let verified = self.verifier.verify(headers, body, now);
        let key = match &verified {
            Ok(verified) => verified.replay_key(),
            Err(error) => match error.stale() {
                Some(stale) => stale.replay_key(),
                None => return Err(Declined::Unverified(error.clone())),
            },
        };
        let turn = self.under_way.turn(key).await;
        let recorded = self.store.contains(key).await;
        if matches!(recorded, Ok(true)) {
            return Err(Declined::Duplicate);
        }
        (self.wake)();
        let verified = verified.map_err(Declined::Unverified)?;
        recorded.map_err(Declined::Store)?;
        Ok(Delivery {
            verified,
            store: Arc::clone(&self.store),
            _turn: turn,
        })
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("verifier", &self.verifier)
            .finish_non_exhaustive()
    }
}

/// Verified delivery that is no duplicate. Dropping it makes no record: the service's next attempt is handled again.
#[must_use = "a delivery that is not committed is handled again"]
pub struct Delivery {
    verified: Verified,
    store: Arc<dyn ReplayStore>,
    _turn: OwnedMutexGuard<()>,
}

impl Delivery {
    /// Reads the event. See [`Verified::event`].
    ///
    /// # Errors
    ///
    /// Fails if the body is no event. Commit all the same: the service would send the same body again.
    pub fn event(&self) -> Result<Event, UnreadableEvent> {
        self.verified.event()
    }

    /// Returns the verified body and its time of signing.
    #[must_use]
    pub fn verified(&self) -> &Verified {
        &self.verified
    }

    /// Records the delivery as handled, and returns the status to respond with: 204.
    ///
    /// # Errors
    ///
    /// Fails if the store does. [`Unrecorded::status`] is a success all the same, since the delivery was handled.
    pub async fn commit(self) -> Result<StatusCode, Unrecorded> {
        let recorded = self.store.record(self.verified.replay_key()).await;
        recorded.map_err(Unrecorded)?;
        Ok(StatusCode::NO_CONTENT)
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}
