//! Time and chance as arguments, so that a test controls both.

use std::collections::hash_map::RandomState;
use std::fmt::Debug;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// Future that can be kept and sent between threads.
pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Source of time and waits. [`SystemClock`] is the real one.
pub trait Clock: Debug + Send + Sync {
    /// Returns the time that durations are measured with.
    fn now(&self) -> Instant;

    /// Returns the time of day, which dates in `Retry-After` are compared with.
    fn system_time(&self) -> SystemTime;

    /// Waits. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The system's clocks, and the timer of the tokio runtime that the call is awaited in.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Source of randomness, for the spread of waits and for idempotency keys.
///
/// Any closure that gives random bits is one: `|| 42` for a test.
pub trait Jitter: Send + Sync {
    /// Returns 64 random bits.
    fn bits(&self) -> u64;
}

impl<F: Fn() -> u64 + Send + Sync> Jitter for F {
    fn bits(&self) -> u64 {
        self()
    }
}

/// Returns bits of the standard library's randomly keyed hasher: good enough to spread waits and to name drafts, not for secrets.
pub(crate) fn system_jitter() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Returns random bits as a fraction, at least 0 and less than 1.
pub(crate) fn fraction(bits: u64) -> f64 {
    // 53 bits are what a double holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "exactly 53 bits")]
    let value = (bits >> 11) as f64 / (1_u64 << 53) as f64;
    value
}

#[cfg(test)]
mod tests {
    use super::{fraction, system_jitter};

    #[test]
    fn fractions_start_at_zero_and_stay_below_one() {
        assert!(fraction(0).abs() < f64::EPSILON);
        assert!(fraction(u64::MAX) < 1.0 && fraction(u64::MAX) > 0.99);
    }

    #[test]
    fn the_system_gives_different_bits_each_time() {
        assert_ne!(system_jitter(), system_jitter());
    }
}
