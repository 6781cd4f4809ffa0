//! Proposals: applications, access, and the list of a job.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::events::{EventContent, EventKind};
use super::freelancer::Freelancer;
use super::job::Job;
use crate::api_failure::ApiFailure;
use crate::json_number::round;
use crate::page;
use crate::request::{AuthorisedRequest, Caller, Outcome, Pairs, Success};

/// Number of AI trainers who apply when a job is published.
const APPLICANTS: usize = 4;
/// Their bids, as parts of the job's rate.
const BIDS: [f64; APPLICANTS] = [1.0, 0.9, 1.1, 1.05];
/// Their scores in the interview; the last one has none.
const SCORES: [Option<u32>; APPLICANTS] = [Some(93), Some(77), Some(58), None];

/// Proposal of one AI trainer on one job.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Proposal {
    pub(crate) id: String,
    pub(crate) job_id: String,
    /// The account whose job it is.
    pub(crate) owner: String,
    pub(crate) freelancer: String,
    pub(crate) status: ProposalStatus,
    /// Absent while an invited person has not responded.
    pub(crate) bid: Option<Bid>,
    pub(crate) interview: Option<Interview>,
    pub(crate) match_score: Option<f64>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) contract: Option<String>,
}

/// Pay that an AI trainer asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bid {
    pub(crate) amount: f64,
    pub(crate) unit: Cow<'static, str>,
    /// The person's usual rate per hour, where the bid itself is not per hour.
    pub(crate) hourly_rate: Option<f64>,
}

/// An AI interview that has taken place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Interview {
    pub(crate) id: String,
    pub(crate) score: u32,
}

/// Status of a proposal with the employer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ProposalStatus {
    Unreviewed,
    Shortlisted,
    Maybe,
    Hired,
    Declined,
    NotAFit,
    ResumeSent,
}

impl ProposalStatus {
    const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Unreviewed, "UNREVIEWED", "Unreviewed"),
        (Self::Shortlisted, "SHORTLISTED", "Shortlisted"),
        (Self::Maybe, "MAYBE", "Maybe"),
        (Self::Hired, "HIRED", "Hired"),
        (Self::Declined, "DECLINED", "Declined"),
        (Self::NotAFit, "NOT_A_FIT", "Not a fit"),
        (Self::ResumeSent, "RESUME_SENT", "Resume sent"),
    ];

    /// Reads a status as the filter takes it: in any case, with spaces or hyphens for underscores.
    pub(crate) fn fold(text: &str) -> Option<Self> {
        let folded = text.trim().to_uppercase().replace([' ', '-'], "_");
        let (status, ..) = Self::ALL.iter().find(|(_, raw, _)| *raw == folded)?;
        Some(*status)
    }

    /// Returns `{raw, label}`.
    pub(crate) fn to_json(self) -> Value {
        let (_, raw, label) = self.entry();
        json!({ "raw": raw, "label": label })
    }

    fn raw(self) -> &'static str {
        self.entry().1
    }

    fn entry(self) -> (Self, &'static str, &'static str) {
        let mut all = Self::ALL.into_iter();
        all.find(|(status, ..)| *status == self)
            .unwrap_or(Self::ALL[0])
    }
}

impl World {
    /// Handles `GET /jobs/{id}/proposals`, newest first. Another account's job is forbidden rather than not found.
    pub(super) fn jobs_proposals(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let job = self
            .saved
            .jobs
            .get(request.id)
            .ok_or_else(|| ApiFailure::not_found("Job not found"))?;
        if job.owner != caller.account {
            return Err(ApiFailure::forbidden("This job belongs to another account"));
        }
        let status = status_filter(&request.query)?;
        let limit = page::limit(&request.query)?;
        let cursor = request.query.get("cursor");
        let of_job = self
            .saved
            .proposals
            .newest_before(cursor, |proposal| proposal.job_id == job.id)
            .ok_or_else(page::unknown_cursor)?;
        let wanted =
            of_job.filter(|proposal| status.is_none_or(|status| proposal.status == status));
        let page = page::take(wanted, limit, |proposal| proposal.id.clone());
        let proposals: Vec<_> = page
            .items
            .into_iter()
            .map(|proposal| self.summary(proposal))
            .collect();
        Ok(Success::ok(
            json!({ "proposals": proposals, "nextCursor": page.next_cursor }),
        ))
    }

    /// Returns a proposal on one of the caller's jobs. One on another account's job is forbidden rather than not found.
    pub(super) fn own_proposal(&self, caller: &Caller, id: &str) -> Result<&Proposal, ApiFailure> {
        let proposal = self
            .saved
            .proposals
            .get(id)
            .ok_or_else(|| ApiFailure::not_found("Proposal not found"))?;
        if proposal.owner != caller.account {
            return Err(ApiFailure::forbidden(
                "This proposal is on another account's job",
            ));
        }
        Ok(proposal)
    }

    /// Lets AI trainers apply to a job that has just been published, unless some have before.
    pub(super) fn receive_applications(&mut self, job_id: &str) {
        let has_some = self
            .saved
            .proposals
            .iter()
            .any(|proposal| proposal.job_id == job_id);
        let Some(job) = self.saved.jobs.get(job_id).filter(|_| !has_some) else {
            return;
        };
        let owner = job.owner.clone();
        let applicants = self.applicants(job, APPLICANTS).into_iter().enumerate();
        let applications: Vec<_> = applicants
            .map(|(place, freelancer)| (place, freelancer.id.clone(), bid(job, freelancer, place)))
            .collect();
        for (place, freelancer, bid) in applications {
            let interview = SCORES[place].map(|score| Interview {
                id: self.next_id("int"),
                score,
            });
            let id = self.add_proposal(job_id, &owner, &freelancer);
            if let Some(proposal) = self.saved.proposals.get_mut(&id) {
                proposal.bid = Some(bid);
                proposal.interview = interview;
                proposal.match_score =
                    SCORES[place].map(|score| round(f64::from(score) / 100.0, 100.0));
            }
        }
    }

    /// Adds a bare proposal and gives its id.
    pub(super) fn add_proposal(&mut self, job_id: &str, owner: &str, freelancer: &str) -> String {
        let now = self.now();
        let id = self.next_id("prp");
        let proposal = Proposal {
            id: id.clone(),
            job_id: job_id.to_owned(),
            owner: owner.to_owned(),
            freelancer: freelancer.to_owned(),
            status: ProposalStatus::Unreviewed,
            bid: None,
            interview: None,
            match_score: None,
            created_at: now,
            updated_at: now,
            contract: None,
        };
        self.saved.proposals.insert(&id, proposal);
        self.announce(EventContent {
            account: owner.to_owned(),
            kind: EventKind::ProposalReceived,
            resource: id.clone(),
            job: Some(job_id.to_owned()),
            data: json!({ "proposalId": id, "jobId": job_id }),
        });
        id
    }

    /// Sets the status of a proposal. Returns false for an unknown proposal.
    pub(super) fn set_proposal_status(&mut self, id: &str, status: ProposalStatus) -> bool {
        let now = self.now();
        let Some(proposal) = self.saved.proposals.get_mut(id) else {
            return false;
        };
        if proposal.status == status {
            return true;
        }
        proposal.status = status;
        proposal.updated_at = now;
        let change = EventContent {
            account: proposal.owner.clone(),
            kind: EventKind::ProposalStatusChanged,
            resource: proposal.id.clone(),
            job: Some(proposal.job_id.clone()),
            data: json!({ "proposalId": proposal.id, "status": status.raw() }),
        };
        self.announce(change);
        true
    }
}

/// Returns the bid of the applicant at this place.
pub(super) fn bid(job: &Job, freelancer: &Freelancer, place: usize) -> Bid {
    let offered = job.rate().unwrap_or(freelancer.hourly_rate);
    let amount = round(offered * BIDS[place], 10_000.0);
    let usual = Some(freelancer.hourly_rate);
    let (unit, hourly_rate) = match job.payment_type() {
        Some("PAY_PER_LABEL") => ("PER_LABEL", usual),
        Some("FIXED_PRICE") => ("FIXED_PRICE", usual),
        Some(_) | None => ("per_hour", None),
    };
    Bid {
        amount,
        unit: Cow::Borrowed(unit),
        hourly_rate,
    }
}

fn status_filter(query: &Pairs) -> Result<Option<ProposalStatus>, ApiFailure> {
    let Some(text) = query.get("status") else {
        return Ok(None);
    };
    let supported = ProposalStatus::ALL.map(|(_, raw, _)| raw);
    let status = ProposalStatus::fold(text).ok_or_else(|| {
        let error = format!("There is no proposal status {text}");
        ApiFailure::bad_request(error).with(json!({ "supportedStatuses": supported }))
    })?;
    Ok(Some(status))
}

#[cfg(test)]
mod tests {
    use super::ProposalStatus;

    #[test]
    fn status_filter_is_folded() {
        for text in ["NOT_A_FIT", "not a fit", "Not-a-Fit", " not_a_fit "] {
            assert_eq!(
                ProposalStatus::fold(text),
                Some(ProposalStatus::NotAFit),
                "{text}"
            );
        }
        assert_eq!(ProposalStatus::fold("brilliant"), None);
    }
}
