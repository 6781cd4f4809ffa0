//! Guide *Receiving webhooks*: signatures, duplicates, and waking the reader of the feed.
//!
#![doc = include_str!("docs/receiving_webhooks.md")]

#[cfg(feature = "axum")]
mod axum;
mod receiver;
mod replay;
mod signature;
mod signer;
mod verified;
mod verifier;
mod verify_error;

pub use receiver::{Declined, Delivery, Receiver, Unrecorded};
pub use replay::{BoxError, MemoryReplayStore, ReplayFuture, ReplayKey, ReplayStore};
pub use signer::Signer;
pub use verified::Verified;
// Words that people search; rustdoc takes them from the re-export alone.
#[doc(alias = "signature")]
#[doc(alias = "verify")]
#[doc(alias = "hmac")]
pub use verifier::Verifier;
pub use verify_error::{InvalidSecret, Stale, VerifyError};
