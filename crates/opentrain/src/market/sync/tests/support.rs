//! Responses made by hand, and a sync that takes them.

use serde_json::{Value, json};

use crate::error::BadElement;
use crate::market::MarketEvent;
use crate::market::sync::{Fetched, MarketSync, Step, earlier, later};
use crate::page::{Listed, Page};
use crate::types::{Cursor, JobId, PublicJob, Timestamp};

/// Returns the instant so many minutes after noon.
pub(super) fn at(minutes: i64) -> Timestamp {
    let noon: Timestamp = "2026-03-04T12:00:00Z".parse().expect("an instant");
    let by = std::time::Duration::from_secs(60 * minutes.unsigned_abs());
    match minutes < 0 {
        true => earlier(noon, by),
        false => later(noon, by),
    }
}

pub(super) fn job(id: &str, updated: i64) -> PublicJob {
    let job = json!({ "id": id, "updatedAt": at(updated) });
    serde_json::from_value(job).expect("it is a job")
}

pub(super) fn page(generated: i64, jobs: Vec<PublicJob>, next: Option<&str>) -> Page<PublicJob> {
    Page {
        items: jobs,
        rejected: Vec::new(),
        next_cursor: next.map(Cursor::from),
        generated_at: Some(at(generated)),
        request_id: None,
    }
}

pub(super) fn bad(index: usize, raw: &Value) -> BadElement {
    let error = opentrain_api::runtime::DecodeError::unknown_status(http::StatusCode::OK);
    BadElement::new(index, error, raw.to_string())
}

/// Returns events as short texts.
pub(super) fn texts(events: Vec<MarketEvent>) -> Vec<String> {
    let text = |event| match event {
        MarketEvent::SnapshotBegins => String::from("begins"),
        MarketEvent::Item(job) => format!("item {}", job.id),
        MarketEvent::SnapshotComplete => String::from("complete"),
        MarketEvent::Upserted(job) => format!("upserted {}", job.id),
        MarketEvent::Removed(id) => format!("removed {id}"),
        MarketEvent::Unreadable { id, .. } => format!("unreadable {id:?}"),
    };
    events.into_iter().map(text).collect()
}

/// A sync, with steps that name the request of each response.
pub(super) struct Test(pub(super) MarketSync);

impl Test {
    pub(super) fn new() -> Self {
        Self(MarketSync::new())
    }

    /// Returns a sync that has a snapshot of noon with these jobs, updated at noon, and rests.
    pub(super) fn following(jobs: &[&str]) -> Self {
        let mut test = Self::new();
        test.page(page(0, jobs.iter().map(|id| job(id, 0)).collect(), None));
        assert_eq!(test.window(0, 0, &[]), ["complete"]);
        test.rest();
        test
    }

    pub(super) fn page(&mut self, page: Page<PublicJob>) -> Vec<String> {
        assert!(
            matches!(self.0.step(), Step::Page(_)),
            "{:?}",
            self.0.step()
        );
        texts(self.0.page_arrived(page).expect("a new cursor"))
    }

    /// Returns a window, generated and ending at the given minutes.
    pub(super) fn window(
        &mut self,
        generated: i64,
        until: i64,
        changes: &[(&str, &str, i64)],
    ) -> Vec<String> {
        assert!(
            matches!(self.0.step(), Step::Changes(_)),
            "{:?}",
            self.0.step()
        );
        let changes = changes.iter().map(|(id, kind, occurred)| {
            json!({ "jobId": id, "eventType": kind, "occurredAt": at(*occurred) })
        });
        let body = json!({
            "since": at(0), "until": at(until), "generatedAt": at(generated),
            "changes": changes.collect::<Vec<_>>(),
        });
        let body = serde_json::from_value(body).expect("it is a window");
        let rejected = Vec::new();
        texts(self.0.window_arrived(Listed { body, rejected }))
    }

    pub(super) fn job(&mut self, id: &str, fetched: Fetched) -> Vec<String> {
        assert_eq!(self.0.step(), Step::Job(JobId::from(id)));
        texts(self.0.job_arrived(fetched))
    }

    pub(super) fn found(&mut self, id: &str, updated: i64) -> Vec<String> {
        self.job(id, Fetched::Found(Box::new(job(id, updated))))
    }

    pub(super) fn rest(&mut self) {
        assert_eq!(self.0.step(), Step::Rest);
        self.0.rested();
    }

    pub(super) fn is_at(&self, step: &Step) {
        assert_eq!(self.0.step(), *step);
    }
}

/// Changes of so many jobs, a minute from each other, from the given one on.
pub(super) fn many(count: i64, from: i64) -> Vec<(String, i64)> {
    (0..count).map(|n| (format!("j{n:03}"), from + n)).collect()
}

pub(super) fn published(jobs: &[(String, i64)]) -> Vec<(&str, &str, i64)> {
    let jobs = jobs.iter();
    jobs.map(|(id, at)| (id.as_str(), "PUBLISHED", *at))
        .collect()
}
