//! Funding of milestones and release of their money: the requests, and their execution.

use serde_json::{Value, json};

use super::World;
use super::account::payment_method_required;
use super::approval::{Approval, ApprovalSubject};
use super::contract::check_active;
use super::credit_ledger::{EntryLinks, EscrowExit, EscrowedAmount};
use super::milestone::MilestoneStatus;
use crate::api_failure::ApiFailure;
use crate::error::MockErrorKind;
use crate::fees;
use crate::ledger::{Charge, FundingSource};
use crate::request::{AuthorisedRequest, Outcome};

impl World {
    /// Handles `POST /milestones/{milestoneId}/fund`.
    pub(super) fn milestones_fund(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let (contract, milestone) = self.own_milestone(caller, request.id)?;
        check_active(contract)?;
        if milestone.status != MilestoneStatus::NotFunded {
            let error = "Only a milestone that is not funded can be funded";
            return Err(conflict("milestone_not_fundable", error));
        }
        let (contract, charge) = (contract.id.clone(), fees::funding_charge(milestone.amount));
        let pending = self.pending_approval(|approval| {
            matches!(approval.subject, ApprovalSubject::Fund { .. })
                && is_about(approval, request.id)
        });
        if let Some(pending) = pending {
            return Ok(pending.requested("the funding of this milestone"));
        }
        if !self.account(caller)?.can_pay(charge.total_cents()) {
            return Err(payment_method_required("funding a milestone"));
        }
        let invoice = self.open_invoice(&contract, request.id, charge.total_cents());
        let subject = ApprovalSubject::Fund { charge, invoice };
        let approval = self.ask_about(request, &contract, Some(request.id), subject)?;
        Ok(approval.requested("the funding of this milestone"))
    }

    /// Handles `POST /milestones/{milestoneId}/approve`.
    pub(super) fn milestones_approve(&mut self, request: &AuthorisedRequest) -> Outcome {
        let (contract, milestone) = self.own_milestone(request.caller()?, request.id)?;
        check_active(contract)?;
        if milestone.status == MilestoneStatus::NotFunded {
            let error = "This milestone is not funded";
            return Err(conflict("milestone_not_funded", error));
        }
        if milestone.status != MilestoneStatus::ActiveFunded {
            let error = "The money of this milestone was released already";
            return Err(conflict("milestone_already_paid", error));
        }
        let contract = contract.id.clone();
        let pending = self.pending_approval(|approval| {
            approval.subject == ApprovalSubject::Release && is_about(approval, request.id)
        });
        if let Some(pending) = pending {
            return Ok(pending.requested("the release of this milestone"));
        }
        let approval = self.ask_about(
            request,
            &contract,
            Some(request.id),
            ApprovalSubject::Release,
        )?;
        Ok(approval.requested("the release of this milestone"))
    }

    /// Adds an approval about a contract, or about one of its milestones.
    pub(super) fn ask_about(
        &mut self,
        request: &AuthorisedRequest,
        contract: &str,
        milestone: Option<&str>,
        subject: ApprovalSubject,
    ) -> Result<&Approval, ApiFailure> {
        let caller = request.caller()?;
        let job = self.own_contract(caller, contract)?.job_id.clone();
        let id = self.next_id("apr");
        let mut approval = Approval::new(id.clone(), caller, subject, job, request.now);
        approval.contract_id = Some(contract.to_owned());
        approval.milestone_id = milestone.map(str::to_owned);
        self.saved.approvals.insert(&id, approval);
        self.approval(&id)
    }

    /// Executes a confirmed funding: the money goes into escrow. Returns the approval's result.
    pub(super) fn execute_fund(
        &mut self,
        approval: &Approval,
        charge: Charge,
        invoice: &str,
    ) -> Result<Value, MockErrorKind> {
        let source = self.charge(&approval.account, charge, &links(approval))?;
        self.invoice_paid(invoice);
        let (contract, milestone) = place(approval);
        self.change_milestone(contract, milestone, |milestone| {
            milestone.status = MilestoneStatus::ActiveFunded;
            milestone.source = Some(source);
            milestone.invoice_id = Some(invoice.to_owned());
        });
        Ok(json!({ "invoiceId": invoice, "paymentIntentId": self.next_id("pi") }))
    }

    /// Executes a confirmed release: the AI trainer is paid. Returns the approval's result.
    pub(super) fn execute_release(&mut self, approval: &Approval) -> Result<Value, MockErrorKind> {
        let (contract, id) = place(approval);
        let contracts = self.saved.contracts.get(contract);
        let Some(milestone) = contracts.and_then(|contract| contract.milestone(id)) else {
            return Ok(Value::Null);
        };
        let invoice = milestone.invoice_id.clone();
        let held = EscrowedAmount {
            cents: milestone.amount.cents(),
            source: milestone.source.clone().unwrap_or(FundingSource::Card),
            links: links(approval),
        };
        self.leave_escrow(&approval.account, EscrowExit::PaidOut, &[held])?;
        self.change_milestone(contract, id, |milestone| {
            milestone.status = MilestoneStatus::Paid;
        });
        Ok(json!({ "invoiceId": invoice, "payoutTransactionId": self.next_id("pout") }))
    }
}

fn is_about(approval: &Approval, milestone: &str) -> bool {
    approval.milestone_id.as_deref() == Some(milestone)
}

fn place(approval: &Approval) -> (&str, &str) {
    let contract = approval.contract_id.as_deref().unwrap_or_default();
    (
        contract,
        approval.milestone_id.as_deref().unwrap_or_default(),
    )
}

fn links(approval: &Approval) -> EntryLinks {
    EntryLinks {
        proposal: None,
        contract: approval.contract_id.clone(),
        milestone: approval.milestone_id.clone(),
    }
}

fn conflict(reason: &str, error: &str) -> ApiFailure {
    ApiFailure::conflict(error).with(json!({ "reason": reason }))
}
