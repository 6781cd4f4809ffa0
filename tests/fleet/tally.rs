//! Account of what the processes report.

use std::collections::HashMap;

/// Outcomes of the events so far, as the processes report them.
#[derive(Default)]
pub(crate) struct Tally {
    /// Number of times that each event was handled.
    pub(crate) handled: HashMap<u64, usize>,
    /// Number of commits of each event that returned.
    pub(crate) committed: HashMap<u64, usize>,
    pub(crate) fenced: usize,
}

impl Tally {
    /// Takes a line of a process. True if a handler begins, false if its commit has returned or was fenced.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        let (mark, id) = line.split_once(' ').unwrap();
        let id = id.parse().unwrap();
        match mark {
            "H" => *self.handled.entry(id).or_default() += 1,
            "C" => *self.committed.entry(id).or_default() += 1,
            "F" => self.fenced += 1,
            other => panic!("{other}"),
        }
        mark == "H"
    }

    /// Returns how many handlers ran again, which is allowed.
    pub(crate) fn handled_again(&self) -> usize {
        self.handled.values().map(|times| times - 1).sum()
    }
}
