//! `cargo xtask normalise FILE`: what is made of any one document before a client is generated from it.
//!
//! Nothing is reconciled and nothing is written; the document may be any API's.

use crate::console::print;
use crate::fetch::Limits;
use crate::flags::Normalise;
use crate::regen::Outcome;
use crate::source;
use openapi_canonical::Result;
use openapi_canonical::json;
use openapi_canonical::losses::{LeftOut, Rewrites};
use openapi_for_progenitor::generator;
use openapi_for_progenitor::prepare::{self, Prepared};
use openapi_for_progenitor::steps::Note;

/// Prints the document; what was done and left out goes to standard error.
pub(crate) fn run(flags: &Normalise) -> Result<Outcome> {
    let place = flags.file.display().to_string();
    let bytes = source::read_bounded(&flags.file, &place, &Limits::default())?;
    let prepared = prepare::prepare(&bytes, &place)?;
    generator::check(&prepared.document, &place)?;
    eprint!("{}", report(&prepared));
    print(&json::pretty(&prepared.document))?;
    Ok(Outcome::Unchanged)
}

fn report(prepared: &Prepared) -> String {
    let lost: String = prepared
        .left_out
        .iter()
        .map(|LeftOut { pointer, what }| format!("  {pointer}: {what}\n"))
        .collect();
    format!(
        "done:\n{}left out: {}\n{lost}",
        done(&prepared.rewrites, &prepared.notes),
        prepared.left_out.len()
    )
}

fn done(rewrites: &Rewrites, notes: &[Note]) -> String {
    let downward = rewrites
        .counts
        .iter()
        .map(|(rewrite, count)| (*rewrite, *count));
    let steps = notes.iter().map(|note| (note.step, note.count));
    downward
        .chain(steps)
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("  {count:>5}  {what}\n"))
        .collect()
}
