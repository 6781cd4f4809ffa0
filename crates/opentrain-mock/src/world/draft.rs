//! Drafts: made from text or data, and patched until they can be published.

use std::sync::Arc;

use serde_json::{Value, json};

use super::World;
use super::job::{Job, JobStatus, wrong_status};
use crate::api_failure::ApiFailure;
use crate::draft_key;
use crate::draft_request::{self, DraftRequest};
use crate::link;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::validation::validate;

impl World {
    /// Handles `POST /job-drafts`.
    pub(super) fn job_drafts_create(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let import = draft_request::read(&request.object()?)?;
        match self.job_by_key(caller, import.idempotency_key.as_deref()) {
            Some(job) if job.status == JobStatus::Draft => return Ok(Success::ok(created(job))),
            Some(job) => return Err(spent_key(job)),
            None => {}
        }
        let id = self.add_draft(caller, import)?;
        let draft = self.own_job(caller, &id)?;
        Ok(Success::ok(created(draft)))
    }

    /// Handles `PATCH /job-drafts/{jobId}`.
    pub(super) fn job_drafts_update(&mut self, request: &AuthorisedRequest) -> Outcome {
        let patch = request.validated_object()?;
        let draft = self.own_job(request.caller()?, request.id)?;
        if draft.status != JobStatus::Draft {
            let error = "Only drafts can be edited here; use PATCH /jobs/{id} for a live job";
            return Err(wrong_status(draft, JobStatus::Draft, error));
        }
        let fields = draft_key::patched(&draft.fields, patch)?;
        let draft = self.own_job_mut(request.caller()?, request.id)?;
        draft.fields = Arc::new(fields);
        draft.updated_at = request.now;
        Ok(Success::ok(json!({
            "ok": true,
            "jobId": draft.id,
            "status": draft.status.as_str(),
            "draftUrl": link::draft(&draft.id),
            "validation": validate(&draft.fields).to_json(),
        })))
    }

    /// Returns the job that the caller made with this key before.
    fn job_by_key(&self, caller: &Caller, key: Option<&str>) -> Option<&Job> {
        let key = key?;
        let mut jobs = self.saved.jobs.iter();
        jobs.find(|job| job.owner == caller.account && job.idempotency_key.as_deref() == Some(key))
    }

    fn add_draft(&mut self, caller: &Caller, import: DraftRequest) -> Result<String, ApiFailure> {
        let now = self.now();
        let company = self.account(caller)?.organization_name.clone();
        let id = self.next_id("job");
        let low_confidence = import.found.low_confidence.into_iter();
        let job = Job {
            id: id.clone(),
            owner: caller.account.clone(),
            company,
            status: JobStatus::Draft,
            fields: Arc::new(import.found.fields),
            created_at: now,
            updated_at: now,
            publication: None,
            change: None,
            idempotency_key: import.idempotency_key,
            low_confidence: low_confidence.map(str::to_owned).collect(),
            unmapped: import.found.unmapped,
        };
        self.saved.jobs.insert(&id, job);
        Ok(id)
    }
}

/// Refuses a key whose job is no longer a draft: the response would have to be a draft, and a second job is what the key prevents.
fn spent_key(job: &Job) -> ApiFailure {
    let (id, status) = (&job.id, job.status.as_str());
    ApiFailure::bad_request(format!(
        "The job {id} that this idempotencyKey made is {status} and no longer a draft"
    ))
}

fn created(draft: &Job) -> Value {
    let validation = validate(&draft.fields);
    json!({
        "ok": true,
        "jobId": draft.id,
        "status": draft.status.as_str(),
        "draftUrl": link::draft(&draft.id),
        "reviewUrl": link::review(&draft.id),
        "validation": validation.to_json(),
        "missingFields": validation.missing_fields(),
        "normalizedFields": *draft.fields,
        "warnings": [],
        "unmappedFields": draft.unmapped,
        "lowConfidenceFields": draft.low_confidence,
    })
}
