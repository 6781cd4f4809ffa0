//! Counts of instructions and allocations, by valgrind.

use std::env;
use std::error::Error;
use std::ops::{Div, Sub};
use std::process::Command;

/// Cost of a run.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

impl Cost {
    /// Counts a run of this program with arguments.
    pub(crate) fn of(arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let callgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
        let dhat = ["--tool=dhat", "--dhat-out-file=/dev/null"];
        Ok(Self {
            instructions: number(&report(&callgrind, arguments)?, "Collected :", "")?,
            allocations: number(&report(&dhat, arguments)?, "Total:", " bytes in ")?,
        })
    }
}

/// Runs this program under valgrind and returns what valgrind says.
fn report(tool: &[&str], arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let run = Command::new("valgrind")
        .args(tool)
        .arg(env::current_exe()?)
        .args(arguments)
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let report = String::from_utf8_lossy(&run.stderr).into_owned();
    if run.status.success() {
        Ok(report)
    } else {
        Err(report.into())
    }
}

/// Returns the number behind a label, or behind a further text after the label.
fn number(report: &str, label: &str, behind: &str) -> Result<f64, Box<dyn Error>> {
    let found = report.split_once(label).map(|(_, rest)| rest);
    let found = found.and_then(|rest| rest.split_once(behind));
    let (_, rest) = found.ok_or_else(|| format!("valgrind does not say `{label}`"))?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    Ok(digits.parse()?)
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            instructions: self.instructions - other.instructions,
            allocations: self.allocations - other.allocations,
        }
    }
}

impl Div<f64> for Cost {
    type Output = Self;

    fn div(self, by: f64) -> Self {
        Self {
            instructions: self.instructions / by,
            allocations: self.allocations / by,
        }
    }
}
