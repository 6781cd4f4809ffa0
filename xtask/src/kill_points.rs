//! The steps of a run, so that a test can kill it before any of them.

use std::fmt;
use std::io;

/// How a run goes from step to step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    Free,
    /// Each step is announced and waits for a line on standard input; whoever does not want it to happen kills the process.
    Stepwise,
}

impl Pace {
    /// Stands before everything that changes something on disk, and before what takes long.
    pub(crate) fn before(self, step: impl fmt::Display) {
        match self {
            Pace::Free => {}
            Pace::Stepwise => wait(&step),
        }
    }
}

fn wait(step: &dyn fmt::Display) {
    println!("step: {step}");
    // Nobody at the other end is nobody who would kill it.
    let _end_of_input = io::stdin().read_line(&mut String::new());
}
