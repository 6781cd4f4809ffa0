//! Hiring: the terms, the refusals, and the approval.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::World;
use super::account::payment_method_required;
use super::approval::{Approval, ApprovalStatus, ApprovalSubject};
use super::hire_terms::HireTerms;
use super::proposal::{Proposal, ProposalStatus};
use crate::amount::{AMOUNT_BOUNDS, Amount};
use crate::api_failure::ApiFailure;
use crate::request::{AuthorisedRequest, Caller, Outcome};
use crate::time;

impl World {
    /// Handles `POST /proposals/{proposalId}/hire` with an approval. The same terms again give the same approval; others replace
    /// it.
    pub(super) fn proposals_hire(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let body = request.object()?;
        let terms = read_terms(&body)?;
        let proposal = self.own_proposal(caller, request.id)?;
        check_hireable(proposal, confirms_misfit(&body))?;
        self.check_funds(caller, &terms)?;
        let approval = self.hire_approval(request, caller, terms)?;
        Ok(approval.requested("this hire"))
    }

    fn check_funds(&self, caller: &Caller, terms: &HireTerms) -> Result<(), ApiFailure> {
        if self.account(caller)?.can_pay(terms.charge().total_cents()) {
            return Ok(());
        }
        Err(payment_method_required("hiring"))
    }

    /// Returns the pending approval with these terms: the present one, or a new one in place of one with other terms.
    fn hire_approval(
        &mut self,
        request: &AuthorisedRequest,
        caller: &Caller,
        terms: HireTerms,
    ) -> Result<&Approval, ApiFailure> {
        let subject = ApprovalSubject::Hire(terms);
        let of_proposal = |approval: &Approval| approval.proposal_id.as_deref() == Some(request.id);
        let pending = self.pending_approval(of_proposal);
        let id = match pending.map(|pending| (pending.id.clone(), pending.subject == subject)) {
            Some((same, true)) => same,
            Some((other, false)) => {
                // The status of an approval that other terms have replaced is not documented.
                self.resolve_approval(&other, ApprovalStatus::Expired);
                self.ask(request, caller, subject)?
            }
            None => self.ask(request, caller, subject)?,
        };
        self.approval(&id)
    }

    fn ask(
        &mut self,
        request: &AuthorisedRequest,
        caller: &Caller,
        subject: ApprovalSubject,
    ) -> Result<String, ApiFailure> {
        let job_id = self.own_proposal(caller, request.id)?.job_id.clone();
        let id = self.next_id("apr");
        let mut approval = Approval::new(id.clone(), caller, subject, job_id, request.now);
        approval.proposal_id = Some(request.id.to_owned());
        self.saved.approvals.insert(&id, approval);
        Ok(id)
    }
}

fn check_hireable(proposal: &Proposal, misfit_confirmed: bool) -> Result<(), ApiFailure> {
    match proposal.status {
        ProposalStatus::Hired => Err(conflict("already_hired", "This candidate is hired already")),
        ProposalStatus::NotAFit if !misfit_confirmed => Err(conflict(
            "not_a_fit_confirmation_required",
            "This candidate was marked as not a fit; confirm that you want to hire them all the same",
        )),
        ProposalStatus::NotAFit
        | ProposalStatus::Unreviewed
        | ProposalStatus::Shortlisted
        | ProposalStatus::Maybe
        | ProposalStatus::Declined
        | ProposalStatus::ResumeSent => Ok(()),
    }
}

/// Returns a conflict with a reason. Every conflict of a hire has one; these two are not documented by name.
fn conflict(reason: &str, error: &str) -> ApiFailure {
    ApiFailure::conflict(error).with(json!({ "reason": reason }))
}

/// True if the employer confirms the hire of a candidate marked as not a fit. The name of the flag is not documented, so any `true`
/// beside the milestone counts.
fn confirms_misfit(body: &Map<String, Value>) -> bool {
    body.values().any(|value| *value == Value::Bool(true))
}

fn read_terms(body: &Map<String, Value>) -> Result<HireTerms, ApiFailure> {
    let Some(Value::Object(milestone)) = body.get("milestone") else {
        return Err(ApiFailure::invalid_at(
            &["milestone"],
            "milestone must be an object",
        ));
    };
    let name = optional_text(milestone, "name")?;
    let description = optional_text(milestone, "description")?;
    if name.is_none() && description.is_none() {
        return Err(ApiFailure::invalid_at(
            &["milestone"],
            "name or description must not be empty",
        ));
    }
    let amount = milestone.get("amount").and_then(Value::as_f64);
    let amount = amount.and_then(|amount| Amount::try_from(amount).ok());
    Ok(HireTerms {
        name,
        description,
        amount: amount.ok_or_else(|| {
            ApiFailure::invalid_at(
                &["milestone", "amount"],
                &format!("amount must be {AMOUNT_BOUNDS}"),
            )
        })?,
        due: due_date(milestone)?,
    })
}

/// Reads an optional text. A blank one counts as absent.
fn optional_text(milestone: &Map<String, Value>, key: &str) -> Result<Option<String>, ApiFailure> {
    match milestone.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
        }
        Some(_) => Err(ApiFailure::invalid_at(
            &["milestone", key],
            "Invalid type: expected string",
        )),
    }
}

fn due_date(milestone: &Map<String, Value>) -> Result<Option<Timestamp>, ApiFailure> {
    let due = match milestone.get("dueDate") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().and_then(time::parse),
    };
    let error = || {
        ApiFailure::invalid_at(
            &["milestone", "dueDate"],
            "dueDate must be a date such as 2026-03-04",
        )
    };
    due.map(Some).ok_or_else(error)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{HireTerms, confirms_misfit, read_terms};

    fn read(body: &Value) -> Result<HireTerms, u16> {
        let body = body.as_object().expect("the body is an object");
        read_terms(body).map_err(|failure| failure.status)
    }

    #[test]
    fn charge_is_the_milestone_a_tenth_and_the_initiation_fee() {
        let terms = read(&json!({"milestone": {"name": "Pilot", "amount": 120}}))
            .expect("the terms are fine");
        let charge = terms.charge();
        assert_eq!((charge.escrow_cents(), charge.fee_cents()), (12_000, 2_195));
    }

    #[test]
    fn terms_that_cannot_be_meant_are_refused() {
        for body in [
            json!({}),
            json!({"milestone": "Pilot"}),
            json!({"milestone": {"amount": 120}}),
            json!({"milestone": {"name": " ", "description": "", "amount": 120}}),
            json!({"milestone": {"name": "Pilot"}}),
            json!({"milestone": {"name": "Pilot", "amount": 0}}),
            json!({"milestone": {"name": "Pilot", "amount": -1}}),
            json!({"milestone": {"name": "Pilot", "amount": 0.001}}),
            json!({"milestone": {"name": "Pilot", "amount": 10_000_001}}),
            json!({"milestone": {"name": "Pilot", "amount": 1e17}}),
            json!({"milestone": {"name": "Pilot", "amount": "120"}}),
            json!({"milestone": {"name": "Pilot", "amount": 120, "dueDate": "soon"}}),
        ] {
            assert_eq!(read(&body), Err(400), "{body}");
        }
    }

    #[test]
    fn any_true_beside_the_milestone_confirms_a_misfit() {
        let says = |body: Value| confirms_misfit(body.as_object().expect("the body is an object"));
        assert!(!says(json!({"milestone": {"name": "Pilot", "amount": 1}})));
        assert!(says(json!({"milestone": {}, "confirmNotAFit": true})));
    }
}
