//! The faults that were added, in order, and the handle on them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Fault, check};
use crate::error::{MockError, MockErrorKind};

/// Id of a fault that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultId(pub(crate) u64);

/// A fault that was added, and its hits so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultReport {
    /// Id of the fault.
    pub id: FaultId,
    /// Effect and requests, in one line.
    pub sentence: String,
    /// Number of fitting requests since the fault was added, hit or not.
    pub seen: u64,
    /// Number of hits.
    pub hits: u64,
    /// Number of hits still to come; `None` if the fault hits until it is cleared.
    pub left: Option<u64>,
}

/// The faults of a [`MockServer`](crate::MockServer). Get them with [`MockServer::faults`](crate::MockServer::faults).
///
/// A request is hit by at most one fault: the first, in the order in which they were added, that fits the request and has hits
/// left. So several faults that hit once are a script, and a fault that always hits belongs at the end.
#[derive(Clone, Debug)]
pub struct Faults {
    registry: Arc<FaultRegistry>,
}

impl Faults {
    pub(crate) fn new(registry: Arc<FaultRegistry>) -> Self {
        Self { registry }
    }

    /// Adds a fault, after those that are there.
    ///
    /// # Errors
    ///
    /// If it is for an operation that does not exist, for the 0th request or for 0 requests, for a path that does not begin with
    /// `/`, or with a probability that is not above 0 and at most 1; if its response has a status below 200 or above 999, or a body
    /// with a status that has none (204, 304); or if there is a line break in a header. For responses of this kind, use
    /// [`Fault::raw`].
    pub fn add(&self, fault: Fault) -> Result<FaultId, MockError> {
        Ok(self.registry.add(fault)?)
    }

    /// Returns every fault that was added and not cleared, oldest first, including those without hits left.
    #[must_use]
    pub fn list(&self) -> Vec<FaultReport> {
        self.registry.list()
    }

    /// Returns the number of hits still to come from the faults that have a limit. Zero means that the script is at its end.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.list().iter().filter_map(|fault| fault.left).sum()
    }

    /// Clears one fault.
    ///
    /// # Errors
    ///
    /// If there is no such fault any more.
    pub fn clear(&self, id: FaultId) -> Result<(), MockError> {
        Ok(self.registry.clear(id)?)
    }

    /// Clears all faults.
    pub fn clear_all(&self) {
        self.registry.clear_all();
    }
}

/// Registry of the faults.
#[derive(Default)]
pub(crate) struct FaultRegistry {
    entries: Mutex<RegistryEntries>,
}

#[derive(Default)]
struct RegistryEntries {
    last: u64,
    /// Number of request ids made up so far.
    made_up: u64,
    faults: Vec<RegisteredFault>,
}

struct RegisteredFault {
    id: FaultId,
    fault: Fault,
    seen: u64,
    hits: u64,
}

impl FaultRegistry {
    pub(crate) fn add(&self, mut fault: Fault) -> Result<FaultId, MockErrorKind> {
        fault.selection.resolve()?;
        check::check(&fault)?;
        let mut entries = self.entries();
        entries.last += 1;
        let id = FaultId(entries.last);
        entries.faults.push(RegisteredFault {
            id,
            fault,
            seen: 0,
            hits: 0,
        });
        Ok(id)
    }

    pub(crate) fn list(&self) -> Vec<FaultReport> {
        self.entries()
            .faults
            .iter()
            .map(RegisteredFault::report)
            .collect()
    }

    pub(crate) fn clear(&self, id: FaultId) -> Result<(), MockErrorKind> {
        let mut entries = self.entries();
        let place = entries
            .faults
            .iter()
            .position(|registered| registered.id == id);
        entries
            .faults
            .remove(place.ok_or(MockErrorKind::UnknownFault(id.0))?);
        Ok(())
    }

    pub(crate) fn clear_all(&self) {
        self.entries().faults.clear();
    }

    /// Returns the fault that hits this request, and counts the request for every fault that fits it.
    pub(crate) fn matching_fault(&self, method: &str, path: &str) -> Option<Fault> {
        let mut entries = self.entries();
        let mut struck = None;
        for registered in &mut entries.faults {
            if !registered.fault.selection.fits(method, path) {
                continue;
            }
            registered.seen += 1;
            if struck.is_none() && registered.is_due() {
                registered.hits += 1;
                struck = Some(registered.fault.clone());
            }
        }
        struck
    }

    /// Returns a request id for a response that does not come from the world, different from all of the world's.
    pub(crate) fn next_request_id(&self) -> String {
        let mut entries = self.entries();
        entries.made_up += 1;
        format!("00000000-0000-4000-9000-{:012x}", entries.made_up)
    }

    fn entries(&self) -> MutexGuard<'_, RegistryEntries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RegisteredFault {
    fn is_due(&self) -> bool {
        let has_begun = self.seen >= self.fault.first;
        has_begun && self.left() != Some(0) && self.fault.is_drawn(self.seen)
    }

    fn left(&self) -> Option<u64> {
        let times = self.fault.times?;
        Some(times.saturating_sub(self.hits))
    }

    fn report(&self) -> FaultReport {
        FaultReport {
            id: self.id,
            sentence: self.fault.to_string(),
            seen: self.seen,
            hits: self.hits,
            left: self.left(),
        }
    }
}

impl fmt::Display for FaultId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl fmt::Debug for FaultRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FaultRegistry")
            .finish_non_exhaustive()
    }
}
