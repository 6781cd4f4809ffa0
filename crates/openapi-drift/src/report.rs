//! The changes between two documents as a report: text, Markdown or JSON.

pub mod json;
pub mod markdown;
pub mod text;

use std::fmt::Write as _;

use crate::{Change, Drift, Format};

/// Heading of the differences that the comparison cannot judge.
pub const NOT_COMPARED: &str =
    "not compared (the documents differ in these locations, and the effect is unknown)";

/// Returns the report on a comparison.
#[must_use]
pub fn render(drift: &Drift, format: Format) -> String {
    let (breaking, others) = drift.by_effect();
    match format {
        Format::Text => {
            let mut report = format!("drift: {}\n", drift.summary());
            report.push_str(&text::section(
                "breaking",
                breaking.into_iter().map(text::entry),
            ));
            report.push_str(&text::list(NOT_COMPARED, &drift.not_compared));
            report.push_str(&text::section(
                "not breaking",
                others.into_iter().map(text::entry),
            ));
            report
        }
        Format::Markdown => {
            let mut report = format!("## API drift: {}\n", drift.summary());
            let entries = breaking.into_iter().map(markdown::entry);
            report.push_str(&markdown::section("breaking", entries));
            report.push_str(&markdown::list_of(NOT_COMPARED, &drift.not_compared));
            report.push_str(&markdown::folded(
                "Not breaking",
                others.into_iter().map(markdown::entry),
            ));
            report
        }
        Format::Json => json::render(drift),
    }
}

impl Drift {
    /// Returns the breaking changes, and the others.
    fn by_effect(&self) -> (Vec<&Change>, Vec<&Change>) {
        self.changes.iter().partition(|change| change.is_breaking())
    }

    /// Returns the counts of the changes: `2 breaking changes, 1 other`.
    fn summary(&self) -> String {
        let (breaking, others) = self.by_effect();
        summary(breaking.len(), others.len(), self.not_compared.len())
    }
}

/// Returns the counts of changes in words: `2 breaking changes, 1 other`.
#[must_use]
pub fn summary(breaking: usize, others: usize, not_compared: usize) -> String {
    let mut summary = match (breaking, others) {
        (0, 0) => "no change".to_owned(),
        (0, others) => format!("no breaking change, {others} other"),
        (1, others) => format!("1 breaking change, {others} other"),
        (many, others) => format!("{many} breaking changes, {others} other"),
    };
    if not_compared > 0 {
        let _infallible = write!(summary, ", {not_compared} not compared");
    }
    summary
}

/// Returns the effect of a change: ``affects readers: the field may be missing``; or the reason why it affects no side. `strong` marks
/// the sides.
fn effect(change: &Change, strong: impl Fn(&str) -> String) -> String {
    if !change.is_breaking() {
        return change.reasons().join("; ");
    }
    let effects = change.effects().into_iter().map(|(sides, reason)| {
        let sides = strong(&format!("affects {}", sides.join(" and ")));
        format!("{sides}: {reason}")
    });
    effects.collect::<Vec<_>>().join("; ")
}

/// Returns text from a document on one line, without control characters that a terminal would interpret.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}

/// Returns the first texts of a list, and the number of the others.
#[must_use]
pub fn shortened(texts: &[&String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = texts.iter().take(SHOWN).map(|text| text.as_str()).collect();
    match texts.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        rest => format!("{} and {rest} more", shown.join(", ")),
    }
}
