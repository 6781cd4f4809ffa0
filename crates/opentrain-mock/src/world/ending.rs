//! Ending contracts: at once where nothing is funded, else when a human confirms.

use serde_json::{Value, json};

use super::World;
use super::approval::{Approval, ApprovalStatus, Subject};
use super::contract::check_active;
use super::ledger::Links;
use super::milestone::MilestoneStatus;
use crate::call::{Call, Outcome, Reply};
use crate::failure::ApiFailure;

impl World {
    /// `POST /contracts/{contractId}/end`
    pub(super) fn contracts_end(&mut self, call: &Call) -> Outcome {
        if call.id.is_empty() {
            return Err(ApiFailure::bad_request("The contract id is missing"));
        }
        let contract = self.own_contract(call.caller()?, &call.id)?;
        check_active(contract)?;
        let has_funds = contract.active_milestone().is_some();
        let pending = self.pending_approval(|approval| {
            approval.subject == Subject::End
                && approval.contract_id.as_deref() == Some(call.id.as_str())
        });
        if let Some(pending) = pending {
            return Ok(pending.requested("the end of this contract"));
        }
        if has_funds {
            let approval = self.ask_about(call, &call.id, None, Subject::End)?;
            return Ok(approval.requested("the end of this contract"));
        }
        self.end_contract(&call.id, None);
        let body = json!({ "ok": true, "contractId": call.id, "status": "ended" });
        Ok(Reply::ok(body))
    }

    /// What a confirmation of the end does. Gives the approval's result.
    pub(super) fn execute_end(&mut self, approval: &Approval) -> Value {
        let contract = approval.contract_id.as_deref().unwrap_or_default();
        self.end_contract(contract, Some(&approval.id));
        json!({ "contractEnded": true })
    }

    /// Ends a contract: what else was asked for lapses, what is in escrow comes back, what is not funded is cancelled.
    fn end_contract(&mut self, id: &str, confirmed: Option<&str>) {
        let now = self.now();
        self.drop_approvals(id, confirmed);
        let Some(contract) = self.contracts.get_mut(id) else {
            return;
        };
        contract.ended_at = Some(now);
        contract.updated_at = now;
        let milestones = contract.milestones.iter();
        let open = milestones.map(|milestone| (milestone.id.clone(), milestone.status));
        for (milestone, status) in open.collect::<Vec<_>>() {
            match status {
                MilestoneStatus::ActiveFunded => self.refund(id, &milestone),
                MilestoneStatus::NotFunded => {
                    self.change_milestone(id, &milestone, |milestone| {
                        milestone.status = MilestoneStatus::Cancelled;
                    });
                }
                MilestoneStatus::Paid | MilestoneStatus::Cancelled | MilestoneStatus::Refunded => {}
            }
        }
    }

    fn refund(&mut self, contract: &str, id: &str) {
        let Some(found) = self.contracts.get(contract) else {
            return;
        };
        let Some(milestone) = found.milestone(id) else {
            return;
        };
        let links = Links {
            proposal: Some(found.proposal_id.clone()),
            contract: Some(contract.to_owned()),
            milestone: Some(id.to_owned()),
        };
        let account = found.account.clone();
        let (cents, source) = (milestone.cents(), milestone.source.clone());
        self.give_back(&account, cents, source.as_ref(), &links);
        self.change_milestone(contract, id, |milestone| {
            milestone.status = MilestoneStatus::Refunded;
        });
    }

    /// Nothing can be confirmed on a contract that has ended.
    fn drop_approvals(&mut self, contract: &str, confirmed: Option<&str>) {
        let approvals = self.approvals.iter();
        let moot = approvals.filter(|approval| {
            let is_of_contract = approval.contract_id.as_deref() == Some(contract);
            approval.is_pending() && is_of_contract && confirmed != Some(approval.id.as_str())
        });
        for id in moot.map(|approval| approval.id.clone()).collect::<Vec<_>>() {
            self.resolve_approval(&id, ApprovalStatus::Expired);
        }
    }
}
