//! The one test binary of this package: everything that a user of the crates sees.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that stops says why"
)]

mod calls;
mod contract;
mod errors;
mod outline;
mod pages;
mod raw;
mod retries;
mod support;
mod tour;
mod waits;
