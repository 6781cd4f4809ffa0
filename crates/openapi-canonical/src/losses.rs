//! Reports of a conversion: the rewrites that it made, and the parts of a document that it dropped.

use std::collections::BTreeMap;
use std::fmt;

/// Report of the conversion of a document to 3.0.
#[derive(Clone, Debug, Default)]
pub struct Rewrites {
    /// Number of times that each rewrite was made.
    pub counts: BTreeMap<&'static str, usize>,
    /// Parts that have no equivalent in 3.0.
    pub losses: Vec<Loss>,
    /// Parts that no comparison of 3.0 forms can see, each with a JSON pointer to its location.
    pub not_comparable: BTreeMap<String, String>,
    /// Pointers to references that lead out of the document or have no target in it.
    pub unresolved: Vec<String>,
}

/// Part of a document that was dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// JSON pointer to the part, in the document as it was read.
    pub pointer: String,
    /// Part that was dropped there, such as ``the keyword `if` ``.
    pub what: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.what)
    }
}

impl Loss {
    pub fn new(pointer: &str, what: impl Into<String>) -> Loss {
        Loss {
            pointer: pointer.to_owned(),
            what: what.into(),
        }
    }
}

impl Rewrites {
    /// Returns the locations where only one document describes a part, or both differ, and no comparison of their 3.0
    /// forms can see it; and the unresolvable references of both, since their targets are unknown.
    #[must_use]
    pub fn uncompared(&self, other: &Rewrites) -> Vec<String> {
        let mut pointers = self.uncompared_in(other);
        pointers.extend(other.uncompared_in(self));
        pointers.sort();
        pointers.dedup();
        pointers
    }

    /// Returns the pointers into another document to parts that it describes differently from this one, or alone, and
    /// that no comparison can see; and to its unresolvable references.
    #[must_use]
    pub fn uncompared_in(&self, other: &Rewrites) -> Vec<String> {
        let described = other.not_comparable.iter();
        let only = described.filter(|(what, _)| !self.not_comparable.contains_key(*what));
        let pointers = only.map(|(_, pointer)| pointer);
        pointers.chain(&other.unresolved).cloned().collect()
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    pub(crate) fn drop_part(&mut self, pointer: &str, what: impl Into<String>) {
        self.losses.push(Loss::new(pointer, what));
    }
}
