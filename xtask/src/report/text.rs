//! The report for a terminal.

use super::{Entry, Report, Verification};

pub(super) fn render(report: &Report) -> String {
    let mut text = match &report.old {
        Some(old) => format!(
            "drift from {} to {}: {}\n",
            super::plain(old),
            super::plain(&report.new),
            report.summary()
        ),
        None => "drift: there was no document before to compare with\n".to_owned(),
    };
    text.push_str(&section("breaking:\n", report.breaking()));
    text.push_str(&uncompared(&report.uncompared));
    text.push_str(&section("not breaking:\n", report.harmless()));
    text.push_str(&verification(&report.verification));
    text
}

fn section<'a>(title: &str, entries: impl Iterator<Item = &'a Entry>) -> String {
    let entries: String = entries.map(entry).collect();
    if entries.is_empty() {
        return entries;
    }
    title.to_owned() + &entries
}

fn entry(entry: &Entry) -> String {
    let change = &entry.change;
    let whom = match change.broken() {
        parties if parties.is_empty() => String::new(),
        parties => format!("{}: ", parties.join(" and ")),
    };
    let mut text = format!(
        "  {}: {}\n      {whom}{}\n",
        super::plain(&change.finding.place),
        change.what(|text| format!("`{}`", super::plain(text))),
        change.reasons().join("; ")
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

fn uncompared(pointers: &[String]) -> String {
    if pointers.is_empty() {
        return String::new();
    }
    let lines = pointers
        .iter()
        .map(|pointer| format!("  {}\n", super::plain(pointer)));
    format!("{}:\n{}", super::UNCOMPARED, lines.collect::<String>())
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
