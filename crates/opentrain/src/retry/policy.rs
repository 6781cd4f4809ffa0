//! What a retry policy is, and how policies compose.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

/// An attempt that failed and may be followed by another.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolicyInput {
    /// How many attempts there have been, this one included.
    pub attempts: u32,
    /// How long the call has taken so far.
    pub elapsed: Duration,
    /// How long to wait at least: as long as the service asked, or a minute after a 429 that asks for no wait.
    pub retry_after: Option<Duration>,
    /// A random fraction from 0 up to, but without, 1: what a wait is spread with.
    pub fraction: f64,
}

impl PolicyInput {
    /// The first attempt of a call that has just begun; for tests of a policy of your own.
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

/// Decides how long to wait before the next attempt, or that there is none.
///
/// It is asked only if [`RetryAdvice::Retry`](super::RetryAdvice::Retry) was the verdict: no policy can make a call repeat
/// what is not safe to repeat. [`from_fn`] makes a policy of a closure, and an `Arc` of a policy is one:
///
/// ```
/// use std::time::Duration;
/// use opentrain::retry::{PolicyInput, RetryPolicy, from_fn};
///
/// let twice = from_fn(|failed: &PolicyInput| (failed.attempts < 3).then_some(Duration::from_millis(50)));
/// assert!(twice.delay(&PolicyInput::first(0.5)).is_some());
/// ```
pub trait RetryPolicy: Debug + Send + Sync {
    /// How long to wait before the next attempt; `None` to give up.
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

/// A closure as a policy.
pub fn from_fn<F>(decide: F) -> FromFn<F>
where
    F: Fn(&PolicyInput) -> Option<Duration> + Send + Sync,
{
    FromFn(decide)
}

/// See [`from_fn`].
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

/// Gives up after the first attempt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

impl RetryPolicy for Never {
    fn delay(&self, _: &PolicyInput) -> Option<Duration> {
        None
    }
}

/// Decorators for every policy.
pub trait RetryPolicyExt: RetryPolicy + Sized {
    /// Gives up after this many attempts, the first included.
    fn at_most(self, attempts: u32) -> AtMost<Self> {
        AtMost {
            policy: self,
            attempts,
        }
    }
}

impl<P: RetryPolicy> RetryPolicyExt for P {}

/// See [`RetryPolicyExt::at_most`].
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
