//! `cargo xtask regen`: fetch the served document, derive everything, write or check.

use std::process::ExitCode;

use jiff::Timestamp;

use crate::derive::{Derived, HandWritten, derive};
use crate::diff;
use crate::error::Result;
use crate::fetch::Limits;
use crate::flags::Regen;
use crate::source::{self, Source};
use crate::write;

/// How a run ended that could tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Unchanged,
    Written,
    Stale,
}

impl Outcome {
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Outcome::Unchanged | Outcome::Written => ExitCode::SUCCESS,
            Outcome::Stale => ExitCode::from(1),
        }
    }
}

pub(crate) fn run(flags: &Regen) -> Result<Outcome> {
    let root = flags.root();
    let hand_written = HandWritten::read(&root)?;
    if let Some(problem) = tampering(flags)? {
        // Nothing can be derived from a document that is not the one it claims to be; but a check knows enough.
        println!("{problem}");
        return Ok(Outcome::Stale);
    }
    let source = obtain(flags, &hand_written)?;
    let origin = source.lock.describe();
    let derived = derive(&hand_written, source)?;
    println!("{origin}");
    if flags.verbose {
        print_notes(&derived);
    }
    settle(flags, &derived)
}

/// What is wrong with the document on disk, when it is only to be checked.
fn tampering(flags: &Regen) -> Result<Option<String>> {
    let is_looked_at = flags.offline && flags.check;
    match source::read_lock(&flags.root())? {
        Some(lock) if is_looked_at => source::tampering(&flags.root(), &lock),
        _ => Ok(None),
    }
}

fn obtain(flags: &Regen, hand_written: &HandWritten) -> Result<Source> {
    let (root, limits, now) = (flags.root(), Limits::default(), Timestamp::now());
    let lock = source::read_lock(&root)?;
    match &flags.from {
        Some(path) => source::from_file(path, lock.as_ref(), &limits, now),
        None if flags.offline => source::offline(&root, lock, &hand_written.documented),
        None => source::fetched(&root, lock, &flags.url, &limits, now),
    }
}

fn print_notes(derived: &Derived) {
    for (document, notes) in &derived.notes {
        println!("{document}:");
        for note in notes {
            println!("  {:>5}  {}", note.count, note.step);
        }
    }
}

fn settle(flags: &Regen, derived: &Derived) -> Result<Outcome> {
    let root = flags.root();
    let stale = write::stale(&root, &derived.files)?;
    if stale.is_empty() {
        println!("nothing changed");
        return Ok(Outcome::Unchanged);
    }
    if flags.check {
        for file in &stale {
            println!("\n{}", diff::unified(file));
        }
        let names: Vec<&str> = stale.iter().map(|stale| stale.file.path).collect();
        println!(
            "stale: {}; run `{}`",
            names.join(", "),
            flags.mending_command()
        );
        return Ok(Outcome::Stale);
    }
    write::replace(&root, &stale)?;
    for file in &stale {
        println!("wrote {}", file.file.path);
    }
    Ok(Outcome::Written)
}
