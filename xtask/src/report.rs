//! The drift report: the changes, the sides that each affects, and the lines of our own code that it touches; as text, Markdown or
//! JSON.

mod destination;
mod json;
mod markdown;
mod text;

#[cfg(test)]
mod tests;

use clap::{Args, ValueEnum};

pub(crate) use destination::{Destination, destinations};
use openapi_canonical::{Error, Result};
use openapi_drift::report::{self, plain, shortened};
use openapi_drift::{Change, Format};

/// Heading of the contradictions of the first served document.
const CONTRADICTIONS: &str = "contradictions between the served document and the documentation, by their location in spec/documented.json";

/// Heading of the differences that the first served document's compiler errors are put to.
const NOT_COMPILING: &str =
    "differences from the documentation that our own code does not compile with";

/// Changes that make a run fail.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FailOn {
    /// Changes that break callers or readers.
    Breaking,
    /// All changes.
    Any,
}

/// Changes that make a run fail.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Gate {
    /// Exit with 1 if there is a change of this severity; without one, exit with 2 if a difference was not compared, unless
    /// `--allow-uncompared` is given.
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) fail_on: Option<FailOn>,

    /// Do not exit with 2 because of differences that were not compared; the report still lists them.
    #[arg(long, requires = "fail_on")]
    pub(crate) allow_uncompared: bool,
}

/// Content of a report, in any format.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) baseline: Baseline,
    /// Name of the new document.
    pub(crate) new: String,
    /// The changes, breaking ones first. Without an earlier document, only those that explain a compiler error.
    pub(crate) changes: Vec<Entry>,
    /// Differences that the comparison cannot judge: JSON pointers to them, or a sentence.
    pub(crate) uncompared: Vec<String>,
    pub(crate) verification: Verification,
}

/// Document that the new one is compared with.
#[derive(Debug)]
pub(crate) enum Baseline {
    /// The earlier document, by its name.
    Document(String),
    /// The documentation alone, since there is no earlier document.
    Documentation(Documentation),
}

/// Reason why there is no earlier document to compare with.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum NoEarlier {
    /// The new document is the first served one.
    FirstServed,
    /// There is none on disk, and none was served before.
    #[default]
    Missing,
    /// There was one, and it cannot be read.
    Unreadable,
}

/// Result of the comparison with the documentation.
#[derive(Debug, Default)]
pub(crate) struct Documentation {
    pub(crate) reason: NoEarlier,
    /// Number of differences of each kind, as in `spec/divergence.txt`.
    pub(crate) differences: Vec<(&'static str, usize)>,
    /// Differences in which the served document contradicts the documentation, each with its location.
    pub(crate) contradictions: Vec<String>,
}

/// A change, and what of our own code it touches.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) change: Change,
    /// Lines of hand-written code that name it: `crates/opentrain/src/resources/jobs.rs:12,14`.
    pub(crate) touches: Vec<String>,
    /// Compiler errors that the change explains.
    pub(crate) failures: Vec<String>,
}

/// Outcome of compiling our own code with the new document.
#[derive(Debug)]
pub(crate) enum Verification {
    /// Verification was not requested, or there was no code to verify. The sentence is the reason.
    Skipped(String),
    Passed,
    /// Compiler errors that no change explains by its name.
    Failed(Vec<String>),
    /// The result could not be determined; the code may be fine. The sentence is the reason.
    Unknown(String),
}

impl Report {
    /// Returns a report on changes without a verification.
    pub(crate) fn unverified(baseline: Baseline, new: String, changes: Vec<Change>) -> Report {
        let bare = |change| Entry {
            change,
            touches: Vec::new(),
            failures: Vec::new(),
        };
        Report {
            baseline,
            new,
            changes: changes.into_iter().map(bare).collect(),
            uncompared: Vec::new(),
            verification: Verification::Skipped("only documents were compared".to_owned()),
        }
    }

    /// Returns the report of a run whose earlier document cannot be read: what changed since is not known.
    pub(crate) fn without_readable_document(mut self, why: &str) -> Report {
        if let Baseline::Documentation(documentation) = &mut self.baseline {
            documentation.reason = NoEarlier::Unreadable;
        }
        self.uncompared.push(format!("the earlier document: {why}"));
        self
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

    /// Returns the contradictions to the documentation if the new document is compared with it alone; otherwise none.
    fn contradictions(&self) -> &[String] {
        match &self.baseline {
            Baseline::Documentation(documentation) => &documentation.contradictions,
            Baseline::Document(_) => &[],
        }
    }

    /// True if the run is to fail by its flags.
    ///
    /// # Errors
    ///
    /// No change is named, but there are differences that were not compared and are not allowed.
    pub(crate) fn is_failure(&self, gate: Gate) -> Result<bool> {
        let is_failure = match (gate.fail_on, &self.baseline) {
            (None, _) => return Ok(false),
            (Some(_), Baseline::Documentation(_)) => !self.contradictions().is_empty(),
            (Some(FailOn::Breaking), _) => self.breaking().next().is_some(),
            (Some(FailOn::Any), _) => !self.changes.is_empty(),
        };
        if is_failure || gate.allow_uncompared || self.uncompared.is_empty() {
            return Ok(is_failure);
        }
        let listed: Vec<&String> = self.uncompared.iter().collect();
        Err(Error::new(format!(
            "not every difference was compared: {} not compared: {}; review them, then pass --allow-uncompared",
            listed.len(),
            plain(&shortened(&listed))
        )))
    }

    /// Returns the first line after the name of the report: ``from `a` to `b`: 2 breaking changes``.
    fn title(&self, quote: impl Fn(&str) -> String) -> String {
        let new = quote(&self.new);
        match &self.baseline {
            Baseline::Document(old) => {
                format!("from {} to {new}: {}", quote(old), self.summary())
            }
            Baseline::Documentation(documentation) => {
                let counts = documentation.differences.iter();
                let counts: Vec<String> = counts
                    .map(|(kind, count)| format!("{count} {kind}"))
                    .collect();
                let contradictions = match self.contradictions().len() {
                    0 => "no contradiction".to_owned(),
                    1 => "1 contradiction".to_owned(),
                    many => format!("{many} contradictions"),
                };
                let why = match documentation.reason {
                    NoEarlier::FirstServed => format!("{new} is the first served document"),
                    NoEarlier::Missing => format!("no earlier document to compare {new} with"),
                    NoEarlier::Unreadable => {
                        format!("the earlier document to compare {new} with cannot be read")
                    }
                };
                let contradictions = match self.uncompared.len() {
                    0 => contradictions,
                    others => format!("{contradictions}, {others} not compared"),
                };
                format!(
                    "{why}, so it is compared with the documentation alone: {contradictions}; in spec/divergence.txt: {}",
                    counts.join(", ")
                )
            }
        }
    }

    /// `2 breaking changes, 1 other`.
    fn summary(&self) -> String {
        report::summary(
            self.breaking().count(),
            self.harmless().count(),
            self.uncompared.len(),
        )
    }
}
