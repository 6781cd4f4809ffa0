//! An agent registers, is killed while it waits for a human, comes back, and has an account: against a mock of the service.
//!
//! ```text
//! cargo run --example claim
//! cargo run --example claim -- agent URL FILE   # the agent alone, which the first command starts, kills and starts again
//! ```

mod agent;
#[path = "../support/process.rs"]
mod process;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use opentrain_mock::{Clock, MockServer};
use process::Process;
use tokio::runtime::Runtime;

const USAGE: &str = "usage: claim [agent URL FILE]";
/// Text before the code in the agent's output.
const CODE: &str = "and type ";

fn main() -> ExitCode {
    process::main_of("claim", run)
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::new()?;
    match arguments {
        [] => {
            let server = MockServer::builder().clock(Clock::running());
            play(&runtime.block_on(server.start())?)
        }
        ["agent", url, file] => Ok(runtime.block_on(agent::run(url, Path::new(file)))?),
        _ => Err(USAGE.into()),
    }
}

/// Plays the human, and the fate of the agent's process.
fn play(server: &MockServer) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("opentrain-claim-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let file = folder.join("token.json");
    let file = file
        .to_str()
        .ok_or("the name of the temporary folder is not UTF-8")?;
    let start = || Process::start(&["agent", server.base_url(), file], &[]);
    println!(
        "A mock of the service listens at {}; no network is used.",
        server.base_url()
    );
    println!("The agent starts.");
    let mut agent = start()?;
    let code = agent.line(CODE)?;
    println!("The agent is killed, and starts again.");
    agent.kill()?;
    let mut agent = start()?;
    let again = agent.line(CODE)?;
    println!("A human opens the address, signs in and types {again}.");
    server.human().claim(&again)?;
    agent.end()?;
    println!("The agent starts once more. It has its token, and asks for nothing.");
    start()?.end()?;
    std::fs::remove_dir_all(&folder)?;
    server.expect("agent_register", 1)?;
    if code != again {
        return Err("the human was shown two codes".into());
    }
    println!("registered once, shown one code");
    Ok(())
}
