//! Two processes with one checkpoint in PostgreSQL, killed and paused at random: no event is skipped, and none is committed twice.
//!
//! ```text
//! .ci/postgres cargo test -p opentrain-tests --test fleet
//! FLEET_SEED=7 FLEET_ROUNDS=500 .ci/postgres cargo test -p opentrain-tests --test fleet
//! ```
//!
//! The processes follow the feed of a mock, which is in this process. A round kills one of them (SIGKILL) or pauses it (SIGSTOP, SIGCONT),
//! often for longer than its lease. A trigger keeps every checkpoint that the database ever had. Without a server, the test says that it
//! is skipped.

#![cfg_attr(
    unix,
    expect(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test that stops says why"
    )
)]

#[cfg(unix)]
mod child;
#[cfg(unix)]
mod history;
#[cfg(unix)]
mod parent;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod schema;
#[cfg(unix)]
mod tally;

#[cfg(unix)]
const VARIABLE: &str = "OPENTRAIN_POSTGRES";

#[cfg(not(unix))]
fn main() {
    println!("fleet: not run, since it needs POSIX signals");
}

#[cfg(unix)]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == child::FLAG) {
        return child::run(&arguments[1..]);
    }
    if arguments.iter().any(|argument| argument == "--list") {
        println!("fleet: test");
        return;
    }
    // Names after `--` select tests.
    let mut names = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'));
    let is_selected = |name: &String| "fleet".contains(name.as_str());
    if names.clone().count() > 0 && !names.any(is_selected) {
        println!("fleet: filtered out");
        return;
    }
    match std::env::var(VARIABLE) {
        Ok(address) => parent::run(&address),
        Err(_) => {
            println!("fleet: skipped: {VARIABLE} names no server; .ci/postgres COMMAND starts one");
        }
    }
}
