//! `cargo xtask drift OLD NEW`: what changed between any two documents of one API.

use std::path::Path;

use serde_json::Value;

use crate::document;
use crate::down;
use crate::drift;
use crate::error::Result;
use crate::fetch::Limits;
use crate::flags::Drift;
use crate::losses::Rewrites;
use crate::print::print;
use crate::regen::Outcome;
use crate::report::Report;
use crate::source;

pub(crate) fn run(flags: &Drift) -> Result<Outcome> {
    let (old, old_rewrites, old_name) = read(&flags.old)?;
    let (new, new_rewrites, new_name) = read(&flags.new)?;
    let report = Report {
        uncompared: old_rewrites.uncompared(&new_rewrites),
        ..Report::unverified(Some(old_name), new_name, drift::compare(&old, &new))
    };
    print(&report.render(flags.format))?;
    Ok(if report.is_failure(flags.fail_on) {
        Outcome::Drifted
    } else {
        Outcome::Unchanged
    })
}

/// A document in its 3.0 form, what that took, and what a report calls it.
fn read(path: &Path) -> Result<(Value, Rewrites, String)> {
    let place = path.display().to_string();
    let bytes = source::read_bounded(path, &place, &Limits::default())?;
    let document = document::parse_served(source::decoded(&bytes, &place)?, &place)?;
    let (document, rewrites) = down::convert(document, &place)?;
    Ok((document, rewrites, place))
}
