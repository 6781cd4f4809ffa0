//! Keeps the calls that need no token below the service's limit of 120 a minute.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many requests to tokenless endpoints the service takes from one address in a minute.
/// Source: <https://www.opentrain.ai/docs/developers/api-reference/jobs/search/>.
pub(crate) const TOKENLESS_PER_MINUTE: usize = 120;

/// Lets a number of requests through in any window of time; tells the others how long to wait.
#[derive(Debug)]
pub(crate) struct Limiter {
    capacity: usize,
    window: Duration,
    /// When the last requests go out, oldest first; never more than `capacity`.
    slots: Mutex<VecDeque<Instant>>,
}

impl Limiter {
    pub(crate) fn new(capacity: usize, window: Duration) -> Self {
        Self {
            capacity,
            window,
            slots: Mutex::new(VecDeque::new()),
        }
    }

    /// Takes the next free slot and says how far away it is. The slot stays taken if the caller gives up.
    pub(crate) fn reserve(&self, now: Instant) -> Duration {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let free = match slots.front() {
            Some(oldest) if slots.len() >= self.capacity => (*oldest + self.window).max(now),
            _ => now,
        };
        if slots.len() >= self.capacity {
            slots.pop_front();
        }
        slots.push_back(free);
        free.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::Limiter;
    use std::time::{Duration, Instant};

    #[test]
    fn no_window_holds_more_than_its_share() {
        let (start, minute) = (Instant::now(), Duration::from_secs(60));
        let limiter = Limiter::new(3, minute);
        let waits: Vec<u64> = (0..7).map(|_| limiter.reserve(start).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 60, 60, 60, 120]);
    }

    #[test]
    fn a_slot_is_free_again_when_its_window_has_passed() {
        let (start, minute) = (Instant::now(), Duration::from_secs(60));
        let limiter = Limiter::new(1, minute);
        assert_eq!(limiter.reserve(start), Duration::ZERO);
        assert_eq!(
            limiter.reserve(start + Duration::from_secs(59)),
            Duration::from_secs(1)
        );
        assert_eq!(
            limiter.reserve(start + Duration::from_secs(200)),
            Duration::ZERO
        );
    }
}
