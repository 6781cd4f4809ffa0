//! A receiver of webhooks (axum) beside a mock of the service: every event is read once, also those whose deliveries failed.
//!
//! ```text
//! cargo run --example receiver --features axum
//! cargo run --example receiver --features axum -- --events 200
//! ```

mod flow;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "usage: receiver [--events NUMBER]";
/// Time for a person to read a line.
const PAUSE: Duration = Duration::from_millis(300);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("receiver: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let events = match arguments.as_slice() {
        [] => 30,
        [flag, number] if flag == "--events" => number.parse().map_err(|_not_a_number| USAGE)?,
        _ => return Err(USAGE.into()),
    };
    flow::run(events, PAUSE, &mut std::io::stdout()).await
}
