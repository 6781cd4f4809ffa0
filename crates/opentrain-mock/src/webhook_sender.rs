//! The background task that sends what is due to webhooks, and waits for more.
//!
//! The world decides what is due and what a result means; it is never locked while a request is under way.

mod post;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::post::post;
use crate::background_task;
use crate::clock::Clock;
use crate::shared_world::SharedWorld;
use crate::webhook_delivery::{AttemptOutcome, Delivery};
use crate::webhook_destination::WebhookRoutes;
use crate::world::WebhookRequest;

/// Function that is called with every delivery after an attempt, or when it is given up without one.
pub(crate) type DeliveryObserver = Box<dyn Fn(&Delivery) + Send + Sync>;

/// Task that sends deliveries.
pub(crate) struct WebhookSender {
    world: Arc<SharedWorld>,
    routes: Arc<Mutex<WebhookRoutes>>,
    observer: Option<DeliveryObserver>,
    /// Time-out of a request to a webhook.
    patience: Duration,
    under_way: JoinSet<(WebhookRequest, AttemptOutcome)>,
    /// Number of rounds so far, sent after each.
    progress: watch::Sender<u64>,
}

impl WebhookSender {
    /// Returns a sender and the receiver of its progress.
    pub(crate) fn new(
        world: Arc<SharedWorld>,
        routes: Arc<Mutex<WebhookRoutes>>,
        observer: Option<DeliveryObserver>,
        patience: Duration,
    ) -> (Self, watch::Receiver<u64>) {
        let (progress, receiver) = watch::channel(0);
        let sender = Self {
            world,
            routes,
            observer,
            patience,
            under_way: JoinSet::new(),
            progress,
        };
        (sender, receiver)
    }

    /// Sends until the sender at the other end of `stopped` is dropped. Requests under way are cut then, and their deliveries stay
    /// pending.
    pub(crate) async fn run(mut self, mut stopped: watch::Receiver<()>) {
        let mut moves = self.world.clock().moves();
        loop {
            let next = self.send_due();
            self.progress.send_modify(|rounds| *rounds += 1);
            tokio::select! {
                Some(done) = self.under_way.join_next() => self.record_outcome(done.ok()),
                () = self.world.due_deliveries().notified() => {}
                // The clock lives as long as this.
                _moved = moves.changed() => {}
                () = wait_until(next, self.world.clock()) => {}
                () = background_task::end_of(&mut stopped) => break,
            }
        }
    }

    /// Starts a request to each idle webhook with a due delivery. Returns when the next delivery is due.
    fn send_due(&mut self) -> Option<Timestamp> {
        let (due_requests, unsendable, next) = {
            let mut world = self.world.lock();
            let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
            let (due_requests, unsendable) = world.take_due_requests(&routes);
            (due_requests, unsendable, world.next_moment())
        };
        for delivery in &unsendable {
            self.report(delivery);
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

    /// Reports a delivery after an attempt, or when it is given up without one.
    fn report(&self, delivery: &Delivery) {
        if let Some(observer) = &self.observer {
            observer(delivery);
        }
    }

    /// Records the outcome of a request. It is `None` only if the task was ended from outside.
    fn record_outcome(&self, done: Option<(WebhookRequest, AttemptOutcome)>) {
        let Some((webhook_request, outcome)) = done else {
            return;
        };
        let delivery = self.world.lock().record_outcome(&webhook_request, outcome);
        if let Some(delivery) = delivery {
            self.report(&delivery);
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
pub(crate) async fn all_sent(world: &SharedWorld, mut progress: watch::Receiver<u64>) {
    // Once: what is under way ends by itself, and its end is progress.
    world.due_deliveries().notify_one();
    loop {
        progress.borrow_and_update();
        if world.lock().is_all_sent() {
            return;
        }
        if progress.changed().await.is_err() {
            // The sender has ended: no more deliveries are sent.
            return;
        }
    }
}
