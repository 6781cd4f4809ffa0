//! Changes of a run in a workspace, as a unified diff.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use similar::TextDiff;

/// Returns the difference between two states of all files, without the parts that differ at every fetch.
pub(crate) fn unified(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> String {
    let mut shown = String::new();
    for (path, text) in after {
        let (old, new) = (redacted(before.get(path)), redacted(Some(text)));
        if old != new {
            let difference = TextDiff::from_lines(&old, &new);
            let mut hunks = difference.unified_diff();
            let hunks = hunks.context_radius(1).missing_newline_hint(false);
            write!(shown, "{}", hunks.header(path, path)).unwrap();
        }
    }
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        writeln!(shown, "{path} is gone").unwrap();
    }
    // Line numbers are dropped: they change with every edit above them.
    let lines = shown.lines();
    let lines = lines.map(|line| if line.starts_with("@@") { "@@" } else { line });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

fn redacted(text: Option<&String>) -> String {
    let lines = text.into_iter().flat_map(|text| text.lines());
    let same = lines.filter(|line| {
        !["fetched_at", "sha256", "url = "]
            .iter()
            .any(|part| line.contains(part))
    });
    same.map(|line| format!("{line}\n")).collect()
}
