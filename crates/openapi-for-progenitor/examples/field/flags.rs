//! Arguments of the trial.

use std::path::PathBuf;

use clap::Parser;

/// Try a folder of OpenAPI documents, of any APIs: prepare each, and give it to the generator.
///
/// Prints how many were taken, and why the others were not. Exits with 1 if anything panicked, or if names collide in generated
/// code.
#[derive(Debug, Parser)]
pub(super) struct Field {
    /// Folder of the documents, at any depth: every file that ends in `.json`, `.yaml` or `.yml`.
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,

    /// The smallest file to take, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 4_000)]
    pub(super) least: u64,

    /// The largest file to take, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 400_000)]
    pub(super) most: u64,

    /// Number of documents to work on at a time.
    #[arg(long, value_name = "NUMBER", default_value_t = 2)]
    pub(super) threads: usize,

    /// Take the files as they are: what the generator makes of them alone.
    #[arg(long)]
    pub(super) raw: bool,

    /// Write a line for each document to this file: its outcome, size, operations and parts dropped.
    #[arg(long, value_name = "FILE")]
    pub(super) details: Option<PathBuf>,

    /// Write a package with the generated code of some of the documents into this folder, which must not be there yet.
    #[arg(long, value_name = "DIR", requires = "sample")]
    pub(super) package: Option<PathBuf>,

    /// Number of documents in that package; 0 for all that were taken.
    #[arg(long, value_name = "NUMBER")]
    pub(super) sample: Option<usize>,

    /// Seed of the sample of documents for the package.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(super) seed: u64,
}
