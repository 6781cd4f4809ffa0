//! The server's handles on webhooks: what was delivered, waiting for it, and where it goes.

use super::MockServer;
use crate::courier;
use crate::delivery::Delivery;
use crate::error::MockError;

impl MockServer {
    /// What is or was delivered to webhooks, oldest first; of very many only the last 10,000 that are over. Deleting a webhook
    /// deletes its deliveries.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.world().outbox.deliveries().cloned().collect()
    }

    /// Waits until everything that is due by the clock has been sent to the webhooks and answered, or has failed.
    ///
    /// The mock sends by itself as soon as something happens; this is for a test that wants to look at what came of it. A failed
    /// delivery is due again 1, 5, 30 and 120 minutes after each failure, so a test advances the clock and waits once more.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the waiting, not the sending.
    pub async fn deliver(&self) {
        courier::all_sent(&self.shared, self.progress.clone()).await;
    }

    /// Has what is meant for webhooks at the origin `from` sent to `to`, which must be plain `http` on loopback: from
    /// `https://hooks.example.com` to `http://127.0.0.1:9000`. Path and query stay as they are.
    ///
    /// Without a route, only webhooks at `http://localhost`, `http://127.0.0.1` and `http://[::1]` are sent to; deliveries to
    /// others are [`DeliveryState::NotSent`](crate::DeliveryState::NotSent), and stay so when a route is added later.
    ///
    /// # Errors
    ///
    /// If `from` is no `http` or `https` origin, or `to` is no `http` origin on loopback.
    pub fn route_webhooks(&self, from: &str, to: &str) -> Result<(), MockError> {
        Ok(self.shared.route_webhooks(from, to)?)
    }
}
