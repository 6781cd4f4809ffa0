//! An element of a list that did not decode.

use std::fmt;

use opentrain_api::runtime::DecodeError;

/// An element of a list that did not decode: where, why, and its text.
#[derive(Clone)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct BadElement {
    index: usize,
    error: DecodeError,
    raw: String,
}

impl BadElement {
    pub(crate) fn new(index: usize, error: DecodeError, raw: String) -> Self {
        Self { index, error, raw }
    }

    /// Its place in the page, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where in the page's JSON the fault is, such as `jobs[3].pay.currency`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.error.path
    }

    /// Where and why, without the value.
    #[must_use]
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// The element as JSON. It may hold what should not be logged.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl fmt::Display for BadElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "element {} of the list did not decode", self.index)
    }
}

impl fmt::Debug for BadElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BadElement")
            .field("index", &self.index)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
