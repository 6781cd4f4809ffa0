//! The background task that keeps the state in a file: after every change, but never more than a part of the time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::background_task;
use crate::clock::Clock;
use crate::error::MockError;
use crate::shared::Shared;
use crate::snapshot::Snapshot;
use crate::state_file::StateFile;

/// Pause after a save, as a multiple of its duration, so that saving takes at most a tenth of the time.
const REST: u32 = 9;
/// Time from a failed save to the next attempt, if there is no change in between.
const RETRY: Duration = Duration::from_secs(5);

/// Counts of the changes of the world and of the movements of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ChangeCounts {
    changes: u64,
    moves: u64,
}

/// State of the file.
#[derive(Clone, Default)]
struct SaveStatus {
    /// Changes that the file holds, unless there is a fault.
    happened: ChangeCounts,
    /// Number of notes about reads that the file holds.
    traces: u64,
    /// Error of the last save.
    fault: Option<MockError>,
}

/// Task that writes the file.
pub(crate) struct StateSaver {
    shared: Arc<Shared>,
    clock: Clock,
    file: Arc<StateFile>,
    saved: watch::Sender<SaveStatus>,
}

/// Handle that waits for saves.
#[derive(Clone)]
pub(crate) struct SaveMonitor {
    shared: Arc<Shared>,
    clock: Clock,
    saved: watch::Receiver<SaveStatus>,
}

/// Returns the content of the file; `None` if there is no file.
pub(crate) async fn load(file: &Arc<StateFile>) -> Result<Option<Snapshot>, MockError> {
    let reader = Arc::clone(file);
    let reading = spawn_blocking(move || reader.read()).await;
    // A file that could not be read does not count as a missing one.
    reading.unwrap_or_else(|panic| Err(file.unwritable(io::Error::other(panic))))
}

impl StateSaver {
    /// Writes the file for the first time. Returns the task that continues and the handle that waits for it.
    pub(crate) async fn begin(
        shared: Arc<Shared>,
        clock: Clock,
        file: Arc<StateFile>,
    ) -> Result<(Self, SaveMonitor), MockError> {
        let (saved, told) = watch::channel(SaveStatus::default());
        let keeper = Self {
            shared: Arc::clone(&shared),
            clock: clock.clone(),
            file,
            saved,
        };
        keeper.save().await;
        let watcher = SaveMonitor {
            shared,
            clock,
            saved: told,
        };
        watcher.result().map(|()| (keeper, watcher))
    }

    /// Saves until the sender at the other end of `stopped` is dropped, and then once more if the file is not up to date.
    pub(crate) async fn run(self, mut stopped: watch::Receiver<()>) {
        let (mut changes, mut moves) = (self.shared.changes(), self.clock.moves());
        loop {
            if self.is_behind() {
                let rest = self.save_and_report().await * REST;
                tokio::select! {
                    () = tokio::time::sleep(rest) => continue,
                    () = background_task::end_of(&mut stopped) => break,
                }
            }
            tokio::select! {
                // Both live as long as this.
                _changed = changes.changed() => {}
                _moved = moves.changed() => {}
                () = self.time_to_retry() => {
                    self.save_and_report().await;
                }
                () = background_task::end_of(&mut stopped) => break,
            }
        }
        if self.is_behind() || self.has_failed() || self.lacks_traces() {
            // If the mock was dropped, no caller asks for the result, so a failure is reported.
            self.save_and_report().await;
        }
    }

    fn is_behind(&self) -> bool {
        self.saved.borrow().happened != happened(&self.shared, &self.clock)
    }

    fn has_failed(&self) -> bool {
        self.saved.borrow().fault.is_some()
    }

    /// True if there were reads since the last save. They are saved only once, at the end.
    fn lacks_traces(&self) -> bool {
        self.saved.borrow().traces != self.shared.world().traces()
    }

    /// Waits for the time of the next attempt; for ever if the last save succeeded.
    async fn time_to_retry(&self) {
        match self.has_failed() {
            true => tokio::time::sleep(RETRY).await,
            false => std::future::pending().await,
        }
    }

    /// Saves once, and reports a failure unless the last save failed as well. Returns the duration.
    async fn save_and_report(&self) -> Duration {
        let had_failed = self.has_failed();
        let took = self.save().await;
        if let (false, Some(fault)) = (had_failed, &self.saved.borrow().fault) {
            self.shared.report_state_fault(fault);
        }
        took
    }

    /// Saves once, and returns the duration.
    async fn save(&self) -> Duration {
        let started = Instant::now();
        let happened = happened(&self.shared, &self.clock);
        let traces = self.shared.world().traces();
        let snapshot = self.shared.snapshot();
        let file = Arc::clone(&self.file);
        let writing = spawn_blocking(move || file.write(&snapshot)).await;
        let panicked = |panic| Err(self.file.unwritable(io::Error::other(panic)));
        let fault = writing.unwrap_or_else(panicked).err();
        self.saved.send_replace(SaveStatus {
            happened,
            traces,
            fault,
        });
        started.elapsed()
    }
}

impl SaveMonitor {
    /// Waits until the file holds all changes so far, or could not be written since.
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

    /// Returns the result of the last save.
    pub(crate) fn result(&self) -> Result<(), MockError> {
        self.saved.borrow().fault.clone().map_or(Ok(()), Err)
    }
}

fn happened(shared: &Shared, clock: &Clock) -> ChangeCounts {
    ChangeCounts {
        changes: *shared.changes().borrow(),
        moves: *clock.moves().borrow(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::sync::watch;

    use super::{SaveStatus, StateSaver};
    use crate::background_task::Background;
    use crate::clock::Clock;
    use crate::request::RawRequest;
    use crate::shared::{Observers, Shared};
    use crate::state_file::StateFile;
    use crate::world::World;

    /// Returns the state to save, and the number of reported failures.
    fn shared(clock: &Clock) -> (Arc<Shared>, Arc<AtomicUsize>) {
        let told = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&told);
        let observers = Observers {
            state_fault: Some(Box::new(move |_fault| {
                counted.fetch_add(1, Ordering::Relaxed);
            })),
            ..Observers::default()
        };
        let world = World::seeded(clock.clone(), 0, 1);
        let (_running, stopped) = watch::channel(());
        let shared = Shared::new(world, clock.clone(), observers, stopped);
        (Arc::new(shared), told)
    }

    /// True if the next save succeeds. There is one within an hour.
    async fn is_next_saved(saved: &mut watch::Receiver<SaveStatus>) -> bool {
        let hour = Duration::from_secs(60 * 60);
        let told = tokio::time::timeout(hour, saved.changed()).await;
        told.expect("it is tried").expect("the keeper is there");
        saved.borrow_and_update().fault.is_none()
    }

    /// The time is the runtime's, which is paused and advances when all tasks are idle.
    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_saved_is_told_once_and_tried_again_without_another_change() {
        let folder = tempfile::tempdir().expect("there is room");
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).expect("there is room");
        let path = inner.join("state.json");
        let file = StateFile::take(path.clone()).expect("nobody else has it");
        let clock = Clock::frozen();
        let (shared, told) = shared(&clock);
        let begun = StateSaver::begin(Arc::clone(&shared), clock, Arc::new(file)).await;
        let (keeper, watcher) = begun.expect("it can be written");
        let keeping = Background::start(|stopped| keeper.run(stopped));
        let mut saved = watcher.saved.clone();
        saved.mark_unchanged();
        for streak in 1..=2 {
            fs::remove_dir_all(&inner).expect("it is there");
            shared.world().set_auto_confirm(streak == 1);
            // After the change, and twice without one.
            for _ in 0..3 {
                assert!(!is_next_saved(&mut saved).await);
            }
            assert_eq!(told.load(Ordering::Relaxed), streak);
            fs::create_dir(&inner).expect("there is room");
            assert!(is_next_saved(&mut saved).await);
            assert!(path.exists());
        }
        keeping.end().await;
        assert_eq!(told.load(Ordering::Relaxed), 2);
        assert!(watcher.result().is_ok());
    }

    #[tokio::test]
    async fn last_save_that_fails_is_told() {
        let folder = tempfile::tempdir().expect("there is room");
        let file = StateFile::take(folder.path().join("state.json"));
        let file = Arc::new(file.expect("nobody else has it"));
        let clock = Clock::frozen();
        let (shared, told) = shared(&clock);
        let begun = StateSaver::begin(Arc::clone(&shared), clock, file).await;
        let (keeper, watcher) = begun.expect("it can be written");
        drop(folder);
        // A trace alone is saved only at the end.
        let asked = RawRequest {
            method: "GET".to_owned(),
            path: "/api/public/v1/jobs".to_owned(),
            query: String::new(),
            authorization: None,
            body: Ok(Vec::new()),
        };
        shared.answer(&asked, None);
        assert!(!keeper.is_behind() && keeper.lacks_traces());
        let keeping = Background::start(|stopped| keeper.run(stopped));
        keeping.end().await;
        assert_eq!(told.load(Ordering::Relaxed), 1);
        assert!(watcher.result().is_err());
    }
}
