//! The report for a terminal.

use super::{effect, plain, shortened};
use crate::Change;

/// Returns the lines of a change.
#[must_use]
pub fn entry(change: &Change) -> String {
    let mut text = format!(
        "  {}: {}\n      {}\n",
        plain(&change.finding.location),
        change.what(|text| format!("`{}`", plain(text))),
        effect(change, str::to_owned)
    );
    let operations: Vec<&String> = change.reached_beyond_its_location().collect();
    if !operations.is_empty() {
        text.push_str(&format!("      in {}\n", shortened(&operations)));
    }
    text
}

/// Returns a section with a title. Without an entry, the section is empty.
pub fn section(title: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries.collect();
    if entries.is_empty() {
        return entries;
    }
    format!("{title}:\n{entries}")
}

/// Returns a section of texts, each on a line of its own.
#[must_use]
pub fn list(title: &str, texts: &[String]) -> String {
    section(
        title,
        texts.iter().map(|text| format!("  {}\n", plain(text))),
    )
}
