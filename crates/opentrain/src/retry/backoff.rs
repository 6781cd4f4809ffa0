//! Waits that double, spread over their whole length.

use std::time::Duration;

use super::{FailedAttempt, RetryPolicy};

/// Waits a random time between nothing and a bound that doubles with each attempt, or as long as the service asks.
///
/// If the service asks for more than [`max_wait`](Self::max_wait), the call gives up at once: the error says how long. It never
/// gives up by number of attempts on its own; the client's default is `Backoff::default().at_most(3)`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first_delay: Duration,
    max_delay: Duration,
    max_wait: Duration,
}

impl Default for Backoff {
    /// Up to half a second first, never more than 8 seconds; a minute if the service asks for it.
    fn default() -> Self {
        Self {
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            max_wait: Duration::from_secs(60),
        }
    }
}

impl Backoff {
    /// The bound of the first wait.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// What the bound grows to at the most.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest wait that the service may ask for.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    fn bound(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        self.first_delay
            .saturating_mul(1 << doublings)
            .min(self.max_delay)
    }
}

impl RetryPolicy for Backoff {
    fn delay(&self, failed: &FailedAttempt) -> Option<Duration> {
        let spread = self
            .bound(failed.attempts)
            .mul_f64(failed.fraction.clamp(0.0, 1.0));
        let asked = failed.retry_after.unwrap_or_default();
        (asked <= self.max_wait).then(|| spread.max(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;
    use crate::retry::{FailedAttempt, RetryPolicy, RetryPolicyExt};
    use std::time::Duration;

    fn failed(attempts: u32, retry_after: Option<u64>) -> FailedAttempt {
        let retry_after = retry_after.map(Duration::from_secs);
        FailedAttempt {
            attempts,
            retry_after,
            ..FailedAttempt::first(0.5)
        }
    }

    #[test]
    fn the_bound_doubles_up_to_its_limit() {
        let policy = Backoff::default();
        let waits: Vec<u128> = (1..=7)
            .map(|n| policy.delay(&failed(n, None)).unwrap().as_millis())
            .collect();
        assert_eq!(waits, [250, 500, 1000, 2000, 4000, 4000, 4000]);
        assert!(policy.delay(&failed(u32::MAX, None)).is_some());
    }

    #[test]
    fn the_service_is_obeyed_up_to_a_minute_and_no_longer() {
        let policy = Backoff::default();
        assert_eq!(
            policy.delay(&failed(1, Some(7))),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            policy.delay(&failed(1, Some(60))),
            Some(Duration::from_secs(60))
        );
        assert_eq!(policy.delay(&failed(1, Some(61))), None);
    }

    #[test]
    fn at_most_counts_the_first_attempt() {
        let policy = Backoff::default().at_most(3);
        assert!(policy.delay(&failed(2, None)).is_some());
        assert!(policy.delay(&failed(3, None)).is_none());
    }
}
