//! Invitations of AI trainers to apply to a published job.

use serde_json::{Value, json};

use super::World;
use crate::api_failure::ApiFailure;
use crate::request::{AuthorisedRequest, Outcome, Success};

impl World {
    /// Handles `POST /jobs/{id}/invites`: 201 for a new invitation, 200 for an AI trainer who is invited already or has applied.
    pub(super) fn jobs_invite(&mut self, request: &AuthorisedRequest) -> Outcome {
        let freelancer = freelancer_id(request)?;
        let caller = request.caller()?;
        let is_open = self.own_job(caller, request.id)?.is_open();
        self.check_invitable(&freelancer, is_open)?;
        let mut proposals = self.saved.proposals.iter();
        let earlier = proposals
            .find(|proposal| proposal.job_id == request.id && proposal.freelancer == freelancer);
        if let Some(earlier) = earlier {
            return Ok(Success::ok(invited(
                &earlier.id,
                request,
                &freelancer,
                true,
            )));
        }
        let proposal = self.add_proposal(request.id, &caller.account, &freelancer);
        Ok(Success::created(invited(
            &proposal,
            request,
            &freelancer,
            false,
        )))
    }

    fn check_invitable(&self, freelancer: &str, job_is_open: bool) -> Result<(), ApiFailure> {
        let person = self.saved.freelancers.get(freelancer);
        if person.is_none() && !self.saved.accounts.contains(freelancer) {
            return Err(ApiFailure::not_found("User not found"));
        }
        if !job_is_open {
            return Err(refused("job_not_published", "The job is not published"));
        }
        match person {
            None => Err(refused(
                "not_a_freelancer",
                "This user is not an AI trainer",
            )),
            Some(person) if !person.available => Err(refused(
                "freelancer_unavailable",
                "This AI trainer takes no new work",
            )),
            Some(_) => Ok(()),
        }
    }
}

fn freelancer_id(request: &AuthorisedRequest) -> Result<String, ApiFailure> {
    let body = request.validated_object()?;
    match body.get("freelancerId") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id.clone()),
        Some(_) | None => {
            let issue = json!({
                "code": "invalid_type",
                "expected": "string",
                "path": ["freelancerId"],
                "message": "freelancerId must be a user id",
            });
            Err(ApiFailure::invalid_body(&[issue]))
        }
    }
}

fn refused(reason: &str, error: &str) -> ApiFailure {
    ApiFailure::conflict(error).with(json!({ "reason": reason }))
}

fn invited(proposal: &str, request: &AuthorisedRequest, freelancer: &str, already: bool) -> Value {
    json!({
        "ok": true,
        "proposalId": proposal,
        "jobId": request.id,
        "freelancerId": freelancer,
        "alreadyInvited": already,
    })
}
