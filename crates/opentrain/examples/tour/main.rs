//! A tour of the API, from a sentence to a contract, against the mock; or, read-only, against the real service.
//!
//! ```text
//! cargo run --example tour                            # everything, against a mock in this process
//! OT_API_TOKEN=… cargo run --example tour -- --live   # what only reads, against the service
//! ```

mod flow;

use std::error::Error;
use std::process::ExitCode;

use opentrain::Client;
use opentrain_mock::MockServer;

const USAGE: &str = "usage: tour [--live]";

#[tokio::main]
async fn main() -> ExitCode {
    let result = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => rehearsal().await,
        [flag] if flag == "--live" => live().await,
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tour: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn rehearsal() -> Result<(), Box<dyn Error>> {
    let server = MockServer::builder().auto_confirm(true).start().await?;
    println!(
        "A mock of the service listens at {}; no network is used.",
        server.base_url()
    );
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()?;
    flow::whole(&client, &mut std::io::stdout()).await
}

async fn live() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    println!(
        "Reading from {}; nothing is changed there.",
        client.base_url()
    );
    flow::read_only(&client, &mut std::io::stdout()).await
}

/// Returns an error with its causes, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
