//! `cargo xtask weight`: CPU seconds of clean builds of small programs, ours and others', and the sizes of the programs.
//!
//! Each program is a package of its own in a temporary folder, with a target folder of its own. Cargo fetches what is missing, in the
//! versions of a lock file: the workspace's, or one beside the source of the program.

mod program;
mod table;

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::flags::{Weight, workspace_root};
use crate::regen::Outcome;
use openapi_canonical::{Error, Result};
use program::Program;
use table::{CrateWeight, Row};

/// Crates of ours that are weighed alone, in the order in which they are removed and built again.
const CRATES: [&str; 2] = ["opentrain", "opentrain-api"];

/// Builds every program, or those that are named, and prints the table.
pub(crate) fn run(flags: &Weight) -> Result<Outcome> {
    let (mut rows, mut crates) = (Vec::new(), Vec::new());
    for program in program::named(&flags.programs)? {
        let folder = tempfile::tempdir();
        let folder = folder.map_err(|cause| failed("make a temporary folder", &cause))?;
        rows.push(weigh(program, &folder)?);
        if program.is_ours() {
            for name in CRATES {
                crates.push(weigh_crate(name, folder.path())?);
            }
        }
    }
    print!("{}", table::render(&rows, &crates));
    Ok(Outcome::Unchanged)
}

fn weigh(program: &Program, folder: &TempDir) -> Result<Row> {
    let title = program.title(&workspace_root())?;
    let folder = folder.path();
    program.write(folder, &workspace_root())?;
    cargo(folder, program.fetch())?;
    let build = |profile: &str| -> Result<f64> {
        let seconds = cargo(folder, &["build", "--locked", "--profile", profile])?;
        // A run takes long: what is known of one that is stopped is on the terminal.
        eprintln!("{title}, {profile}: {seconds:.0} CPU s");
        Ok(seconds)
    };
    let (dev, release) = (build("dev")?, build("release")?);
    let stripped = folder.join("target/release/hello");
    let bytes = std::fs::metadata(&stripped)
        .map_err(|cause| failed("read the size of the program", &cause))?
        .len();
    Ok(Row {
        title,
        dev,
        release,
        bytes,
    })
}

/// Builds a crate of ours again, with everything that it depends on already there.
fn weigh_crate(name: &'static str, folder: &Path) -> Result<CrateWeight> {
    let mut seconds = [0.0; 2];
    for (seconds, profile) in seconds.iter_mut().zip(["dev", "release"]) {
        cargo(folder, &["clean", "--profile", profile, "--package", name])?;
        *seconds = cargo(folder, &["build", "--profile", profile, "--package", name])?;
    }
    let [dev, release] = seconds;
    let library = format!("lib{}", name.replace('-', "_"));
    let code = table::code_of(&folder.join("target/release/deps"), &library)?;
    Ok(CrateWeight {
        name,
        dev,
        release,
        code,
    })
}

/// Runs cargo in a folder and returns the CPU seconds of it and of all processes that it started.
fn cargo(folder: &Path, arguments: &[&str]) -> Result<f64> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // `times` of the shell prints the CPU time of its children in the second line.
    let output = Command::new("sh")
        .args(["-c", r#""$@" >&2 && times"#, "sh"])
        .arg(cargo)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_QUIET", "true")
        .env_remove("RUSTFLAGS")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|cause| failed("run a shell", &cause))?;
    if !output.status.success() {
        let command = arguments.join(" ");
        return Err(Error::new(format!("`cargo {command}` failed; see above")));
    }
    let times = String::from_utf8_lossy(&output.stdout);
    table::seconds(&times).ok_or_else(|| Error::new(format!("the shell's times are {times:?}")))
}

fn failed(what: &str, cause: &dyn std::error::Error) -> Error {
    Error::because(format!("cannot {what}"), cause, "see to it and try again")
}
