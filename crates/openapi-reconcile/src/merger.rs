//! State of the second pass: the joined document as far as it is made, and the differences that were found.

use super::divergence::Notes;
use super::imports::Imports;
use super::observations::Observations;
use super::scope::Scope;
use super::sides::Sides;
use super::split_off::OpenSplits;

/// State of joining two documents by what was observed.
#[derive(Debug)]
pub(super) struct Merger<'a> {
    pub(super) sides: &'a Sides<'a>,
    pub(super) observations: &'a Observations,
    pub(super) notes: Notes,
    pub(super) open_splits: OpenSplits,
    pub(super) imports: Imports,
}

impl<'a> Merger<'a> {
    pub(super) fn new(sides: &'a Sides<'a>, observations: &'a Observations) -> Merger<'a> {
        Merger {
            sides,
            observations,
            notes: Notes::default(),
            open_splits: OpenSplits::default(),
            imports: Imports::default(),
        }
    }
    /// Returns the scope of a decision on one location.
    pub(super) fn at<'s>(&'s mut self, pointer: &'s str) -> Scope<'s> {
        Scope {
            sides: self.sides,
            notes: &mut self.notes,
            pointer,
        }
    }
}
