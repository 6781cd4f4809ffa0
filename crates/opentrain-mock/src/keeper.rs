//! The background task that keeps the state in a file: after every change, but never more than a part of the time.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::background;
use crate::clock::Clock;
use crate::error::MockError;
use crate::shared::Shared;
use crate::snapshot::Snapshot;
use crate::state_file;

/// After it has saved for some time, it rests so many times as long: a large world does not spend its days being saved.
const REST: u32 = 9;

/// How much has happened: accesses to the world that may have changed it, and movements of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Happened {
    changes: u64,
    moves: u64,
}

/// How far the file is.
#[derive(Clone, Default)]
struct Saved {
    /// It holds what this has led to, unless there is a fault.
    happened: Happened,
    /// Why the last attempt to save failed.
    fault: Option<MockError>,
}

/// Who writes the file.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    clock: Clock,
    path: PathBuf,
    saved: watch::Sender<Saved>,
}

/// Who knows how far the file is.
#[derive(Clone)]
pub(crate) struct Watcher {
    shared: Arc<Shared>,
    clock: Clock,
    saved: watch::Receiver<Saved>,
}

/// What is in the file; none if there is no file.
pub(crate) async fn load(path: PathBuf) -> Result<Option<Snapshot>, MockError> {
    let reading = spawn_blocking(move || state_file::read(&path)).await;
    reading.unwrap_or(Ok(None))
}

impl Keeper {
    /// Writes the file for the first time, and gives who goes on with it and who knows how far it is.
    pub(crate) async fn begin(
        shared: Arc<Shared>,
        clock: Clock,
        path: PathBuf,
    ) -> Result<(Self, Watcher), MockError> {
        let (saved, told) = watch::channel(Saved::default());
        let keeper = Self {
            shared: Arc::clone(&shared),
            clock: clock.clone(),
            path,
            saved,
        };
        keeper.save().await;
        let watcher = Watcher {
            shared,
            clock,
            saved: told,
        };
        watcher.result().map(|()| (keeper, watcher))
    }

    /// Saves until the sender at the other end of `stopped` is dropped, and once more then if there is anything to save.
    pub(crate) async fn run(self, mut stopped: watch::Receiver<()>) {
        let (mut changes, mut moves) = (self.shared.changes(), self.clock.moves());
        while !self.is_behind() || self.save_and_rest(&mut stopped).await {
            tokio::select! {
                // Both live as long as this.
                _changed = changes.changed() => {}
                _moved = moves.changed() => {}
                () = background::end_of(&mut stopped) => break,
            }
        }
        if self.is_behind() || self.saved.borrow().fault.is_some() {
            self.save().await;
        }
    }

    fn is_behind(&self) -> bool {
        self.saved.borrow().happened != happened(&self.shared, &self.clock)
    }

    /// Says whether it goes on.
    async fn save_and_rest(&self, stopped: &mut watch::Receiver<()>) -> bool {
        let rest = self.save().await * REST;
        tokio::select! {
            () = tokio::time::sleep(rest) => true,
            () = background::end_of(stopped) => false,
        }
    }

    /// Saves once, and says how long that took.
    async fn save(&self) -> Duration {
        let started = Instant::now();
        let happened = happened(&self.shared, &self.clock);
        let snapshot = self.shared.snapshot();
        let path = self.path.clone();
        let writing = spawn_blocking(move || state_file::write(&path, &snapshot)).await;
        // The task is not ended from outside, and a panic in it has said what it is.
        let fault = writing.unwrap_or(Ok(())).err();
        self.saved.send_replace(Saved { happened, fault });
        started.elapsed()
    }
}

impl Watcher {
    /// Returns when the file holds everything that has happened until now, or could not be written since.
    pub(crate) async fn all_saved(mut self) -> Result<(), MockError> {
        let target = happened(&self.shared, &self.clock);
        loop {
            let reached = self.saved.borrow_and_update().happened;
            if reached.changes >= target.changes && reached.moves >= target.moves {
                return self.result();
            }
            if self.saved.changed().await.is_err() {
                return self.result();
            }
        }
    }

    /// What came of the last attempt to save.
    pub(crate) fn result(&self) -> Result<(), MockError> {
        self.saved.borrow().fault.clone().map_or(Ok(()), Err)
    }
}

fn happened(shared: &Shared, clock: &Clock) -> Happened {
    Happened {
        changes: *shared.changes().borrow(),
        moves: *clock.moves().borrow(),
    }
}
