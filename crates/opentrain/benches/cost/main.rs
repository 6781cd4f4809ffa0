//! Costs of a call: instructions and allocations, as ratios to hand-written code against the same server on loopback.
//!
//! `cargo bench -p opentrain --bench cost` prints the table. It needs valgrind, which counts both. The figures are differences of
//! two runs of different length, so that starting up and connecting do not count. No time is measured.

mod account;
mod bodies;
mod by_client;
mod by_hand;
mod case;
mod server;
mod valgrind;

use std::env;
use std::error::Error;

use crate::case::{CASES, Case, Side};
use crate::server::Server;
use crate::valgrind::Cost;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["work", case, side, repetitions, url] => work(case, side, repetitions.parse()?, url),
        // `cargo test --benches` starts this program too, without the argument.
        arguments if arguments.contains(&"--bench") => print_table(arguments),
        _ => Ok(()),
    }
}

/// Runs one side of a case. Valgrind counts this.
fn work(case: &str, side: &str, repetitions: usize, url: &str) -> Result<(), Box<dyn Error>> {
    let case = Case::named(case)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match Side::named(side).ok_or("no such side")? {
        Side::Client => runtime.block_on(by_client::run(case, repetitions, url)),
        Side::ByHand => runtime.block_on(by_hand::run(case, repetitions, url)),
    }
}

/// Measures every case, or those that are named.
fn print_table(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let named = arguments.iter().filter(|name| !name.starts_with('-'));
    let named: Vec<&Case> = named
        .map(|name| Case::named(name))
        .collect::<Result<_, _>>()?;
    let cases = CASES
        .iter()
        .filter(|case| named.is_empty() || named.iter().any(|named| named.name == case.name));
    println!(
        "{:<44} {:>12} {:>12} {:>6} {:>12} {:>12} {:>6}",
        "", "instructions", "by hand", "ratio", "allocations", "by hand", "ratio"
    );
    for case in cases {
        let (client, by_hand) = (
            measure(case, Side::Client)?,
            measure(case.compared(), case.side)?,
        );
        println!(
            "{:<44} {:>12} {:>12} {:>6.3} {:>12.1} {:>12.1} {:>6.3}",
            case.title,
            client.instructions as u64,
            by_hand.instructions as u64,
            client.instructions / by_hand.instructions,
            client.allocations,
            by_hand.allocations,
            client.allocations / by_hand.allocations,
        );
    }
    Ok(())
}

/// Returns the cost of one repetition of a case.
fn measure(case: &Case, side: Side) -> Result<Cost, Box<dyn Error>> {
    let response = case.response;
    let server = Server::start(move |_| response())?;
    let run = |repetitions: usize| {
        let repetitions = repetitions.to_string();
        Cost::of(&["work", case.name, side.name(), &repetitions, &server.url])
    };
    let (few, many) = case.repetitions;
    Ok((run(many)? - run(few)?) / (many - few) as f64)
}
