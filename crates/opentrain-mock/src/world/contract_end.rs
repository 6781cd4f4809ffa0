//! End of a contract: at once without a funded milestone, otherwise when a human confirms.

use serde_json::{Value, json};

use super::World;
use super::approval::{Approval, ApprovalStatus, ApprovalSubject};
use super::contract::Contract;
use super::contract::check_active;
use super::credit_ledger::{EntryLinks, EscrowExit, EscrowedAmount};
use super::milestone::MilestoneStatus;
use crate::api_failure::ApiFailure;
use crate::error::MockErrorKind;
use crate::ledger::FundingSource;
use crate::request::{AuthorisedRequest, Outcome, Success};

impl World {
    /// Handles `POST /contracts/{contractId}/end`.
    pub(super) fn contracts_end(&mut self, request: &AuthorisedRequest) -> Outcome {
        if request.id.is_empty() {
            return Err(ApiFailure::bad_request("The contract id is missing"));
        }
        let contract = self.own_contract(request.caller()?, request.id)?;
        check_active(contract)?;
        let has_funds = contract.active_milestone().is_some();
        let pending = self.pending_approval(|approval| {
            approval.subject == ApprovalSubject::End
                && approval.contract_id.as_deref() == Some(request.id)
        });
        if let Some(pending) = pending {
            return Ok(pending.requested("the end of this contract"));
        }
        if has_funds {
            let approval = self.ask_about(request, request.id, None, ApprovalSubject::End)?;
            return Ok(approval.requested("the end of this contract"));
        }
        // Without money in escrow, the ledger does not change, so this cannot fail.
        self.end_contract(request.id, None)
            .map_err(|_kind| ApiFailure::conflict("The contract's money cannot be given back"))?;
        let body = json!({ "ok": true, "contractId": request.id, "status": "ended" });
        Ok(Success::ok(body))
    }

    /// Executes a confirmed end. Returns the approval's result.
    pub(super) fn execute_end(&mut self, approval: &Approval) -> Result<Value, MockErrorKind> {
        let contract = approval.contract_id.as_deref().unwrap_or_default();
        self.end_contract(contract, Some(&approval.id))?;
        Ok(json!({ "contractEnded": true }))
    }

    /// Ends a contract: expires its other approvals, refunds its escrow, cancels unfunded milestones.
    fn end_contract(&mut self, id: &str, confirmed: Option<&str>) -> Result<(), MockErrorKind> {
        let now = self.now();
        let Some(contract) = self.saved.contracts.get(id) else {
            return Ok(());
        };
        let milestones = contract.milestones.iter();
        let ends: Vec<_> = milestones
            .filter_map(|milestone| Some((milestone.id.clone(), end_of(milestone.status)?)))
            .collect();
        let (account, held) = (contract.account.clone(), held_for(contract));
        self.leave_escrow(&account, EscrowExit::GivenBack, &held)?;
        self.drop_approvals(id, confirmed);
        if let Some(contract) = self.saved.contracts.get_mut(id) {
            contract.ended_at = Some(now);
            contract.updated_at = now;
        }
        for (milestone, end) in ends {
            self.change_milestone(id, &milestone, |milestone| milestone.status = end);
        }
        Ok(())
    }

    /// Expires the pending approvals of a contract that ends, except the confirmed one.
    fn drop_approvals(&mut self, contract: &str, confirmed: Option<&str>) {
        let approvals = self.saved.approvals.iter();
        let moot = approvals.filter(|approval| {
            let is_of_contract = approval.contract_id.as_deref() == Some(contract);
            approval.is_pending() && is_of_contract && confirmed != Some(approval.id.as_str())
        });
        for id in moot.map(|approval| approval.id.clone()).collect::<Vec<_>>() {
            self.resolve_approval(&id, ApprovalStatus::Expired);
        }
    }
}

/// Returns the money in escrow for a contract.
fn held_for(contract: &Contract) -> Vec<EscrowedAmount> {
    let funded = contract.milestones.iter();
    let funded = funded.filter(|milestone| milestone.status == MilestoneStatus::ActiveFunded);
    let held = funded.map(|milestone| EscrowedAmount {
        cents: milestone.amount.cents(),
        source: milestone.source.clone().unwrap_or(FundingSource::Card),
        links: EntryLinks {
            proposal: Some(contract.proposal_id.clone()),
            contract: Some(contract.id.clone()),
            milestone: Some(milestone.id.clone()),
        },
    });
    held.collect()
}

/// Returns the status of a milestone after the end of its contract, if it changes.
fn end_of(status: MilestoneStatus) -> Option<MilestoneStatus> {
    match status {
        MilestoneStatus::ActiveFunded => Some(MilestoneStatus::Refunded),
        MilestoneStatus::NotFunded => Some(MilestoneStatus::Cancelled),
        MilestoneStatus::Paid | MilestoneStatus::Cancelled | MilestoneStatus::Refunded => None,
    }
}
