//! Whether and when a failed request is sent again.
//!
//! There is no idempotency header in this API, so what may be repeated depends on the operation: reads and operations that
//! are idempotent by contract are repeated after every transient failure, other writes only if the request surely was not
//! carried out. That verdict is [`RetryAdvice`]; how often and how fast it is followed is a [`RetryPolicy`], set for
//! [a client](crate::ClientBuilder::retry_policy) or [a call](crate::Call::retry_policy). It is not where time limits are: see
//! [`timeout`](crate::Call::timeout) and [`total_timeout`](crate::Call::total_timeout).
//!
//! ```
//! use std::time::Duration;
//! use opentrain::retry::{Backoff, RetryPolicyExt};
//!
//! # fn example() -> opentrain::Result<()> {
//! let policy = Backoff::default().first_delay(Duration::from_millis(100)).at_most(5);
//! let client = opentrain::Client::builder().token("ot_pat_example_0000").retry_policy(policy).build()?;
//! # Ok(())
//! # }
//! ```

mod advice;
mod backoff;
mod policy;
mod retry_budget;

pub use advice::RetryAdvice;
pub(crate) use advice::advise;
pub use backoff::Backoff;
pub use policy::{AtMost, FromFn, Never, PolicyInput, RetryPolicy, RetryPolicyExt, from_fn};
pub(crate) use retry_budget::RetryBudget;
