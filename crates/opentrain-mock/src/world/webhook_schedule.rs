//! Deliveries of events to subscriptions: attempts, repetitions, and the end of a subscription.

use std::time::Duration;

use jiff::Timestamp;

use super::World;
use crate::time::later;
use crate::webhook_delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState};
use crate::webhook_destination::{WebhookDestination, WebhookRoutes};
use crate::webhook_signature::sign;

/// Time from each failure to the next attempt. There is none after the fifth failure.
const BACKOFF: [Duration; 4] = [minutes(1), minutes(5), minutes(30), minutes(120)];
const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// Request to a webhook that is due.
pub(crate) struct WebhookRequest {
    number: u64,
    /// Number of the world it belongs to. After a restore its outcome is ignored.
    epoch: u64,
    at: Timestamp,
    pub(crate) delivery: String,
    pub(crate) event_type: String,
    pub(crate) destination: WebhookDestination,
    pub(crate) body: String,
    pub(crate) signature: String,
}

impl World {
    /// Adds a delivery of the last event for each subscription to its type.
    pub(super) fn schedule_deliveries(&mut self) {
        let Some(event) = self.saved.events.last() else {
            return;
        };
        let subscribed = self
            .saved
            .webhooks
            .iter()
            .filter(|webhook| webhook.wants(event));
        let to = subscribed.map(|webhook| (webhook.id.clone(), webhook.url.clone()));
        let to: Vec<_> = to.collect();
        let (event_id, event_type) = (event.id(), event.kind().name());
        let now = self.now();
        for (webhook_id, url) in to {
            let delivery = Delivery {
                id: self.next_id("dlv"),
                webhook_id,
                url,
                event_id: event_id.clone(),
                event_type: event_type.to_owned(),
                attempts: Vec::new(),
                state: DeliveryState::Pending {
                    next_attempt_at: now,
                },
            };
            let number = self.last_number("dlv");
            self.saved.outbox.add(number, delivery);
            self.has_due_deliveries = true;
        }
    }

    /// Returns the requests that are due, at most one for each webhook. They count as under way from here on.
    pub(crate) fn take_due_requests(
        &mut self,
        routes: &WebhookRoutes,
    ) -> (Vec<WebhookRequest>, Vec<Delivery>) {
        let mut due_requests = Vec::new();
        let mut unsendable = Vec::new();
        // A delivery that cannot be sent leaves its webhook free for the next one.
        loop {
            let due = self.saved.outbox.due(self.now());
            if due.is_empty() {
                return (due_requests, unsendable);
            }
            for number in due {
                match self.webhook_request(number, routes) {
                    Ok(webhook_request) => {
                        self.saved.uncounted().outbox.begin(number);
                        due_requests.push(webhook_request);
                    }
                    Err(reason) => {
                        let state = DeliveryState::NotSent { reason };
                        unsendable.extend(self.saved.outbox.change(number, |of| of.state = state));
                    }
                }
            }
        }
    }

    /// Returns the request for a due delivery, or the reason why there is none. A snapshot may hold a delivery whose webhook or
    /// event it lacks.
    fn webhook_request(
        &self,
        number: u64,
        routes: &WebhookRoutes,
    ) -> Result<WebhookRequest, String> {
        let at = self.now();
        let delivery = self.saved.outbox.get(number).ok_or("it is not there")?;
        let destination = routes.destination(&delivery.url)?;
        let event = self.event(&delivery.event_id);
        let event = event.ok_or("its event is not there")?;
        let webhook = self.saved.webhooks.get(&delivery.webhook_id);
        let webhook = webhook.ok_or("its webhook is not there")?;
        let body = event.to_json().to_string();
        Ok(WebhookRequest {
            number,
            epoch: self.epoch,
            at,
            delivery: delivery.id.clone(),
            event_type: delivery.event_type.clone(),
            destination,
            signature: sign(webhook.secret(), at, &body),
            body,
        })
    }

    /// Records the outcome of a request, and returns the delivery; `None` if the delivery or its world is gone.
    pub(crate) fn record_outcome(
        &mut self,
        webhook_request: &WebhookRequest,
        outcome: AttemptOutcome,
    ) -> Option<Delivery> {
        if webhook_request.epoch != self.epoch {
            return None;
        }
        let now = self.now();
        let is_success = outcome.is_success();
        let at = webhook_request.at;
        let delivery = self.saved.outbox.end(webhook_request.number, |delivery| {
            delivery.attempts.push(Attempt { at, outcome });
            delivery.state = state_after(delivery.attempts.len(), is_success, now);
        })?;
        self.judge_webhook(&delivery, now);
        Some(delivery)
    }

    /// Counts a finished delivery for its webhook, which may be disabled for it.
    fn judge_webhook(&mut self, delivery: &Delivery, now: Timestamp) {
        let is_success = match delivery.state {
            DeliveryState::Delivered => true,
            DeliveryState::Failed => false,
            DeliveryState::Pending { .. } | DeliveryState::NotSent { .. } => return,
        };
        let Some(webhook) = self.saved.webhooks.get_mut(&delivery.webhook_id) else {
            return;
        };
        if is_success {
            webhook.succeeded();
        } else if webhook.failed(now) {
            self.saved.outbox.give_up(&delivery.webhook_id);
        }
    }

    /// True if no delivery is due or under way.
    pub(crate) fn is_all_sent(&self) -> bool {
        let now = self.now();
        self.saved.outbox.is_idle() && self.saved.outbox.next_due().is_none_or(|due| due > now)
    }
}

/// Returns the state of a delivery after so many attempts.
fn state_after(attempts: usize, is_success: bool, now: Timestamp) -> DeliveryState {
    if is_success {
        return DeliveryState::Delivered;
    }
    let wait = attempts
        .checked_sub(1)
        .and_then(|failures| BACKOFF.get(failures));
    wait.map_or(DeliveryState::Failed, |wait| DeliveryState::Pending {
        next_attempt_at: later(now, *wait),
    })
}
