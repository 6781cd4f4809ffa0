//! The report for a pull request or a job's summary.

use super::{Baseline, Entry, Report, Verification};
use openapi_drift::report::NOT_COMPARED;
use openapi_drift::report::markdown::{self, capitalised, code, folded, list, list_of, section};

pub(super) fn render(report: &Report) -> String {
    let mut text = match &report.baseline {
        Baseline::Document(old) => format!(
            "## API drift: {}\n\nFrom {} to {}.\n",
            report.summary(),
            code(old),
            code(&report.new)
        ),
        Baseline::Documentation(_) => {
            format!("## API drift\n\n{}.\n", capitalised(&report.title(code)))
        }
    };
    text.push_str(&verification(&report.verification));
    text.push_str(&list_of(super::CONTRADICTIONS, report.contradictions()));
    if let Baseline::Document(_) = report.baseline {
        text.push_str(&section("breaking", report.breaking().map(entry)));
        text.push_str(&list_of(NOT_COMPARED, &report.uncompared));
        text.push_str(&folded("Not breaking", report.harmless().map(entry)));
    } else {
        text.push_str(&list_of(NOT_COMPARED, &report.uncompared));
        text.push_str(&section(
            super::NOT_COMPILING,
            report.changes.iter().map(entry),
        ));
    }
    text
}

fn entry(entry: &Entry) -> String {
    let mut text = markdown::entry(&entry.change);
    if !entry.touches.is_empty() {
        let touches: Vec<&String> = entry.touches.iter().collect();
        text.push_str(&format!("  - touches {}\n", list(&touches)));
    }
    for failure in &entry.failures {
        text.push_str(&format!("  - does not compile: {}\n", code(failure)));
    }
    text
}

fn verification(verification: &Verification) -> String {
    match verification {
        Verification::Skipped(why) => format!("Not verified: {why}.\n"),
        Verification::Passed => "Our own code compiles with it.\n".to_owned(),
        Verification::Unknown(why) => format!(
            "**It is unknown whether our own code compiles with it**: {}\n",
            code(why)
        ),
        Verification::Failed(others) => {
            let others: String = others
                .iter()
                .map(|failure| format!("- {}\n", code(failure)))
                .collect();
            let others = if others.is_empty() {
                others
            } else {
                format!("\nErrors that no change explains:\n\n{others}")
            };
            format!("**Our own code does not compile with it.**\n{others}")
        }
    }
}
