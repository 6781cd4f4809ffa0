//! Open jobs of the marketplace, in memory.

use std::collections::BTreeMap;

use super::MarketEvent;
use crate::types::{JobId, PublicJob};

/// Open jobs of the marketplace, in memory, by id. It is fed with the events of a [`MarketFeed`](super::MarketFeed).
///
/// During a snapshot the jobs from before stay until it is complete. An index that was stored is collected from its jobs.
#[derive(Clone, Debug, Default)]
pub struct MarketIndex {
    jobs: BTreeMap<JobId, Entry>,
    /// Number of snapshots that have begun.
    snapshot: u64,
}

/// Job, and the snapshot in which it was seen last.
#[derive(Clone, Debug)]
struct Entry {
    job: PublicJob,
    snapshot: u64,
}

impl MarketIndex {
    /// Returns an empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies an event.
    pub fn apply(&mut self, event: MarketEvent) {
        match event {
            MarketEvent::SnapshotBegins => self.snapshot += 1,
            MarketEvent::Item(job) | MarketEvent::Upserted(job) => self.insert(*job),
            MarketEvent::SnapshotComplete => {
                self.jobs.retain(|_, entry| entry.snapshot == self.snapshot);
            }
            MarketEvent::Removed(id) => {
                self.jobs.remove(&id);
            }
            MarketEvent::Unreadable { id, .. } => {
                if let Some(entry) = id.and_then(|id| self.jobs.get_mut(&id)) {
                    entry.snapshot = self.snapshot;
                }
            }
        }
    }

    fn insert(&mut self, job: PublicJob) {
        let snapshot = self.snapshot;
        self.jobs.insert(job.id.clone(), Entry { job, snapshot });
    }

    /// Returns the job of this id, if it is listed.
    #[must_use]
    pub fn get(&self, id: &JobId) -> Option<&PublicJob> {
        self.jobs.get(id).map(|entry| &entry.job)
    }

    /// Returns the jobs, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &PublicJob> {
        self.jobs.values().map(|entry| &entry.job)
    }

    /// Returns the number of jobs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// True if there are no jobs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }
}

impl FromIterator<PublicJob> for MarketIndex {
    fn from_iter<I: IntoIterator<Item = PublicJob>>(jobs: I) -> Self {
        let mut index = Self::new();
        jobs.into_iter().for_each(|job| index.insert(job));
        index
    }
}

#[cfg(test)]
mod tests {
    use super::MarketIndex;
    use crate::error::Error;
    use crate::market::MarketEvent;
    use crate::types::{JobId, PublicJob};

    fn job(id: &str) -> Box<PublicJob> {
        let job = serde_json::from_value(serde_json::json!({ "id": id }));
        Box::new(job.expect("an id is a job"))
    }

    fn ids(index: &MarketIndex) -> Vec<&str> {
        index.iter().map(|job| job.id.as_str()).collect()
    }

    #[test]
    fn a_snapshot_drops_the_jobs_that_it_does_not_have_only_when_it_is_complete() {
        let mut index: MarketIndex = ["a", "b", "c", "d"]
            .map(|id| *job(id))
            .into_iter()
            .collect();
        index.apply(MarketEvent::SnapshotBegins);
        index.apply(MarketEvent::Item(job("b")));
        index.apply(MarketEvent::Upserted(job("e")));
        let error = Error::invalid_request("jobs_search", "unreadable");
        let id = Some(JobId::from("d"));
        index.apply(MarketEvent::Unreadable { id, error });
        assert_eq!(ids(&index), ["a", "b", "c", "d", "e"]);
        index.apply(MarketEvent::SnapshotComplete);
        assert_eq!(
            ids(&index),
            ["b", "d", "e"],
            "the earlier version of an unreadable job stays"
        );
    }

    #[test]
    fn changes_come_one_by_one_and_may_come_twice() {
        let mut index = MarketIndex::new();
        assert!(index.is_empty());
        for _ in 0..2 {
            index.apply(MarketEvent::Upserted(job("a")));
            index.apply(MarketEvent::Upserted(job("b")));
            index.apply(MarketEvent::Removed(JobId::from("a")));
        }
        assert_eq!(index.len(), 1);
        assert!(index.get(&JobId::from("b")).is_some() && index.get(&JobId::from("a")).is_none());
    }
}
