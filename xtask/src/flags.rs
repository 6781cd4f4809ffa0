//! Every argument of every command.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::kill_points::KillPoints;
use crate::report::Gate;
use openapi_drift::Format;

/// Address at which the service serves its document.
pub(crate) const DEFAULT_URL: &str = "https://app.opentrain.ai/api/public/v1/openapi.json";

/// Returns the address to try if this one is not found: without `.json`.
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
    Trial(Trial),
    Weight(Weight),
    #[command(hide = true)]
    Cost(Cost),
}

/// Measure how the cost of everything that is derived grows with a document.
#[derive(Args, Debug)]
pub(crate) struct Cost {
    /// The document.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Size of the larger document, as a multiple of the document's.
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(crate) times: usize,
}

/// List the changes between two OpenAPI documents of one API, each with the sides that it affects: callers, readers or neither.
///
/// Operations are matched by method and path; the names of components, operations and path parameters do not count. Exits with 1
/// if there is a change that `--fail-on` names. Exits with 2 if the comparison failed, because a file is missing or is no
/// OpenAPI document, or if `--fail-on` is given and a difference was not compared, unless `--allow-uncompared` is given too.
#[derive(Args, Debug)]
pub(crate) struct Drift {
    /// The earlier document: OpenAPI 3.0, 3.1 or 3.2, JSON or YAML.
    #[arg(value_name = "OLD", required_unless_present = "rules")]
    pub(crate) old: Option<PathBuf>,

    /// The later document.
    #[arg(value_name = "NEW", required_unless_present = "rules")]
    pub(crate) new: Option<PathBuf>,

    /// Print the rules of the comparison instead: every kind of change, with its effect on callers and on readers. With
    /// `--format markdown`, the rules are a table.
    #[arg(long, conflicts_with_all = ["old", "new", "fail_on"])]
    pub(crate) rules: bool,

    /// The format of the output.
    #[arg(long, value_parser = format_parser(), default_value = "text")]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) gate: Gate,
}

/// Print an OpenAPI document of any API as it is prepared for the generator.
///
/// Standard error lists the steps that were applied and the parts that were dropped. Exits with 2 if the file is no OpenAPI document, or
/// if the generator refuses it.
#[derive(Args, Debug)]
pub(crate) struct Normalise {
    /// The document: OpenAPI 3.0, 3.1 or 3.2, JSON or YAML.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Compile the client with each of many served documents, in a copy of the workspace.
///
/// Prints a line for each document, followed by the compiler errors. Exits with 1 if the client does not compile with a document, or if a
/// document is refused.
#[derive(Args, Debug)]
pub(crate) struct Trial {
    /// The documents. The default is every document in `xtask/tests/documents`.
    #[arg(value_name = "DOCUMENT")]
    pub(crate) documents: Vec<PathBuf>,

    /// The workspace to copy; tests give one of their own.
    #[arg(long, value_name = "DIR", hide = true)]
    root: Option<PathBuf>,
}

impl Trial {
    pub(crate) fn root(&self) -> PathBuf {
        self.root.clone().unwrap_or_else(workspace_root)
    }
}

/// Measure clean builds of small programs: one with this client, one written by hand, two with clients of other services.
///
/// Prints the CPU seconds of the dev and the release build of each, and the size of the program without symbols. Takes many
/// minutes, and fetches what the others need. The ratio of a row is that of the first row to it.
#[derive(Args, Debug)]
pub(crate) struct Weight {
    /// The programs; without any, all of them: opentrain, reqwest-serde, octocrab and async-stripe.
    #[arg(value_name = "PROGRAM")]
    pub(crate) programs: Vec<String>,
}

/// Fetch the served OpenAPI document and derive all files that depend on it.
///
/// The report lists what the service changed since the previous document, the sides that each change affects, and the lines of our
/// own code that it touches. The first served document has no previous one: the report lists what it contradicts in the
/// documentation, and `--fail-on` counts that alone. Every run compiles our own code with the derived files, whether it wrote
/// them or not; `--check` and `--no-verify` do not.
///
/// Exits with 0 if all derived files agree with the documents. Exits with 1 if `--check` found a stale file, if there is a change that
/// `--fail-on` names, or if our own code does not compile. Exits with 2 if the run failed; no derived file changes then. It also
/// exits with 2, and the derived files stay, if it is unknown whether our own code compiles, if a report could not be written,
/// or if `--fail-on` is given and a difference was not compared, unless `--allow-uncompared` is given too.
#[derive(Debug, Args)]
pub(crate) struct Regen {
    /// Fetch the document from this address. If `/api/public/v1/openapi.json` is not found, the address without `.json` is tried.
    #[arg(long, default_value = DEFAULT_URL, conflicts_with_all = ["from", "offline"])]
    pub(crate) url: String,

    /// Send the token in this environment variable, to the origin of the URL only. By default, no token is sent.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "offline"])]
    pub(crate) token_env: Option<String>,

    /// Use this file as the served document instead of fetching one.
    #[arg(long, value_name = "FILE", conflicts_with = "offline")]
    pub(crate) from: Option<PathBuf>,

    /// Use no network: derive from the files on disk, and compile with the dependencies on disk.
    #[arg(long)]
    pub(crate) offline: bool,

    /// Write no file and compile no code. List the stale files, and exit with 1 if there is one.
    #[arg(long)]
    pub(crate) check: bool,

    /// Also write the drift report to this file; its name ends in .txt, .md or .json. May be given more than once. A file that a run reads
    /// or derives is refused.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) gate: Gate,

    /// Do not compile our own code with the derived files.
    #[arg(long)]
    pub(crate) no_verify: bool,

    /// Print what each step changed.
    #[arg(long)]
    pub(crate) verbose: bool,

    /// The workspace to work on; tests give one of their own.
    #[arg(long, value_name = "DIR", hide = true)]
    root: Option<PathBuf>,

    /// Print each step and wait for a line before it; tests end the process there.
    #[arg(long, hide = true)]
    stepwise: bool,
}

impl Regen {
    pub(crate) fn root(&self) -> PathBuf {
        self.root.clone().unwrap_or_else(workspace_root)
    }

    pub(crate) fn kill_points(&self) -> KillPoints {
        if self.stepwise {
            KillPoints::Stepwise
        } else {
            KillPoints::Off
        }
    }

    /// Returns the command line of this run without `--check`.
    pub(crate) fn command_without_check(&self) -> String {
        let mut command = "cargo xtask regen".to_owned();
        if self.offline {
            command.push_str(" --offline");
        } else if let Some(from) = &self.from {
            command.push_str(&format!(" --from {}", quoted(&from.to_string_lossy())));
        } else if self.url != DEFAULT_URL {
            command.push_str(&format!(" --url {}", quoted(&self.url)));
        }
        if let Some(name) = &self.token_env {
            command.push_str(&format!(" --token-env {}", quoted(name)));
        }
        command
    }
}

/// Returns the parser of a report's format.
fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::NAMES).try_map(|name| name.parse::<Format>())
}

/// Quotes an argument for a shell.
fn quoted(argument: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "%+,-./:=@_".contains(character);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

pub(crate) fn workspace_root() -> PathBuf {
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
