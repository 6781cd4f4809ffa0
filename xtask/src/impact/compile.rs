//! `cargo check` of the hand-written crate, and what its end means.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitStatus, Output};

use super::HAND_WRITTEN;
use super::folders::Folders;
use super::messages::{Failure, Messages};

/// The crate whose build script is the generator.
const GENERATED: &str = "opentrain-api";

/// Result of a check.
#[derive(Debug)]
pub(crate) enum Compilation {
    /// The check was not requested, or there was no code to check.
    Skipped(String),
    Passed,
    /// Our own code does not compile, or the generator refuses the document.
    Failed(Vec<Failure>),
    /// The check could not be made; the code may be fine.
    Unknown(String),
}

/// Compiles the hand-written crate of a workspace, without making anything of it.
pub(crate) fn compile(root: &Path, is_offline: bool) -> Compilation {
    if !root.join(HAND_WRITTEN).join("Cargo.toml").is_file() {
        return Compilation::Skipped(format!("there is no {HAND_WRITTEN} here"));
    }
    // The first time it takes a while.
    println!("compiling our own code with it, which `--no-verify` skips");
    let output = check(root, is_offline).output();
    let mut compilation = judged(
        output.as_ref().map(Ended::of).map_err(ToString::to_string),
        &Folders::of_machine(root),
    );
    if let Compilation::Failed(failures) = &mut compilation {
        failures
            .iter_mut()
            .for_each(|failure| failure.read_statement(root));
    }
    compilation
}

fn check(root: &Path, is_offline: bool) -> Command {
    // Cargo sets this variable for the programs that it runs. Without cargo, the one of the path is used.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .args(["check", "--quiet", "--package", "opentrain"])
        .args(["--message-format", "json", "--color", "never"])
        .args(is_offline.then_some("--offline"))
        .current_dir(root);
    command
}

/// A run of cargo that came to an end, good or bad.
#[derive(Debug)]
struct Ended {
    is_success: bool,
    /// The signal that ended the process.
    by: Option<String>,
    messages: String,
    words: String,
}

impl Ended {
    fn of(output: &Output) -> Ended {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            is_success: output.status.success(),
            by: ending(output.status),
            messages: text(&output.stdout),
            words: text(&output.stderr),
        }
    }
}

/// Describes the signal that ended a process; `None` if the process exited by itself.
fn ending(status: ExitStatus) -> Option<String> {
    status.code().is_none().then(|| status.to_string())
}

/// Judges the end of a check. A compiler error in our own code is a proof, and so is a generator that refuses the document. Any other
/// failure is no evidence about our code.
fn judged(ended: Result<Ended, String>, folders: &Folders) -> Compilation {
    let ended = match ended {
        Ok(ended) => ended,
        Err(cause) => {
            return Compilation::Unknown(format!("`cargo check` could not be run: {cause}"));
        }
    };
    let mut messages = Messages::read(&ended.messages);
    if ended.is_success && messages.finished == Some(true) {
        return Compilation::Passed;
    }
    if messages.finished == Some(false) && is_refusal(&ended.words) {
        messages
            .failures
            .push(Failure::of(&last_words(&ended.words)));
    }
    if messages.failures.is_empty() {
        return Compilation::Unknown(folders.hidden_in(&reason(&ended)));
    }
    for failure in &mut messages.failures {
        failure.sentence = folders.hidden_in(&failure.sentence);
    }
    Compilation::Failed(messages.failures)
}

/// True if the generator exited by itself with an error. A generator that was killed, or that lacked a resource, refused no document.
fn is_refusal(words: &str) -> bool {
    let begins = format!("error: failed to run custom build command for `{GENERATED} v");
    let Some((_, printed)) = words.split_once(&begins) else {
        return false;
    };
    let ended_by_itself = printed
        .lines()
        .find(|line| line.contains("process didn't exit successfully: "))
        .is_some_and(|line| line.contains("(exit "));
    // This is how Rust writes an error of the system.
    ended_by_itself && !printed.contains("(os error ")
}

fn reason(ended: &Ended) -> String {
    let words = last_words(&ended.words);
    let printed = if words.is_empty() {
        String::new()
    } else {
        format!(": {words}")
    };
    match &ended.by {
        Some(by) => format!("`cargo check` was ended by {by}{printed}"),
        None if words.is_empty() => {
            "`cargo check` ended without a report of what it compiled".to_owned()
        }
        None => words,
    }
}

/// Returns the lines of an output with the failure: the output of a build script itself, else all from the first error on.
fn last_words(text: &str) -> String {
    const SHOWN: usize = 8;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    // The backtrace of a panic is printed only on request.
    let lines = lines.take_while(|line| *line != "stack backtrace:");
    let lines: Vec<&str> = lines.collect();
    let begins = |beginning: &str| lines.iter().position(|line| line.starts_with(beginning));
    let own = || begins("--- stderr").map(|title| title + 1);
    let start = begins("thread ").or_else(own).or_else(|| begins("error"));
    let printed = lines[start.unwrap_or(0)..].iter();
    let printed: Vec<String> = printed
        .filter(|line| !line.starts_with("note: "))
        .take(SHOWN)
        .map(|line| with_short_commands(line))
        .collect();
    printed.join(" ")
}

/// Shortens the commands in a line: that of the compiler has a thousand characters.
fn with_short_commands(line: &str) -> String {
    const LONG: usize = 120;
    let quoted: Vec<String> = line.split('`').map(str::to_owned).collect();
    let short = quoted.into_iter().enumerate().map(|(index, part)| {
        if index % 2 == 0 || part.len() <= LONG {
            return part;
        }
        let program = part.split(' ').next().unwrap_or_default();
        format!("{program} …")
    });
    short.collect::<Vec<String>>().join("`")
}

#[cfg(test)]
mod tests;
