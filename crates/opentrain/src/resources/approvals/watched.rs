//! Approvals that are waited for together: which is to be read when, and what came of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::ApprovalOutcome;
use crate::error::Error;
use crate::types::{Approval, ApprovalId};

/// Time to the next read of an approval whose expiry the service omits.
const UNKNOWN_EXPIRY: Duration = Duration::from_secs(3600);

/// Approvals that are waited for together.
pub(super) struct Watched(BTreeMap<ApprovalId, Watch>);

enum Watch {
    /// Not decided, as far as is known.
    Open {
        /// Approval at the last read.
        last: Option<Approval>,
        /// Time of the next read.
        due: Instant,
        /// True if the feed has named it: it is decided, even if a read has not shown it yet.
        is_named: bool,
    },
    Decided(ApprovalOutcome),
}

impl Watched {
    /// Watches these approvals, all of which are to be read at once.
    pub(super) fn new(ids: &[ApprovalId], now: Instant) -> Self {
        let open = || Watch::Open {
            last: None,
            due: now,
            is_named: false,
        };
        Self(ids.iter().map(|id| (id.clone(), open())).collect())
    }

    pub(super) fn are_decided(&self) -> bool {
        self.open().next().is_none()
    }

    /// Returns the approvals that are not decided.
    pub(super) fn open(&self) -> impl Iterator<Item = &ApprovalId> {
        let open = |watch: &Watch| matches!(watch, Watch::Open { .. });
        let watches = self.0.iter().filter(move |(_, watch)| open(watch));
        watches.map(|(id, _)| id)
    }

    /// Returns the approvals that are to be read now.
    pub(super) fn due(&self, now: Instant) -> Vec<ApprovalId> {
        let is_due = |watch: &Watch| matches!(watch, Watch::Open { due, .. } if *due <= now);
        let due = self.0.iter().filter(|(_, watch)| is_due(watch));
        due.map(|(id, _)| id.clone()).collect()
    }

    /// Returns the pause until the next read, or a shorter one.
    pub(super) fn pause(&self, now: Instant, pause: Duration) -> Duration {
        let dues = self.0.values().filter_map(|watch| match watch {
            Watch::Open { due, .. } => Some(due.saturating_duration_since(now)),
            Watch::Decided(_) => None,
        });
        dues.min().map_or(pause, |first| first.min(pause))
    }

    /// Has approvals that the feed names read at once.
    pub(super) fn name(&mut self, named: &[ApprovalId], now: Instant) {
        for id in named {
            if let Some(Watch::Open { due, is_named, .. }) = self.0.get_mut(id) {
                (*due, *is_named) = (now, true);
            }
        }
    }

    /// Takes an approval as it was read. `left` is the time to its expiry, by the service's clock. Returns its outcome if it is
    /// decided.
    pub(super) fn take(
        &mut self,
        id: &ApprovalId,
        approval: Approval,
        left: Option<Duration>,
        pause: Duration,
        now: Instant,
    ) -> Option<&ApprovalOutcome> {
        let watch = self.0.get_mut(id)?;
        if let Some(outcome) = ApprovalOutcome::of(&approval) {
            *watch = Watch::Decided(outcome);
        } else if let Watch::Open {
            last,
            due,
            is_named,
        } = watch
        {
            *last = Some(approval);
            *due = now + next_read(left, *is_named, pause);
        }
        match watch {
            Watch::Decided(outcome) => Some(outcome),
            Watch::Open { .. } => None,
        }
    }

    /// Ends the wait: what is not decided is still pending.
    ///
    /// # Errors
    ///
    /// Fails with the failure of the last read if an approval could not be read at all.
    pub(super) fn give_up(&mut self, failure: Option<Error>) -> crate::Result<()> {
        let mut failure = failure;
        for watch in self.0.values_mut() {
            let Watch::Open { last, .. } = watch else {
                continue;
            };
            match (last.take(), failure.take()) {
                (Some(last), unused) => {
                    *watch = Watch::Decided(ApprovalOutcome::StillPending(last));
                    failure = unused;
                }
                (None, Some(failure)) => return Err(failure),
                (None, None) => {}
            }
        }
        Ok(())
    }

    /// Returns the outcomes of these approvals, in their order.
    pub(super) fn outcomes(&self, ids: &[ApprovalId]) -> Vec<ApprovalOutcome> {
        let decided = ids.iter().filter_map(|id| match self.0.get(id)? {
            Watch::Decided(outcome) => Some(outcome.clone()),
            Watch::Open { .. } => None,
        });
        decided.collect()
    }
}

/// Returns the time to the next read of a pending approval: at its expiry, since it expires only when it is read. One that is past its
/// expiry or named by the feed is read at the pace of the wait.
fn next_read(left: Option<Duration>, is_named: bool, pause: Duration) -> Duration {
    let left = left.unwrap_or(UNKNOWN_EXPIRY);
    if is_named || left.is_zero() {
        pause
    } else {
        left
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Watched, next_read};
    use crate::types::{Approval, ApprovalId};

    const PAUSE: Duration = Duration::from_secs(30);

    #[test]
    fn an_approval_is_read_again_at_its_expiry_and_then_at_the_pace_of_the_wait() {
        let seconds = |left: Option<u64>, is_named| {
            next_read(left.map(Duration::from_secs), is_named, PAUSE).as_secs()
        };
        assert_eq!(seconds(Some(72 * 3600), false), 72 * 3600);
        assert_eq!(seconds(Some(1), false), 1);
        assert_eq!(seconds(Some(0), false), 30);
        assert_eq!(seconds(Some(72 * 3600), true), 30);
        assert_eq!(seconds(None, false), 3600);
    }

    #[test]
    fn approvals_that_the_feed_names_are_due_and_others_are_not() {
        let ids = ["apr_1", "apr_2"].map(ApprovalId::from);
        let now = Instant::now();
        let mut watched = Watched::new(&ids, now);
        assert_eq!(watched.due(now), ids);
        for id in &ids {
            let pending: Approval = serde_json::from_value(serde_json::json!(
                {"id": id, "type": "proposal_hire", "status": "pending"}
            ))
            .unwrap();
            let left = Some(Duration::from_secs(7));
            assert_eq!(watched.take(id, pending, left, PAUSE, now), None);
        }
        assert!(watched.due(now).is_empty());
        assert_eq!(watched.pause(now, PAUSE), Duration::from_secs(7));
        watched.name(&[ApprovalId::from("apr_2"), ApprovalId::from("apr_3")], now);
        assert_eq!(watched.due(now), [ApprovalId::from("apr_2")]);
    }
}
