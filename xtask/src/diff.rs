//! Differences between stale files and their derived content, in bounded length.

use std::fmt::Write as _;

use similar::TextDiff;

use crate::stale_files::StaleFile;

/// Limit on the lines of one file in a log.
const LINES: usize = 60;

/// Returns a unified diff from the file's content to its derived content.
pub(crate) fn unified(stale: &StaleFile<'_>) -> String {
    let path = stale.file.path;
    let Some(found) = stale.found_text() else {
        return format!("{path} is missing\n");
    };
    let difference = TextDiff::from_lines(found.as_str(), stale.file.text.as_str());
    let whole = difference
        .unified_diff()
        .header(path, &format!("{path} (as derived)"))
        .to_string();
    bounded(&whole)
}

fn bounded(text: &str) -> String {
    let losses = text.lines().count().saturating_sub(LINES);
    let mut shown: String = text
        .lines()
        .take(LINES)
        .fold(String::new(), |mut shown, line| {
            shown.push_str(line);
            shown.push('\n');
            shown
        });
    if losses > 0 {
        let _infallible = writeln!(shown, "… and {losses} more lines");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stale_files::File;

    #[test]
    fn long_differences_are_cut() {
        let file = File {
            path: "spec/surface.txt",
            text: "new\n".repeat(200),
        };
        let shown = unified(&StaleFile {
            file: &file,
            found: Some(b"old\n".into()),
        });
        assert!(
            shown.starts_with("--- spec/surface.txt\n+++ spec/surface.txt (as derived)\n@@"),
            "{shown}"
        );
        assert!(shown.ends_with("… and 144 more lines\n"), "{shown}");
    }
}
