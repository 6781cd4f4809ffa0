//! The workspace's own tasks: `cargo xtask regen` keeps everything derived true to the OpenAPI documents, `cargo xtask
//! drift` tells what changed between any two, `cargo xtask normalise` shows what is made of any one.
//!
//! It depends on none of our crates, so it runs when they do not compile. Each command is a module; `flags` holds every
//! argument. Exit codes: 0 done; 1 something derived is stale (`--check`), drifted (`--fail-on`), or our own code does not
//! compile with it; 2 could not tell, be it only whether it compiles.

mod comparable;
mod compare;
mod cost;
#[cfg(feature = "field")]
mod field;
mod flags;
mod preview;
mod regen;
mod trial;

mod derive;
mod fetch;
mod lock;
mod source;
mod stand_in;

mod divergence;
mod down;
mod drift;
mod normalise;
mod prepare;
mod reconcile;
mod straighten;
mod surface;
mod verify;

mod impact;
mod previous;
mod report;

mod diff;
mod journal;
mod print;
mod steps;
mod workspace;
mod write;

mod dangling;
mod document;
mod duplicate_keys;
mod error;
mod formats;
mod generated_names;
mod generator;
mod inline;
mod json;
mod keywords;
mod losses;
mod names;
mod parameter_text;
mod parameters;
mod places;
mod positions;
mod reindent;
mod schema;
mod statuses;
mod yaml;

#[cfg(test)]
mod properties;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let flags::Xtask { command } = flags::Xtask::parse();
    let outcome = match &command {
        flags::Command::Regen(flags) => regen::run(flags),
        flags::Command::Drift(flags) => compare::run(flags),
        flags::Command::Normalise(flags) => preview::run(flags),
        flags::Command::Cost(flags) => cost::run(flags),
        flags::Command::Trial(flags) => trial::run(flags),
        #[cfg(feature = "field")]
        flags::Command::Field(flags) => field::run(flags),
    };
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
