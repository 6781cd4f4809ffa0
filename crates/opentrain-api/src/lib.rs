//! The raw client of the OpenTrain AI API, generated at build time from its OpenAPI documents.
#![doc = include_str!("../README.md")]
// Badges of the features that an item needs, on docs.rs alone.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(target_arch = "wasm32")]
compile_error!(
    "this crate does not run on wasm32: requests need time limits and futures that can be sent between threads, \
     which the HTTP client does not offer there"
);

#[macro_use]
mod macros;
mod context;
mod operation;
pub mod runtime;
mod secret;
mod values;

// Generated code names the types of this crate by the crate's own name.
extern crate self as opentrain_api;

pub use crate::context::{Context, InvalidToken, SharedToken};
pub use crate::operation::{
    Document, Idempotency, Operation, Pagination, ScopeMatch, ScopeRule, Source,
};
pub use crate::secret::ApiToken;
pub use crate::values::{Date, InvalidDate, InvalidTimestamp, InvalidUsd, Timestamp, Usd};

// Crates whose types are in public signatures.
pub use {jiff, reqwest, rust_decimal};

/// Generator of [`public`] and [`agent`], with its version.
pub const GENERATOR: &str = "progenitor 0.15.1";

/// All documents that this crate is generated from.
pub const DOCUMENTS: &[&Document] = &[&public::DOCUMENT, &agent::DOCUMENT];

/// The Public API, `/api/public/v1`: one method of [`public::Client`] for each operation.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    unused_mut,
    unused_qualifications,
    reason = "generated; which of these it trips depends on the document"
)]
pub mod public {
    use crate::runtime as progenitor_client;
    include!(concat!(env!("OUT_DIR"), "/public.rs"));
}

/// Agent registration and the claim ceremony, `/api/agent`.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    unused_mut,
    unused_qualifications,
    reason = "generated; which of these it trips depends on the document"
)]
pub mod agent {
    use crate::runtime as progenitor_client;
    include!(concat!(env!("OUT_DIR"), "/agent.rs"));
}

/// Generated code in outline: signatures, fields and variants, without bodies and documentation.
#[cfg(feature = "unstable-outline")]
#[doc(hidden)]
pub mod outline {
    /// Outline of [`crate::public`].
    pub const PUBLIC: &str = include_str!(concat!(env!("OUT_DIR"), "/public.outline.rs"));
    /// Outline of [`crate::agent`].
    pub const AGENT: &str = include_str!(concat!(env!("OUT_DIR"), "/agent.outline.rs"));
}
