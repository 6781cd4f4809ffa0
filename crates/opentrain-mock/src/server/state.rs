//! The server's methods for its state: snapshot, restore, state file, and stop.

use super::MockServer;
use crate::error::MockError;
use crate::snapshot::Snapshot;
use crate::webhook_sender;

impl MockServer {
    /// Returns the whole state: the world, its counters and its clock, without the log of requests.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.services.world.snapshot()
    }

    /// Restores a snapshot of this or of another mock: every response is the same as it was there. The clock is set as well, for
    /// all clones of it. The address and the log of requests stay.
    pub fn restore(&self, snapshot: Snapshot) {
        self.services.world.restore(snapshot);
    }

    /// Waits until the file of [`MockServerBuilder::state_file`](crate::MockServerBuilder::state_file) holds all changes so far.
    /// Without a state file it returns at once.
    ///
    /// The mock saves by itself after every change. After each save it pauses nine times as long as the save took.
    ///
    /// # Errors
    ///
    /// If the file could not be written. It still has its previous content.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the waiting, not the saving.
    pub async fn state_saved(&self) -> Result<(), MockError> {
        match &self.autosave {
            Some((_, monitor)) => monitor.clone().all_saved().await,
            None => Ok(()),
        }
    }

    /// Stops the server. Waits until the last connection has ended, until the due deliveries are sent (for at most the time-out of
    /// one delivery), and until the state file, if there is one, is saved.
    pub async fn stop(self) {
        // `close` is for callers that want to know the outcome.
        let _saved = self.close().await;
    }

    /// Does the same as [`MockServer::stop`], and returns an error if the state could not be saved.
    ///
    /// # Errors
    ///
    /// If there is a [`MockServerBuilder::state_file`](crate::MockServerBuilder::state_file) and it could not be written.
    pub async fn close(self) -> Result<(), MockError> {
        let thread = self.thread.clone();
        thread.run(self.end()).await
    }

    async fn end(self) -> Result<(), MockError> {
        // A client that holds a request back must not hold up what is to be sent and saved.
        self.serving.end_within(self.webhook_patience).await;
        let all_sent = webhook_sender::all_sent(&self.services.world, self.progress);
        // A delivery that is not sent by then stays pending.
        let _in_time = tokio::time::timeout(self.webhook_patience, all_sent).await;
        self.webhook_sender.end().await;
        let Some((saving, monitor)) = self.autosave else {
            return Ok(());
        };
        saving.end().await;
        monitor.result()
    }
}
