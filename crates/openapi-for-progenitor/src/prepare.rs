//! Any one document as the generator takes it, with everything that it took to get there.

use serde_json::Value;

use crate::steps::{self, Note};
use crate::verify;
use openapi_canonical::Result;
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::losses::{LeftOut, Rewrites};
use openapi_canonical::plain_text;
use openapi_canonical::straighten::straighten;

/// A normalised document.
#[derive(Debug)]
pub struct Prepared {
    pub document: Value,
    /// What it took to read it as one of 3.0.
    pub rewrites: Rewrites,
    /// What it took to make of that what the generator takes.
    pub notes: Vec<Note>,
    /// Everything that the generated client will not have.
    pub left_out: Vec<LeftOut>,
}

/// Reads and normalises a document. `place` is its name in errors.
pub fn prepare(bytes: &[u8], place: &str) -> Result<Prepared> {
    let served = document::parse_served(plain_text::decoded(bytes, place)?, place)?;
    let (converted, rewrites) = down::convert(served, place)?;
    let straight = straighten(&converted);
    let (document, notes) = steps::normalise(straight);
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
