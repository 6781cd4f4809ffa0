//! Changes whose jobs are still to be read.

use std::collections::BTreeMap;

use super::times::{FRESH, later};
use crate::types::{JobChangeType, JobId, Timestamp};

/// Changes whose jobs are still to be read, by job.
#[derive(Debug, Default)]
pub(super) struct PendingChanges(BTreeMap<JobId, Pending>);

/// Latest change of a job that no response has shown yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) kind: JobChangeType,
    pub(super) at: Timestamp,
    /// Reads that did not show the change.
    attempts: u32,
    /// Server time before which the job is not read again; `None` before the first read.
    not_before: Option<Timestamp>,
}

impl PendingChanges {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn get(&self, id: &JobId) -> Option<&Pending> {
        self.0.get(id)
    }

    /// Adds a change, unless this one or a later one of the job is pending.
    pub(super) fn add(&mut self, id: JobId, kind: JobChangeType, at: Timestamp) {
        let is_known =
            |pending: &Pending| pending.at > at || (pending.at == at && pending.kind == kind);
        if !self.0.get(&id).is_some_and(is_known) {
            let pending = Pending {
                kind,
                at,
                attempts: 0,
                not_before: None,
            };
            self.0.insert(id, pending);
        }
    }

    pub(super) fn remove(&mut self, id: &JobId) {
        self.0.remove(id);
    }

    /// Puts the next read of a job off: five minutes after the first read, then twice as long each time, so that the fifth
    /// read comes when no cache has a response from before the change any more.
    pub(super) fn put_off(&mut self, id: &JobId, now: Timestamp) {
        if let Some(pending) = self.0.get_mut(id) {
            let wait = FRESH.saturating_mul(1 << pending.attempts.min(16));
            pending.attempts += 1;
            pending.not_before = Some(later(now, wait));
        }
    }

    /// Returns the jobs to read now, those with the oldest change first.
    pub(super) fn due(&self, now: Timestamp) -> Vec<JobId> {
        let due = |pending: &Pending| pending.not_before.is_none_or(|instant| instant <= now);
        let mut due: Vec<_> = self.0.iter().filter(|(_, pending)| due(pending)).collect();
        due.sort_by_key(|(_, pending)| pending.at);
        due.into_iter().map(|(id, _)| id.clone()).collect()
    }

    /// Returns the instant of the oldest change.
    pub(super) fn oldest(&self) -> Option<Timestamp> {
        self.0.values().map(|pending| pending.at).min()
    }
}
