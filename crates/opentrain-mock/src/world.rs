//! The mock's service: a plain struct that one lock guards, with one method for each operation.
//!
//! It knows no HTTP: [`World::handle`] takes a request in plain data and gives a status and a JSON body. Its clock is given
//! to it, and its ids and secrets are counted, so that the same requests always get the same responses.

mod account;
mod agent;
mod approval;
mod budget_state;
mod candidate_actions;
mod contract;
mod contract_budget;
mod contract_end;
mod conversation;
mod credit_ledger;
mod dispatch;
mod draft;
mod employer_actions;
mod events;
mod freelancer;
mod hire;
mod hire_confirmed;
mod hire_terms;
mod human_actions;
mod invoice;
mod job;
mod job_invite;
mod marketplace;
mod message;
mod message_list;
mod milestone;
mod milestone_changes;
mod milestone_payment;
mod my_jobs;
mod outbox;
mod proposal;
mod proposal_view;
mod publish;
mod published_jobs;
mod saved_state;
mod seed;
mod state_check;
mod team;
mod team_member;
mod token;
mod token_list;
mod top_up;
mod webhook;
mod webhook_schedule;

use std::borrow::Cow;

use jiff::Timestamp;

use crate::changes_settings::ChangesSettings;
use crate::clock::{Clock, ClockState};
use crate::counted::Counted;
use crate::feature::Features;
use crate::row_texts::RowTexts;
use crate::webhook_delivery::Delivery;
use credit_ledger::CreditEntry;
use events::Event;
use job::Job;

pub(crate) use account::Account;
pub(crate) use dispatch::ApiResponse;
pub(crate) use human_actions::OpenApproval;
pub(crate) use saved_state::SavedState;
pub(crate) use seed::DEFAULT_JOBS;
pub(crate) use webhook_schedule::WebhookRequest;

/// The mock's service: its saved state, and the parts that depend on the running server.
pub(crate) struct World {
    clock: Clock,
    /// Base URL of the mock, for URLs that a program calls.
    pub(crate) base_url: String,
    /// Settings of `GET /jobs/changes`.
    pub(crate) changes: ChangesSettings,
    saved: Counted<SavedState>,
    /// True if there may be new deliveries to send.
    has_due_deliveries: bool,
    /// Number of restored snapshots.
    epoch: u64,
    /// Number of notes that are no change: that a request came.
    traces: u64,
    /// Jobs as the marketplace shows them.
    job_texts: RowTexts<Job>,
    event_texts: RowTexts<Event>,
    ledger_texts: RowTexts<CreditEntry>,
}

impl World {
    /// Returns a world with a clock and without rows.
    pub(crate) fn empty(clock: Clock) -> Self {
        Self {
            clock,
            base_url: "http://127.0.0.1".to_owned(),
            changes: ChangesSettings::default(),
            saved: Counted::new(SavedState::default()),
            has_due_deliveries: false,
            epoch: 0,
            traces: 0,
            job_texts: RowTexts::default(),
            event_texts: RowTexts::default(),
            ledger_texts: RowTexts::default(),
        }
    }

    /// Returns the state that a snapshot holds.
    pub(crate) fn saved(&self) -> &SavedState {
        &self.saved
    }

    /// Returns the state of a world that is not used any more.
    pub(crate) fn into_saved(self) -> SavedState {
        self.saved.into_inner()
    }

    /// Replaces the saved state by another, rebuilt one, and returns the old one. Address, clock and settings of the server stay.
    pub(crate) fn restore(&mut self, saved: SavedState) -> SavedState {
        self.has_due_deliveries = true;
        self.epoch += 1;
        self.traces += 1;
        self.job_texts.clear();
        self.event_texts.clear();
        self.ledger_texts.clear();
        self.saved.replace(saved)
    }

    /// Returns the number of writes. A read is no write, although the number of the last request and the last use of a token are
    /// noted.
    pub(crate) fn revision(&self) -> u64 {
        self.saved.writes()
    }

    /// Returns the number of restored snapshots.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Returns all deliveries to webhooks, oldest first.
    pub(crate) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.saved.outbox.deliveries()
    }

    /// Returns the number of notes that are no change.
    pub(crate) fn traces(&self) -> u64 {
        self.traces
    }

    pub(crate) fn auto_confirms(&self) -> bool {
        self.saved.auto_confirm
    }

    /// Sets whether the human confirms a pending approval at its second read.
    pub(crate) fn set_auto_confirm(&mut self, on: bool) {
        if self.saved.auto_confirm != on {
            self.saved.auto_confirm = on;
        }
    }

    pub(crate) fn features(&self) -> &Features {
        &self.saved.features
    }

    /// Switches a feature. Returns `None` if there is no such flag.
    pub(crate) fn switch_feature(&mut self, key: &str, on: bool) -> Option<()> {
        let features = match self.saved.features.is_on(key) == on {
            true => &mut self.saved.uncounted().features,
            false => &mut self.saved.features,
        };
        features.switch(key, on)
    }

    /// Returns the state of the clock.
    pub(crate) fn clock_state(&self) -> ClockState {
        self.clock.state()
    }

    /// Sets the clock, with all its clones.
    pub(crate) fn set_clock(&self, clock_state: ClockState) {
        self.clock.set(clock_state);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// True if there may be something new to send since the last call.
    pub(crate) fn take_has_due_deliveries(&mut self) -> bool {
        std::mem::take(&mut self.has_due_deliveries)
    }

    /// Returns when the next delivery to a webhook is due. Deliveries alone go by the clock: approvals and top-ups expire when they
    /// are read.
    pub(crate) fn next_moment(&self) -> Option<Timestamp> {
        self.saved.outbox.next_due()
    }

    /// Returns the next number of a kind, from 1.
    fn next_number(&mut self, kind: &'static str) -> u64 {
        let counter = self.saved.counters.entry(Cow::Borrowed(kind));
        increase(counter.or_default())
    }

    /// Returns the last number of a kind; 0 if there was none.
    fn last_number(&self, kind: &'static str) -> u64 {
        self.saved.counters.get(kind).copied().unwrap_or_default()
    }

    /// Returns the next id of a kind: `job_000001`.
    fn next_id(&mut self, kind: &'static str) -> String {
        let number = self.next_number(kind);
        format!("{kind}_{number:06}")
    }

    /// Returns a new secret with the given prefix, which cannot be mistaken for a real one.
    fn next_secret(&mut self, prefix: &'static str) -> String {
        let number = self.next_number(prefix);
        format!(
            "{prefix}_mock{number:04}_{:024x}",
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )
    }

    /// Returns the id of a request, in the form of a UUID.
    fn next_request_id(&mut self) -> String {
        self.traces += 1;
        let counters = &mut self.saved.uncounted().counters;
        let number = increase(counters.entry(Cow::Borrowed("request")).or_default());
        format!("00000000-0000-4000-8000-{number:012x}")
    }
}

fn increase(counter: &mut u64) -> u64 {
    *counter += 1;
    *counter
}

#[cfg(test)]
mod tests {
    use super::World;
    use crate::clock::Clock;

    /// Writes to parts of the saved state of each kind: a table, a list, the outbox, a counter, a flag.
    const WRITES: [fn(&mut World); 5] = [
        |world| world.saved.approvals.remove("apr_1"),
        |world| world.saved.events.clear(),
        |world| world.saved.outbox.forget("wh_1"),
        |world| drop(world.next_id("job")),
        |world| world.set_auto_confirm(true),
    ];

    #[test]
    fn every_write_to_the_saved_state_raises_the_revision() {
        for write in WRITES {
            let mut world = World::empty(Clock::frozen());
            let before = world.revision();
            write(&mut world);
            assert!(world.revision() > before);
        }
    }

    #[test]
    fn reads_and_request_ids_leave_the_revision() {
        let mut world = World::empty(Clock::frozen());
        let before = world.revision();
        world.set_auto_confirm(false);
        assert_eq!(world.saved().approvals.iter().count(), 0);
        assert_eq!(world.deliveries().count(), 0);
        assert!(world.next_request_id().ends_with("1"));
        assert_eq!(world.revision(), before);
    }
}
