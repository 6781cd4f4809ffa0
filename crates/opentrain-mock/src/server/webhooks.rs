//! The server's methods for webhooks: deliveries, waiting for them, and routes.

use super::MockServer;
use crate::error::MockError;
use crate::webhook_delivery::Delivery;
use crate::webhook_sender;

impl MockServer {
    /// Returns the deliveries to webhooks, oldest first; of the finished ones at most the last 10,000. Deleting a webhook deletes
    /// its deliveries.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.services.world.lock().deliveries().cloned().collect()
    }

    /// Waits until all deliveries that are due by the clock have succeeded or failed.
    ///
    /// The mock sends by itself; this method is for a test that checks the outcome. A failed delivery is due again 1, 5, 30 and 120
    /// minutes after each failure: advance the clock, then wait again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the waiting, not the sending.
    pub async fn deliver(&self) {
        webhook_sender::all_sent(&self.services.world, self.progress.clone()).await;
    }

    /// Sends the deliveries for the origin `from` to the origin `to`, which must be plain `http` on loopback: from
    /// `https://hooks.example.com` to `http://127.0.0.1:9000`. Path and query stay as they are.
    ///
    /// Without a route, the mock sends only to `http://localhost`, `http://127.0.0.1` and `http://[::1]`. Other deliveries are
    /// [`DeliveryState::NotSent`](crate::DeliveryState::NotSent), and stay so when a route is added later.
    ///
    /// # Errors
    ///
    /// If `from` is no `http` or `https` origin, or `to` is no `http` origin on loopback.
    pub fn route_webhooks(&self, from: &str, to: &str) -> Result<(), MockError> {
        Ok(self.services.route_webhooks(from, to)?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    use crate::{Clock, MockServer};

    /// Sends a request to the mock, and returns the JSON of the response.
    async fn call(server: &MockServer, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/api/public/v1{path}", server.base_url());
        let method = method.parse().expect("it is a method");
        let request = reqwest::Client::new().request(method, url);
        let request = request.bearer_auth(server.token());
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let response = request.send().await.expect("the mock responds");
        response.json().await.expect("it is JSON")
    }

    #[tokio::test]
    async fn webhook_sender_rests_while_a_webhook_is_slow() {
        let hook = TcpListener::bind("127.0.0.1:0").await;
        let hook = hook.expect("a port is free");
        let origin = format!("http://{}", hook.local_addr().expect("it listens"));
        let builder = MockServer::builder().clock(Clock::running());
        let server = builder.start().await.expect("the mock starts");
        let subscription = json!({"url": origin, "eventTypes": ["proposal.received"]});
        call(&server, "POST", "/webhooks", Some(subscription)).await;
        let job = json!({
            "title": "Clips", "description": "Tag clips.", "languages": ["German"], "headcount": 1,
            "experienceLevel": "EXPERT", "paymentType": "FIXED_PRICE", "rateAmount": 90,
        });
        let draft = json!({"format": "opentrain_canonical", "job": job});
        let draft = call(&server, "POST", "/job-drafts", Some(draft)).await;
        let path = format!(
            "/jobs/{}/publish",
            draft["jobId"].as_str().unwrap_or_default()
        );
        call(&server, "POST", &path, Some(json!({}))).await;
        // One delivery is under way, and three are due behind it. The webhook never responds.
        let _under_way = hook.accept().await.expect("it is sent");
        for _ in 0..10 {
            call(&server, "GET", "/jobs/mine", None).await;
        }
        let before = *server.progress.borrow();
        for _ in 0..50 {
            call(&server, "GET", "/jobs/mine", None).await;
        }
        assert_eq!(*server.progress.borrow(), before);
    }
}
