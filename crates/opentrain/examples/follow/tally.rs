//! Account of what the children report.

use std::collections::{HashMap, HashSet};

/// Knowledge of one event.
#[derive(Default)]
struct Report {
    is_handled: bool,
    is_committed: bool,
}

/// Outcomes of the events so far.
#[derive(Default)]
pub(crate) struct Tally {
    reports: HashMap<String, Report>,
    /// Events that came again after their commit.
    repeated: HashSet<String>,
    highest: u64,
    /// Events that were handled. Some of them may be committed without a report, which a kill prevented.
    pub(crate) handled: usize,
    pub(crate) committed: usize,
    /// Events that were handled more than once, which is allowed before the commit.
    pub(crate) again: usize,
    /// Events that came after a later one.
    pub(crate) late: usize,
}

impl Tally {
    /// Takes a line of a child. A line that was cut by a kill counts for nothing.
    pub(crate) fn take(&mut self, line: &str) {
        match line.split_once(' ') {
            Some(("H", name)) => self.handled(name),
            Some(("C", name)) => self.committed(name),
            _ => {}
        }
    }

    fn handled(&mut self, name: &str) {
        let report = self.reports.entry(String::from(name)).or_default();
        if report.is_committed {
            self.repeated.insert(String::from(name));
        }
        if report.is_handled {
            self.again += 1;
            return;
        }
        report.is_handled = true;
        self.handled += 1;
        let number = name.parse().unwrap_or(self.highest);
        self.late += usize::from(number < self.highest);
        self.highest = self.highest.max(number);
    }

    fn committed(&mut self, name: &str) {
        let report = self.reports.entry(String::from(name)).or_default();
        self.committed += usize::from(!report.is_committed);
        report.is_committed = true;
    }

    /// Returns how many of these events were never handled.
    pub(crate) fn lost(&self, expected: &[String]) -> usize {
        let is_handled = |name: &&String| {
            let report = self.reports.get(*name);
            report.is_some_and(|report| report.is_handled)
        };
        expected.len() - expected.iter().filter(is_handled).count()
    }

    /// Returns how many events came again after their commit.
    pub(crate) fn repeated(&self) -> usize {
        self.repeated.len()
    }
}
