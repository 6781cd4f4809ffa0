//! Values whose text matters: money and instants.

mod timestamp;
mod usd;

pub use timestamp::{InvalidTimestamp, Timestamp};
pub use usd::{InvalidUsd, Usd};
