//! Background tasks of the server.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Dropping it makes the task end, without waiting.
pub(crate) struct BackgroundTask {
    task: JoinHandle<()>,
    /// Dropping this is the signal to end.
    running: watch::Sender<()>,
}

impl BackgroundTask {
    /// Starts the task. It ends when the sender at the other end of what it is given is dropped.
    pub(crate) fn start<F>(work: impl FnOnce(watch::Receiver<()>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (running, stopped) = watch::channel(());
        Self::of(running, work(stopped))
    }

    /// Starts a task that ends when this sender is dropped.
    pub(crate) fn of(
        running: watch::Sender<()>,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let task = tokio::spawn(work);
        Self { task, running }
    }

    /// Makes the task end, and waits until it has.
    pub(crate) async fn end(self) {
        drop(self.running);
        // The task has ended by itself or by its own panic, which is on standard error.
        let _ended = self.task.await;
    }
}

impl BackgroundTask {
    /// Does the same as [`BackgroundTask::end`], and aborts a task that takes longer.
    pub(crate) async fn end_within(mut self, patience: Duration) {
        drop(self.running);
        let ended = tokio::time::timeout(patience, &mut self.task).await;
        if ended.is_err() {
            self.task.abort();
        }
    }
}

/// Waits until the sender at the other end is dropped. The channel has no messages; its end is the signal.
pub(crate) async fn end_of(stopped: &mut watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}
