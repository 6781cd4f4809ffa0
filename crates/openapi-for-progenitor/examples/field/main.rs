//! Prepares documents of other APIs, and gives each to the generator.
//!
//! The table says how many documents the generator took, and why it refused the others. A package with the code generated from some of
//! them can be written out and compiled.

mod flags;
mod package;
mod table;
mod trial;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use clap::Parser as _;
use openapi_canonical::{Error, Result};

use flags::Field;
use trial::Trial;

fn main() -> ExitCode {
    match run(&Field::parse()) {
        Ok(is_wrong) => ExitCode::from(u8::from(is_wrong)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs every document of the folder, prints the table, and writes what was asked for. Returns true if a document shows a bug.
fn run(flags: &Field) -> Result<bool> {
    let files = files(flags)?;
    let trials = try_all(flags, &files);
    print!("{}", table::render(&trials));
    if let Some(file) = &flags.details {
        let written = std::fs::write(file, table::details(&trials));
        written.map_err(|cause| {
            Error::because("cannot write the details", &cause, "give another file")
        })?;
    }
    if let (Some(folder), Some(sample)) = (&flags.package, flags.sample) {
        package::write(folder, &flags.folder, &trials, sample, flags.seed)?;
    }
    Ok(trials.iter().any(Trial::is_wrong))
}

/// Lists the documents that are neither too small nor too large, by name.
fn files(flags: &Field) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(&flags.folder, &mut found).map_err(|cause| {
        Error::because(
            format!("cannot read {}", flags.folder.display()),
            &cause,
            "give a folder that is there",
        )
    })?;
    found.retain(|(_, bytes)| (flags.least..=flags.most).contains(bytes));
    let mut files: Vec<PathBuf> = found.into_iter().map(|(path, _)| path).collect();
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, u64)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let extension = path.extension().and_then(|extension| extension.to_str());
        if kind.is_dir() {
            collect(&path, found)?;
        } else if kind.is_file() && matches!(extension, Some("json" | "yaml" | "yml")) {
            found.push((path, entry.metadata()?.len()));
        }
    }
    Ok(())
}

/// Tries all of them, some at a time; in their order again.
fn try_all(flags: &Field, files: &[PathBuf]) -> Vec<Trial> {
    let next = Mutex::new(files.iter().enumerate());
    let done: Mutex<Vec<(usize, Trial)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..flags.threads.max(1) {
            scope.spawn(|| {
                while let Some((index, file)) = take(&next) {
                    let trial = trial::run(&flags.folder, file, flags.raw);
                    if let Ok(mut done) = done.lock() {
                        done.push((index, trial));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, trial)| trial).collect()
}

fn take<'a, T: Iterator<Item = (usize, &'a PathBuf)>>(
    next: &Mutex<T>,
) -> Option<(usize, &'a PathBuf)> {
    next.lock().ok()?.next()
}
