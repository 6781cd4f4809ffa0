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
use crate::world::Errand;

pub(crate) struct Courier {
    shared: Arc<Shared>,
    clock: Clock,
    /// Time-out of a request to a webhook.
    patience: Duration,
    under_way: JoinSet<(Errand, AttemptOutcome)>,
    /// Number of rounds so far, sent after each.
    progress: watch::Sender<u64>,
}

impl Courier {
    /// Returns a courier and the receiver of its progress.
    pub(crate) fn new(
        shared: Arc<Shared>,
        clock: Clock,
        patience: Duration,
    ) -> (Self, watch::Receiver<u64>) {
        let (progress, told) = watch::channel(0);
        let courier = Self {
            shared,
            clock,
            patience,
            under_way: JoinSet::new(),
            progress,
        };
        (courier, told)
    }

    /// Sends until the sender at the other end of `stopped` is dropped. Requests under way are cut then, and their deliveries stay
    /// pending.
    pub(crate) async fn run(mut self, mut stopped: watch::Receiver<()>) {
        let mut moves = self.clock.moves();
        loop {
            let next = self.begin_what_is_due();
            self.progress.send_modify(|rounds| *rounds += 1);
            tokio::select! {
                Some(done) = self.under_way.join_next() => self.settle(done.ok()),
                () = self.shared.bell().notified() => {}
                // The clock lives as long as this.
                _moved = moves.changed() => {}
                () = wait_until(next, &self.clock) => {}
                () = background_task::end_of(&mut stopped) => break,
            }
        }
    }

    /// Starts a request to each idle webhook with a due delivery. Returns when the next delivery is due.
    fn begin_what_is_due(&mut self) -> Option<Timestamp> {
        let (errands, unsendable, next) = {
            let mut world = self.shared.world();
            let (errands, unsendable) = world.take_errands(&self.shared.routes());
            (errands, unsendable, world.next_moment())
        };
        for delivery in &unsendable {
            self.shared.tell(delivery);
        }
        for errand in errands {
            let patience = self.patience;
            self.under_way.spawn(async move {
                let outcome = post(&errand, patience).await;
                (errand, outcome)
            });
        }
        next
    }

    /// Records the outcome of a request. It is `None` only if the task was ended from outside.
    fn settle(&self, done: Option<(Errand, AttemptOutcome)>) {
        let Some((errand, outcome)) = done else {
            return;
        };
        let delivery = self.shared.world().settle(&errand, outcome);
        if let Some(delivery) = delivery {
            self.shared.tell(&delivery);
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
