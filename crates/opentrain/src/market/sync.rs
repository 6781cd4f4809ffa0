//! The state machine of a market feed, without I/O: which request is next, and which events follow from a response.
//!
//! Time is the service's own: the latest `generatedAt`, which is never ahead of it.

mod applied;
mod pending;
mod times;

use std::collections::{HashSet, VecDeque};
use std::mem;

use super::MarketEvent;
use super::failure::of_element;
use super::fetched::Fetched;
use crate::error::BadElement;
use crate::page::{Listed, Page};
use crate::types::{Cursor, JobChangeType, JobChanges, JobId, PublicJob, Timestamp};

use applied::AppliedChanges;
use pending::PendingChanges;
use times::{FRESH, OLDEST_RESPONSE, earlier, later, next_since};

/// Documented number of changes that a response has at most.
pub(super) const CAP: usize = 5_000;
/// Number of jobs up to which single reads are cheaper than a snapshot.
const SINGLE_READS: usize = 200;
/// Jobs on a page of a snapshot.
pub(super) const PAGE_SIZE: u32 = 100;

/// Next action of a feed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Read the page of the search at this cursor.
    Page(Option<Cursor>),
    /// Read the changes since this instant.
    Changes(Timestamp),
    /// Read this job.
    Job(JobId),
    /// Pause.
    Rest,
}

/// A list that names a cursor that it has named before.
#[derive(Debug)]
pub(super) struct RepeatedCursor;

/// Part of a round: a snapshot if one is needed, the changes, then single jobs.
#[derive(Debug)]
enum Phase {
    Crawling(Crawl),
    Reading,
    Fetching(VecDeque<JobId>),
    Resting,
}

/// Pages of a snapshot, as far as they have come.
#[derive(Debug, Default)]
struct Crawl {
    next: Option<Cursor>,
    seen: HashSet<Cursor>,
    /// Time of the oldest page; `None` before the first.
    oldest: Option<Timestamp>,
    /// True if it was begun because the cursor of another one was refused.
    is_repeated: bool,
}

/// State of a feed.
#[derive(Debug)]
pub(super) struct MarketSync {
    phase: Phase,
    /// Number of changes from which on a window counts as cut.
    pub(super) cap: usize,
    applied: AppliedChanges,
    pending: PendingChanges,
    /// Start of the next window.
    since: Timestamp,
    /// Latest time that the service has named.
    now: Timestamp,
    /// Time of the oldest page of the last snapshot.
    crawled: Option<Timestamp>,
    /// True from the begin of a snapshot until it is complete.
    is_in_snapshot: bool,
    /// True if something may have been missed, so that only a snapshot helps.
    needs_snapshot: bool,
}

impl MarketSync {
    /// Begins with a snapshot.
    pub(super) fn new() -> Self {
        let start = jiff::Timestamp::MIN.into();
        Self {
            phase: Phase::Crawling(Crawl::default()),
            cap: CAP,
            applied: AppliedChanges::default(),
            pending: PendingChanges::default(),
            since: start,
            now: start,
            crawled: None,
            is_in_snapshot: true,
            needs_snapshot: false,
        }
    }

    /// Goes on with the changes since an instant.
    pub(super) fn resume(&mut self, since: Timestamp) {
        self.phase = Phase::Reading;
        self.since = since;
        self.is_in_snapshot = false;
    }

    /// Returns the instant to resume at; `None` if only a snapshot would do.
    pub(super) fn resume_at(&self) -> Option<Timestamp> {
        let needs_snapshot = self.is_in_snapshot || self.needs_snapshot;
        let oldest = self.pending.oldest().unwrap_or(self.since);
        (!needs_snapshot).then(|| self.since.min(oldest))
    }

    /// Returns the next action.
    pub(super) fn step(&self) -> Step {
        match &self.phase {
            Phase::Crawling(crawl) => Step::Page(crawl.next.clone()),
            Phase::Reading => Step::Changes(self.since),
            Phase::Fetching(queue) => queue.front().cloned().map_or(Step::Rest, Step::Job),
            Phase::Resting => Step::Rest,
        }
    }

    /// Begins a new round after a pause.
    pub(super) fn rested(&mut self) {
        if self.needs_snapshot && self.is_snapshot_worthwhile() {
            self.begin_snapshot(false);
        } else {
            self.phase = Phase::Reading;
        }
    }

    /// Begins a new snapshot after the service has refused a cursor, or an instant as too old. False if that does not help.
    pub(super) fn refused(&mut self) -> bool {
        let helps = match &self.phase {
            Phase::Crawling(crawl) => crawl.next.is_some() && !crawl.is_repeated,
            Phase::Reading => !self.is_in_snapshot,
            Phase::Fetching(_) | Phase::Resting => false,
        };
        if helps {
            self.begin_snapshot(true);
        }
        helps
    }

    fn begin_snapshot(&mut self, is_repeated: bool) {
        self.phase = Phase::Crawling(Crawl {
            is_repeated,
            ..Crawl::default()
        });
        self.applied.clear();
        self.pending.clear();
        self.is_in_snapshot = true;
        self.needs_snapshot = false;
    }

    /// Takes a page of a snapshot.
    pub(super) fn page_arrived(
        &mut self,
        page: Page<PublicJob>,
    ) -> Result<Vec<MarketEvent>, RepeatedCursor> {
        let generated_at = page.generated_at.unwrap_or(self.now);
        self.now = self.now.max(generated_at);
        let Phase::Crawling(crawl) = &mut self.phase else {
            return Ok(Vec::new());
        };
        let mut events = Vec::new();
        if crawl.oldest.is_none() {
            events.push(MarketEvent::SnapshotBegins);
        }
        let oldest = crawl
            .oldest
            .map_or(generated_at, |oldest| oldest.min(generated_at));
        crawl.oldest = Some(oldest);
        match page.next_cursor.clone() {
            Some(cursor) if crawl.seen.insert(cursor.clone()) => crawl.next = Some(cursor),
            Some(_) => return Err(RepeatedCursor),
            // A page shows the state of its own time, so the changes are applied from the oldest one on.
            None => {
                self.crawled = Some(oldest);
                self.since = earlier(oldest, OLDEST_RESPONSE);
                self.phase = Phase::Reading;
            }
        }
        for element in page.into_elements() {
            events.extend(self.element_arrived(element, generated_at));
        }
        Ok(events)
    }

    fn element_arrived(
        &mut self,
        element: Result<PublicJob, BadElement>,
        generated_at: Timestamp,
    ) -> Option<MarketEvent> {
        let job = match element {
            Ok(job) => job,
            Err(element) => {
                let id = id_in(&element, "id");
                let error = of_element(element, "jobs_search");
                return Some(MarketEvent::Unreadable { id, error });
            }
        };
        let version = job.updated_at.unwrap_or(generated_at);
        // A job that has moved between two pages comes twice.
        if self.applied.up_to(&job.id) > Some(version) {
            return None;
        }
        self.applied.version(job.id.clone(), version);
        Some(MarketEvent::Item(Box::new(job)))
    }

    /// Takes a window of changes.
    pub(super) fn window_arrived(&mut self, window: Listed<JobChanges>) -> Vec<MarketEvent> {
        let Listed { body, rejected, .. } = window;
        self.now = self.now.max(body.generated_at);
        let is_cut = body.changes.len() + rejected.len() >= self.cap;
        let newest = body
            .changes
            .iter()
            .filter_map(|change| change.occurred_at)
            .max();
        let mut events = Vec::new();
        for change in body.changes {
            // A change without a time may be as late as the window.
            let at = change.occurred_at.unwrap_or(body.generated_at);
            events.extend(self.apply(change.job_id, change.event_type, at));
        }
        for element in rejected {
            events.extend(self.unreadable_change(element, body.generated_at));
        }
        let next = match self.crawled {
            // The snapshot shows what changed before its oldest page, so a shorter overlap will do.
            Some(start) if is_cut && self.is_in_snapshot && self.since < start => start,
            _ => {
                self.needs_snapshot |= is_cut;
                next_since(self.since, body.until, newest, is_cut)
            }
        };
        let has_advanced = next > self.since;
        // A stored window may be older than the one before.
        self.since = self.since.max(next);
        self.applied.forget_removed_before(self.since);
        self.after_window(is_cut && has_advanced, &mut events);
        events
    }

    /// Decides what follows a window.
    fn after_window(&mut self, has_more: bool, events: &mut Vec<MarketEvent>) {
        let due = self.pending.due(self.now);
        self.needs_snapshot |= due.len() > self.single_reads() && self.is_snapshot_worthwhile();
        if self.needs_snapshot && self.is_snapshot_worthwhile() {
            // Never two snapshots without a pause between them.
            match self.is_in_snapshot {
                true => self.phase = Phase::Resting,
                false => self.begin_snapshot(false),
            }
        } else if has_more {
            self.phase = Phase::Reading;
        } else {
            let batch = due.into_iter().take(self.single_reads());
            self.phase = Phase::Fetching(batch.collect());
            self.end_of_batch(events);
        }
    }

    /// True if the cached responses of the last snapshot have expired, so that a new one reads fresh data.
    fn is_snapshot_worthwhile(&self) -> bool {
        self.crawled
            .is_none_or(|crawled| later(crawled, FRESH) < self.now)
    }

    /// Returns the number of jobs up to which single reads are cheaper than a snapshot.
    fn single_reads(&self) -> usize {
        let pages = self.applied.len() / PAGE_SIZE as usize;
        pages.max(SINGLE_READS)
    }

    /// Applies a change: a removal at once, anything else when a read of the job shows it.
    fn apply(&mut self, id: JobId, kind: JobChangeType, at: Timestamp) -> Option<MarketEvent> {
        if self.applied.cover(&id, &kind, at) {
            return None;
        }
        if kind != JobChangeType::Closed {
            self.pending.add(id, kind, at);
            return None;
        }
        if self.pending.get(&id).is_some_and(|pending| pending.at > at) {
            return None;
        }
        self.pending.remove(&id);
        self.applied.change(id.clone(), kind, at, false);
        Some(MarketEvent::Removed(id))
    }

    /// Has the job of an unreadable change read.
    fn unreadable_change(&mut self, element: BadElement, at: Timestamp) -> Option<MarketEvent> {
        if let Some(id) = id_in(&element, "jobId") {
            return self.apply(id, JobChangeType::Updated, at);
        }
        let error = of_element(element, "jobs_changes");
        Some(MarketEvent::Unreadable { id: None, error })
    }

    /// Takes the outcome of reading the job of the present step.
    pub(super) fn job_arrived(&mut self, fetched: Fetched) -> Vec<MarketEvent> {
        let Phase::Fetching(queue) = &mut self.phase else {
            return Vec::new();
        };
        let Some(id) = queue.pop_front() else {
            return Vec::new();
        };
        let mut events = Vec::from_iter(self.fetched(id, fetched));
        self.end_of_batch(&mut events);
        events
    }

    fn fetched(&mut self, id: JobId, fetched: Fetched) -> Option<MarketEvent> {
        let pending = self.pending.get(&id)?.clone();
        // No cache has a response from before the change any more.
        let is_certain = later(pending.at, OLDEST_RESPONSE) <= self.now;
        match fetched {
            Fetched::Found(job) => {
                let version = job.updated_at.unwrap_or(pending.at);
                let is_older = self.applied.up_to(&id) > Some(version);
                if version > pending.at {
                    self.pending.remove(&id);
                    self.applied.version(id, version);
                } else if version == pending.at || is_certain {
                    self.pending.remove(&id);
                    self.applied.change(id, pending.kind, pending.at, true);
                } else {
                    self.pending.put_off(&id, self.now);
                    if !is_older {
                        self.applied.version(id, version);
                    }
                }
                (!is_older || is_certain).then_some(MarketEvent::Upserted(job))
            }
            Fetched::Gone if is_certain => {
                self.pending.remove(&id);
                self.applied
                    .change(id.clone(), pending.kind, pending.at, false);
                Some(MarketEvent::Removed(id))
            }
            Fetched::Gone => {
                self.pending.put_off(&id, self.now);
                None
            }
            Fetched::Unreadable(error) => {
                self.pending.remove(&id);
                self.applied
                    .change(id.clone(), pending.kind, pending.at, true);
                let id = Some(id);
                Some(MarketEvent::Unreadable { id, error })
            }
        }
    }

    /// Goes on when all jobs of a batch are read: with the changes if more jobs are due, else with a pause.
    fn end_of_batch(&mut self, events: &mut Vec<MarketEvent>) {
        if !matches!(&self.phase, Phase::Fetching(queue) if queue.is_empty()) {
            return;
        }
        if !self.pending.due(self.now).is_empty() {
            self.phase = Phase::Reading;
            return;
        }
        self.phase = Phase::Resting;
        if mem::take(&mut self.is_in_snapshot) {
            events.push(MarketEvent::SnapshotComplete);
        }
    }
}

/// Returns the id in an element that did not decode, if it is readable.
fn id_in(element: &BadElement, member: &str) -> Option<JobId> {
    let value: serde_json::Value = serde_json::from_str(element.raw()).ok()?;
    serde_json::from_value(value.get(member)?.clone()).ok()
}

#[cfg(test)]
mod tests;
