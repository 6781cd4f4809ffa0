//! Messages of cargo while it compiles: the compiler's errors as JSON, one a line, and whether the build finished.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::code::words;
use openapi_canonical::json;

/// An error of the compiler, or of a build script.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Location and message, in one line.
    pub(crate) sentence: String,
    /// Identifiers in the message, and in the code that it is about.
    pub(crate) words: BTreeSet<String>,
    /// Identifiers in code that explains the error: the called function, and the code of notes. They are used if the message itself names
    /// no change.
    pub(super) context: BTreeSet<String>,
    /// Identifiers in the lines of the statement down to the error: the compiler points at the end of a call of several lines.
    pub(super) statement: BTreeSet<String>,
    /// Number of these lines above the error.
    pub(super) above: usize,
}

/// Limit on the lines of a statement that are read.
const MOST_LINES: usize = 6;

impl Failure {
    /// Makes a failure of a build script's message.
    pub(super) fn of(text: &str) -> Failure {
        Failure {
            sentence: text.to_owned(),
            words: words(text),
            context: BTreeSet::new(),
            statement: BTreeSet::new(),
            above: 0,
        }
    }

    /// Reads the lines of the statement that the error ends or is in. Without the file there are none.
    pub(super) fn read_statement(&mut self, root: &Path) {
        let Some((file, line)) = self.line() else {
            return;
        };
        let text = fs::read_to_string(root.join(file)).unwrap_or_default();
        let line: usize = line.parse().unwrap_or_default();
        let lines: Vec<&str> = text.lines().take(line).collect();
        let Some((last, above)) = lines.split_last() else {
            return;
        };
        let above = above.iter().rev().take(MOST_LINES);
        let continues = |line: &&&str| !line.trim_end().ends_with(['{', '}', ';']);
        let above: Vec<&str> = above.take_while(continues).copied().collect();
        self.above = above.len();
        self.statement = above.into_iter().chain([*last]).flat_map(words).collect();
    }

    /// Returns the file and the line of the error, if the message has them.
    fn line(&self) -> Option<(&str, &str)> {
        let (place, _) = self.sentence.split_once(": ")?;
        place.rsplit_once(':')
    }

    /// True if the error is in one of these lines: `crates/opentrain/src/resources/jobs.rs:12,14`.
    pub(super) fn is_in(&self, touched: &str) -> bool {
        self.distances(touched).any(|distance| distance == 0)
    }

    /// True if the statement of the error has one of these lines.
    pub(super) fn is_in_statement_of(&self, touched: &str) -> bool {
        self.distances(touched)
            .any(|distance| distance <= self.above)
    }

    /// Returns how far each of these lines is above the error. Lines below it are dropped.
    fn distances<'a>(&'a self, touched: &'a str) -> impl Iterator<Item = usize> + 'a {
        let lines = self.line().and_then(|(file, line)| {
            let lines = touched.strip_prefix(file)?.strip_prefix(':')?;
            Some((lines, line.parse::<usize>().ok()?))
        });
        lines.into_iter().flat_map(|(lines, line)| {
            let lines = lines.split(',').filter_map(|line| line.parse().ok());
            lines.filter_map(move |touched: usize| line.checked_sub(touched))
        })
    }
}

/// Errors and outcome in the messages of one run.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// Errors in code of this workspace. Errors in dependencies are not included.
    pub(super) failures: Vec<Failure>,
    /// True if everything was compiled; `None` if cargo did not begin to compile.
    pub(super) finished: Option<bool>,
}

impl Messages {
    pub(super) fn read(text: &str) -> Messages {
        let mut messages = Messages::default();
        for line in text.lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            match message["reason"].as_str() {
                Some("build-finished") => messages.finished = message["success"].as_bool(),
                Some("compiler-message") if is_own(&message) => {
                    messages.failures.extend(failure_in(&message["message"]));
                }
                _ => {}
            }
        }
        messages
    }
}

/// True if the message is about a package of this workspace.
fn is_own(message: &Value) -> bool {
    message["package_id"]
        .as_str()
        .is_some_and(|package| package.starts_with("path+"))
}

/// Returns an error with a location. The summary at the end has none, nor have failures of the machine: no linker, no space.
fn failure_in(diagnostic: &Value) -> Option<Failure> {
    if diagnostic["level"].as_str() != Some("error") {
        return None;
    }
    let spans = diagnostic.get("spans")?.as_array()?;
    let primary = || spans.iter().filter(|span| span["is_primary"] == true);
    let first = primary().next()?;
    let place = format!("{}:{}", first["file_name"].as_str()?, first["line_start"]);
    let code = diagnostic["code"]["code"].as_str();
    let code = code.map_or_else(String::new, |code| format!("{code}: "));
    let message = diagnostic["message"].as_str()?;
    let mut named = words(message);
    named.extend(primary().flat_map(|span| words(&marked(span))));
    let labels = spans.iter().filter_map(|span| span["label"].as_str());
    named.extend(labels.flat_map(words));
    Some(Failure {
        sentence: format!("{place}: {code}{message}"),
        words: named,
        context: context(diagnostic, spans),
        statement: BTreeSet::new(),
        above: 0,
    })
}

fn context(diagnostic: &Value, spans: &[Value]) -> BTreeSet<String> {
    let children = diagnostic["children"].as_array().into_iter().flatten();
    let noted = children.flat_map(|child| child["spans"].as_array().into_iter().flatten());
    let secondary = spans.iter().filter(|span| span["is_primary"] != true);
    secondary
        .chain(noted)
        .flat_map(|span| words(&marked(span)))
        .collect()
}

/// Returns the code that an error is about, without the rest of its lines.
fn marked(span: &Value) -> String {
    let lines = json::elements(span.as_object().unwrap_or(&json::Object::new()), "text")
        .iter()
        .map(marked_in_line)
        .collect::<Vec<String>>();
    lines.join(" ")
}

fn marked_in_line(line: &Value) -> String {
    let column = |key: &str| {
        let counted_from_one = line[key].as_u64().unwrap_or(1);
        usize::try_from(counted_from_one)
            .unwrap_or(usize::MAX)
            .saturating_sub(1)
    };
    let (start, end) = (column("highlight_start"), column("highlight_end"));
    let text = line["text"].as_str().unwrap_or_default().chars();
    text.take(end).skip(start).collect()
}
