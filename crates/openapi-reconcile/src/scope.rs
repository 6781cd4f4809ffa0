//! Scope of a decision: one location, both documents, and the notes on what was decided.

use super::divergence::{Notes, Resolution};
use super::sides::Sides;

/// A location of the documentation that is decided on.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) sides: &'a Sides<'a>,
    pub(super) notes: &'a mut Notes,
    pub(super) pointer: &'a str,
}

impl Scope<'_> {
    /// Notes a difference at this location.
    pub(super) fn note(&mut self, kind: Resolution, what: impl Into<String>) {
        self.notes.add(kind, self.pointer, what);
    }

    /// Notes a difference that breaks a promise of the documentation exactly if `is_contradiction`.
    pub(super) fn note_promise(
        &mut self,
        kind: Resolution,
        what: impl Into<String>,
        is_contradiction: bool,
    ) {
        self.notes
            .add_promise(kind, self.pointer, what, is_contradiction);
    }

    /// True if readers receive the values of this location.
    pub(super) fn is_read(&self) -> bool {
        self.sides.is_read(self.pointer)
    }

    /// True if writers send the values of this location.
    pub(super) fn is_written(&self) -> bool {
        self.sides.is_written(self.pointer)
    }
}
