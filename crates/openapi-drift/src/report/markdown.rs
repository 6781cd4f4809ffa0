//! The report for a pull request or a job's summary.

use super::{effect, plain, shortened};
use crate::Change;

/// Returns the list item of a change.
#[must_use]
pub fn entry(change: &Change) -> String {
    let strong = |sides: &str| format!("**{}**", capitalised(sides));
    let mut text = format!(
        "- {}: {}. {}.\n",
        code(&change.finding.location),
        change.what(code),
        capitalised(&effect(change, strong))
    );
    let operations: Vec<&String> = change.reached_beyond_its_location().collect();
    if !operations.is_empty() {
        text.push_str(&format!("  - in {}\n", list(&operations)));
    }
    text
}

/// Returns a section with a heading. Without an entry, the section is empty.
pub fn section(title: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries.collect();
    if entries.is_empty() {
        return entries;
    }
    format!("\n### {}\n\n{entries}", capitalised(title))
}

/// Returns a section that a reader has to open. Without an entry, the section is empty.
pub fn folded(title: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() {
        return String::new();
    }
    format!(
        "\n<details><summary>{title}: {}</summary>\n\n{}\n</details>\n",
        entries.len(),
        entries.concat()
    )
}

/// Returns a section of texts as a list.
#[must_use]
pub fn list_of(title: &str, texts: &[String]) -> String {
    section(
        title,
        texts.iter().map(|text| format!("- {}\n", code(text))),
    )
}

/// Returns the first texts of a list as code, and the number of the others.
#[must_use]
pub fn list(texts: &[&String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| code(text)).collect();
    shortened(&quoted.iter().collect::<Vec<_>>())
}

/// Returns a sentence with a capital first letter; a sentence that opens with code stays as it is.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Returns text from a document as code: markup in it has no effect, and only its end closes the code.
#[must_use]
pub fn code(text: &str) -> String {
    let line = plain(text);
    if !line.contains('`') {
        return format!("`{line}`");
    }
    let longest = line.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    format!("{fence} {line} {fence}")
}
