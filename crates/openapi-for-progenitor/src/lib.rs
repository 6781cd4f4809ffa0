//! Prepares any OpenAPI document for the client generator progenitor.
//!
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The hidden modules are shared with the other crates of the workspace. They may change in every release.

#[cfg(feature = "generator")]
#[doc(hidden)]
pub mod generate;
#[doc(hidden)]
pub mod generated_names;
#[cfg(feature = "generator")]
#[doc(hidden)]
pub mod generator;
mod prepare;
#[doc(hidden)]
pub mod steps;
#[doc(hidden)]
pub mod verify;

#[cfg(feature = "generator")]
pub use generate::generate;
#[doc(inline)]
pub use openapi_canonical::extensions;
pub use prepare::{Options, Prepared, prepare};
pub use steps::StepReport;
