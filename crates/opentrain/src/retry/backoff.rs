//! Backoff policy: waits that double, spread over their whole length.

use std::time::Duration;

use super::{PolicyInput, RetryPolicy};

/// Waits as long as the service asks, plus a random time between zero and a bound that doubles with each attempt.
/// Clients that were refused together therefore do not return together.
///
/// If the service asks for more than [`max_wait`](Self::max_wait), the call gives up at once, and the error has the wait. The
/// policy itself never gives up by number of attempts; the client's default is `Backoff::default().at_most(3)`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first_delay: Duration,
    max_delay: Duration,
    max_wait: Duration,
}

impl Default for Backoff {
    /// Returns a policy with a first bound of half a second, a largest bound of 8 seconds, and at most a minute if the service asks.
    fn default() -> Self {
        Self {
            first_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            max_wait: Duration::from_secs(60),
        }
    }
}

impl Backoff {
    /// Sets the bound of the first wait.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the largest value of the bound.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the longest wait that the service may ask for. A 429 that asks for no wait counts as asking for a minute. Calls that the
    /// [client's own limiter](crate::Client#limits) holds are the exception: the limiter holds the next attempt back instead.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }

    /// Returns the random part of a wait. A fraction that is no number counts as 0, and one outside of 0 to 1 as the nearer bound.
    fn spread(&self, failed: &PolicyInput) -> Duration {
        let bound = self.bound(failed.attempts);
        match failed.fraction {
            fraction if fraction >= 1.0 => bound,
            fraction if fraction > 0.0 => bound.mul_f64(fraction),
            _ => Duration::ZERO,
        }
    }

    fn bound(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        self.first_delay
            .saturating_mul(1 << doublings)
            .min(self.max_delay)
    }
}

impl RetryPolicy for Backoff {
    fn delay(&self, failed: &PolicyInput) -> Option<Duration> {
        let asked = failed.retry_after.unwrap_or_default();
        (asked <= self.max_wait).then(|| asked.saturating_add(self.spread(failed)))
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;
    use crate::retry::{PolicyInput, RetryPolicy, RetryPolicyExt};
    use std::collections::BTreeSet;
    use std::time::Duration;

    fn failed(attempts: u32, retry_after: Option<u64>) -> PolicyInput {
        let retry_after = retry_after.map(Duration::from_secs);
        PolicyInput {
            attempts,
            retry_after,
            ..PolicyInput::first(0.5)
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
    fn the_bound_can_be_set() {
        let policy = Backoff::default()
            .first_delay(Duration::from_millis(100))
            .max_delay(Duration::from_millis(300));
        let waits: Vec<u128> = (1..=4)
            .map(|n| policy.delay(&failed(n, None)).unwrap().as_millis())
            .collect();
        assert_eq!(waits, [50, 100, 150, 150]);
    }

    #[test]
    fn the_service_is_obeyed_up_to_a_minute_and_no_longer() {
        let policy = Backoff::default();
        assert_eq!(
            policy.delay(&failed(1, Some(7))),
            Some(Duration::from_millis(7_250))
        );
        assert_eq!(
            policy.delay(&failed(1, Some(60))),
            Some(Duration::from_millis(60_250))
        );
        assert_eq!(policy.delay(&failed(1, Some(61))), None);
        let patient = policy.max_wait(Duration::from_secs(61));
        assert!(patient.delay(&failed(1, Some(61))).is_some());
    }

    #[test]
    fn clients_with_the_same_requested_wait_return_one_by_one_and_never_early() {
        let asked = Duration::from_secs(5);
        let waits: BTreeSet<Duration> = (0..60)
            .map(|client| {
                let failed = PolicyInput {
                    fraction: f64::from(client) / 60.0,
                    ..failed(1, Some(5))
                };
                Backoff::default().delay(&failed).unwrap()
            })
            .collect();
        assert_eq!((waits.len(), waits.first()), (60, Some(&asked)));
        assert!(waits.last() < Some(&(asked + Duration::from_millis(500))));
    }

    #[test]
    fn any_fraction_and_any_bound_give_a_wait() {
        let wait = |policy: Backoff, fraction| policy.delay(&PolicyInput::first(fraction)).unwrap();
        let bound = Duration::from_millis(500);
        for fraction in [f64::NAN, f64::NEG_INFINITY, -1.0, -0.0, f64::MIN_POSITIVE] {
            assert_eq!(wait(Backoff::default(), fraction), Duration::ZERO);
        }
        for fraction in [1.0, 1.5, f64::MAX, f64::INFINITY] {
            assert_eq!(wait(Backoff::default(), fraction), bound);
        }
        let endless = Backoff::default()
            .first_delay(Duration::MAX)
            .max_delay(Duration::MAX)
            .max_wait(Duration::MAX);
        let almost_one = 1.0 - f64::EPSILON / 2.0;
        for fraction in [0.0, almost_one, 1.0] {
            let mut failed = PolicyInput::first(fraction);
            failed.retry_after = Some(Duration::MAX);
            assert_eq!(endless.delay(&failed), Some(Duration::MAX));
        }
    }

    #[test]
    fn at_most_counts_the_first_attempt() {
        let policy = Backoff::default().at_most(3);
        assert!(policy.delay(&failed(2, None)).is_some());
        assert!(policy.delay(&failed(3, None)).is_none());
    }
}
