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

    /// Takes the next free slot, if it is no further away than `patience`. Gives how far away it is, taken or not.
    pub(crate) fn reserve(
        &self,
        now: Instant,
        patience: Option<Duration>,
    ) -> Result<Duration, Duration> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let full = slots.len() >= self.capacity;
        let free = match slots.front() {
            Some(oldest) if full => (*oldest + self.window).max(now),
            _ => now,
        };
        let wait = free.saturating_duration_since(now);
        if patience.is_some_and(|patience| !wait.is_zero() && wait >= patience) {
            return Err(wait);
        }
        if full {
            slots.pop_front();
        }
        slots.push_back(free);
        Ok(wait)
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
        let waits: Vec<u64> = (0..7)
            .map(|_| limiter.reserve(start, None).unwrap().as_secs())
            .collect();
        assert_eq!(waits, [0, 0, 0, 60, 60, 60, 120]);
    }

    #[test]
    fn a_slot_is_free_again_when_its_window_has_passed() {
        let (start, minute) = (Instant::now(), Duration::from_secs(60));
        let limiter = Limiter::new(1, minute);
        let wait = |seconds| {
            limiter
                .reserve(start + Duration::from_secs(seconds), None)
                .unwrap()
                .as_secs()
        };
        assert_eq!([wait(0), wait(59), wait(200)], [0, 1, 0]);
    }

    #[test]
    fn who_does_not_wait_takes_no_slot() {
        let (start, minute) = (Instant::now(), Duration::from_secs(60));
        let limiter = Limiter::new(1, minute);
        let patience = Some(Duration::from_secs(5));
        assert_eq!(limiter.reserve(start, patience), Ok(Duration::ZERO));
        for _ in 0..100 {
            assert_eq!(limiter.reserve(start, patience), Err(minute));
        }
        assert_eq!(
            limiter.reserve(start + minute, patience),
            Ok(Duration::ZERO)
        );
    }
}
