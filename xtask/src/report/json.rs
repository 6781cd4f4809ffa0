//! The report for programs.

use serde::Serialize;

use super::{Baseline, Entry, NoEarlier, Report, Verification};
use openapi_drift::report::json;

/// Raised whenever a field changes its meaning or goes.
const FORMAT: u32 = 2;

#[derive(Debug, Serialize)]
struct Whole<'a> {
    format: u32,
    /// `null` without an earlier document.
    old: Option<&'a str>,
    new: &'a str,
    /// True for the first served document. Without an earlier document, `changes` holds only the differences from the stand-in that
    /// our own code does not compile with.
    first_served: bool,
    /// Without an earlier document: what the new one contradicts in the documentation, each with its location there.
    contradictions: &'a [String],
    breaking: usize,
    not_breaking: usize,
    /// `passed`, `failed`, `skipped` or `unknown`.
    verification: &'static str,
    /// Reason why the verification was skipped, or why its result is unknown.
    reason: Option<&'a str>,
    changes: Vec<One<'a>>,
    /// Pointers to what differs and cannot be compared.
    uncompared: &'a [String],
    /// Compiler errors that no change explains by its name.
    failures: &'a [String],
}

#[derive(Debug, Serialize)]
struct One<'a> {
    #[serde(flatten)]
    change: json::Entry<'a>,
    touches: &'a [String],
    failures: &'a [String],
}

pub(super) fn render(report: &Report) -> String {
    let (verification, reason, failures): (_, _, &[String]) = match &report.verification {
        Verification::Skipped(why) => ("skipped", Some(why.as_str()), &[]),
        Verification::Passed => ("passed", None, &[]),
        Verification::Failed(failures) => ("failed", None, failures),
        Verification::Unknown(why) => ("unknown", Some(why.as_str()), &[]),
    };
    let (old, first_served) = match &report.baseline {
        Baseline::Document(old) => (Some(old.as_str()), false),
        Baseline::Documentation(documentation) => {
            (None, documentation.reason == NoEarlier::FirstServed)
        }
    };
    let whole = Whole {
        format: FORMAT,
        old,
        new: &report.new,
        first_served,
        contradictions: report.contradictions(),
        breaking: report.breaking().count(),
        not_breaking: report.harmless().count(),
        verification,
        reason,
        changes: report.changes.iter().map(one).collect(),
        uncompared: &report.uncompared,
        failures,
    };
    let text = serde_json::to_string_pretty(&whole);
    text.expect("keys are strings, and nothing else can fail") + "\n"
}

fn one(entry: &Entry) -> One<'_> {
    One {
        change: json::Entry::from(&entry.change),
        touches: &entry.touches,
        failures: &entry.failures,
    }
}
