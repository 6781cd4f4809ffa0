//! Differences between the served document and the documentation.

use std::collections::BTreeSet;

/// Outcome of a difference between the served document and the documentation.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Resolution {
    /// The served document does not specify it; the documentation fills it in.
    Filled,
    /// The two contradict each other, and the served document wins.
    Overruled,
    /// The documentation does not describe it; it is imported from the served document.
    New,
    /// The served document does not have it; it is kept from the documentation.
    Absent,
    /// Another type is served, and the documented one holds its values.
    Kept,
    /// The service promises more than the client relies on.
    Unrelied,
}

/// Remark on a field that the served document requires and the documentation does not.
pub(super) const KEPT_OPTIONAL: &str = "served as required, kept optional for readers";

/// Difference between the served document and the documentation.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Divergence {
    /// Outcome of the difference.
    pub kind: Resolution,
    /// JSON pointer into the documentation, or to where the location would be there.
    pub pointer: String,
    /// Difference in words.
    pub what: String,
    /// True if a promise of the documentation does not hold by the served document: a reader may get a value that the documentation
    /// rules out, or the service refuses a request that the documentation allows.
    pub is_contradiction: bool,
}

/// Differences that were found so far.
#[derive(Debug, Default)]
pub(super) struct Notes(pub(super) Vec<Divergence>);

impl Notes {
    /// Adds a difference; one that the served document wins contradicts a promise of the documentation.
    pub(super) fn add(&mut self, kind: Resolution, pointer: &str, what: impl Into<String>) {
        self.add_promise(kind, pointer, what, kind == Resolution::Overruled);
    }

    /// Adds a difference that breaks a promise of the documentation exactly if `is_contradiction`.
    pub(super) fn add_promise(
        &mut self,
        kind: Resolution,
        pointer: &str,
        what: impl Into<String>,
        is_contradiction: bool,
    ) {
        self.0.push(Divergence {
            kind,
            pointer: pointer.to_owned(),
            what: what.into(),
            is_contradiction,
        });
    }

    /// Adds that the served document differs in whether a field is required, and wins.
    pub(super) fn add_required(&mut self, pointer: &str, is_required: bool) {
        let what = if is_required {
            "documented as optional, served as required"
        } else {
            "documented as required, served as optional"
        };
        self.add(Resolution::Overruled, pointer, what);
    }
}

/// Returns the lines on the differences in which the served document contradicts a promise of the documentation. A document that promises more, or
/// describes less, contradicts no promise.
#[must_use]
pub fn contradictions(divergences: &[Divergence]) -> Vec<String> {
    let found: BTreeSet<&Divergence> = divergences
        .iter()
        .filter(|divergence| divergence.is_contradiction)
        .collect();
    found
        .into_iter()
        .map(|divergence| format!("{}: {}", divergence.pointer, divergence.what))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_ordered_as_they_are_written() {
        assert!(
            Resolution::Filled < Resolution::Overruled
                && Resolution::Overruled < Resolution::New
                && Resolution::New < Resolution::Absent
        );
    }
}
