//! The mock's own time: frozen until a test moves it, or running ahead of the system's by what was added.
//!
//! Nothing in the mock sleeps or looks at another clock. What expires (approvals, claim windows, tokens, top-ups, invitations,
//! the daily publish cap) expires by this one, so `server.clock().advance(…)` stands in for waiting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::time;

/// Where a frozen clock stands unless told otherwise: 2026-03-04T05:06:07Z.
const EPOCH: Timestamp = Timestamp::constant(1_772_600_767, 0);

/// A clock that the server, its tests and the simulated human share. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    hand: Arc<Mutex<Hand>>,
}

/// What moves the clock.
#[derive(Debug)]
enum Hand {
    /// Only [`Clock::advance`].
    Frozen(Timestamp),
    /// The system's clock, and [`Clock::advance`] on top.
    Running { ahead: Duration },
}

impl Clock {
    /// A clock that stands still at 2026-03-04T05:06:07Z until it is advanced.
    #[must_use]
    pub fn frozen() -> Self {
        Self::frozen_at(EPOCH)
    }

    /// A clock that stands still at `instant` until it is advanced.
    #[must_use]
    pub fn frozen_at(instant: Timestamp) -> Self {
        Self::with(Hand::Frozen(instant))
    }

    /// A clock that runs with the system's.
    #[must_use]
    pub fn running() -> Self {
        Self::with(Hand::Running {
            ahead: Duration::ZERO,
        })
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &*self.lock() {
            Hand::Frozen(instant) => *instant,
            Hand::Running { ahead } => time::later(Timestamp::now(), *ahead),
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        match &mut *self.lock() {
            Hand::Frozen(instant) => *instant = time::later(*instant, by),
            Hand::Running { ahead } => *ahead = ahead.saturating_add(by),
        }
    }

    fn with(hand: Hand) -> Self {
        Self {
            hand: Arc::new(Mutex::new(hand)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Clock;
    use crate::time::wire;

    #[test]
    fn frozen_clock_moves_only_when_advanced() {
        let clock = Clock::frozen();
        let other_hand = clock.clone();
        assert_eq!(wire(clock.now()), "2026-03-04T05:06:07.000Z");
        clock.advance(Duration::from_secs(90));
        assert_eq!(wire(other_hand.now()), "2026-03-04T05:07:37.000Z");
    }
}
