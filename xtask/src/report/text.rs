//! The report for a terminal.

use super::{Baseline, Entry, Report, Verification};
use openapi_drift::report::text::{self, list, section};
use openapi_drift::report::{NOT_COMPARED, plain, shortened};

pub(super) fn render(report: &Report) -> String {
    let colon = match report.baseline {
        Baseline::Document(_) => "",
        Baseline::Documentation(_) => ":",
    };
    let mut text = format!("drift{colon} {}\n", report.title(plain));
    text.push_str(&list(super::CONTRADICTIONS, report.contradictions()));
    if let Baseline::Document(_) = report.baseline {
        text.push_str(&section("breaking", report.breaking().map(entry)));
        text.push_str(&list(NOT_COMPARED, &report.uncompared));
        text.push_str(&section("not breaking", report.harmless().map(entry)));
    } else {
        text.push_str(&list(NOT_COMPARED, &report.uncompared));
        text.push_str(&section(
            super::NOT_COMPILING,
            report.changes.iter().map(entry),
        ));
    }
    text.push_str(&verification(&report.verification));
    text
}

fn entry(entry: &Entry) -> String {
    let mut text = text::entry(&entry.change);
    if !entry.touches.is_empty() {
        let touches: Vec<&String> = entry.touches.iter().collect();
        text.push_str(&format!("      touches {}\n", shortened(&touches)));
    }
    for failure in &entry.failures {
        text.push_str(&format!("      fails: {}\n", plain(failure)));
    }
    text
}

fn verification(verification: &Verification) -> String {
    match verification {
        Verification::Skipped(why) => format!("not verified: {why}\n"),
        Verification::Passed => "verified: our own code compiles with it\n".to_owned(),
        Verification::Unknown(why) => format!(
            "not verified: it is unknown whether our own code compiles: {}\n",
            plain(why)
        ),
        Verification::Failed(others) => {
            let others: String = others
                .iter()
                .map(|failure| format!("  {}\n", plain(failure)))
                .collect();
            format!("verified: our own code does not compile with it\n{others}")
        }
    }
}
