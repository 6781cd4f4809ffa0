//! The report for a terminal.

use super::{Baseline, Entry, Report, Verification};

pub(super) fn render(report: &Report) -> String {
    let colon = match report.baseline {
        Baseline::Document(_) => "",
        Baseline::Documentation(_) => ":",
    };
    let mut text = format!("drift{colon} {}\n", report.title(super::plain));
    text.push_str(&list(super::CONTRADICTIONS, report.contradictions()));
    if let Baseline::Document(_) = report.baseline {
        text.push_str(&section("breaking", report.breaking()));
        text.push_str(&list(super::UNCOMPARED, &report.uncompared));
        text.push_str(&section("not breaking", report.harmless()));
    } else {
        text.push_str(&list(super::UNCOMPARED, &report.uncompared));
        text.push_str(&section(super::NOT_COMPILING, report.changes.iter()));
    }
    text.push_str(&verification(&report.verification));
    text
}

fn section<'a>(title: &str, entries: impl Iterator<Item = &'a Entry>) -> String {
    let entries: String = entries.map(entry).collect();
    if entries.is_empty() {
        return entries;
    }
    format!("{title}:\n{entries}")
}

fn entry(entry: &Entry) -> String {
    let change = &entry.change;
    let mut text = format!(
        "  {}: {}\n      {}\n",
        super::plain(&change.finding.place),
        change.what(|text| format!("`{}`", super::plain(text))),
        super::effect(change, str::to_owned)
    );
    let operations: Vec<&String> = change.reached_beyond_its_place().collect();
    if !operations.is_empty() {
        text.push_str(&format!("      in {}\n", super::shortened(&operations)));
    }
    if !entry.touches.is_empty() {
        let touches: Vec<&String> = entry.touches.iter().collect();
        text.push_str(&format!("      touches {}\n", super::shortened(&touches)));
    }
    for failure in &entry.failures {
        text.push_str(&format!("      fails: {}\n", super::plain(failure)));
    }
    text
}

fn list(title: &str, texts: &[String]) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let lines = texts
        .iter()
        .map(|text| format!("  {}\n", super::plain(text)));
    format!("{title}:\n{}", lines.collect::<String>())
}

fn verification(verification: &Verification) -> String {
    match verification {
        Verification::Skipped(why) => format!("not verified: {why}\n"),
        Verification::Passed => "verified: our own code compiles with it\n".to_owned(),
        Verification::Unknown(why) => format!(
            "not verified: could not tell whether our own code compiles: {}\n",
            super::plain(why)
        ),
        Verification::Failed(others) => {
            let others: String = others
                .iter()
                .map(|failure| format!("  {}\n", super::plain(failure)))
                .collect();
            format!("verified: our own code does not compile with it\n{others}")
        }
    }
}
