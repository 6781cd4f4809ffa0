//! Retry policies, and how to combine them.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

/// Failed attempt that may be followed by another.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolicyInput {
    /// Number of attempts so far, this one included.
    pub attempts: u32,
    /// Time that the call has taken so far.
    pub elapsed: Duration,
    /// Least wait: as long as the service asked, or a minute after a 429 that asks for no wait. `None` in the latter case for a
    /// call that the [client's own limiter](crate::Client#limits) holds: the limiter holds the next attempt back instead.
    pub retry_after: Option<Duration>,
    /// Random fraction, at least 0 and less than 1, that spreads the wait.
    pub fraction: f64,
}

impl PolicyInput {
    /// Returns the input for the first attempt of a call that has just begun, for tests of a policy of your own.
    #[must_use]
    pub fn first(fraction: f64) -> Self {
        Self {
            attempts: 1,
            elapsed: Duration::ZERO,
            retry_after: None,
            fraction,
        }
    }
}

/// Policy that decides how long to wait before the next attempt, or that there is none.
///
/// The client asks it only if the verdict was [`RetryAdvice::Retry`](super::RetryAdvice::Retry): no policy can make a call repeat
/// a request that is not safe to repeat. [`from_fn`] turns a closure into a policy, and an `Arc` of a policy is one:
///
/// ```
/// use std::time::Duration;
/// use opentrain::retry::{PolicyInput, RetryPolicy, from_fn};
///
/// let twice = from_fn(|failed: &PolicyInput| (failed.attempts < 3).then_some(Duration::from_millis(50)));
/// assert!(twice.delay(&PolicyInput::first(0.5)).is_some());
/// ```
pub trait RetryPolicy: Debug + Send + Sync {
    /// Returns the wait before the next attempt; `None` to give up.
    fn delay(&self, failed: &PolicyInput) -> Option<Duration>;
}

impl<P: RetryPolicy + ?Sized> RetryPolicy for Arc<P> {
    fn delay(&self, failed: &PolicyInput) -> Option<Duration> {
        self.as_ref().delay(failed)
    }
}

impl<P: RetryPolicy + ?Sized> RetryPolicy for Box<P> {
    fn delay(&self, failed: &PolicyInput) -> Option<Duration> {
        self.as_ref().delay(failed)
    }
}

/// Returns a policy that calls a closure.
pub fn from_fn<F>(decide: F) -> FromFn<F>
where
    F: Fn(&PolicyInput) -> Option<Duration> + Send + Sync,
{
    FromFn(decide)
}

/// Policy that calls a closure. See [`from_fn`].
#[derive(Clone, Copy)]
pub struct FromFn<F>(F);

impl<F> RetryPolicy for FromFn<F>
where
    F: Fn(&PolicyInput) -> Option<Duration> + Send + Sync,
{
    fn delay(&self, failed: &PolicyInput) -> Option<Duration> {
        (self.0)(failed)
    }
}

impl<F> Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}

/// Policy that gives up after the first attempt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

impl RetryPolicy for Never {
    fn delay(&self, _: &PolicyInput) -> Option<Duration> {
        None
    }
}

/// Decorators for every policy.
pub trait RetryPolicyExt: RetryPolicy + Sized {
    /// Returns a policy that gives up after this many attempts, the first included.
    fn at_most(self, attempts: u32) -> AtMost<Self> {
        AtMost {
            policy: self,
            attempts,
        }
    }
}

impl<P: RetryPolicy> RetryPolicyExt for P {}

/// Policy with a limit of attempts. See [`RetryPolicyExt::at_most`].
#[derive(Clone, Copy, Debug)]
pub struct AtMost<P> {
    policy: P,
    attempts: u32,
}

impl<P: RetryPolicy> RetryPolicy for AtMost<P> {
    fn delay(&self, failed: &PolicyInput) -> Option<Duration> {
        (failed.attempts < self.attempts).then(|| self.policy.delay(failed))?
    }
}
