//! A feed that is killed again and again, against a mock that misbehaves: no event is lost, and none comes again after its commit.
//!
//! ```text
//! cargo run --release --example follow -- --events 100000 --kills 50 --seed 1
//! ```
//!
//! The feed runs in a child process with a checkpoint in a file. This process is the mock and counts what the child reports. Four fifths of
//! the events are there from the start. The others come while the feed follows, some of them visible only after later ones; one event
//! cannot be read. The mock cuts connections, truncates bodies, and responds with 429, 502 and 503. The child is killed by SIGKILL at random
//! instants. The last line of the output has what counts; the program fails unless it is all 0.

mod child;
mod parent;
mod tally;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "usage: follow [--events N] [--kills N] [--seed N]";

/// Size of a run.
struct Options {
    events: usize,
    kills: usize,
    seed: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some(child::FLAG) => child::run(&arguments[1..]).map(|()| true),
        _ => options(&arguments).and_then(|options| parent::run(&options)),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("follow: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        events: 10_000,
        kills: 10,
        seed: 1,
    };
    for pair in arguments.chunks(2) {
        let [flag, value] = pair else {
            return Err(USAGE.into());
        };
        match flag.as_str() {
            "--events" => options.events = value.parse()?,
            "--kills" => options.kills = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    if !(100..=1_000_000).contains(&options.events) {
        return Err("--events must be a number from 100 to 1000000".into());
    }
    Ok(options)
}

/// Returns an error with its causes, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
