//! Execution of a confirmed hire: a contract with a funded first milestone.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::World;
use super::approval::Approval;
use super::budget_state::BudgetState;
use super::contract::Contract;
use super::conversation::ConversationKind;
use super::credit_ledger::EntryLinks;
use super::events::{EventContent, EventKind};
use super::hire_terms::HireTerms;
use super::job::Job;
use super::milestone::{Milestone, MilestoneStatus};
use super::proposal::{Proposal, ProposalStatus};
use crate::error::MockErrorKind;
use crate::ledger::FundingSource;

impl World {
    /// Executes a hire. Returns the approval's result.
    pub(super) fn execute_hire(
        &mut self,
        approval: &Approval,
        terms: &HireTerms,
        now: Timestamp,
    ) -> Result<Value, MockErrorKind> {
        let proposal_id = approval.proposal_id.as_deref().unwrap_or_default();
        let Some(proposal) = self.saved.proposals.get(proposal_id) else {
            return Ok(Value::Null);
        };
        let (owner, freelancer) = (proposal.owner.clone(), proposal.freelancer.clone());
        let (id, milestone) = (self.next_id("ctr"), self.next_id("ms"));
        let links = EntryLinks {
            proposal: Some(proposal_id.to_owned()),
            contract: Some(id.clone()),
            milestone: Some(milestone.clone()),
        };
        // First, since it alone can be refused.
        let source = self.charge(&owner, terms.charge(), &links)?;
        if let Some(proposal) = self.saved.proposals.get_mut(proposal_id) {
            proposal.contract = Some(id.clone());
        }
        self.set_proposal_status(proposal_id, ProposalStatus::Hired);
        self.start_contract(&id, proposal_id, now);
        self.start_work(&id, milestone, terms, source, now);
        Ok(
            json!({ "hired": true, "contractId": id, "jobId": approval.job_id, "freelancerUserId": freelancer }),
        )
    }

    fn start_contract(&mut self, id: &str, proposal_id: &str, now: Timestamp) {
        let Some(proposal) = self.saved.proposals.get(proposal_id) else {
            return;
        };
        let talk = ConversationKind::Contract {
            contract: id.to_owned(),
            job: proposal.job_id.clone(),
        };
        let (owner, freelancer) = (proposal.owner.clone(), proposal.freelancer.clone());
        let conversation_id = self.add_conversation(owner, freelancer, talk);
        let Some(proposal) = self.saved.proposals.get(proposal_id) else {
            return;
        };
        let Some(job) = self.saved.jobs.get(&proposal.job_id) else {
            return;
        };
        let contract = agreed(id, conversation_id, proposal, job, now);
        let change = EventContent {
            account: contract.account.clone(),
            kind: EventKind::ContractCreated,
            resource: id.to_owned(),
            job: Some(contract.job_id.clone()),
            data: json!({ "contractId": id, "jobId": contract.job_id, "proposalId": proposal_id }),
        };
        self.saved.contracts.insert(id, contract);
        self.announce(change);
    }

    /// Adds the first milestone, which is paid for.
    fn start_work(
        &mut self,
        contract: &str,
        milestone: String,
        terms: &HireTerms,
        source: FundingSource,
        now: Timestamp,
    ) {
        let total = terms.charge().total_cents();
        let invoice = self.paid_invoice(contract, &milestone, total);
        let Some(found) = self.saved.contracts.get(contract) else {
            return;
        };
        let volume = found.volume_for(terms.amount);
        let first = Milestone {
            id: milestone,
            name: terms.name.clone(),
            description: terms.description.clone(),
            status: MilestoneStatus::ActiveFunded,
            amount: terms.amount,
            volume,
            due: terms.due,
            invoice_id: Some(invoice),
            source: Some(source),
            created_at: now,
        };
        self.add_milestone(contract, first);
    }
}

/// Returns a contract at the rate of the bid, without milestones. Without a bid it has no rate.
fn agreed(
    id: &str,
    conversation_id: String,
    proposal: &Proposal,
    job: &Job,
    now: Timestamp,
) -> Contract {
    let bid = proposal.bid.as_ref().map(|bid| bid.amount);
    Contract {
        id: id.to_owned(),
        account: proposal.owner.clone(),
        job_id: job.id.clone(),
        proposal_id: proposal.id.clone(),
        freelancer: proposal.freelancer.clone(),
        title: job.title().to_owned(),
        payment_type: job.payment_type().unwrap_or("FIXED_PRICE").to_owned(),
        rate: bid,
        conversation_id,
        created_at: now,
        updated_at: now,
        ended_at: None,
        milestones: Vec::new(),
        worked: 0.0,
        worked_at: None,
        budget_state: BudgetState::default(),
    }
}
