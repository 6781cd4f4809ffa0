//! `cargo xtask normalise FILE`: shows how any one document is prepared for the generator.
//!
//! It is not reconciled with the documentation, and no file is written. The document may be of any API.

use crate::console::print;
use crate::fetch::Limits;
use crate::flags::Normalise;
use crate::regen::Outcome;
use crate::source;
use openapi_canonical::Result;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json;
use openapi_canonical::losses::Rewrites;
use openapi_for_progenitor::generator;
use openapi_for_progenitor::{Options, Prepared, StepReport, prepare};

/// Prints the document; steps and dropped parts go to standard error.
pub(crate) fn run(flags: &Normalise) -> Result<Outcome> {
    let place = flags.file.display().to_string();
    let bytes = source::read_bounded(&flags.file, &place, &Limits::default())?;
    let document = openapi_canonical::read(&bytes, &place)?;
    let rewrites = document.rewrites().clone();
    let options = Options {
        extension_prefix: keys::PREFIX.to_owned(),
    };
    let prepared = prepare(document, &options)?;
    generator::check(&prepared.document, &place)?;
    eprint!("{}", report(&rewrites, &prepared));
    print(&json::pretty(&prepared.document))?;
    Ok(Outcome::Unchanged)
}

fn report(rewrites: &Rewrites, prepared: &Prepared) -> String {
    let lost: String = prepared
        .losses
        .iter()
        .map(|loss| format!("  {loss}\n"))
        .collect();
    format!(
        "done:\n{}dropped: {}\n{lost}",
        done(rewrites, &prepared.steps),
        prepared.losses.len()
    )
}

fn done(rewrites: &Rewrites, steps: &[StepReport]) -> String {
    let downward = rewrites
        .counts
        .iter()
        .map(|(rewrite, count)| (*rewrite, *count));
    let steps = steps.iter().map(|step| (step.step, step.count));
    downward
        .chain(steps)
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("  {count:>5}  {what}\n"))
        .collect()
}
