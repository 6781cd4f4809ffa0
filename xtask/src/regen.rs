//! `cargo xtask regen`: fetch the served document, derive everything, write or check.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::Value;

use crate::derive::{Derived, HandWritten, derive};
use crate::diff;
use crate::fetch::{self, FetchOptions};
use crate::flags::Regen;
use crate::impact::{self, Compilation, Vocabulary};
use crate::input::Found;
use crate::journal::{self, WorkspaceLock};
use crate::previous::{self, Previous};
use crate::report::{self, Baseline, Destination, Documentation, NoEarlier, Report, Verification};
use crate::source::{self, OnDisk};
use crate::source_record::RecordState;
use crate::stale_files::{self, StaleFile};
use crate::workspace::{DERIVED, DOCUMENT, HAND_WRITTEN};
use openapi_canonical::losses::Loss;
use openapi_canonical::{Error, Result};
use openapi_drift::Format;

/// Outcome of a run that did not fail.
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
    let destinations = report::destinations(&flags.report, &inputs_and_outputs(flags))?;
    if let Some(outcome) = restore_interrupted(flags)? {
        return Ok(outcome);
    }
    let hand_written = HandWritten::read(&root)?;
    let found = Found::read(&root);
    let (previous, unreadable) = match previous::of(&root, &found) {
        Ok(previous) => (previous, None),
        Err(why) => (None, Some(why.to_string())),
    };
    let source = match load_source(flags, &found, &hand_written)? {
        OnDisk::Consistent(source) => *source,
        // Nothing can be derived from a document that is not what it claims to be; but a check knows enough.
        OnDisk::Inconsistent(problem) if flags.check => {
            println!("{problem}");
            return Ok(Outcome::Stale);
        }
        OnDisk::Inconsistent(problem) => return Err(Error::new(problem)),
    };
    let origin = source.lock.describe();
    flags.kill_points().pause_before("derive");
    let derived = derive(&hand_written, source)?;
    println!("{origin}");
    print_differences(&derived);
    print_losses(&derived, flags.verbose);
    if flags.verbose {
        print_rewrites(&derived);
        print_notes(&derived);
    }
    let vocabulary = vocabulary(previous.as_ref(), &derived);
    let mut report = build_report(&root, previous, &derived, &vocabulary)?;
    if let Some(why) = unreadable {
        report = report.without_readable_document(&why);
    }
    let outcome = write_or_check(flags, &derived)?;
    let compilation = compilation(flags);
    report.verification = impact::blame(&mut report.changes, &vocabulary, compilation);
    if !matches!(report.baseline, Baseline::Document(_)) {
        report.changes.retain(|entry| !entry.failures.is_empty());
    }
    write_reports(&report, &destinations)?;
    verdict(flags, outcome, &report)
}

/// Returns the files that a report must not replace.
fn inputs_and_outputs(flags: &Regen) -> Vec<PathBuf> {
    let root = flags.root();
    let here = HAND_WRITTEN
        .iter()
        .chain(&DERIVED)
        .chain([&journal::FOLDER]);
    let here = here.map(|path| root.join(path));
    here.chain(flags.from.clone()).collect()
}

/// Returns the names in the previous documents and in the new ones.
fn vocabulary(previous: Option<&Previous>, derived: &Derived) -> Vocabulary {
    let client = previous.and_then(|previous| previous.client.as_ref());
    let clients: Vec<&Value> = client.into_iter().chain([&derived.public]).collect();
    let old = previous.map(|previous| &previous.input);
    let compared = old.into_iter().chain([&derived.served]);
    let compared: Vec<&Value> = compared.map(|input| input.document.as_value()).collect();
    Vocabulary::of(&clients, &compared)
}

/// Compares the new document with the one that was on disk, and finds the lines of our own code that name a change. The first served
/// document differs from the stand-in, which the service never served: these differences only explain compiler errors.
fn build_report(
    root: &Path,
    previous: Option<Previous>,
    derived: &Derived,
    vocabulary: &Vocabulary,
) -> Result<Report> {
    let new = derived.origin.clone();
    let drift = previous.as_ref().map(|previous| {
        openapi_drift::differences(&previous.input.comparable, &derived.served.comparable)
    });
    let (changes, too_large) = drift.map_or_else(Default::default, |drift| {
        (drift.changes, drift.not_compared)
    });
    let changes = impact::entries(root, vocabulary, changes)?;
    let is_served_before = |previous: &Previous| !(previous.is_stand_in && derived.is_served);
    let is_first_served = previous
        .as_ref()
        .is_some_and(|before| !is_served_before(before));
    let (baseline, uncompared) = match previous.filter(is_served_before) {
        Some(previous) => (Baseline::Document(previous.name), {
            let rewrites = previous.input.document.rewrites();
            let uncompared = rewrites.uncompared(derived.served.document.rewrites());
            [uncompared, too_large].concat()
        }),
        None => {
            let reason = match is_first_served {
                true => NoEarlier::FirstServed,
                false => NoEarlier::Missing,
            };
            let documentation = Documentation {
                reason,
                differences: derived.differences.clone(),
                contradictions: derived.contradictions.clone(),
            };
            let uncompared = derived.uncompared.clone();
            (Baseline::Documentation(documentation), uncompared)
        }
    };
    Ok(Report {
        changes,
        uncompared,
        ..Report::unverified(baseline, new, Vec::new())
    })
}

/// Compiles our own code with the derived files, even if this run wrote none: an earlier run may have broken the code.
fn compilation(flags: &Regen) -> Compilation {
    match flags {
        Regen { check: true, .. } => Compilation::Skipped("by --check".to_owned()),
        Regen {
            no_verify: true, ..
        } => Compilation::Skipped("by --no-verify".to_owned()),
        _ => impact::compile(&flags.root(), flags.offline),
    }
}

/// Writes the report to each destination; one that fails does not stop the others.
fn write_reports(report: &Report, destinations: &[Destination]) -> Result<()> {
    print!("{}", report.render(Format::Text));
    let written = destinations
        .iter()
        .map(|destination| destination.write(report));
    written.fold(Ok(()), Result::and)
}

/// Decides the outcome of the run. Stale files count before compile errors. The files that a run wrote stay, even if our own code does not
/// compile with them.
fn verdict(flags: &Regen, outcome: Outcome, report: &Report) -> Result<Outcome> {
    match (outcome, &report.verification) {
        (Outcome::Stale, _) => Ok(Outcome::Stale),
        (_, Verification::Failed(_)) => Ok(Outcome::Broken),
        (_, Verification::Unknown(why)) => Err(Error::new(format!(
            "it is unknown whether our own code compiles: {why}; the derived files are in place"
        ))),
        _ if report.is_failure(flags.gate)? => Ok(Outcome::Drifted),
        (outcome, _) => Ok(outcome),
    }
}

/// Rolls back an interrupted run. A check only reports the interruption.
fn restore_interrupted(flags: &Regen) -> Result<Option<Outcome>> {
    if !flags.check {
        let lock = WorkspaceLock::take(&flags.root(), flags.kill_points())?;
        if !lock.restored.is_empty() {
            println!(
                "rolled back an interrupted run: restored {}",
                lock.restored.join(", ")
            );
        }
        return Ok(None);
    }
    let replaced = journal::interrupted(&flags.root())?;
    if replaced.is_empty() {
        return Ok(None);
    }
    println!(
        "an earlier run was interrupted after it had replaced {}; run `{}` to roll it back",
        replaced.join(", "),
        flags.command_without_check()
    );
    Ok(Some(Outcome::Stale))
}

fn load_source(flags: &Regen, found: &Result<Found>, hand_written: &HandWritten) -> Result<OnDisk> {
    let (root, now) = (flags.root(), Timestamp::now());
    let lock = RecordState::read(&root);
    let on_disk = source::on_disk(&root, &lock, found, &hand_written.as_written);
    // Fetching would find other faults too, in all that follows from the lock; this one is the cause.
    let is_lock_at_fault = flags.check && lock.whole().is_none();
    let is_wrong = matches!(on_disk, Ok(OnDisk::Inconsistent(_)));
    if flags.offline || is_lock_at_fault && is_wrong {
        return on_disk;
    }
    let options = fetch_options(flags)?;
    flags.kill_points().pause_before("fetch");
    let source = match &flags.from {
        Some(path) => source::from_file(path, &lock, &options.limits, now),
        None => source::fetched(&lock, found, &flags.url, &options, now),
    };
    source.map(|source| OnDisk::Consistent(Box::new(source)))
}

fn fetch_options(flags: &Regen) -> Result<FetchOptions> {
    let token = flags.token_env.as_deref();
    let token = token.map(|name| fetch::bearer(name, std::env::var_os(name)));
    Ok(FetchOptions {
        token: token.transpose()?,
        ..FetchOptions::default()
    })
}

fn print_differences(derived: &Derived) {
    let counts: Vec<String> = derived
        .differences
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    println!("differences from the documentation: {}", counts.join(", "));
}

/// Prints what was dropped from the documents.
fn print_losses(derived: &Derived, verbose: bool) {
    let clients = derived.notes.iter().map(|(client, notes)| {
        let losses = notes.iter().flat_map(|note| &note.losses);
        (*client, losses.collect::<Vec<_>>())
    });
    // The stand-in is a copy of the documentation, which the service does not serve.
    let losses = derived.served.document.losses();
    let served = losses.iter().filter(|_| derived.is_served).collect();
    for (place, losses) in std::iter::once(("the served document", served)).chain(clients) {
        if losses.is_empty() {
            continue;
        }
        let more = if verbose { "" } else { "; --verbose lists it" };
        println!("dropped from {place}: {}{more}", losses.len());
        for Loss { pointer, what } in losses.into_iter().filter(|_| verbose) {
            println!("  {pointer}: {what}");
        }
    }
}

fn print_rewrites(derived: &Derived) {
    let rewrites = derived.served.document.rewrites();
    if rewrites.counts.is_empty() || !derived.is_served {
        return;
    }
    println!("rewrites of the served document to OpenAPI 3.0:");
    for (rewrite, count) in &rewrites.counts {
        println!("  {count:>5}  {rewrite}");
    }
}

/// Prints what the preparation changed in each document that a client is generated from.
fn print_notes(derived: &Derived) {
    for (document, notes) in &derived.notes {
        println!("steps for {document}:");
        for note in notes.iter().filter(|note| note.count > 0) {
            println!("  {:>5}  {}", note.count, note.step);
        }
    }
}

fn check(flags: &Regen, stale: &[StaleFile<'_>]) -> Result<Outcome> {
    if stale.is_empty() {
        println!("nothing changed");
        return Ok(Outcome::Unchanged);
    }
    for file in stale {
        println!("\n{}", diff::unified(file));
    }
    let names: Vec<&str> = stale.iter().map(|stale| stale.file.path).collect();
    println!(
        "stale: {}; run `{}`",
        names.join(", "),
        flags.command_without_check()
    );
    Ok(Outcome::Stale)
}

/// Marks the stand-in so that it cannot be mistaken for the served document.
fn stand_in_notice(stale: &StaleFile<'_>, derived: &Derived) -> &'static str {
    let is_new = stale.found.is_none() && stale.file.path == DOCUMENT;
    if is_new && !derived.is_served {
        " (the file was missing; this is a new stand-in)"
    } else {
        ""
    }
}

fn write_or_check(flags: &Regen, derived: &Derived) -> Result<Outcome> {
    let root = flags.root();
    if flags.check {
        return check(flags, &stale_files::stale(&root, &derived.files)?);
    }
    let lock = WorkspaceLock::take(&root, flags.kill_points())?;
    if !lock.restored.is_empty() {
        return Err(Error::new(
            "another run was interrupted meanwhile and is rolled back now; run this command again",
        ));
    }
    let stale = stale_files::stale(&root, &derived.files)?;
    if stale.is_empty() {
        println!("nothing changed");
        return Ok(Outcome::Unchanged);
    }
    lock.replace(&stale)?;
    for file in &stale {
        println!("wrote {}{}", file.file.path, stand_in_notice(file, derived));
    }
    Ok(Outcome::Written)
}
