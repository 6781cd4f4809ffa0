//! Publication: validation, moderation, the daily cap, and the candidates who apply at once.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::World;
use super::job::{Job, JobStatus, MarketplaceChange, Publication};
use crate::api_failure::ApiFailure;
use crate::link;
use crate::moderation;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::time::{DAY, earlier};
use crate::validation::{Validation, validate};

/// Jobs that a claimed account may publish in a day.
const CAP_CLAIMED: usize = 20;
/// Jobs that an unclaimed account may publish in a day.
const CAP_UNCLAIMED: usize = 3;

impl World {
    /// Handles `POST /jobs/{id}/publish`.
    pub(super) fn jobs_publish(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let job = self.own_job(caller, request.id)?;
        if job.is_open() {
            return Ok(Success::ok(published(job, true, None)));
        }
        check_publishable(job)?;
        self.count_publication(caller, request.now)?;
        self.open(caller, request)?;
        self.receive_applications(request.id);
        let attempt = self.next_id("pub");
        let job = self.own_job(caller, request.id)?;
        Ok(Success::ok(published(job, false, Some(&attempt))))
    }

    /// Checks the daily cap against the publications of the last 24 hours, and counts one more.
    fn count_publication(&mut self, caller: &Caller, now: Timestamp) -> Result<(), ApiFailure> {
        let account = self.account(caller)?;
        let window_start = earlier(now, DAY);
        let published = account.published_at.iter();
        let recent: Vec<_> = published.copied().filter(|at| *at > window_start).collect();
        let limit = if account.claimed {
            CAP_CLAIMED
        } else {
            CAP_UNCLAIMED
        };
        if recent.len() >= limit {
            let error = format!("Daily publish limit of {limit} jobs reached");
            return Err(
                ApiFailure::rate_limited(error).with(json!({ "limit": limit, "windowHours": 24 }))
            );
        }
        if let Some(account) = self.saved.accounts.get_mut(&caller.account) {
            account.published_at = recent;
            account.published_at.push(now);
        }
        Ok(())
    }

    fn open(&mut self, caller: &Caller, request: &AuthorisedRequest) -> Result<(), ApiFailure> {
        let sequence = self.next_number("publication");
        let job = self.own_job_mut(caller, request.id)?;
        job.status = JobStatus::Open;
        job.publication = Some(Publication {
            at: request.now,
            sequence,
        });
        job.changed(MarketplaceChange::Published, request.now);
        if let Some(place) = self.saved.jobs.place(request.id) {
            self.saved.published_jobs.add(sequence, place);
        }
        Ok(())
    }
}

fn check_publishable(job: &Job) -> Result<(), ApiFailure> {
    let validation = validate(&job.fields);
    if job.status != JobStatus::Draft {
        let error = "A closed job cannot be published again";
        return Err(not_ready(&validation.refusing_status(error), error));
    }
    if !validation.is_publish_ready() {
        return Err(not_ready(&validation, "The draft is not ready to publish"));
    }
    let reasons = moderation::objections(&job.fields);
    if !reasons.is_empty() {
        let details = json!({ "reason": "moderation_blocked", "reasons": reasons });
        return Err(ApiFailure::forbidden("Moderation refused the job").with(details));
    }
    Ok(())
}

fn not_ready(validation: &Validation, error: &str) -> ApiFailure {
    ApiFailure::bad_request(error).with(json!({ "validation": validation.to_json() }))
}

fn published(job: &Job, already: bool, attempt: Option<&str>) -> Value {
    let effects = if already {
        json!({ "dispatched": false, "status": "queued" })
    } else {
        json!({ "dispatched": true, "status": "queued" })
    };
    json!({
        "ok": true,
        "jobId": job.id,
        "status": job.status.as_str(),
        "alreadyPublished": already,
        "jobUrl": link::job(&job.id),
        "publishAttemptId": attempt,
        "warnings": [],
        "sideEffects": effects,
    })
}
