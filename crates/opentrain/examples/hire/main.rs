//! An agent asks for a hire, is killed before and after it has stored that, and hires once: against a mock of the service.
//!
//! ```text
//! cargo run --example hire
//! OT_API_TOKEN=… cargo run --example hire -- agent PROPOSAL FILE   # the agent alone, also for the service itself
//! ```

mod agent;
#[path = "../support/process.rs"]
mod process;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use opentrain::resources::DraftQuestion;
use opentrain::types::{ExperienceLevel, PayType, Usd};
use opentrain::{Client, JobPatch};
use opentrain_mock::{Clock, MockServer};
use process::Process;
use tokio::runtime::Runtime;

const USAGE: &str = "usage: hire [agent PROPOSAL FILE]";

fn main() -> ExitCode {
    process::main_of("hire", run)
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::new()?;
    match arguments {
        [] => {
            let server = MockServer::builder().clock(Clock::running());
            let server = runtime.block_on(server.start())?;
            let proposal = runtime.block_on(first_proposal(&server))?;
            play(&server, &proposal)
        }
        ["agent", proposal, file] => runtime.block_on(agent::run(proposal, Path::new(file))),
        _ => Err(USAGE.into()),
    }
}

/// Publishes a job. Candidates apply at once.
async fn first_proposal(server: &MockServer) -> Result<String, Box<dyn Error>> {
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token())
        .build()?;
    let create = client
        .job_drafts()
        .create("We need people to tag clips of German speech by dialect.");
    let draft = create.until_ready(answer).await?;
    client.jobs().publish(draft.job_id()).await?;
    let proposals = client.proposals().list(draft.job_id()).await?;
    let first = proposals.items.first().ok_or("no candidate has applied")?;
    Ok(first.id.to_string())
}

fn answer(question: &DraftQuestion, patch: JobPatch) -> JobPatch {
    match question.field.as_str() {
        "jobTitle" => patch.job_title("Dialect tagging"),
        "headcount" => patch.headcount(3),
        "experienceLevel" => patch.experience_level(ExperienceLevel::Intermediate),
        "paymentType" => patch
            .payment_type(PayType::PerHour)
            .price_per_hour(Usd::from(18)),
        _ => patch,
    }
}

/// Plays the human, and the fate of the agent's process.
fn play(server: &MockServer, proposal: &str) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("opentrain-hire-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let file = folder.join("hire.json");
    let file = file
        .to_str()
        .ok_or("the name of the temporary folder is not UTF-8")?;
    let access = [
        ("OT_API_TOKEN", server.token()),
        ("OT_API_BASE_URL", server.base_url()),
    ];
    let start = || Process::start(&["agent", proposal, file], &access);
    println!(
        "A mock of the service listens at {}; no network is used.",
        server.base_url()
    );
    println!("The agent starts, and is killed as soon as it has asked.");
    let mut agent = start()?;
    let first = agent.line("asked for ")?;
    agent.kill()?;
    println!("It starts again, and is killed while it waits.");
    let mut agent = start()?;
    let second = agent.line("asked for ")?;
    agent.line("confirm at ")?;
    agent.kill()?;
    println!("It starts again, and a human confirms.");
    let mut agent = start()?;
    agent.line("confirm at ")?;
    server.human().confirm(&second)?;
    agent.end()?;
    println!("It starts once more.");
    start()?.end()?;
    std::fs::remove_dir_all(&folder)?;
    if first != second {
        return Err("the hire was asked for twice".into());
    }
    println!("asked for once, hired once");
    Ok(())
}
