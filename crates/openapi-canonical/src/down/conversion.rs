//! Context of a schema conversion: its location, and the report.

use serde_json::Value;

use super::impossible::Impossible;
use crate::losses::Rewrites;

/// Schema that is being converted.
pub(super) struct Conversion<'a> {
    pub(super) pointer: &'a str,
    /// The original document, which references are resolved against.
    pub(super) source: &'a Value,
    pub(super) impossible: &'a Impossible<'a>,
    pub(super) rewrites: &'a mut Rewrites,
}

impl Conversion<'_> {
    pub(super) fn count(&mut self, what: &'static str) {
        self.rewrites.count(what);
    }

    pub(super) fn drop_part(&mut self, what: impl Into<String>) {
        self.rewrites.drop_part(self.pointer, what);
    }
}
