//! The one test binary of this package: everything that a user of the crates sees.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that stops says why"
)]

mod access_check;
mod blocking;
mod calls;
mod conformance;
mod contract;
mod documented_loops;
mod errors;
mod every_operation;
mod examples;
mod families;
mod limits;
mod outline;
mod pages;
mod raw;
mod retries;
mod support;
mod tidy;
mod tour;
mod waits;
