//! A program as a process of its own, which is killed and started again. Its output is shown as it comes.

use std::error::Error;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};

/// Runs an example with its arguments, and prints the error that it ends with.
pub(crate) fn main_of(
    example: &str,
    run: impl FnOnce(&[&str]) -> Result<(), Box<dyn Error>>,
) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{example}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// This program, started once more with arguments of its own.
pub(crate) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts it with these arguments and variables.
    pub(crate) fn start(
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the process has no output")?;
        let lines = BufReader::new(output).lines();
        Ok(Self { child, lines })
    }

    /// Waits for a line that begins like this, and returns the rest of it.
    pub(crate) fn line(&mut self, beginning: &str) -> Result<String, Box<dyn Error>> {
        for line in self.lines.by_ref() {
            let line = line?;
            println!("    agent: {line}");
            if let Some(rest) = line.strip_prefix(beginning) {
                return Ok(rest.to_owned());
            }
        }
        Err(format!("the agent ended before it wrote `{beginning}`").into())
    }

    /// Kills it.
    pub(crate) fn kill(mut self) -> Result<(), Box<dyn Error>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits until it has done its work.
    pub(crate) fn end(mut self) -> Result<(), Box<dyn Error>> {
        for line in self.lines {
            println!("    agent: {}", line?);
        }
        let status = self.child.wait()?;
        let failed = || format!("the agent ended with {status}").into();
        status.success().then_some(()).ok_or_else(failed)
    }
}
