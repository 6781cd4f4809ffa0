//! Rules for sending a failed request again.
//!
//! There is no idempotency header in this API, so the operation decides what may be repeated: reads and operations that
//! are idempotent by contract are repeated after every transient failure, other writes only if the request was certainly not
//! carried out. That verdict is [`RetryAdvice`]. A [`RetryPolicy`], set for [a client](crate::ClientBuilder::retry_policy) or
//! [a call](crate::Call::retry_policy), decides how often and how fast to follow it. Time limits are set elsewhere: see
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
