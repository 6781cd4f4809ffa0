//! A sentence becomes a job: what the draft lacks is asked for and answered until it can be published, against a mock of the service.
//!
//! ```text
//! cargo run --example draft
//! ```

mod flow;

use std::error::Error;
use std::process::ExitCode;

use opentrain::Client;
use opentrain_mock::MockServer;

#[tokio::main]
async fn main() -> ExitCode {
    match rehearsal().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("draft: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn rehearsal() -> Result<(), Box<dyn Error>> {
    let server = MockServer::start().await?;
    println!(
        "A mock of the service listens at {}; no network is used.",
        server.base_url()
    );
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()?;
    flow::run(&client, |line| println!("{line}")).await
}
