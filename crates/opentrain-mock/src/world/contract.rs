//! Contracts: how a confirmed hire becomes one, and how they are shown.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::approval::Approval;
use super::hire::Terms;
use super::job::Job;
use super::proposal::{Proposal, ProposalStatus};
use super::{Freelancer, World};
use crate::call::{Call, Caller, Outcome, Pairs, Reply};
use crate::failure::ApiFailure;
use crate::number::{number, round, usd};
use crate::time::wire;

/// One person hired for one job.
pub(crate) struct Contract {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) job_id: String,
    pub(crate) proposal_id: String,
    pub(crate) freelancer: String,
    pub(crate) title: String,
    pub(crate) payment_type: String,
    pub(crate) rate: Option<f64>,
    pub(crate) conversation_id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) milestones: Vec<Milestone>,
}

/// A piece of the work, and the money for it.
pub(crate) struct Milestone {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) status: MilestoneStatus,
    pub(crate) amount: f64,
    /// Hours or labels; none for a fixed price.
    pub(crate) volume: Option<f64>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) invoice_id: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// Where a milestone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MilestoneStatus {
    /// Its money is in escrow.
    ActiveFunded,
}

impl MilestoneStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::ActiveFunded => "ACTIVE_FUNDED",
        }
    }
}

impl Milestone {
    fn to_json(&self, place: usize) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "status": self.status.as_str(),
            "amountUsd": usd(self.amount),
            "volume": self.volume.map(number),
            "milestoneNumber": place + 1,
            "dueDate": self.due.map(wire),
            "pendingApproval": false,
            "needsReview": false,
            "invoiceId": self.invoice_id,
            "createdAt": wire(self.created_at),
        })
    }

    fn to_budget_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "amountUsd": usd(self.amount),
            "volume": self.volume.map(number),
            "status": self.status.as_str(),
        })
    }
}

impl Contract {
    pub(crate) fn status(&self) -> &'static str {
        if self.ended_at.is_some() {
            "ended"
        } else {
            "active"
        }
    }

    fn active_milestone(&self) -> Option<&Milestone> {
        let mut milestones = self.milestones.iter();
        milestones.find(|milestone| milestone.status == MilestoneStatus::ActiveFunded)
    }

    fn total(&self) -> f64 {
        self.milestones
            .iter()
            .map(|milestone| milestone.amount)
            .sum()
    }

    fn volume(&self) -> Option<f64> {
        self.milestones
            .iter()
            .map(|milestone| milestone.volume)
            .sum()
    }

    /// How many hours or labels an amount buys.
    fn volume_for(&self, amount: f64) -> Option<f64> {
        let rate = self
            .rate
            .filter(|rate| *rate > 0.0 && self.payment_type != "FIXED_PRICE")?;
        Some(round(amount / rate, 100.0))
    }

    /// The contract in a list.
    fn to_json(&self, freelancer: Option<&Freelancer>) -> Value {
        let milestones = self.milestones.iter().enumerate();
        json!({
            "id": self.id,
            "status": self.status(),
            "title": self.title,
            "jobId": self.job_id,
            "proposalId": self.proposal_id,
            "paymentType": self.payment_type,
            "rateUsd": self.rate.map(usd),
            "estimatedTotalUsd": usd(self.total()),
            "estimatedVolume": self.volume().map(number),
            "hasActiveMilestone": self.active_milestone().is_some(),
            "startDate": wire(self.created_at),
            "endDate": self.ended_at.map(wire),
            "createdAt": wire(self.created_at),
            "updatedAt": wire(self.updated_at),
            "freelancer": freelancer.map(contractor),
            "milestones": milestones.map(|(place, milestone)| milestone.to_json(place)).collect::<Vec<_>>(),
        })
    }

    /// How much of the funded work is used up: nothing, since nobody works in the mock.
    fn budget(&self) -> Value {
        let volume = self.volume().unwrap_or(0.0);
        json!({
            "contractId": self.id,
            "paymentType": self.payment_type,
            "state": "OK",
            "fundedVolume": number(volume),
            "fundedAmountUsd": usd(self.total()),
            "consumed": { "seconds": 0, "hours": 0, "labels": 0, "tasks": 0 },
            "consumedVolume": 0,
            "remainingVolume": number(volume),
            "consumedFraction": 0,
            "activeMilestone": self.active_milestone().map(Milestone::to_budget_json),
            "lastUsageAt": null,
        })
    }
}

impl World {
    /// `GET /contracts`: newest first, all in one answer.
    pub(super) fn contracts_list(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let status = status_filter(&call.query)?;
        let job_id = call.query.get("jobId");
        self.check_job_filter(caller, job_id)?;
        let contracts = self
            .contracts
            .iter()
            .rev()
            .filter(|contract| contract.account == caller.account);
        let of_job = contracts.filter(|contract| job_id.is_none_or(|id| contract.job_id == id));
        let wanted =
            of_job.filter(|contract| status.is_none_or(|status| contract.status() == status));
        let contracts: Vec<_> = wanted
            .map(|contract| self.contract_view(contract))
            .collect();
        Ok(Reply::ok(json!({ "contracts": contracts })))
    }

    /// `GET /contracts/{contractId}`
    pub(super) fn contracts_get(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let own = self
            .contracts
            .get(&call.id)
            .filter(|contract| contract.account == caller.account);
        let contract = own.ok_or_else(|| {
            let details = json!({ "resource": "contracts", "contractId": call.id });
            ApiFailure::not_found("Contract not found").with(details)
        })?;
        let mut view = self.contract_view(contract);
        view["jobDmConversationId"] = json!(contract.conversation_id);
        view["budget"] = contract.budget();
        Ok(Reply::ok(json!({ "contract": view })))
    }

    /// What a human's confirmation of a hire does: contract, funded first milestone, payment. Gives the approval's result.
    pub(super) fn execute_hire(
        &mut self,
        approval: &Approval,
        terms: &Terms,
        now: Timestamp,
    ) -> Value {
        let id = self.next_id("ctr");
        let proposal_id = approval.proposal_id.as_deref().unwrap_or_default();
        let Some(proposal) = self.proposals.get_mut(proposal_id) else {
            return Value::Null;
        };
        proposal.status = ProposalStatus::Hired;
        proposal.updated_at = now;
        proposal.contract = Some(id.clone());
        let freelancer = proposal.freelancer.clone();
        self.start_contract(&id, proposal_id, terms, now);
        self.pay(&approval.account, terms);
        json!({ "hired": true, "contractId": id, "jobId": approval.job_id, "freelancerUserId": freelancer })
    }

    fn start_contract(&mut self, id: &str, proposal_id: &str, terms: &Terms, now: Timestamp) {
        let conversation_id = self.next_id("cnv");
        let milestone_id = self.next_id("ms");
        let invoice_id = self.next_id("inv");
        let Some(proposal) = self.proposals.get(proposal_id) else {
            return;
        };
        let Some(job) = self.jobs.get(&proposal.job_id) else {
            return;
        };
        let mut contract = agreed(id, conversation_id, proposal, job, now);
        contract.milestones.push(Milestone {
            id: milestone_id,
            name: terms.name.clone(),
            description: terms.description.clone(),
            status: MilestoneStatus::ActiveFunded,
            amount: terms.amount,
            volume: contract.volume_for(terms.amount),
            due: terms.due,
            invoice_id: Some(invoice_id),
            created_at: now,
        });
        self.contracts.insert(id.to_owned(), contract);
    }

    /// Takes the charge from the credits where there is no card to take it from.
    fn pay(&mut self, account: &str, terms: &Terms) {
        if let Some(account) = self.accounts.get_mut(account)
            && !account.has_payment_method
        {
            account.credit_cents = (account.credit_cents - terms.charge_cents()).max(0);
        }
    }

    fn contract_view(&self, contract: &Contract) -> Value {
        contract.to_json(self.freelancers.get(&contract.freelancer))
    }

    fn check_job_filter(&self, caller: &Caller, job_id: Option<&str>) -> Result<(), ApiFailure> {
        let Some(job_id) = job_id else {
            return Ok(());
        };
        let job = self
            .jobs
            .get(job_id)
            .ok_or_else(|| ApiFailure::not_found("Job not found"))?;
        if job.owner == caller.account {
            return Ok(());
        }
        Err(ApiFailure::forbidden("This job belongs to another account"))
    }
}

/// A contract on what was bid, without milestones yet.
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
        rate: bid.or(job.rate()),
        conversation_id,
        created_at: now,
        updated_at: now,
        ended_at: None,
        milestones: Vec::new(),
    }
}

fn contractor(freelancer: &Freelancer) -> Value {
    json!({
        "userId": freelancer.id,
        "displayName": freelancer.display_name(),
        "country": freelancer.language.country,
        "profilePath": freelancer.profile_path(),
    })
}

fn status_filter(query: &Pairs) -> Result<Option<&str>, ApiFailure> {
    match query.get("status") {
        Some(status) if !matches!(status, "active" | "ended") => Err(ApiFailure::bad_parameter(
            "status",
            "status must be active or ended",
        )),
        status => Ok(status),
    }
}
