//! Proposals in JSON: in a list, by themselves, and the interview.

use std::time::Duration;

use serde_json::{Value, json};

use super::World;
use super::contract::Contract;
use super::freelancer::Freelancer;
use super::job::Job;
use super::proposal::{Interview, Proposal};
use crate::api_failure::ApiFailure;
use crate::json_number::usd;
use crate::request::{AuthorisedRequest, Outcome, Success};
use crate::time::{later, wire};

/// Transcript of every interview.
const TRANSCRIPT: &[(&str, &str)] = &[
    ("interviewer", "How long have you done this kind of work?"),
    ("candidate", "About three years."),
    (
        "interviewer",
        "What do you do with an item that fits no label?",
    ),
    (
        "candidate",
        "I flag it and go on; guessing costs more later.",
    ),
];

impl World {
    /// Handles `GET /proposals/{proposalId}`.
    pub(super) fn proposals_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        let proposal = self.named_proposal(request)?;
        Ok(Success::ok(json!({ "proposal": self.detail(proposal) })))
    }

    /// Handles `GET /proposals/{proposalId}/interview`.
    pub(super) fn proposals_interview(&mut self, request: &AuthorisedRequest) -> Outcome {
        let proposal = self.named_proposal(request)?;
        let interview = proposal.interview.as_ref().ok_or_else(|| {
            let details = json!({ "proposalId": proposal.id });
            ApiFailure::not_found("No interview is recorded for this proposal").with(details)
        })?;
        Ok(Success::ok(
            json!({ "interview": transcript(proposal, interview) }),
        ))
    }

    /// Returns the proposal of the path. An empty id is a 400 here; elsewhere it is an unknown id.
    fn named_proposal(&self, request: &AuthorisedRequest) -> Result<&Proposal, ApiFailure> {
        if request.id.is_empty() {
            return Err(ApiFailure::bad_request("The proposal id is missing"));
        }
        self.own_proposal(request.caller()?, request.id)
    }

    /// Returns the proposal as a list entry.
    pub(super) fn summary(&self, proposal: &Proposal) -> Value {
        let freelancer = self.saved.freelancers.get(&proposal.freelancer);
        json!({
            "id": proposal.id,
            "jobId": proposal.job_id,
            "jobTitle": self.saved.jobs.get(&proposal.job_id).map(Job::title),
            "createdAt": wire(proposal.created_at),
            "updatedAt": wire(proposal.updated_at),
            "status": proposal.status.to_json(),
            "bid": bid(proposal),
            "candidate": freelancer.map(Freelancer::to_candidate_json),
            "metrics": {
                "interviewScore": proposal.interview.as_ref().map(|interview| interview.score),
                "matchScore": proposal.match_score,
            },
        })
    }

    /// Returns the proposal by itself: the summary and more.
    fn detail(&self, proposal: &Proposal) -> Value {
        let freelancer = self.saved.freelancers.get(&proposal.freelancer);
        let mut detail = self.summary(proposal);
        detail["aiInterview"] = proposal
            .interview
            .as_ref()
            .map_or(Value::Null, ai_interview);
        detail["verification"] = json!({
            "location": { "status": "PASSED", "method": "GPS", "checkedAt": wire(proposal.created_at) },
            "identity": { "verified": freelancer.is_some_and(Freelancer::is_identity_verified) },
        });
        detail["openLabel"] = Value::Null;
        detail["contract"] = match &proposal.contract {
            Some(id) => {
                json!({ "id": id, "status": self.saved.contracts.get(id).map(Contract::status) })
            }
            None => Value::Null,
        };
        detail
    }
}

fn bid(proposal: &Proposal) -> Value {
    let Some(bid) = &proposal.bid else {
        return Value::Null;
    };
    json!({
        "amountUsd": usd(bid.amount),
        "unit": bid.unit,
        "labelerHourlyRateUsd": bid.hourly_rate.map(usd),
    })
}

fn ai_interview(interview: &Interview) -> Value {
    json!({ "score": interview.score, "summary": summary_of(interview), "transcriptAvailable": true })
}

fn summary_of(interview: &Interview) -> &'static str {
    if interview.score > 80 {
        "Clear answers on edge cases."
    } else {
        "Solid answers, short on detail."
    }
}

fn transcript(proposal: &Proposal, interview: &Interview) -> Value {
    let messages = TRANSCRIPT
        .iter()
        .zip(1_u32..)
        .map(|((role, content), number)| {
            let sent_at = later(proposal.created_at, Duration::from_secs(30) * number);
            json!({
                "id": format!("{}_{number}", interview.id),
                "role": role,
                "content": content,
                "sentAt": wire(sent_at),
            })
        });
    json!({
        "proposalId": proposal.id,
        "interviewId": interview.id,
        "score": interview.score,
        "summary": summary_of(interview),
        "messages": messages.collect::<Vec<_>>(),
    })
}
