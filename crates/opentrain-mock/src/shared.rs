//! What the server, its handles and its connections share: one world behind one lock.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::record::RecordedRequest;
use crate::world::World;

/// Older requests are forgotten, so that a mock that runs for days does not grow.
const RECORD_CAP: usize = 10_000;

/// Called with every request that has been answered.
pub(crate) type Observer = Box<dyn Fn(&RecordedRequest) + Send + Sync>;

pub(crate) struct Shared {
    world: Mutex<World>,
    requests: Mutex<VecDeque<RecordedRequest>>,
    observer: Option<Observer>,
}

impl Shared {
    pub(crate) fn new(world: World, observer: Option<Observer>) -> Self {
        Self {
            world: Mutex::new(world),
            requests: Mutex::new(VecDeque::new()),
            observer,
        }
    }

    /// The world, for as long as nobody else needs it. A panic elsewhere leaves it usable: no method leaves it half changed
    /// in a way that could hurt more than one test.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self, request: RecordedRequest) {
        if let Some(observer) = &self.observer {
            observer(&request);
        }
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == RECORD_CAP {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().cloned().collect()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").finish_non_exhaustive()
    }
}
