//! Deliveries: each event to each subscription that asks for it, when it is tried, and when it is given up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::World;
use crate::delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState};
use crate::destination::{Destination, Routes};
use crate::signature::sign;
use crate::time::later;

/// How long after each failure the next attempt comes; after one more, none does.
const BACKOFF: [Duration; 4] = [minutes(1), minutes(5), minutes(30), minutes(120)];
/// Of very many deliveries only the last are kept, apart from those that are not over.
const KEPT: usize = 10_000;

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// All deliveries, by number, oldest first.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    deliveries: BTreeMap<u64, Delivery>,
    /// What is pending and not under way, by when it is due.
    #[serde(skip)]
    waiting: BTreeSet<(Timestamp, u64)>,
    /// What each webhook is being asked at the moment: never more than one thing, so that events come in order.
    #[serde(skip)]
    under_way: BTreeMap<String, u64>,
}

/// A request that is to be sent to a webhook.
pub(crate) struct Errand {
    number: u64,
    /// The world that it belongs to: one that was gone back from takes no answer for it.
    epoch: u64,
    at: Timestamp,
    pub(crate) delivery: String,
    pub(crate) event_type: String,
    pub(crate) destination: Destination,
    pub(crate) body: String,
    pub(crate) signature: String,
}

impl Outbox {
    /// All of them, oldest first.
    pub(crate) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries.values()
    }

    /// Finds again what waits. What was under way when a snapshot was taken is tried again.
    pub(super) fn rebuild(&mut self) {
        self.under_way.clear();
        let pending = self.deliveries.iter();
        let waiting =
            pending.filter_map(|(number, delivery)| Some((delivery.next_attempt_at()?, *number)));
        self.waiting = waiting.collect();
    }

    /// When the next delivery is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.first().map(|(due, _)| *due)
    }

    /// Forgets what was or would be delivered to a webhook.
    pub(super) fn forget(&mut self, webhook: &str) {
        self.deliveries
            .retain(|_, delivery| delivery.webhook_id != webhook);
        self.rebuild_waiting_of(webhook);
    }

    fn add(&mut self, number: u64, delivery: Delivery, due: Timestamp) {
        self.deliveries.insert(number, delivery);
        self.waiting.insert((due, number));
        while self.deliveries.len() > KEPT {
            let oldest = self.deliveries.first_entry();
            let Some(over) = oldest.filter(|entry| entry.get().next_attempt_at().is_none()) else {
                return;
            };
            over.remove();
        }
    }

    /// The numbers of what is due and whose webhook is free, each webhook once, earliest first.
    fn due(&self, now: Timestamp) -> Vec<u64> {
        let mut busy: BTreeSet<&str> = self.under_way.keys().map(String::as_str).collect();
        let due = self.waiting.iter().take_while(|(due, _)| *due <= now);
        due.filter(|(_, number)| {
            let delivery = self.deliveries.get(number);
            delivery.is_some_and(|delivery| busy.insert(&delivery.webhook_id))
        })
        .map(|(_, number)| *number)
        .collect()
    }

    /// Takes a delivery out of those that wait.
    fn take(&mut self, number: u64) -> Option<&mut Delivery> {
        let delivery = self.deliveries.get_mut(&number)?;
        if let Some(due) = delivery.next_attempt_at() {
            self.waiting.remove(&(due, number));
        }
        Some(delivery)
    }

    /// Gives up what is pending for a webhook.
    fn give_up(&mut self, webhook: &str) {
        for delivery in self.deliveries.values_mut() {
            if delivery.webhook_id == webhook && delivery.next_attempt_at().is_some() {
                delivery.state = DeliveryState::Failed;
            }
        }
        self.rebuild_waiting_of(webhook);
    }

    /// Keeps waiting only what is still pending, and has a webhook's last request count for nothing.
    fn rebuild_waiting_of(&mut self, webhook: &str) {
        self.under_way.remove(webhook);
        let deliveries = &self.deliveries;
        self.waiting.retain(|(_, number)| {
            let delivery = deliveries.get(number);
            delivery.is_some_and(|delivery| delivery.next_attempt_at().is_some())
        });
    }
}

impl World {
    /// Has the last event delivered to everybody who subscribed to it before it happened.
    pub(super) fn address_last_event(&mut self) {
        let Some(event) = self.events.last() else {
            return;
        };
        let subscribed = self.webhooks.iter().filter(|webhook| webhook.wants(event));
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
            self.outbox.add(self.last_number("dlv"), delivery, now);
            self.has_news = true;
        }
    }

    /// The requests that are to be sent now, each to a webhook of its own. They count as under way from here on.
    pub(crate) fn take_errands(&mut self, routes: &Routes) -> (Vec<Errand>, Vec<Delivery>) {
        let mut errands = Vec::new();
        let mut unsendable = Vec::new();
        // What cannot be sent leaves its webhook free for the next.
        loop {
            let due = self.outbox.due(self.now());
            if due.is_empty() {
                return (errands, unsendable);
            }
            for number in due {
                match self.errand(number, routes) {
                    Some(errand) => errands.push(errand),
                    None => unsendable.extend(self.outbox.deliveries.get(&number).cloned()),
                }
            }
        }
    }

    fn errand(&mut self, number: u64, routes: &Routes) -> Option<Errand> {
        let at = self.now();
        let delivery = self.outbox.take(number)?;
        let destination = match routes.destination(&delivery.url) {
            Ok(destination) => destination,
            Err(reason) => {
                delivery.state = DeliveryState::NotSent { reason };
                return None;
            }
        };
        let place: usize = delivery.event_id.parse().ok()?;
        let event = self.events.get(place.checked_sub(1)?)?;
        let webhook = self.webhooks.get(&delivery.webhook_id)?;
        let body = event.to_json().to_string();
        let errand = Errand {
            number,
            epoch: self.epoch,
            at,
            delivery: delivery.id.clone(),
            event_type: delivery.event_type.clone(),
            destination,
            signature: sign(webhook.secret(), at, &body),
            body,
        };
        let webhook = delivery.webhook_id.clone();
        self.outbox.under_way.insert(webhook, number);
        Some(errand)
    }

    /// Notes what came of a request, and gives the delivery as it stands then; none if nobody asks for it any more.
    pub(crate) fn settle(&mut self, errand: &Errand, outcome: AttemptOutcome) -> Option<Delivery> {
        if errand.epoch != self.epoch {
            return None;
        }
        let now = self.now();
        let delivery = self.outbox.deliveries.get_mut(&errand.number)?;
        let is_success = outcome.is_success();
        let at = errand.at;
        delivery.attempts.push(Attempt { at, outcome });
        delivery.state = state_after(delivery.attempts.len(), is_success, now);
        if let Some(due) = delivery.next_attempt_at() {
            self.outbox.waiting.insert((due, errand.number));
        }
        let delivery = delivery.clone();
        self.outbox.under_way.remove(&delivery.webhook_id);
        self.judge_webhook(&delivery, now);
        Some(delivery)
    }

    /// What a delivery says of its webhook, which may be disabled for it.
    fn judge_webhook(&mut self, delivery: &Delivery, now: Timestamp) {
        let Some(webhook) = self.webhooks.get_mut(&delivery.webhook_id) else {
            return;
        };
        match delivery.state {
            DeliveryState::Delivered => webhook.succeeded(),
            DeliveryState::Failed if webhook.failed(now) => {
                self.outbox.give_up(&delivery.webhook_id);
            }
            DeliveryState::Failed
            | DeliveryState::Pending { .. }
            | DeliveryState::NotSent { .. } => {}
        }
    }

    /// Whether nothing is due, and nothing under way.
    pub(crate) fn is_all_sent(&mut self) -> bool {
        self.let_time_pass();
        let now = self.now();
        self.outbox.under_way.is_empty() && self.outbox.next_due().is_none_or(|due| due > now)
    }
}

/// Where a delivery stands after so many attempts, of which all but perhaps the last failed.
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
