//! The drift report: what changed, whom it breaks, and what of our own code it touches; as text, Markdown or JSON.

mod destination;
mod json;
mod markdown;
mod text;

#[cfg(test)]
mod tests;

use clap::ValueEnum;

use crate::drift::Change;
pub(crate) use destination::{Destination, destinations};

/// What is said of differences that no comparison can judge.
const UNCOMPARED: &str = "different, but nothing is known of whom it breaks, as OpenAPI 3.0 cannot say it or it is no operation of the service";

/// How a report is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Markdown,
    Json,
}

/// Which changes make a run fail.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FailOn {
    /// Those that break callers or readers.
    Breaking,
    /// All.
    Any,
}

/// Everything that there is to say.
#[derive(Debug)]
pub(crate) struct Report {
    /// What the document before is called, if there was one.
    pub(crate) old: Option<String>,
    /// What the document after is called.
    pub(crate) new: String,
    /// Those that break something first.
    pub(crate) changes: Vec<Entry>,
    /// Pointers to what differs and cannot be compared.
    pub(crate) uncompared: Vec<String>,
    pub(crate) verification: Verification,
}

/// A change, and what of our own code it touches.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) change: Change,
    /// Lines of hand-written code that name it: `crates/opentrain/src/resources/jobs.rs:12,14`.
    pub(crate) touches: Vec<String>,
    /// What the compiler says of it.
    pub(crate) failures: Vec<String>,
}

/// Whether our own code compiles with the new document.
#[derive(Debug)]
pub(crate) enum Verification {
    /// Nobody asked for it, or there was nothing to verify. The sentence says which.
    Skipped(String),
    Passed,
    /// What the compiler says that no change explains by its name.
    Failed(Vec<String>),
    /// It could not be told. The sentence says why; it says nothing of the code.
    Unknown(String),
}

impl Report {
    /// Of changes that nothing was verified of.
    pub(crate) fn unverified(old: Option<String>, new: String, changes: Vec<Change>) -> Report {
        let bare = |change| Entry {
            change,
            touches: Vec::new(),
            failures: Vec::new(),
        };
        Report {
            old,
            new,
            changes: changes.into_iter().map(bare).collect(),
            uncompared: Vec::new(),
            verification: Verification::Skipped("only documents were compared".to_owned()),
        }
    }

    pub(crate) fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Markdown => markdown::render(self),
            Format::Json => json::render(self),
        }
    }

    fn breaking(&self) -> impl Iterator<Item = &Entry> {
        self.changes
            .iter()
            .filter(|entry| entry.change.is_breaking())
    }

    fn harmless(&self) -> impl Iterator<Item = &Entry> {
        self.changes
            .iter()
            .filter(|entry| !entry.change.is_breaking())
    }

    /// Whether this is what a run is to fail on.
    pub(crate) fn is_failure(&self, fail_on: Option<FailOn>) -> bool {
        match fail_on {
            None => false,
            Some(FailOn::Breaking) => self.breaking().next().is_some(),
            Some(FailOn::Any) => !self.changes.is_empty() || !self.uncompared.is_empty(),
        }
    }

    /// `2 breaking changes, 1 other`.
    fn summary(&self) -> String {
        let changes = match (self.breaking().count(), self.harmless().count()) {
            (0, 0) => "no change".to_owned(),
            (0, others) => format!("no breaking change, {others} other"),
            (1, others) => format!("1 breaking change, {others} other"),
            (many, others) => format!("{many} breaking changes, {others} other"),
        };
        match self.uncompared.len() {
            0 => changes,
            others => format!("{changes}, {others} that cannot be compared"),
        }
    }
}

/// What a document gave, on one line and without what a terminal would obey.
fn plain(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}

/// A list of which the first are named and the rest are counted.
fn shortened(texts: &[&String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = texts.iter().take(SHOWN).map(|text| text.as_str()).collect();
    match texts.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        rest => format!("{} and {rest} more", shown.join(", ")),
    }
}
