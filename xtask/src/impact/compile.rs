//! `cargo check` of the hand-written crate, and what it says.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::HAND_WRITTEN;
use super::code::words;

/// How a check ended.
#[derive(Debug)]
pub(crate) enum Compilation {
    /// There was nothing to check, or nothing to check it with.
    Skipped(String),
    Passed,
    Failed(Vec<Failure>),
}

/// An error of the compiler, or of a build script.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Where and what, in one line.
    pub(crate) sentence: String,
    /// The identifiers in all that was said of it.
    pub(crate) words: BTreeSet<String>,
}

/// Compiles the hand-written crate of a workspace, without making anything of it.
pub(crate) fn compile(root: &Path) -> Compilation {
    if !root.join(HAND_WRITTEN).join("Cargo.toml").is_file() {
        return Compilation::Skipped(format!("there is no {HAND_WRITTEN} here"));
    }
    // Cargo names itself to what it runs; whoever runs this alone has the one of their path.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["check", "--quiet", "--package", "opentrain"])
        .args(["--message-format", "json", "--color", "never"])
        .current_dir(root)
        .output();
    match output {
        Ok(output) if output.status.success() => Compilation::Passed,
        Ok(output) => Compilation::Failed(failures(&output, root)),
        Err(cause) => Compilation::Failed(vec![Failure::of(&format!(
            "`cargo check` could not be run: {cause}"
        ))]),
    }
}

/// The compiler's errors; or what cargo says, if it did not come to compiling.
fn failures(output: &Output, root: &Path) -> Vec<Failure> {
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut failures: Vec<Failure> = messages.lines().filter_map(failure_in).collect();
    for failure in &mut failures {
        failure.sentence = without_root(&failure.sentence, root);
    }
    if failures.is_empty() {
        let own = String::from_utf8_lossy(&output.stderr);
        failures.push(Failure::of(&without_root(&last_words(&own), root)));
    }
    failures
}

/// What a line of cargo's messages says, if it is an error with a place.
fn failure_in(line: &str) -> Option<Failure> {
    let message: Value = serde_json::from_str(line).ok()?;
    let message = message.get("message")?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    if text(message.get("level")).as_deref() != Some("error") {
        return None;
    }
    let spans = message.get("spans")?.as_array()?;
    // The summary at the end of a compilation has no place.
    let primary = spans.iter().find(|span| span["is_primary"] == true)?;
    let place = format!(
        "{}:{}",
        primary["file_name"].as_str()?,
        primary["line_start"]
    );
    let code = text(message.pointer("/code/code")).map_or_else(String::new, |code| code + ": ");
    let rendered = text(message.get("rendered")).unwrap_or_default();
    Some(Failure {
        sentence: format!("{place}: {code}{}", text(message.get("message"))?),
        words: words(&rendered),
    })
}

/// The lines of an output that say what went wrong: of a panic from there on, else from the first error on.
fn last_words(text: &str) -> String {
    const SHOWN: usize = 8;
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let begins = |beginning: &str| lines.iter().position(|line| line.starts_with(beginning));
    let start = begins("thread ").or_else(|| begins("error")).unwrap_or(0);
    let told: Vec<&str> = lines[start..]
        .iter()
        .filter(|line| !line.starts_with("note: "))
        .take(SHOWN)
        .copied()
        .collect();
    told.join(" ")
}

/// Where the workspace lies is nobody's business.
fn without_root(text: &str, root: &Path) -> String {
    let root = root.display().to_string();
    let text = text.replace(&format!("{root}/"), "").replace(&root, ".");
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 1);
    home.map_or(text.clone(), |home| text.replace(&home, "~"))
}

impl Failure {
    /// One that cargo or the machine has; its words are those of the sentence.
    pub(super) fn of(text: &str) -> Failure {
        Failure {
            sentence: text.to_owned(),
            words: words(text),
        }
    }
}
