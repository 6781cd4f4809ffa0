//! Every argument of every command.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::report::{FailOn, Format};

/// Where the service serves its document.
pub(crate) const DEFAULT_URL: &str = "https://app.opentrain.ai/api/public/v1/openapi.json";

/// The other address at which a host may serve it, if this is the first: without `.json`.
pub(crate) fn fallback_of(url: &str) -> Option<String> {
    let stem = url.strip_suffix(".json")?;
    stem.ends_with("/api/public/v1/openapi")
        .then(|| stem.to_owned())
}

/// Tasks of the OpenTrain workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Xtask {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Regen(Regen),
    Drift(Drift),
    Normalise(Normalise),
}

/// Tell what changed between two OpenAPI documents of one API, and whom it breaks.
///
/// Operations are matched by method and path; what components, operations and path parameters are called says nothing.
/// Exits with 1 when there is what `--fail-on` names, and with 2 if a file is no OpenAPI document.
#[derive(Args, Debug)]
pub(crate) struct Drift {
    /// The document before: OpenAPI 3.0 or 3.1, JSON or YAML.
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,

    /// The document after.
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,

    /// How to write it.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,

    /// Exit with 1 if there is such a change.
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) fail_on: Option<FailOn>,
}

/// Print what is made of one OpenAPI document, of any API, before a client is generated from it.
///
/// What was done to it, and what of it was left out, is on standard error. Exits with 2 if the file is no OpenAPI document,
/// or none that anything can be made of.
#[derive(Args, Debug)]
pub(crate) struct Normalise {
    /// The document: OpenAPI 3.0 or 3.1, JSON or YAML.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Fetch the served OpenAPI document and derive everything that follows from it.
///
/// What the service changed since the last time is told, with whom it breaks and what of our own code it touches. Exits with
/// 0 when everything is true to the documents; with 1 when `--check` found something stale, when there is what `--fail-on`
/// names, or when our own code does not compile with what was written; and with 2 when it could not tell: nothing on disk
/// changes then.
#[derive(Debug, Args)]
pub(crate) struct Regen {
    /// Where to fetch the document. Where `/api/public/v1/openapi.json` is not found, the same without `.json` is tried.
    #[arg(long, default_value = DEFAULT_URL, conflicts_with_all = ["from", "offline"])]
    pub(crate) url: String,

    /// Take this file as the served document instead of fetching one.
    #[arg(long, value_name = "FILE", conflicts_with = "offline")]
    pub(crate) from: Option<PathBuf>,

    /// Use no network: derive from what is on disk.
    #[arg(long)]
    pub(crate) offline: bool,

    /// Write nothing; show what is stale and exit with 1 if anything is.
    #[arg(long)]
    pub(crate) check: bool,

    /// Write the drift report to this file too; its name ends in .txt, .md or .json. May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,

    /// Exit with 1 if the service changed something of that kind. Everything is written nevertheless.
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) fail_on: Option<FailOn>,

    /// Do not compile our own code with what was written.
    #[arg(long)]
    pub(crate) no_verify: bool,

    /// Say what each step changed.
    #[arg(long)]
    pub(crate) verbose: bool,

    /// The workspace to work on; tests give one of their own.
    #[arg(long, value_name = "DIR", hide = true)]
    root: Option<PathBuf>,
}

impl Regen {
    pub(crate) fn root(&self) -> PathBuf {
        self.root.clone().unwrap_or_else(workspace_root)
    }

    /// The command line that does what this one was asked to, without `--check`.
    pub(crate) fn mending_command(&self) -> String {
        let mut command = "cargo xtask regen".to_owned();
        if self.offline {
            command.push_str(" --offline");
        } else if let Some(from) = &self.from {
            command.push_str(&format!(" --from {}", quoted(&from.to_string_lossy())));
        } else if self.url != DEFAULT_URL {
            command.push_str(&format!(" --url {}", quoted(&self.url)));
        }
        command
    }
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "%+,-./:=@_".contains(character);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

fn workspace_root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_for_a_shell() {
        for (argument, shown) in [
            ("spec/a.json", "spec/a.json"),
            ("my file.json", "'my file.json'"),
            ("it's;rm", r"'it'\''s;rm'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(argument), shown);
        }
    }
}
