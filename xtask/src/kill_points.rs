//! The steps of a run, so that a test can kill it before any of them.

use std::fmt;
use std::io;

/// Points between the steps of a run at which a test can kill it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KillPoints {
    Off,
    /// Announces each step and waits for a line on standard input, so that a test can kill the process there.
    Stepwise,
}

impl KillPoints {
    /// Stands before everything that changes something on disk, and before what takes long.
    pub(crate) fn pause_before(self, step: impl fmt::Display) {
        match self {
            KillPoints::Off => {}
            KillPoints::Stepwise => wait(&step),
        }
    }
}

fn wait(step: &dyn fmt::Display) {
    println!("step: {step}");
    // Without a reader at the other end, no test is waiting to kill it.
    let _end_of_input = io::stdin().read_line(&mut String::new());
}
