//! The outbox: all deliveries, with indexes of the waiting, running and finished ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::webhook_delivery::{Delivery, DeliveryState};

/// Number of finished deliveries that are kept, the last ones.
const KEPT: usize = 10_000;

/// All deliveries, by number, oldest first.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    deliveries: BTreeMap<u64, Arc<Delivery>>,
    /// Pending deliveries of each webhook that are not under way, by due time.
    #[serde(skip)]
    waiting: BTreeMap<String, BTreeSet<(Timestamp, u64)>>,
    /// Delivery under way to each webhook: at most one, so that events come in order.
    #[serde(skip)]
    under_way: BTreeMap<String, u64>,
    /// Finished deliveries, successful or not.
    #[serde(skip)]
    over: BTreeSet<u64>,
}

impl Outbox {
    /// Returns all deliveries, oldest first.
    pub(crate) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries.values().map(Arc::as_ref)
    }

    pub(super) fn get(&self, number: u64) -> Option<&Delivery> {
        self.deliveries.get(&number).map(Arc::as_ref)
    }

    /// Rebuilds the indexes. A delivery that was under way when a snapshot was taken is tried again.
    pub(super) fn rebuild(&mut self) {
        self.under_way.clear();
        self.waiting.clear();
        self.over.clear();
        for number in self.deliveries.keys().copied().collect::<Vec<_>>() {
            self.sort_in(number);
        }
        self.trim();
    }

    /// Returns when the next delivery to an idle webhook is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.next_of_each().map(|(due, _)| due).min()
    }

    /// Returns the numbers of the due deliveries to idle webhooks, one for each webhook, earliest first.
    pub(super) fn due(&self, now: Timestamp) -> Vec<u64> {
        let next = self.next_of_each();
        let mut due: Vec<_> = next.filter(|(due, _)| *due <= now).collect();
        due.sort_unstable();
        due.into_iter().map(|(_, number)| number).collect()
    }

    /// True if no delivery is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    pub(super) fn add(&mut self, number: u64, delivery: Delivery) {
        self.deliveries.insert(number, Arc::new(delivery));
        self.sort_in(number);
    }

    /// Marks a delivery as under way.
    pub(super) fn begin(&mut self, number: u64) {
        self.sort_out(number);
        if let Some(delivery) = self.deliveries.get(&number) {
            self.under_way.insert(delivery.webhook_id.clone(), number);
        }
    }

    /// Ends a delivery that is under way: records its outcome, and returns it.
    pub(super) fn end(
        &mut self,
        number: u64,
        change: impl FnOnce(&mut Delivery),
    ) -> Option<Delivery> {
        let webhook = &self.deliveries.get(&number)?.webhook_id;
        self.under_way.remove(webhook);
        self.change(number, change)
    }

    /// Changes a delivery, and returns it.
    pub(super) fn change(
        &mut self,
        number: u64,
        change: impl FnOnce(&mut Delivery),
    ) -> Option<Delivery> {
        self.sort_out(number);
        let delivery = Arc::make_mut(self.deliveries.get_mut(&number)?);
        change(delivery);
        let delivery = delivery.clone();
        self.sort_in(number);
        self.trim();
        Some(delivery)
    }

    /// Gives up the pending deliveries to a webhook.
    pub(super) fn give_up(&mut self, webhook: &str) {
        for (_, number) in self.waiting.remove(webhook).unwrap_or_default() {
            self.change(number, |delivery| delivery.state = DeliveryState::Failed);
        }
    }

    /// Removes all deliveries to a webhook. The outcome of a request under way is ignored.
    pub(super) fn forget(&mut self, webhook: &str) {
        self.waiting.remove(webhook);
        self.under_way.remove(webhook);
        self.deliveries
            .retain(|_, delivery| delivery.webhook_id != webhook);
        let deliveries = &self.deliveries;
        self.over.retain(|number| deliveries.contains_key(number));
    }

    /// Returns the next delivery to each idle webhook.
    fn next_of_each(&self) -> impl Iterator<Item = (Timestamp, u64)> {
        let waiting = self.waiting.iter();
        let free = waiting.filter(|(webhook, _)| !self.under_way.contains_key(*webhook));
        free.filter_map(|(_, waiting)| waiting.first().copied())
    }

    /// Adds a delivery to the index of the waiting or of the finished ones.
    fn sort_in(&mut self, number: u64) {
        let Some(delivery) = self.deliveries.get(&number) else {
            return;
        };
        match delivery.next_attempt_at() {
            Some(due) => {
                let webhook = delivery.webhook_id.clone();
                self.waiting
                    .entry(webhook)
                    .or_default()
                    .insert((due, number));
            }
            None => {
                self.over.insert(number);
            }
        }
    }

    /// Removes a delivery from its index.
    fn sort_out(&mut self, number: u64) {
        self.over.remove(&number);
        let Some(delivery) = self.deliveries.get(&number) else {
            return;
        };
        let waiting = self.waiting.get_mut(&delivery.webhook_id);
        if let (Some(waiting), Some(due)) = (waiting, delivery.next_attempt_at()) {
            waiting.remove(&(due, number));
        }
    }

    /// Removes the oldest finished deliveries.
    fn trim(&mut self) {
        while self.over.len() > KEPT {
            if let Some(oldest) = self.over.pop_first() {
                self.deliveries.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{KEPT, Outbox};
    use crate::webhook_delivery::{Delivery, DeliveryState};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn delivery(webhook: &str) -> Delivery {
        let next_attempt_at = NOW;
        Delivery {
            id: "dlv_1".to_owned(),
            webhook_id: webhook.to_owned(),
            url: "http://localhost/".to_owned(),
            event_id: "1".to_owned(),
            event_type: "proposal.received".to_owned(),
            attempts: Vec::new(),
            state: DeliveryState::Pending { next_attempt_at },
        }
    }

    fn over(delivery: &mut Delivery) {
        delivery.state = DeliveryState::Delivered;
    }

    #[test]
    fn delivery_to_a_busy_webhook_is_not_due() {
        let mut outbox = Outbox::default();
        for number in [1, 2] {
            outbox.add(number, delivery("wh_1"));
        }
        assert_eq!((outbox.due(NOW), outbox.next_due()), (vec![1], Some(NOW)));
        outbox.begin(1);
        assert_eq!((outbox.due(NOW), outbox.next_due()), (vec![], None));
        outbox.add(3, delivery("wh_2"));
        assert_eq!((outbox.due(NOW), outbox.next_due()), (vec![3], Some(NOW)));
        outbox.end(1, over);
        assert_eq!(outbox.due(NOW), [2, 3]);
    }

    #[test]
    fn oldest_finished_deliveries_are_dropped_even_behind_a_pending_one() {
        let mut outbox = Outbox::default();
        let last = u64::try_from(KEPT).expect("it is small") + 5;
        outbox.add(1, delivery("wh_1"));
        for number in 2..=last {
            outbox.add(number, delivery("wh_2"));
            outbox.change(number, over);
        }
        let first_kept: Vec<_> = outbox.deliveries.keys().take(2).copied().collect();
        assert_eq!(
            (outbox.deliveries.len(), first_kept),
            (KEPT + 1, vec![1, 6])
        );
        outbox.change(1, over);
        assert_eq!(outbox.deliveries.keys().next(), Some(&6));
    }
}
