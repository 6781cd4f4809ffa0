//! The agent: a program that is started anew whenever it stops.

use std::fs;
use std::path::Path;

use opentrain::Client;
use opentrain::resources::{HireState, PendingApproval};
use opentrain::types::{HireMilestone, HireRequest, ProposalId, Usd};

/// Hires a candidate once. What was asked for is kept in the file.
pub(crate) async fn run(proposal: &str, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let stored: Option<PendingApproval> = match fs::read_to_string(file) {
        Ok(json) => Some(serde_json::from_str(&json)?),
        Err(_) => None,
    };
    let known = stored.map(|pending| pending.approval.id);
    let terms = HireRequest::new(HireMilestone::new(Usd::from(120)).name("Pilot"));
    let proposal = ProposalId::from(proposal);
    let hire = client.proposals().hire_once(&proposal, terms).known(known);
    match hire.await? {
        HireState::Pending { approval, .. } => {
            println!("asked for {}", approval.id);
            store(file, &serde_json::to_string(&approval)?)?;
            println!(
                "confirm at {}",
                approval.approval_url.as_deref().unwrap_or("the app")
            );
            let outcome = client.approvals().wait(&approval.id).await?;
            println!("{}", outcome.approval().status);
        }
        HireState::Decided(outcome) => println!("was {} before", outcome.approval().status),
        other => println!("nothing to do: {other:?}"),
    }
    Ok(())
}

/// Replaces the file as a whole, so that a kill never leaves a part of it.
fn store(file: &Path, text: &str) -> std::io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, text)?;
    fs::rename(new, file)
}
