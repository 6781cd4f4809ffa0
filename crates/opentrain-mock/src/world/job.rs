//! Jobs, from draft to archive, and their two forms in JSON.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use crate::api_failure::ApiFailure;
use crate::draft_key::{self, Fields};
use crate::json_number::usd;
use crate::link;
use crate::request::Caller;
use crate::seed_catalogue;
use crate::time::{DAY, later, wire};

/// Time from the publication of a job to its `validThrough`.
const VALID_FOR: Duration = Duration::from_secs(60 * DAY.as_secs());

/// A job, live or not.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) company: String,
    pub(crate) status: JobStatus,
    /// Shared with the snapshots: a large marketplace is not copied for each.
    pub(crate) fields: Arc<Fields>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// Its latest publication; kept when the job leaves the marketplace.
    pub(crate) publication: Option<Publication>,
    /// Last change on the marketplace.
    pub(crate) change: Option<JobChange>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) low_confidence: Vec<String>,
    pub(crate) unmapped: Vec<Value>,
}

/// Status of a job. `ONGOING`, `COMPLETED` and `PENDING_APPROVAL` exist on the service; no operation leads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JobStatus {
    Draft,
    Open,
    Archived,
}

/// Publication on the marketplace. A later one has a higher sequence number, even if the clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Publication {
    pub(crate) at: Timestamp,
    pub(crate) sequence: u64,
}

/// Change of a job on the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JobChange {
    pub(crate) kind: MarketplaceChange,
    pub(crate) at: Timestamp,
}

/// Kind of a change of a job on the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MarketplaceChange {
    Published,
    Updated,
    Closed,
}

/// The values that the status filter of one's own jobs takes.
pub(crate) const STATUSES: &[&str] = &[
    "DRAFT",
    "OPEN",
    "ONGOING",
    "COMPLETED",
    "ARCHIVED",
    "PENDING_APPROVAL",
];

impl JobStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Open => "OPEN",
            Self::Archived => "ARCHIVED",
        }
    }
}

impl MarketplaceChange {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Published => "PUBLISHED",
            Self::Updated => "UPDATED",
            Self::Closed => "CLOSED",
        }
    }
}

impl Job {
    pub(crate) fn is_open(&self) -> bool {
        self.status == JobStatus::Open
    }

    pub(crate) fn title(&self) -> &str {
        draft_key::text(&self.fields, "jobTitle").unwrap_or_default()
    }

    pub(crate) fn description(&self) -> &str {
        draft_key::text(&self.fields, "jobDescription").unwrap_or_default()
    }

    pub(crate) fn languages(&self) -> Vec<&str> {
        draft_key::texts(&self.fields, "languages")
    }

    pub(crate) fn countries(&self) -> Vec<&str> {
        draft_key::texts(&self.fields, "countries")
    }

    pub(crate) fn payment_type(&self) -> Option<&str> {
        draft_key::text(&self.fields, "paymentType")
    }

    /// Returns the rate of the payment type.
    pub(crate) fn rate(&self) -> Option<f64> {
        draft_key::number(&self.fields, draft_key::rate_key(self.payment_type()?)?)
    }

    pub(crate) fn category(&self) -> Option<String> {
        let labels = draft_key::texts(&self.fields, "labelTypes");
        let data_type = draft_key::text(&self.fields, "dataType");
        seed_catalogue::category_of(labels.first().copied(), data_type)
    }

    /// Records a change on the marketplace.
    pub(crate) fn changed(&mut self, kind: MarketplaceChange, at: Timestamp) {
        self.updated_at = at;
        self.change = Some(JobChange { kind, at });
    }

    /// Returns the job as the marketplace shows it.
    pub(crate) fn to_public_json(&self) -> Value {
        let slug = slug(self.title());
        let posted_at = self
            .publication
            .map_or(self.created_at, |publication| publication.at);
        let labels = draft_key::texts(&self.fields, "labelTypes");
        json!({
            "id": self.id,
            "slug": slug,
            "title": self.title(),
            "companyName": self.company,
            "descriptionText": self.description(),
            "descriptionHtml": format!("<p>{}</p>", escaped(self.description())),
            "seoTitle": null,
            "summary": null,
            "status": self.status.as_str(),
            "datePosted": wire(posted_at),
            "validThrough": wire(later(posted_at, VALID_FOR)),
            "updatedAt": wire(self.updated_at),
            "employmentTypes": ["CONTRACTOR"],
            "countries": self.countries(),
            "languages": self.languages(),
            "category": self.category(),
            "dataType": draft_key::text(&self.fields, "dataType"),
            "labelTypes": labels,
            "labelingSoftware": draft_key::text(&self.fields, "labelingSoftware"),
            "experienceLevel": self.experience_label(),
            "skills": labels,
            "pay": self.pay(),
            "url": link::listing(&slug, &self.id),
            "applyUrl": link::apply(&self.id),
        })
    }

    /// Returns the job as its owner's list shows it.
    pub(crate) fn to_owner_json(&self, proposals: usize, unreviewed: usize) -> Value {
        json!({
            "id": self.id,
            "title": self.title(),
            "status": self.status.as_str(),
            "published": self.is_open(),
            "acceptingApplicants": self.is_open(),
            "createdAt": wire(self.created_at),
            "updatedAt": wire(self.updated_at),
            "jobUrl": link::job(&self.id),
            "proposalCounts": { "total": proposals, "unreviewed": unreviewed },
        })
    }

    fn pay(&self) -> Value {
        let rate_of = |key: &str| {
            let is_paid_so = self.payment_type().and_then(draft_key::rate_key) == Some(key);
            self.rate().filter(|_| is_paid_so).map(usd)
        };
        json!({
            "paymentType": self.payment_type(),
            "currency": "USD",
            "hourlyRate": rate_of("pricePerHour"),
            "hourlyMin": null,
            "hourlyMax": null,
            "fixedPrice": rate_of("fixedPrice"),
            "perLabelRate": rate_of("pricePerLabel"),
        })
    }

    fn experience_label(&self) -> Option<&'static str> {
        match draft_key::text(&self.fields, "experienceLevel")? {
            "EXPERT" => Some("Expert"),
            "ENTRY_LEVEL" => Some("Entry Level"),
            "INTERMEDIATE" => Some("Intermediate"),
            _ => Some("Any Experience Level"),
        }
    }
}

impl World {
    /// Returns a job of the caller's account, or the 404.
    pub(super) fn own_job(&self, caller: &Caller, id: &str) -> Result<&Job, ApiFailure> {
        let job = self.saved.jobs.get(id);
        let own = job.filter(|job| job.owner == caller.account);
        own.ok_or_else(no_job)
    }

    /// Returns the same job, to change it.
    pub(super) fn own_job_mut(
        &mut self,
        caller: &Caller,
        id: &str,
    ) -> Result<&mut Job, ApiFailure> {
        self.own_job(caller, id)?;
        self.saved.jobs.get_mut(id).ok_or_else(no_job)
    }
}

fn no_job() -> ApiFailure {
    ApiFailure::not_found("Job not found")
}

/// Returns the failure for a job that does not have the required status.
pub(crate) fn wrong_status(job: &Job, required: JobStatus, error: &str) -> ApiFailure {
    ApiFailure::conflict(error).with(json!({
        "jobId": job.id,
        "status": job.status.as_str(),
        "requiredStatus": required.as_str(),
    }))
}

/// Returns the words of a title in lower case, joined by hyphens.
pub(crate) fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{escaped, slug};

    #[test]
    fn titles_become_slugs_and_descriptions_safe_html() {
        assert_eq!(slug("  Tag: clips & more!"), "tag-clips-more");
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
    }
}
