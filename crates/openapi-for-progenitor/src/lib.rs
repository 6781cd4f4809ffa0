//! Prepares an OpenAPI document for progenitor.

#[doc(hidden)]
pub mod generated_names;
#[cfg(feature = "generator")]
#[doc(hidden)]
pub mod generator;
#[doc(hidden)]
pub mod prepare;
#[doc(hidden)]
pub mod steps;
#[doc(hidden)]
pub mod verify;
