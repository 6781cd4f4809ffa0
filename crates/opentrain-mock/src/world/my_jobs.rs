//! The caller's jobs: list, edit of a live job, close.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::World;
use super::job::{Job, JobStatus, MarketplaceChange, STATUSES, wrong_status};
use super::proposal::ProposalStatus;
use crate::api_failure::ApiFailure;
use crate::draft_key;
use crate::moderation;
use crate::page;
use crate::request::{AuthorisedRequest, Outcome, Pairs, Success};
use crate::validation::validate;

impl World {
    /// Handles `GET /jobs/mine`.
    pub(super) fn jobs_mine(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let status = status_filter(&request.query)?;
        let limit = page::limit(&request.query)?;
        let is_mine = |job: &Job| job.owner == caller.account;
        let mine = self
            .saved
            .jobs
            .newest_before(request.query.get("cursor"), is_mine)
            .ok_or_else(page::unknown_cursor)?;
        let wanted = mine.filter(|job| status.is_none_or(|status| job.status.as_str() == status));
        let page = page::take(wanted, limit, |job| job.id.clone());
        let jobs: Vec<_> = page
            .items
            .into_iter()
            .map(|job| self.owner_view(job))
            .collect();
        Ok(Success::ok(
            json!({ "jobs": jobs, "nextCursor": page.next_cursor }),
        ))
    }

    /// Handles `PATCH /jobs/{id}`. An edit that moderation refuses is applied, and the job becomes a draft again. An edit that
    /// would make the job unpublishable is not applied.
    pub(super) fn jobs_update(&mut self, request: &AuthorisedRequest) -> Outcome {
        let patch = request.validated_object()?;
        let job = self.own_job(request.caller()?, request.id)?;
        if !job.is_open() {
            let error =
                "Only live jobs can be edited here; use PATCH /job-drafts/{jobId} for a draft";
            return Err(wrong_status(job, JobStatus::Open, error));
        }
        let fields = draft_key::patched(&job.fields, patch)?;
        let validation = validate(&fields);
        if !validation.is_publish_ready() {
            return Err(ApiFailure::invalid_body(&validation.body_issues()));
        }
        let job = self.own_job_mut(request.caller()?, request.id)?;
        job.fields = Arc::new(fields);
        let reasons = moderation::objections(&job.fields);
        if !reasons.is_empty() {
            job.status = JobStatus::Draft;
            job.changed(MarketplaceChange::Closed, request.now);
            let details = json!({ "jobId": job.id, "reason": "moderation_blocked", "reasons": reasons, "status": "DRAFT" });
            let error = "Moderation refused the edit; the job is a draft again";
            return Err(ApiFailure::conflict(error).with(details));
        }
        job.changed(MarketplaceChange::Updated, request.now);
        Ok(Success::ok(json!({
            "ok": true,
            "jobId": job.id,
            "status": job.status.as_str(),
            "moderation": { "decision": "ALLOW", "reasons": [] },
        })))
    }

    /// Handles `POST /jobs/{id}/close`.
    pub(super) fn jobs_close(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let already = self.own_job(caller, request.id)?.status == JobStatus::Archived;
        if !already {
            self.own_job_mut(caller, request.id)?.close(request.now);
        }
        let job = self.own_job(caller, request.id)?;
        Ok(Success::ok(json!({
            "ok": true,
            "jobId": job.id,
            "status": job.status.as_str(),
            "alreadyClosed": already,
        })))
    }

    fn owner_view(&self, job: &Job) -> serde_json::Value {
        let of_job: Vec<_> = self
            .saved
            .proposals
            .iter()
            .filter(|proposal| proposal.job_id == job.id)
            .collect();
        let unreviewed = of_job
            .iter()
            .filter(|proposal| proposal.status == ProposalStatus::Unreviewed);
        job.to_owner_json(of_job.len(), unreviewed.count())
    }
}

impl Job {
    /// Takes the job off the marketplace.
    pub(super) fn close(&mut self, now: Timestamp) {
        if self.is_open() {
            self.changed(MarketplaceChange::Closed, now);
        }
        self.status = JobStatus::Archived;
        self.updated_at = now;
    }
}

fn status_filter(query: &Pairs) -> Result<Option<&str>, ApiFailure> {
    let Some(status) = query.get("status") else {
        return Ok(None);
    };
    if STATUSES.contains(&status) {
        return Ok(Some(status));
    }
    let error = format!("There is no job status {status}");
    Err(ApiFailure::bad_request(error).with(json!({ "supportedStatuses": STATUSES })))
}
