//! Contracts, and their JSON.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::budget_state::BudgetState;
use super::freelancer::Freelancer;
use super::milestone::{Milestone, MilestoneStatus};
use crate::amount::{Amount, MOST_VOLUME};
use crate::api_failure::ApiFailure;
use crate::json_number::{number, round, usd};
use crate::request::{AuthorisedRequest, Caller, Outcome, Pairs, Success};
use crate::time::wire;

/// Contract of one AI trainer for one job.
#[derive(Clone, Serialize, Deserialize)]
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
    /// Hours or labels done so far.
    pub(crate) worked: f64,
    pub(crate) worked_at: Option<Timestamp>,
    /// Budget state of the last event.
    pub(crate) budget_state: BudgetState,
}

impl Contract {
    pub(crate) fn is_active(&self) -> bool {
        self.ended_at.is_none()
    }

    pub(crate) fn is_fixed_price(&self) -> bool {
        self.payment_type == "FIXED_PRICE"
    }

    pub(crate) fn status(&self) -> &'static str {
        if self.is_active() { "active" } else { "ended" }
    }

    pub(crate) fn milestone(&self, id: &str) -> Option<&Milestone> {
        self.milestones.iter().find(|milestone| milestone.id == id)
    }

    pub(crate) fn active_milestone(&self) -> Option<&Milestone> {
        let mut milestones = self.milestones.iter();
        milestones.find(|milestone| milestone.status == MilestoneStatus::ActiveFunded)
    }

    /// Returns the listed milestones, with their places from 0.
    fn listed(&self) -> impl Iterator<Item = (usize, &Milestone)> {
        let milestones = self.milestones.iter().enumerate();
        milestones.filter(|(_, milestone)| milestone.status.is_listed())
    }

    fn total(&self) -> f64 {
        self.listed()
            .map(|(_, milestone)| milestone.amount.usd())
            .sum()
    }

    fn volume(&self) -> Option<f64> {
        self.listed().map(|(_, milestone)| milestone.volume).sum()
    }

    /// Returns the hours or labels that an amount buys.
    pub(crate) fn volume_for(&self, amount: Amount) -> Option<f64> {
        let priced = !self.is_fixed_price();
        let rate = self.rate.filter(|rate| *rate > 0.0 && priced)?;
        Some(round(amount.usd() / rate, 100.0)).filter(|volume| *volume <= MOST_VOLUME)
    }

    /// Returns the contract as a list entry.
    fn to_json(&self, freelancer: Option<&Freelancer>, pending: &BTreeSet<&str>) -> Value {
        let milestones = self.listed().map(|(place, milestone)| {
            milestone.to_json(place, pending.contains(milestone.id.as_str()))
        });
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
            "milestones": milestones.collect::<Vec<_>>(),
        })
    }
}

impl World {
    /// Handles `GET /contracts`, newest first, all in one response.
    pub(super) fn contracts_list(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let status = status_filter(&request.query)?;
        let job_id = request.query.get("jobId");
        self.check_job_filter(caller, job_id)?;
        let contracts = self
            .saved
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
        Ok(Success::ok(json!({ "contracts": contracts })))
    }

    /// Handles `GET /contracts/{contractId}`.
    pub(super) fn contracts_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let contract = self.own_contract(caller, request.id)?;
        let mut view = self.contract_view(contract);
        view["jobDmConversationId"] = json!(contract.conversation_id);
        view["budget"] = contract.budget();
        Ok(Success::ok(json!({ "contract": view })))
    }

    /// Returns a contract of the caller's account, or the 404.
    pub(super) fn own_contract(&self, caller: &Caller, id: &str) -> Result<&Contract, ApiFailure> {
        let contract = self.saved.contracts.get(id);
        let own = contract.filter(|contract| contract.account == caller.account);
        own.ok_or_else(|| ApiFailure::not_found("Contract not found"))
    }

    fn contract_view(&self, contract: &Contract) -> Value {
        let approvals = self.saved.approvals.iter();
        let pending = approvals.filter(|approval| approval.is_pending());
        let milestones = pending.filter_map(|approval| approval.milestone_id.as_deref());
        let freelancer = self.saved.freelancers.get(&contract.freelancer);
        contract.to_json(freelancer, &milestones.collect())
    }

    fn check_job_filter(&self, caller: &Caller, job_id: Option<&str>) -> Result<(), ApiFailure> {
        let Some(job_id) = job_id else {
            return Ok(());
        };
        let job = self
            .saved
            .jobs
            .get(job_id)
            .ok_or_else(|| ApiFailure::not_found("Job not found"))?;
        if job.owner == caller.account {
            return Ok(());
        }
        Err(ApiFailure::forbidden("This job belongs to another account"))
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
        Some(status) if !matches!(status, "active" | "ended") => Err(ApiFailure::bad_field(
            "status",
            "status must be active or ended",
        )),
        status => Ok(status),
    }
}

/// Refuses a contract that has ended.
pub(super) fn check_active(contract: &Contract) -> Result<(), ApiFailure> {
    if contract.is_active() {
        return Ok(());
    }
    let details = json!({ "reason": "contract_ended" });
    Err(ApiFailure::conflict("This contract has ended").with(details))
}
