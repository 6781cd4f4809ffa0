//! The lifetime of a running server, and waits that end with it.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::background_task;

/// Handle on the end of the server.
pub(crate) struct Lifetime {
    /// Closed when the server is to stop.
    running: watch::Receiver<()>,
    /// The runtime that the server was started from, which a test may have paused, and which may be gone.
    starter: Option<Handle>,
}

impl Lifetime {
    pub(crate) fn new(running: watch::Receiver<()>, starter: Option<Handle>) -> Self {
        Self { running, starter }
    }

    /// Waits until the server is to stop.
    pub(crate) async fn stopped(&self) {
        background_task::end_of(&mut self.running.clone()).await;
    }

    /// Waits for some time, but no longer than the server runs. The time passes by the clock of the runtime that the server was
    /// started from, so that a test may pause it, and in any case by the real clock: that runtime may be gone, or at rest.
    pub(crate) async fn sleep(&self, time: Duration) {
        let mut starter = JoinSet::new();
        if let Some(runtime) = &self.starter {
            starter.spawn_on(async move { tokio::time::sleep(time).await }, runtime);
        }
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            Some(Ok(())) = starter.join_next() => {}
            () = self.stopped() => {}
        }
    }
}
