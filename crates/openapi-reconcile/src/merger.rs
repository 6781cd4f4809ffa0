//! State of the second pass: the joined document as far as it is made, and the differences that were found.

use super::divergence::Notes;
use super::imports::Imports;
use super::observations::Observations;
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
}
