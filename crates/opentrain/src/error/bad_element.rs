//! An element of a list that did not decode.

use std::fmt;

use opentrain_api::runtime::DecodeError;

/// Element of a list that did not decode: where, why, and its text.
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

    /// Returns its index in the list of the response, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the path of the fault in the response, such as `jobs[3].pay.currency`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.error.path
    }

    /// Returns where the fault is and what was expected, without the value.
    #[must_use]
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// Returns the element as JSON. It may hold text that should not be logged.
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
