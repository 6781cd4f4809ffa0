//! Any one document as the generator takes it, with everything that it took to get there.

use serde_json::Value;

use crate::document;
use crate::down;
use crate::error::Result;
use crate::losses::{LeftOut, Rewrites};
use crate::normalise::{self, Note};
use crate::source;
use crate::straighten::straighten;
use crate::verify;

/// A normalised document.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Value,
    /// What it took to read it as one of 3.0.
    pub(crate) rewrites: Rewrites,
    /// What it took to make of that what the generator takes.
    pub(crate) notes: Vec<Note>,
    /// Everything that the generated client will not have.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Reads and normalises a document, and asks the generator for its code. `place` is what sentences call it.
pub(crate) fn prepare(bytes: &[u8], place: &str) -> Result<Prepared> {
    let prepared = prepare_unasked(bytes, place)?;
    verify::ask_generator(&prepared.document, place)?;
    Ok(prepared)
}

/// Reads and normalises a document, without asking the generator.
pub(crate) fn prepare_unasked(bytes: &[u8], place: &str) -> Result<Prepared> {
    let served = document::parse_served(source::decoded(bytes, place)?, place)?;
    let (converted, rewrites) = down::convert(served, place)?;
    let straight = straighten(&converted);
    let (document, notes) = normalise::normalise(straight);
    verify::check(&document, place)?;
    let steps = notes.iter().flat_map(|note| &note.left_out);
    let left_out = rewrites.left_out.iter().chain(steps).cloned().collect();
    Ok(Prepared {
        document,
        rewrites,
        notes,
        left_out,
    })
}
