//! The world behind its lock, and the signals that it has changed.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::error::{MockError, MockErrorKind};
use crate::ledger::Ledger;
use crate::scope;
use crate::snapshot::Snapshot;
use crate::token_owner::TokenOwner;
use crate::world::World;

/// The world that the server, its handles and its background tasks share.
pub(crate) struct SharedWorld {
    world: Mutex<World>,
    clock: Clock,
    /// True if a new world confirms approvals by itself.
    auto_confirms: bool,
    /// Notified when there may be something to send.
    due_deliveries: Notify,
    /// Number of changes of the world.
    changes: watch::Sender<u64>,
}

/// Exclusive access to the world. Dropping it wakes the webhook sender if there may be something to send, and the state saver if the
/// world has changed.
pub(crate) struct WorldGuard<'a> {
    world: MutexGuard<'a, World>,
    shared: &'a SharedWorld,
    before: u64,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        if self.world.take_has_due_deliveries() {
            self.shared.due_deliveries.notify_one();
        }
        if self.world.revision() != self.before {
            self.shared.changes.send_modify(|changes| *changes += 1);
        }
    }
}

impl SharedWorld {
    pub(crate) fn new(world: World, clock: Clock) -> Self {
        Self {
            auto_confirms: world.auto_confirms(),
            world: Mutex::new(world),
            clock,
            due_deliveries: Notify::new(),
            changes: watch::Sender::new(0),
        }
    }

    /// Locks the world. It stays usable after a panic elsewhere: no method leaves it half changed in a way that affects more
    /// than one test.
    pub(crate) fn lock(&self) -> WorldGuard<'_> {
        let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        WorldGuard {
            before: world.revision(),
            world,
            shared: self,
        }
    }

    /// Returns the clock of the world.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the signal that there may be something to send.
    pub(crate) fn due_deliveries(&self) -> &Notify {
        &self.due_deliveries
    }

    /// Returns a receiver of the number of changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.lock())
    }

    /// Replaces the world by a new one, and returns its main token.
    pub(crate) fn start_anew(&self, seed: u64, jobs: usize) -> String {
        let mut new = World::seeded(self.clock.clone(), seed, jobs);
        new.set_auto_confirm(self.auto_confirms);
        let token = new.seed_accounts().token.clone();
        // A large world is made before the lock is taken, and dropped after its release.
        let _old = self.lock().restore(new.into_saved());
        token
    }

    pub(crate) fn restore(&self, snapshot: Snapshot) {
        let (next, clock_state) = snapshot.into_parts();
        let _old = {
            let mut world = self.lock();
            let old = world.restore(next);
            world.set_clock(clock_state);
            old
        };
    }

    /// Makes a token of an account with these scopes.
    pub(crate) fn issue_token(&self, scopes: &[&str], account: &str) -> Result<String, MockError> {
        let known = |name: &&str| {
            scope::find(name).ok_or_else(|| MockErrorKind::UnknownScope((*name).to_owned()))
        };
        let scopes = scopes.iter().map(known).collect::<Result<Vec<_>, _>>()?;
        Ok(self.lock().issue_token(account, "Test token", &scopes))
    }

    /// Returns the account that a [`TokenOwner`] stands for.
    pub(crate) fn account_of(&self, owner: TokenOwner) -> String {
        let world = self.lock();
        let seed_accounts = world.seed_accounts();
        let account = match owner {
            TokenOwner::Main => &seed_accounts.main,
            TokenOwner::Unclaimed => &seed_accounts.unclaimed,
            TokenOwner::Stranger => &seed_accounts.stranger,
        };
        account.clone()
    }

    /// Switches a feature flag.
    pub(crate) fn set_feature(&self, key: &str, on: bool) -> Result<(), MockError> {
        let switched = self.lock().switch_feature(key, on);
        Ok(switched.ok_or_else(|| MockErrorKind::UnknownFeature(key.to_owned()))?)
    }

    /// Returns the money of the main account.
    pub(crate) fn ledger(&self) -> Ledger {
        let world = self.lock();
        let main = world.main_account();
        main.map(|account| account.ledger.clone())
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for SharedWorld {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SharedWorld")
            .finish_non_exhaustive()
    }
}
