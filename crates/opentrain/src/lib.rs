//! Client of the OpenTrain AI API, for software agents that post jobs, hire AI trainers and pay them.
#![doc = include_str!("docs/guide.md")]
//!
#![doc = include_str!("docs/operations.md")]
#![doc = include_str!("docs/reference.md")]
//!
// The module exists with its feature alone, and links must work without it.
#![cfg_attr(feature = "webhooks", doc = "[webhooks]: crate::webhook")]
#![cfg_attr(
    not(feature = "webhooks"),
    doc = "[webhooks]: https://docs.rs/opentrain/latest/opentrain/webhook/"
)]
// Badges of the features that an item needs, on docs.rs alone.
#![cfg_attr(docsrs, feature(doc_cfg))]

// First: the page of `Client` has its methods in the order of these modules.
mod client;
pub mod resources;

mod about;
#[doc(alias = "permissions")]
#[doc(alias = "doctor")]
#[doc(alias = "preflight")]
pub mod access_check;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod call_options;
pub mod claim;
mod clock;
mod durable_file;
mod error;
pub mod event;
#[doc(alias = "follow")]
#[doc(alias = "events")]
#[doc(alias = "updates")]
#[doc(alias = "polling")]
pub mod feed;
pub mod guides;
#[doc(alias = "mirror")]
#[doc(alias = "sync")]
pub mod market;
mod page;
#[doc(alias = "idempotent")]
#[doc(alias = "resend")]
pub mod retry;
mod server_clock;
pub mod token_store;
mod tokenless_limiter;
pub mod types;
#[cfg(feature = "webhooks")]
#[doc(alias = "receive")]
pub mod webhook;

pub use opentrain_api as raw;
pub use opentrain_api::SharedToken;
// Crates whose types are in public signatures.
pub use {http, jiff, reqwest, rust_decimal};

pub use crate::about::{About, about};
pub use crate::call::{Call, Request, Response, WithResponse};
pub use crate::call_options::CallOptions;
pub use crate::client::{Client, ClientBuilder, TokenChange};
pub use crate::clock::{Clock, Jitter, SystemClock};
pub use crate::error::{
    ApiError, BadElement, DecodeFault, DraftFault, Error, ErrorKind, OAuthError, Reason,
    TokenFault, TransportKind,
};
pub use crate::event::{Event, EventData, UnreadableEvent};
// Words that people search; rustdoc takes them from the re-export alone.
#[doc(alias = "stream")]
#[doc(alias = "iterator")]
pub use crate::page::Items;
pub use crate::page::{List, Listed, Page, Pages};
pub use crate::resources::JobPatch;

/// Result of every call: `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Samples of the package's README, compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeSamples;
