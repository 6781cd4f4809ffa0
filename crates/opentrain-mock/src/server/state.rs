//! The server's handles on its state: taking it, going back to it, keeping it in a file, and stopping.

use super::MockServer;
use crate::courier;
use crate::error::MockError;
use crate::snapshot::Snapshot;

impl MockServer {
    /// Everything that the mock holds now: the world, its counters, and where its clock stands. Not the log of requests.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Makes everything as it was when the snapshot was taken, here or in another mock: every answer is the same as there and
    /// then. The clock goes back as well, for all who share it, and stands still or runs as it did. The address and the log of
    /// requests stay.
    pub fn restore(&self, snapshot: Snapshot) {
        self.shared.restore(snapshot);
    }

    /// Waits until the file of [`MockServerBuilder::state_file`](crate::MockServerBuilder::state_file) holds everything that has
    /// happened until now. Without such a file there is nothing to wait for.
    ///
    /// The mock saves by itself after every change; after it has saved for some time, it rests nine times as long.
    ///
    /// # Errors
    ///
    /// If the file could not be written. What was in it is still there.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the waiting, not the saving.
    pub async fn state_saved(&self) -> Result<(), MockError> {
        match &self.keeper {
            Some((_, watcher)) => watcher.clone().all_saved().await,
            None => Ok(()),
        }
    }

    /// Stops the server and waits until the last connection is done, until what is due for the webhooks has been sent, for which
    /// there is as much time as one of them may take for its answer, and until the state is saved, if it is kept.
    pub async fn stop(self) {
        // Whoever wants to know asks `close`.
        let _saved = self.close().await;
    }

    /// Does what [`MockServer::stop`] does, and tells if the state could not be saved.
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
        let all_sent = courier::all_sent(&self.shared, self.progress);
        // Whatever is not sent by then stays pending.
        let _in_time = tokio::time::timeout(self.webhook_patience, all_sent).await;
        self.courier.end().await;
        let Some((keeper, watcher)) = self.keeper else {
            return Ok(());
        };
        keeper.end().await;
        watcher.result()
    }
}
