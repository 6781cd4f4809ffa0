//! `cargo xtask regen`: fetch the served document, derive everything, write or check.

use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;

use crate::derive::{Derived, HandWritten, derive};
use crate::diff;
use crate::down::{LeftOut, Rewrites};
use crate::drift;
use crate::error::{Error, Result};
use crate::fetch::Limits;
use crate::flags::Regen;
use crate::impact::{self, Compilation};
use crate::lock::OnFile;
use crate::previous::{self, Previous};
use crate::print::print;
use crate::report::{Destination, Entry, Format, Report, Verification};
use crate::source::{self, OnDisk};
use crate::write;

/// How a run ended that could tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Unchanged,
    Written,
    /// `--check` found something that is not as derived.
    Stale,
    /// There is a change that `--fail-on` names.
    Drifted,
    /// Our own code does not compile with what was written.
    Broken,
}

impl Outcome {
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Outcome::Unchanged | Outcome::Written => ExitCode::SUCCESS,
            Outcome::Stale | Outcome::Drifted | Outcome::Broken => ExitCode::from(1),
        }
    }
}

pub(crate) fn run(flags: &Regen) -> Result<Outcome> {
    let root = flags.root();
    let destinations = flags.report.iter().map(|path| Destination::open(path));
    let destinations: Vec<Destination> = destinations.collect::<Result<_>>()?;
    let hand_written = HandWritten::read(&root)?;
    let previous = previous::read(&root);
    let source = match obtain(flags, &hand_written)? {
        OnDisk::Sound(source) => *source,
        // Nothing can be derived from a document that is not what it claims to be; but a check knows enough.
        OnDisk::Wrong(problem) if flags.check => {
            println!("{problem}");
            return Ok(Outcome::Stale);
        }
        OnDisk::Wrong(problem) => return Err(Error::new(problem)),
    };
    let origin = source.lock.describe();
    let derived = derive(&hand_written, source)?;
    println!("{origin}");
    print_differences(&derived);
    print_left_out(&derived.rewrites, flags.verbose);
    if flags.verbose {
        print_rewrites(&derived.rewrites);
        print_notes(&derived);
    }
    let mut report = drifted(&root, previous, &derived)?;
    let outcome = settle(flags, &derived)?;
    report.verification = verified(flags, outcome, &derived, &mut report.changes);
    tell(&report, destinations)?;
    Ok(verdict(flags, outcome, &report))
}

/// What the service changed since the document that was on disk, and what of our own code names it.
fn drifted(root: &Path, previous: Option<Previous>, derived: &Derived) -> Result<Report> {
    let new = derived.origin.clone();
    let Some(previous) = previous else {
        let none = "no document before".to_owned();
        return Ok(Report::unverified(none, new, Vec::new()));
    };
    let changes = drift::compare(&previous.document, &derived.served);
    Ok(Report {
        changes: impact::entries(root, &derived.public, changes)?,
        ..Report::unverified(previous.name, new, Vec::new())
    })
}

/// Compiles our own code with what was written, if anything was.
fn verified(
    flags: &Regen,
    outcome: Outcome,
    derived: &Derived,
    changes: &mut [Entry],
) -> Verification {
    let compilation = match outcome {
        Outcome::Written if flags.no_verify => Compilation::Skipped("by --no-verify".to_owned()),
        Outcome::Written => impact::compile(&flags.root()),
        _ => Compilation::Skipped("nothing was written".to_owned()),
    };
    impact::blame(changes, &derived.public, compilation)
}

fn tell(report: &Report, destinations: Vec<Destination>) -> Result<()> {
    print(&report.render(Format::Text))?;
    for destination in destinations {
        destination.write(report)?;
    }
    Ok(())
}

/// What is stale comes first, then what is broken: with either, nobody should go on.
fn verdict(flags: &Regen, outcome: Outcome, report: &Report) -> Outcome {
    match outcome {
        Outcome::Stale => Outcome::Stale,
        _ if matches!(report.verification, Verification::Failed(_)) => Outcome::Broken,
        _ if report.is_failure(flags.fail_on) => Outcome::Drifted,
        outcome => outcome,
    }
}

fn obtain(flags: &Regen, hand_written: &HandWritten) -> Result<OnDisk> {
    let (root, limits, now) = (flags.root(), Limits::default(), Timestamp::now());
    let lock = OnFile::read(&root);
    let on_disk = source::on_disk(&root, &lock, &hand_written.documented);
    // Fetching would find other faults too, in all that follows from the lock; this one is the cause.
    let is_lock_at_fault = flags.check && lock.whole().is_none();
    let is_wrong = matches!(on_disk, Ok(OnDisk::Wrong(_)));
    if flags.offline || is_lock_at_fault && is_wrong {
        return on_disk;
    }
    let source = match &flags.from {
        Some(path) => source::from_file(path, &lock, &limits, now),
        None => source::fetched(&root, &lock, &flags.url, &limits, now),
    };
    source.map(|source| OnDisk::Sound(Box::new(source)))
}

fn print_differences(derived: &Derived) {
    let counts: Vec<String> = derived
        .differences
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    println!("differences from the documentation: {}", counts.join(", "));
}

/// What 3.0 has no words for is never lost in silence.
fn print_left_out(rewrites: &Rewrites, verbose: bool) {
    let left_out = &rewrites.left_out;
    if left_out.is_empty() {
        return;
    }
    let more = if verbose { "" } else { "; --verbose lists it" };
    println!(
        "left out of the served document, for want of words in OpenAPI 3.0: {}{more}",
        left_out.len()
    );
    for LeftOut { pointer, what } in left_out.iter().filter(|_| verbose) {
        println!("  {pointer}: {what}");
    }
}

fn print_rewrites(rewrites: &Rewrites) {
    if rewrites.counts.is_empty() {
        return;
    }
    println!("to read the served document as OpenAPI 3.0:");
    for (rewrite, count) in &rewrites.counts {
        println!("  {count:>5}  {rewrite}");
    }
}

/// What was done to each document that a client is generated from.
fn print_notes(derived: &Derived) {
    for (document, notes) in &derived.notes {
        println!("to make {document}:");
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
