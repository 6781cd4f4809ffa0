//! The background task that keeps the state in a file: after every change, but never more than a part of the time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::background_task;
use crate::error::MockError;
use crate::shared_world::SharedWorld;
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
    counts: ChangeCounts,
    /// Number of notes about reads that the file holds.
    traces: u64,
    /// Error of the last save.
    fault: Option<MockError>,
}

/// Function that is called when the state cannot be saved any more.
pub(crate) type StateObserver = Box<dyn Fn(&MockError) + Send + Sync>;

/// Task that writes the file.
pub(crate) struct StateSaver {
    world: Arc<SharedWorld>,
    observer: Option<StateObserver>,
    file: Arc<StateFile>,
    saved: watch::Sender<SaveStatus>,
}

/// Handle that waits for saves.
#[derive(Clone)]
pub(crate) struct SaveMonitor {
    world: Arc<SharedWorld>,
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
        world: Arc<SharedWorld>,
        observer: Option<StateObserver>,
        file: Arc<StateFile>,
    ) -> Result<(Self, SaveMonitor), MockError> {
        let (saved, receiver) = watch::channel(SaveStatus::default());
        let saver = Self {
            world: Arc::clone(&world),
            observer,
            file,
            saved,
        };
        saver.save().await;
        let monitor = SaveMonitor {
            world,
            saved: receiver,
        };
        monitor.result().map(|()| (saver, monitor))
    }

    /// Saves until the sender at the other end of `stopped` is dropped, and then once more if the file is not up to date.
    pub(crate) async fn run(self, mut stopped: watch::Receiver<()>) {
        let (mut changes, mut moves) = (self.world.changes(), self.world.clock().moves());
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
        self.saved.borrow().counts != counts(&self.world)
    }

    fn has_failed(&self) -> bool {
        self.saved.borrow().fault.is_some()
    }

    /// True if there were reads since the last save. They are saved only once, at the end.
    fn lacks_traces(&self) -> bool {
        self.saved.borrow().traces != self.world.lock().traces()
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
            self.report(fault);
        }
        took
    }

    /// Reports that the state cannot be saved.
    fn report(&self, fault: &MockError) {
        if let Some(observer) = &self.observer {
            observer(fault);
        }
    }

    /// Saves once, and returns the duration.
    async fn save(&self) -> Duration {
        let started = Instant::now();
        let counts = counts(&self.world);
        let traces = self.world.lock().traces();
        let snapshot = self.world.snapshot();
        let file = Arc::clone(&self.file);
        let writing = spawn_blocking(move || file.write(&snapshot)).await;
        let panicked = |panic| Err(self.file.unwritable(io::Error::other(panic)));
        let fault = writing.unwrap_or_else(panicked).err();
        self.saved.send_replace(SaveStatus {
            counts,
            traces,
            fault,
        });
        started.elapsed()
    }
}

impl SaveMonitor {
    /// Waits until the file holds all changes so far, or could not be written since.
    pub(crate) async fn all_saved(mut self) -> Result<(), MockError> {
        let target = counts(&self.world);
        loop {
            let reached = self.saved.borrow_and_update().counts;
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

fn counts(world: &SharedWorld) -> ChangeCounts {
    ChangeCounts {
        changes: *world.changes().borrow(),
        moves: *world.clock().moves().borrow(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::sync::watch;

    use super::{SaveStatus, StateObserver, StateSaver};
    use crate::background_task::BackgroundTask;
    use crate::clock::Clock;
    use crate::request::RawRequest;
    use crate::shared_world::SharedWorld;
    use crate::state_file::StateFile;
    use crate::world::World;

    /// Returns the state to save, and the number of reported failures.
    fn world(clock: &Clock) -> (Arc<SharedWorld>, StateObserver, Arc<AtomicUsize>) {
        let reported = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&reported);
        let observer: StateObserver = Box::new(move |_fault| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let world = World::seeded(clock.clone(), 0, 1);
        let world = SharedWorld::new(world, clock.clone());
        (Arc::new(world), observer, reported)
    }

    /// True if the next save succeeds. There is one within an hour.
    async fn is_next_saved(saved: &mut watch::Receiver<SaveStatus>) -> bool {
        let hour = Duration::from_secs(60 * 60);
        let saved_again = tokio::time::timeout(hour, saved.changed()).await;
        saved_again
            .expect("it is tried")
            .expect("the saver is there");
        saved.borrow_and_update().fault.is_none()
    }

    // The time is the runtime's, which is paused and advances when all tasks are idle.
    #[tokio::test(start_paused = true)]
    async fn failed_save_is_reported_once_and_tried_again_without_another_change() {
        let folder = tempfile::tempdir().expect("there is room");
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).expect("there is room");
        let path = inner.join("state.json");
        let file = StateFile::take(path.clone()).expect("the file is free");
        let clock = Clock::frozen();
        let (world, observer, reported) = world(&clock);
        let begun = StateSaver::begin(Arc::clone(&world), Some(observer), Arc::new(file)).await;
        let (saver, monitor) = begun.expect("it can be written");
        let saving = BackgroundTask::start(|stopped| saver.run(stopped));
        let mut saved = monitor.saved.clone();
        saved.mark_unchanged();
        for streak in 1..=2 {
            fs::remove_dir_all(&inner).expect("it is there");
            world.lock().set_auto_confirm(streak == 1);
            // After the change, and twice without one.
            for _ in 0..3 {
                assert!(!is_next_saved(&mut saved).await);
            }
            assert_eq!(reported.load(Ordering::Relaxed), streak);
            fs::create_dir(&inner).expect("there is room");
            assert!(is_next_saved(&mut saved).await);
            assert!(path.exists());
        }
        saving.end().await;
        assert_eq!(reported.load(Ordering::Relaxed), 2);
        assert!(monitor.result().is_ok());
    }

    #[tokio::test]
    async fn failure_of_the_last_save_is_reported() {
        let folder = tempfile::tempdir().expect("there is room");
        let file = StateFile::take(folder.path().join("state.json"));
        let file = Arc::new(file.expect("the file is free"));
        let clock = Clock::frozen();
        let (world, observer, reported) = world(&clock);
        let begun = StateSaver::begin(Arc::clone(&world), Some(observer), file).await;
        let (saver, monitor) = begun.expect("it can be written");
        drop(folder);
        // A trace alone is saved only at the end.
        let asked = RawRequest::new("GET", "/api/public/v1/jobs", "");
        world.lock().handle(&asked);
        assert!(!saver.is_behind() && saver.lacks_traces());
        let saving = BackgroundTask::start(|stopped| saver.run(stopped));
        saving.end().await;
        assert_eq!(reported.load(Ordering::Relaxed), 1);
        assert!(monitor.result().is_err());
    }
}
