//! The background task that sends what is due to webhooks, and waits for more.
//!
//! The world decides what is due and what a result means; it is never locked while a request is under way.

mod post;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::post::post;
use crate::background_task;
use crate::clock::Clock;
use crate::shared::Shared;
use crate::webhook_delivery::AttemptOutcome;
use crate::world::WebhookRequest;

pub(crate) struct WebhookSender {
    shared: Arc<Shared>,
    clock: Clock,
    /// Time-out of a request to a webhook.
    patience: Duration,
    under_way: JoinSet<(WebhookRequest, AttemptOutcome)>,
    /// Number of rounds so far, sent after each.
    progress: watch::Sender<u64>,
}

impl WebhookSender {
    /// Returns a courier and the receiver of its progress.
    pub(crate) fn new(
        shared: Arc<Shared>,
        clock: Clock,
        patience: Duration,
    ) -> (Self, watch::Receiver<u64>) {
        let (progress, receiver) = watch::channel(0);
        let sender = Self {
            shared,
            clock,
            patience,
            under_way: JoinSet::new(),
            progress,
        };
        (sender, receiver)
    }

    /// Sends until the sender at the other end of `stopped` is dropped. Requests under way are cut then, and their deliveries stay
    /// pending.
    pub(crate) async fn run(mut self, mut stopped: watch::Receiver<()>) {
        let mut moves = self.clock.moves();
        loop {
            let next = self.send_due();
            self.progress.send_modify(|rounds| *rounds += 1);
            tokio::select! {
                Some(done) = self.under_way.join_next() => self.record_outcome(done.ok()),
                () = self.shared.bell().notified() => {}
                // The clock lives as long as this.
                _moved = moves.changed() => {}
                () = wait_until(next, &self.clock) => {}
                () = background_task::end_of(&mut stopped) => break,
            }
        }
    }

    /// Starts a request to each idle webhook with a due delivery. Returns when the next delivery is due.
    fn send_due(&mut self) -> Option<Timestamp> {
        let (due_requests, unsendable, next) = {
            let mut world = self.shared.world();
            let (due_requests, unsendable) = world.take_due_requests(&self.shared.routes());
            (due_requests, unsendable, world.next_moment())
        };
        for delivery in &unsendable {
            self.shared.report(delivery);
        }
        for webhook_request in due_requests {
            let patience = self.patience;
            self.under_way.spawn(async move {
                let outcome = post(&webhook_request, patience).await;
                (webhook_request, outcome)
            });
        }
        next
    }

    /// Records the outcome of a request. It is `None` only if the task was ended from outside.
    fn record_outcome(&self, done: Option<(WebhookRequest, AttemptOutcome)>) {
        let Some((webhook_request, outcome)) = done else {
            return;
        };
        let delivery = self
            .shared
            .world()
            .record_outcome(&webhook_request, outcome);
        if let Some(delivery) = delivery {
            self.shared.report(&delivery);
        }
    }
}

/// Returns when the clock shows `next` by itself: never if it stands still, or there is no such moment.
async fn wait_until(next: Option<Timestamp>, clock: &Clock) {
    match next.and_then(|next| clock.time_until(next)) {
        Some(left) => tokio::time::sleep(left).await,
        None => std::future::pending().await,
    }
}

/// Returns when everything that is due has been sent and its results are noted.
pub(crate) async fn all_sent(shared: &Shared, mut progress: watch::Receiver<u64>) {
    // Once: what is under way ends by itself, and its end is progress.
    shared.bell().notify_one();
    loop {
        progress.borrow_and_update();
        if shared.world().is_all_sent() {
            return;
        }
        if progress.changed().await.is_err() {
            // The courier has ended: no more deliveries are sent.
            return;
        }
    }
}
