//! An agent registers, is killed while it waits for a human, comes back, and has an account: against a mock of the service.
//!
//! ```text
//! cargo run --example claim
//! cargo run --example claim -- agent URL FILE   # the agent alone, which the first command starts, kills and starts again
//! ```

mod agent;

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use opentrain_mock::{Clock, MockServer};

const USAGE: &str = "usage: claim [agent URL FILE]";
/// What precedes the code in the agent's output.
const CODE: &str = "and type ";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| match arguments.as_slice() {
            [] => play(&runtime.block_on(MockServer::builder().clock(Clock::running()).start())?),
            ["agent", url, file] => Ok(runtime.block_on(agent::run(url, Path::new(file)))?),
            _ => Err(USAGE.into()),
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("claim: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Plays the human, and the fate of the agent's process.
fn play(server: &MockServer) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("opentrain-claim-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let file = folder.join("token.json");
    println!(
        "A mock of the service listens at {}; no network is used.",
        server.base_url()
    );
    println!("The agent starts.");
    let mut process = Process::start(server, &file)?;
    let code = process.code()?.ok_or("the agent showed no code")?;
    println!("The agent is killed, and starts again.");
    process.kill()?;
    let mut process = Process::start(server, &file)?;
    let again = process.code()?.ok_or("the agent showed no code")?;
    println!("A human opens the address, signs in and types {again}.");
    server.human().claim(&again)?;
    process.end()?;
    println!("The agent starts once more. It has its token, and asks for nothing.");
    Process::start(server, &file)?.end()?;
    std::fs::remove_dir_all(&folder)?;
    server.expect("agent_register", 1)?;
    let is_same = code == again;
    println!("registered once, same code after the restart: {is_same}");
    is_same
        .then_some(())
        .ok_or_else(|| "the human was shown two codes".into())
}

/// The agent as a process of its own. Its output is shown as it comes.
struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Process {
    fn start(server: &MockServer, file: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["agent", server.base_url()])
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the agent has no output")?;
        let lines = BufReader::new(output).lines();
        Ok(Self { child, lines })
    }

    /// Waits until the agent shows a code. `None` if it ends before.
    fn code(&mut self) -> Result<Option<String>, Box<dyn Error>> {
        for line in self.lines.by_ref() {
            let line = line?;
            println!("    agent: {line}");
            if let Some(code) = line.strip_prefix(CODE) {
                return Ok(Some(code.to_owned()));
            }
        }
        Ok(None)
    }

    fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Waits until the agent has done its work.
    fn end(mut self) -> Result<(), Box<dyn Error>> {
        while self.code()?.is_some() {}
        let status = self.child.wait()?;
        status
            .success()
            .then_some(())
            .ok_or_else(|| format!("the agent ended with {status}").into())
    }
}
