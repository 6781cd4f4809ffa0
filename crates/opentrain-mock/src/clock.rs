//! The mock's own clock: frozen until a test moves it, or running with the system's plus what was added.
//!
//! No other clock decides what expires: approvals, claim windows, tokens, top-ups, invitations and the daily publish cap go by this
//! one, so `server.clock().advance(…)` stands in for waiting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::time;

/// Default time of a frozen clock: 2026-03-04T05:06:07Z.
const EPOCH: Timestamp = Timestamp::constant(1_772_600_767, 0);

/// Clock that the server, its tests and the simulated human share. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    inner: Arc<ClockInner>,
}

#[derive(Debug)]
struct ClockInner {
    state: Mutex<ClockState>,
    /// Number of movements of the clock.
    moves_sender: watch::Sender<u64>,
}

/// State of the clock.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum ClockState {
    /// Moved by [`Clock::advance`] only.
    Frozen(Timestamp),
    /// Runs with the system's clock, so far ahead of it.
    Running { ahead: SignedDuration },
}

impl Clock {
    /// Returns a clock that stands still at 2026-03-04T05:06:07Z until it is advanced.
    #[must_use]
    pub fn frozen() -> Self {
        Self::frozen_at(EPOCH)
    }

    /// Returns a clock that stands still at `instant` until it is advanced.
    #[must_use]
    pub fn frozen_at(instant: Timestamp) -> Self {
        Self::with(ClockState::Frozen(instant))
    }

    /// Returns a clock that runs with the system's.
    #[must_use]
    pub fn running() -> Self {
        Self::with(ClockState::Running {
            ahead: SignedDuration::ZERO,
        })
    }

    /// Returns the time of the clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.lock().now()
    }

    /// True if the clock runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(*self.lock(), ClockState::Running { .. })
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        match &mut *self.lock() {
            ClockState::Frozen(instant) => *instant = time::later(*instant, by),
            ClockState::Running { ahead } => {
                let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
                *ahead = ahead.saturating_add(by);
            }
        }
        self.inner.moves_sender.send_modify(|moves| *moves += 1);
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        let mut state = self.lock();
        *state = ClockState::Frozen(state.now());
        self.inner.moves_sender.send_modify(|moves| *moves += 1);
    }

    /// Lets the clock run on from where it is, as fast as the system's.
    pub fn run(&self) {
        let mut state = self.lock();
        let ahead = state.now().duration_since(Timestamp::now());
        *state = ClockState::Running { ahead };
        self.inner.moves_sender.send_modify(|moves| *moves += 1);
    }

    /// Returns the state of the clock, for a snapshot.
    pub(crate) fn state(&self) -> ClockState {
        self.lock().clone()
    }

    /// Sets the clock to the state in a snapshot.
    pub(crate) fn set(&self, state: ClockState) {
        *self.lock() = state;
        self.inner.moves_sender.send_modify(|moves| *moves += 1);
    }

    /// Returns a receiver of the number of movements.
    pub(crate) fn moves(&self) -> watch::Receiver<u64> {
        self.inner.moves_sender.subscribe()
    }

    /// Returns the time until the clock shows `instant` by itself; `None` if it stands still.
    pub(crate) fn time_until(&self, instant: Timestamp) -> Option<Duration> {
        let is_running = matches!(&*self.lock(), ClockState::Running { .. });
        let left = instant.duration_since(self.now());
        is_running.then(|| left.try_into().unwrap_or(Duration::ZERO))
    }

    pub(crate) fn with(state: ClockState) -> Self {
        Self {
            inner: Arc::new(ClockInner {
                state: Mutex::new(state),
                moves_sender: watch::Sender::new(0),
            }),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ClockState> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClockState {
    fn now(&self) -> Timestamp {
        match self {
            Self::Frozen(instant) => *instant,
            Self::Running { ahead } => Timestamp::now()
                .saturating_add(*ahead)
                .unwrap_or(Timestamp::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Clock;
    use crate::time::{later, wire};

    #[test]
    fn frozen_clock_moves_only_when_advanced() {
        let clock = Clock::frozen();
        let other_hand = clock.clone();
        assert_eq!(wire(clock.now()), "2026-03-04T05:06:07.000Z");
        clock.advance(Duration::from_secs(90));
        assert_eq!(wire(other_hand.now()), "2026-03-04T05:07:37.000Z");
    }

    #[test]
    fn running_clock_continues_from_its_frozen_time() {
        let clock = Clock::frozen();
        let before = clock.now();
        clock.run();
        assert!(clock.is_running());
        // Years lie between this and the system's clock: only the start is the frozen one's.
        assert!(clock.now().duration_since(before).as_hours() < 24);
        clock.freeze();
        assert_eq!(clock.now(), clock.now());
        assert!(!clock.is_running() && clock.now() >= before);
    }

    #[test]
    fn only_a_running_clock_comes_to_an_instant_by_itself() {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        let clock = Clock::frozen();
        let before = clock.now();
        assert_eq!(clock.time_until(later(before, YEAR)), None);
        clock.run();
        assert_eq!(clock.time_until(before), Some(Duration::ZERO));
        let left = clock.time_until(later(clock.now(), YEAR));
        assert!(
            left.is_some_and(|left| left <= YEAR && left > YEAR / 2),
            "{left:?}"
        );
    }
}
