//! The report for programs.

use serde::Serialize;
use serde_json::json;

use crate::{Change, Drift, Kind};

/// A change as JSON.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    location: &'a str,
    kind: Kind,
    name: Option<&'a str>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    what: String,
    /// `callers`, `readers`, both or none.
    breaks: Vec<&'static str>,
    reasons: Vec<&'static str>,
    operations: Vec<&'a str>,
}

impl<'a> From<&'a Change> for Entry<'a> {
    fn from(change: &'a Change) -> Entry<'a> {
        let operations = change.operations().into_iter().map(String::as_str);
        Entry {
            location: &change.finding.location,
            kind: change.finding.kind,
            name: change.finding.name.as_deref(),
            before: change.finding.before.as_deref(),
            after: change.finding.after.as_deref(),
            what: change.what(|text| format!("`{text}`")),
            breaks: change.broken(),
            reasons: change.reasons(),
            operations: operations.collect(),
        }
    }
}

pub(super) fn render(drift: &Drift) -> String {
    let (breaking, others) = drift.by_effect();
    let changes: Vec<Entry<'_>> = drift.changes.iter().map(Entry::from).collect();
    let report = json!({
        "breaking": breaking.len(),
        "not_breaking": others.len(),
        "changes": changes,
        "not_compared": drift.not_compared,
    });
    format!("{report:#}\n")
}
