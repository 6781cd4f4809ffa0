//! A SQLite database that is kept in step with the marketplace: against a mock where jobs are published, edited and closed at random, and
//! compared with the mock's own jobs at the end; or against the service, for as long as you like.
//!
//! ```text
//! cargo run -p mirror                                      # 10,000 random operations under each reading of the cap
//! cargo run -p mirror -- --operations 2000 --seed 7
//! cargo run -p mirror -- follow market.db                  # the service itself
//! ```

mod database;
mod employers;
mod mirror;
mod trial;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use opentrain::Client;
use opentrain_mock::ChangesCut;

use mirror::Mirror;
use trial::Trial;

const USAGE: &str = "usage: mirror [--operations NUMBER] [--seed NUMBER] | mirror follow FILE";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["follow", file] => follow(Path::new(file)).await,
        flags => try_out(flags).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mirror: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Mirrors the service until the program is stopped. It needs no token.
async fn follow(file: &Path) -> Result<(), Box<dyn Error>> {
    let client = Client::builder().build()?;
    let mut mirror = Mirror::open(client.jobs().follow(), file)?;
    loop {
        mirror.step().await?;
        println!("{} jobs", mirror.database().len()?);
    }
}

/// Runs the trial under every reading of the cap.
async fn try_out(flags: &[&str]) -> Result<(), Box<dyn Error>> {
    let (mut operations, mut seed) = (10_000, 1);
    for flag in flags.chunks(2) {
        match flag {
            ["--operations", number] => operations = number.parse()?,
            ["--seed", number] => seed = number.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    let folder = std::env::temp_dir().join(format!("opentrain-mirror-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let mut outcome = Ok(());
    for cut in ChangesCut::ALL {
        println!("Changes beyond the cap are cut as `ChangesCut::{cut:?}`:");
        let trial = Trial {
            operations,
            seed,
            cut,
        };
        let file = folder.join(format!("market-{cut:?}.db"));
        outcome = outcome.and(trial.run(&file, &mut std::io::stdout()).await);
    }
    std::fs::remove_dir_all(&folder)?;
    outcome
}
