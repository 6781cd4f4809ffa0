//! `cargo xtask drift OLD NEW`: the changes between any two documents of one API; and `drift --rules`.

use std::path::Path;

use serde_json::Value;

use crate::console::print;
use crate::fetch::Limits;
use crate::flags::Drift;
use crate::regen::Outcome;
use crate::report::{Baseline, Report};
use crate::source;
use openapi_canonical::Result;
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::losses::Rewrites;
use openapi_canonical::plain_text;
use openapi_drift::comparable;

pub(crate) fn run(flags: &Drift) -> Result<Outcome> {
    let (Some(old), Some(new)) = (&flags.old, &flags.new) else {
        print(&openapi_drift::rules(flags.format))?;
        return Ok(Outcome::Unchanged);
    };
    let (old, old_rewrites, old_name) = read(old)?;
    let (new, new_rewrites, new_name) = read(new)?;
    let report = Report {
        uncompared: old_rewrites.uncompared(&new_rewrites),
        ..Report::unverified(
            Baseline::Document(old_name),
            new_name,
            openapi_drift::compare(&old, &new),
        )
    };
    print(&report.render(flags.format))?;
    Ok(if report.is_failure(flags.gate)? {
        Outcome::Drifted
    } else {
        Outcome::Unchanged
    })
}

/// Returns a document in the form that is compared, the rewrites of its 3.0 form, and its name in reports.
fn read(path: &Path) -> Result<(Value, Rewrites, String)> {
    let place = path.display().to_string();
    let bytes = source::read_bounded(path, &place, &Limits::default())?;
    let document = document::parse_served(plain_text::decoded(&bytes, &place)?, &place)?;
    let comparable = comparable::convert(&document, &place)?;
    let (_, rewrites) = down::convert(document, &place)?;
    Ok((comparable, rewrites, place))
}
