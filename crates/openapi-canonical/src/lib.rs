//! Reads any OpenAPI document into one canonical form.
//!
#![doc = include_str!("../README.md")]

// The hidden modules are shared with the other crates of the workspace. They may change in every release.

mod dangling;
#[doc(hidden)]
pub mod document;
#[doc(hidden)]
pub mod down;
mod duplicate_keys;
mod error;
#[doc(hidden)]
pub mod extensions;
#[doc(hidden)]
pub mod formats;
#[doc(hidden)]
pub mod inline;
#[doc(hidden)]
pub mod json;
#[doc(hidden)]
pub mod keywords;
#[doc(hidden)]
pub mod locations;
#[doc(hidden)]
pub mod losses;
#[doc(hidden)]
pub mod names;
#[doc(hidden)]
pub mod parameter_text;
#[doc(hidden)]
pub mod parameters;
#[doc(hidden)]
pub mod plain_text;
#[doc(hidden)]
pub mod positions;
mod promote;
mod reading;
#[doc(hidden)]
pub mod reindent;
#[doc(hidden)]
pub mod schema;
#[doc(hidden)]
pub mod statuses;
#[doc(hidden)]
pub mod straighten;
#[doc(hidden)]
pub mod yaml;

pub use error::{Error, Result};
pub use losses::Loss;
pub use reading::{Document, Operation, read};
