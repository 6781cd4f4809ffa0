//! The schema that is being converted: its location, and the report of its conversion.

use serde_json::Value;

use crate::losses::Rewrites;

/// A schema that is being converted.
pub(super) struct Place<'a> {
    pub(super) pointer: &'a str,
    /// The document as it was, for what references mean.
    pub(super) source: &'a Value,
    pub(super) rewrites: &'a mut Rewrites,
}

impl Place<'_> {
    pub(super) fn count(&mut self, what: &'static str) {
        self.rewrites.count(what);
    }

    pub(super) fn leave_out(&mut self, what: impl Into<String>) {
        self.rewrites.leave_out(self.pointer, what);
    }
}
