//! Changes that have been applied, by job.

use std::collections::HashMap;

use crate::types::{JobChangeType, JobId, Timestamp};

/// Jobs, each with the changes of it that have been applied.
#[derive(Debug, Default)]
pub(super) struct AppliedChanges(HashMap<JobId, Applied>);

/// State in which a job was passed on.
#[derive(Debug)]
struct Applied {
    /// Changes before this instant are applied, and at it those that [`Applied::covers`] says.
    up_to: Timestamp,
    /// Change at that instant; `None` for the version of a job that has this `updatedAt`.
    change: Option<JobChangeType>,
    is_open: bool,
}

impl AppliedChanges {
    /// Returns the number of jobs.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the instant up to which changes of a job are applied; `None` if none is.
    pub(super) fn up_to(&self, id: &JobId) -> Option<Timestamp> {
        self.0.get(id).map(|applied| applied.up_to)
    }

    /// True if a change is applied already.
    pub(super) fn cover(&self, id: &JobId, kind: &JobChangeType, at: Timestamp) -> bool {
        self.0
            .get(id)
            .is_some_and(|applied| applied.covers(kind, at))
    }

    /// Records a version of a job.
    pub(super) fn version(&mut self, id: JobId, updated_at: Timestamp) {
        let (up_to, change) = (updated_at, None);
        self.insert(id, up_to, change, true);
    }

    /// Records that a change is applied, by a version that was passed on or is unreadable, or by a removal.
    pub(super) fn change(&mut self, id: JobId, kind: JobChangeType, at: Timestamp, is_open: bool) {
        self.insert(id, at, Some(kind), is_open);
    }

    fn insert(
        &mut self,
        id: JobId,
        up_to: Timestamp,
        change: Option<JobChangeType>,
        is_open: bool,
    ) {
        let applied = Applied {
            up_to,
            change,
            is_open,
        };
        self.0.insert(id, applied);
    }

    /// Forgets removed jobs whose changes do not come again in windows from this instant.
    pub(super) fn forget_removed_before(&mut self, since: Timestamp) {
        self.0
            .retain(|_, applied| applied.is_open || applied.up_to >= since);
    }
}

impl Applied {
    /// True if the version includes the change. Two changes of a job may have the same instant, so the kind decides then: a
    /// version does not show its own close.
    fn covers(&self, kind: &JobChangeType, at: Timestamp) -> bool {
        let is_same = || match &self.change {
            Some(change) => change == kind,
            None => *kind != JobChangeType::Closed,
        };
        at < self.up_to || (at == self.up_to && is_same())
    }
}
