//! The public side, without a token: search, one job, facets, changes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::World;
use super::job::{Job, JobChange};
use crate::api_failure::ApiFailure;
use crate::changes_settings::{ChangesCut, ChangesSettings};
use crate::draft_key::PAYMENT_TYPES;
use crate::page;
use crate::request::{AuthorisedRequest, Outcome, Pairs, Success};
use crate::response_body::{ListBody, ResponseBody};
use crate::time::{self, wire};

/// Longer ids are refused.
const ID_CAP: usize = 64;

impl World {
    /// Handles `GET /jobs`, newest first, also with a query.
    pub(super) fn jobs_search(&mut self, request: &AuthorisedRequest) -> Outcome {
        let before = self.before(request.query.get("cursor"))?;
        let search = MarketplaceSearch::read(&request.query)?;
        let limit = page::limit(&request.query)?;
        let newest = self
            .saved
            .published_jobs
            .newest_before(&self.saved.jobs, before);
        let hits = newest.filter(|job| search.finds(job));
        let page = page::take(hits, limit, |job| cursor(sequence(job)));
        let mut jobs = ListBody::new("jobs");
        for job in page.items {
            jobs.push(self.job_texts.text(job, Job::to_public_json));
        }
        Ok(Success::ok(jobs.end(&json!({
            "nextCursor": page.next_cursor,
            "generatedAt": wire(request.now),
        }))))
    }

    /// Returns the publication of a cursor. A number without a publication is no cursor of a page.
    fn before(&self, given: Option<&str>) -> Result<Option<u64>, ApiFailure> {
        let Some(given) = given else {
            return Ok(None);
        };
        let number = given.strip_prefix("c_").and_then(|text| text.parse().ok());
        let named = number.filter(|sequence| {
            let took_place = (1..=self.last_number("publication")).contains(sequence);
            took_place && cursor(*sequence) == given
        });
        named.map(Some).ok_or_else(page::unknown_cursor)
    }

    /// Handles `GET /jobs/{id}`. A job that has left the marketplace has another 404 than one that never was there.
    pub(super) fn jobs_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        if !(1..=ID_CAP).contains(&request.id.chars().count()) {
            return Err(ApiFailure::bad_request(format!(
                "A job id has 1 to {ID_CAP} characters"
            )));
        }
        match self.saved.jobs.shared(request.id) {
            Some(job) if job.is_open() => {
                let text = self.job_texts.text(job, Job::to_public_json);
                Ok(Success::ok(ResponseBody::Text(text.to_owned())))
            }
            Some(job) if job.publication.is_some() => Err(ApiFailure::bare(
                404,
                json!({ "id": job.id, "status": "closed" }),
            )),
            Some(_) | None => Err(ApiFailure::not_found("Job not found")),
        }
    }

    /// Handles `GET /jobs/facets`.
    pub(super) fn jobs_facets(&mut self, request: &AuthorisedRequest) -> Outcome {
        let open: Vec<&Job> = self.saved.jobs.iter().filter(|job| job.is_open()).collect();
        let lists = |of: fn(&Job) -> Vec<&str>| {
            facets(open.iter().flat_map(|job| of(job)).map(Cow::Borrowed))
        };
        Ok(Success::ok(json!({
            "totalJobs": open.len(),
            "categories": facets(open.iter().filter_map(|job| job.category()).map(Cow::Owned)),
            "languages": lists(Job::languages),
            "countries": lists(Job::countries),
            "payTypes": lists(|job| job.payment_type().into_iter().collect()),
            "generatedAt": wire(request.now),
        })))
    }

    /// Handles `GET /jobs/changes` with the latest change of each job in the window, oldest first
    /// unless they are to be unsorted.
    pub(super) fn jobs_changes(&mut self, request: &AuthorisedRequest) -> Outcome {
        let since = request.query.get("since").and_then(time::parse);
        let since =
            since.ok_or_else(|| ApiFailure::bad_request("since must be an ISO 8601 time"))?;
        let changes = self
            .saved
            .jobs
            .iter()
            .filter_map(|job| Some((job.change?, &job.id)));
        let mut changes: Vec<_> = changes.filter(|(change, _)| change.at >= since).collect();
        changes.sort_by_key(|(change, _)| change.at);
        let until = cut(&mut changes, self.changes).unwrap_or(request.now);
        if self.changes.unsorted {
            changes.sort_by_cached_key(|(_, id)| scattered(id));
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(change, id)| json!({ "jobId": id, "eventType": change.kind.as_str(), "occurredAt": wire(change.at) }))
            .collect();
        Ok(Success::ok(json!({
            "since": wire(since),
            "until": wire(until),
            "changes": changes,
            "generatedAt": wire(request.now),
        })))
    }
}

/// Drops the changes above the cap. Returns the `until` of a window that is cut; `None` if it is the present time.
fn cut(changes: &mut Vec<(JobChange, &String)>, settings: ChangesSettings) -> Option<Timestamp> {
    let excess = changes.len().saturating_sub(settings.cap);
    match settings.cut {
        ChangesCut::Oldest => {
            changes.drain(..excess);
            None
        }
        ChangesCut::Newest | ChangesCut::NewestUntilNow => {
            changes.truncate(settings.cap);
            let names_until = excess > 0 && settings.cut == ChangesCut::Newest;
            changes
                .last()
                .map(|(change, _)| change.at)
                .filter(|_| names_until)
        }
    }
}

/// Returns a number that is the same for the same id and puts ids in no order.
fn scattered(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// Filters of a search.
struct MarketplaceSearch<'a> {
    /// Lower-case words that all must occur in title or description.
    words: Vec<String>,
    language: Option<&'a str>,
    country: Option<&'a str>,
    pay_type: Option<&'a str>,
}

impl<'a> MarketplaceSearch<'a> {
    fn read(query: &'a Pairs) -> Result<Self, ApiFailure> {
        let words = query.get("q").unwrap_or_default().to_lowercase();
        let pay_type = query.get("payType");
        if pay_type.is_some_and(|pay_type| !PAYMENT_TYPES.contains(&pay_type)) {
            let error = format!("payType must be one of {}", PAYMENT_TYPES.join(", "));
            return Err(ApiFailure::bad_request(error));
        }
        Ok(Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
            language: query.get("language"),
            country: query.get("country"),
            pay_type,
        })
    }

    /// True if an open job fits. A job without countries is open to all of them.
    fn finds(&self, job: &Job) -> bool {
        let names = |list: Vec<&str>, wanted: &str| {
            list.iter().any(|name| name.eq_ignore_ascii_case(wanted))
        };
        job.is_open()
            && self
                .pay_type
                .is_none_or(|pay_type| job.payment_type() == Some(pay_type))
            && self
                .language
                .is_none_or(|language| names(job.languages(), language))
            && self
                .country
                .is_none_or(|country| job.countries().is_empty() || names(job.countries(), country))
            && self.says(job)
    }

    fn says(&self, job: &Job) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = format!("{} {}", job.title(), job.description()).to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// Returns the cursor of the page after a publication.
fn cursor(sequence: u64) -> String {
    format!("c_{sequence:08}")
}

fn sequence(job: &Job) -> u64 {
    job.publication
        .map_or(0, |publication| publication.sequence)
}

/// Returns the values with their counts, most frequent first.
fn facets<'a>(values: impl Iterator<Item = Cow<'a, str>>) -> Vec<Value> {
    let mut counts: BTreeMap<Cow<str>, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .into_iter()
        .map(|(value, count)| json!({ "value": value, "count": count }))
        .collect()
}
