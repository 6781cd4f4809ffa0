//! `cargo xtask drift OLD NEW`: the changes between any two documents of one API; and `drift --rules`.

use std::path::Path;

use crate::console::print;
use crate::fetch::Limits;
use crate::flags::Drift;
use crate::regen::Outcome;
use crate::report::{Baseline, Report};
use crate::source;
use openapi_canonical::{Document, Result};

pub(crate) fn run(flags: &Drift) -> Result<Outcome> {
    let (Some(old), Some(new)) = (&flags.old, &flags.new) else {
        print(&openapi_drift::rules(flags.format))?;
        return Ok(Outcome::Unchanged);
    };
    let [old, new] = [old, new].map(|path| read(path));
    let (old, new) = (old?, new?);
    let drift = openapi_drift::compare(&old, &new)?;
    let report = Report {
        uncompared: drift.not_compared,
        ..Report::unverified(
            Baseline::Document(old.name().to_owned()),
            new.name().to_owned(),
            drift.changes,
        )
    };
    print(&report.render(flags.format))?;
    Ok(if report.is_failure(flags.gate)? {
        Outcome::Drifted
    } else {
        Outcome::Unchanged
    })
}

fn read(path: &Path) -> Result<Document> {
    let name = path.display().to_string();
    let bytes = source::read_bounded(path, &name, &Limits::default())?;
    openapi_canonical::read(&bytes, &name)
}
