//! The report for a pull request or a job's summary.

use super::{Entry, Report, Verification};

pub(super) fn render(report: &Report) -> String {
    let mut text = match &report.old {
        Some(old) => format!(
            "## API drift: {}\n\nFrom {} to {}.\n",
            report.summary(),
            code(old),
            code(&report.new)
        ),
        None => "## API drift\n\nThere was no document before to compare with.\n".to_owned(),
    };
    text.push_str(&verification(&report.verification));
    text.push_str(&breaking(report));
    text.push_str(&uncompared(report));
    text.push_str(&harmless(report));
    text
}

fn breaking(report: &Report) -> String {
    let entries: String = report.breaking().map(entry).collect();
    if entries.is_empty() {
        return entries;
    }
    format!("\n### Breaking\n\n{entries}")
}

fn uncompared(report: &Report) -> String {
    if report.uncompared.is_empty() {
        return String::new();
    }
    let lines = report
        .uncompared
        .iter()
        .map(|pointer| format!("- {}\n", code(pointer)));
    format!(
        "\n### Not compared\n\n{}:\n\n{}",
        super::UNCOMPARED,
        lines.collect::<String>()
    )
}

/// Folded away: few read them.
fn harmless(report: &Report) -> String {
    let entries: String = report.harmless().map(entry).collect();
    if entries.is_empty() {
        return entries;
    }
    let count = report.harmless().count();
    format!("\n<details><summary>Not breaking: {count}</summary>\n\n{entries}\n</details>\n")
}

fn entry(entry: &Entry) -> String {
    let change = &entry.change;
    let whom = match change.broken() {
        parties if parties.is_empty() => String::new(),
        parties => format!("**{}**: ", parties.join(" and ")),
    };
    let mut text = format!(
        "- {}: {}. {whom}{}.\n",
        code(&change.finding.place),
        change.what(code),
        change.reasons().join("; ")
    );
    let operations: Vec<&String> = change.reached_beyond_its_place().collect();
    if !operations.is_empty() {
        text.push_str(&format!("  - in {}\n", list(&operations)));
    }
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
            "**It could not be told whether our own code compiles with it**: {}\n",
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
                format!("\nWhat no change explains by its name:\n\n{others}")
            };
            format!("**Our own code does not compile with it.**\n{others}")
        }
    }
}

fn list(texts: &[&String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| code(text)).collect();
    super::shortened(&quoted.iter().collect::<Vec<_>>())
}

/// Text that a document gave, as code: nothing in it is markup, and it ends nowhere but at its end.
fn code(text: &str) -> String {
    let line = super::plain(text);
    if !line.contains('`') {
        return format!("`{line}`");
    }
    let longest = line.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    format!("{fence} {line} {fence}")
}
