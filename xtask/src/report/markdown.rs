//! The report for a pull request or a job's summary.

use super::{Baseline, Entry, Report, Verification};

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
        text.push_str(&section("breaking", report.breaking()));
        text.push_str(&list_of(super::UNCOMPARED, &report.uncompared));
        text.push_str(&harmless(report));
    } else {
        text.push_str(&list_of(super::UNCOMPARED, &report.uncompared));
        text.push_str(&section(super::NOT_COMPILING, report.changes.iter()));
    }
    text
}

fn section<'a>(title: &str, entries: impl Iterator<Item = &'a Entry>) -> String {
    let entries: String = entries.map(entry).collect();
    if entries.is_empty() {
        return entries;
    }
    format!("\n### {}\n\n{entries}", capitalised(title))
}

fn list_of(title: &str, texts: &[String]) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let lines = texts.iter().map(|text| format!("- {}\n", code(text)));
    format!(
        "\n### {}\n\n{}",
        capitalised(title),
        lines.collect::<String>()
    )
}

/// Returns a sentence with a capital first letter; one that opens with code stays as it is.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
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
    let mut text = format!(
        "- {}: {}. {}.\n",
        code(&change.finding.place),
        change.what(code),
        capitalised(&super::effect(change, |sides| format!(
            "**{}**",
            capitalised(sides)
        )))
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
