//! The workspace's own tasks: `cargo xtask regen` keeps everything derived true to the OpenAPI documents, `cargo xtask
//! drift` lists the changes between any two, `cargo xtask normalise` prints any one as it is prepared for the generator.
//!
//! It depends on no crate that is generated, so it runs when they do not compile. Each command is a module; `flags` holds every
//! argument. Exit codes: 0 done; 1 something derived is stale (`--check`), drifted (`--fail-on`), or our own code does not
//! compile with it; 2 failed, or it is unknown whether our own code compiles.

mod cost;
mod drift;
mod flags;
mod normalise;
mod regen;
mod trial;
mod weight;

mod derive;
mod fetch;
mod input;
mod source;
mod source_record;
mod stand_in;

mod divergence;
mod surface;

mod impact;
mod previous;
mod report;

mod console;
mod diff;
mod journal;
mod kill_points;
mod stale_files;
mod workspace;

#[cfg(test)]
mod properties;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let flags::Xtask { command } = flags::Xtask::parse();
    let outcome = match &command {
        flags::Command::Regen(flags) => regen::run(flags),
        flags::Command::Drift(flags) => drift::run(flags),
        flags::Command::Normalise(flags) => normalise::run(flags),
        flags::Command::Cost(flags) => cost::run(flags),
        flags::Command::Trial(flags) => trial::run(flags),
        flags::Command::Weight(flags) => weight::run(flags),
    };
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
