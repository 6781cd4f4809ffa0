//! The recorded requests of a mock, within bounds.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::logged_request::LoggedRequest;
use crate::recorded_request::RecordedRequest;

const MIB: usize = 1024 * 1024;
/// Number of requests that are kept, so that a mock that runs for days does not grow.
pub(crate) const CAP: usize = 10_000;
/// Number of bytes that all requests may take together, in MiB. The last request is kept in any case.
pub(crate) const WEIGHT_CAP_MIB: usize = 32;
/// Number of bytes of a body that are kept.
const BODY_CAP: usize = MIB;

/// Position in the log: the requests after it came later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub(crate) u64);

/// Function that is called with every request after its response.
pub(crate) type RequestObserver = Box<dyn Fn(&RecordedRequest) + Send + Sync>;

/// Storage of the requests.
#[derive(Default)]
pub(crate) struct RequestStore {
    observer: Option<RequestObserver>,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// Number of requests before the first of `kept`.
    forgotten: u64,
    kept: VecDeque<LoggedRequest>,
    /// Number of bytes of the kept requests.
    weight: usize,
}

impl RequestStore {
    /// Returns an empty store that reports each request to the observer.
    pub(crate) fn new(observer: Option<RequestObserver>) -> Self {
        Self {
            observer,
            ..Self::default()
        }
    }

    /// Reports a request to the observer, and stores it.
    pub(crate) fn push(&self, mut request: LoggedRequest) {
        if let Some(observer) = &self.observer {
            observer(&RecordedRequest::from(&request));
        }
        request.cut_body(BODY_CAP);
        let weight = request.weight();
        let mut entries = self.entries();
        entries.weight += weight;
        entries.kept.push_back(request);
        while entries.is_over() {
            entries.forget_oldest();
        }
    }

    /// Returns the position after the newest request.
    pub(crate) fn end(&self) -> Mark {
        let entries = self.entries();
        Mark(entries.forgotten + u64::try_from(entries.kept.len()).unwrap_or(u64::MAX))
    }

    /// Returns the requests after the mark, and the number of further ones that are no longer stored.
    pub(crate) fn since(&self, mark: Mark) -> (Vec<RecordedRequest>, u64) {
        let entries = self.entries();
        let forgotten = entries.forgotten.saturating_sub(mark.0);
        let skipped = usize::try_from(mark.0.saturating_sub(entries.forgotten));
        let skipped = skipped.unwrap_or(usize::MAX);
        let kept = entries.kept.iter().skip(skipped);
        let kept = kept.map(RecordedRequest::from).collect();
        (kept, forgotten)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn is_over(&self) -> bool {
        let count = self.kept.len();
        count > CAP || (count > 1 && self.weight > WEIGHT_CAP_MIB * MIB)
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.kept.pop_front() {
            self.forgotten += 1;
            self.weight -= oldest.weight();
        }
    }
}

impl fmt::Debug for RequestStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RequestStore")
            .finish_non_exhaustive()
    }
}
