//! The whole state of the mock: a plain struct that one lock guards, with one method for each operation.
//!
//! It knows no HTTP: [`World::answer`] takes a request in plain data and gives a status and a JSON body. Its clock is given
//! to it, and its ids and secrets are counted, so that the same requests always get the same answers.

mod account;
mod agent;
mod approval;
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
mod human_actions;
mod invoice;
mod job;
mod job_invite;
mod marketplace;
mod message;
mod message_list;
mod milestone;
mod milestone_payment;
mod my_jobs;
mod outbox;
mod proposal;
mod proposal_view;
mod publish;
mod published_jobs;
mod seed;
mod state_check;
mod team;
mod token;
mod token_list;
mod top_up;
mod webhook;
mod webhook_schedule;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::changes_settings::ChangesSettings;
use crate::clock::{Clock, ClockState};
use crate::feature::Features;
use crate::table::Table;

pub(crate) use account::Account;
pub(crate) use agent::Registration;
pub(crate) use approval::Approval;
pub(crate) use contract::Contract;
pub(crate) use conversation::Conversation;
pub(crate) use credit_ledger::CreditEntry;
pub(crate) use dispatch::ApiResponse;
pub(crate) use events::Event;
pub(crate) use freelancer::Freelancer;
pub(crate) use human_actions::OpenApproval;
pub(crate) use invoice::Invoice;
pub(crate) use job::Job;
pub(crate) use outbox::Outbox;
pub(crate) use proposal::Proposal;
pub(crate) use published_jobs::PublishedJobs;
pub(crate) use seed::SeedAccounts;
pub(crate) use token::Token;
pub(crate) use top_up::TopUp;
pub(crate) use webhook::Webhook;
pub(crate) use webhook_schedule::WebhookRequest;

/// State of the mock. A snapshot holds all of it, except what depends on the running server.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct World {
    #[serde(skip, default = "Clock::frozen")]
    clock: Clock,
    /// Base URL of the mock, for URLs that a program calls.
    #[serde(skip)]
    pub(crate) base_url: String,
    /// Settings of the changes; of the server, and not of its state.
    #[serde(skip)]
    pub(crate) changes: ChangesSettings,
    features: Features,
    /// True if the human confirms a pending approval at its second read.
    auto_confirm: bool,
    counters: BTreeMap<Cow<'static, str>, u64>,
    #[serde(rename = "residents")]
    seed_accounts: SeedAccounts,
    accounts: Table<Account>,
    /// By secret.
    tokens: Table<Token>,
    /// By claim token.
    registrations: Table<Registration>,
    freelancers: Table<Freelancer>,
    jobs: Table<Job>,
    #[serde(skip)]
    published_jobs: PublishedJobs,
    proposals: Table<Proposal>,
    approvals: Table<Approval>,
    contracts: Table<Contract>,
    invoices: Table<Invoice>,
    #[serde(rename = "ledger")]
    credit_entries: Table<CreditEntry>,
    top_ups: Table<TopUp>,
    conversations: Table<Conversation>,
    webhooks: Table<Webhook>,
    /// Oldest first; the number of each is its place, from 1.
    events: Vec<Arc<Event>>,
    pub(crate) outbox: Outbox,
    /// True if there may be something new to send.
    #[serde(skip)]
    has_due_deliveries: bool,
    /// Number of restored snapshots.
    #[serde(skip)]
    epoch: u64,
    /// Number of writes outside of the tables.
    #[serde(skip)]
    writes: u64,
    /// Number of notes that are no change: that a request came.
    #[serde(skip)]
    traces: u64,
}

/// Number of writes to a world. If two revisions of a world are equal, only notes lie between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    epoch: u64,
    writes: u64,
}

impl World {
    /// Returns a world with a clock and without rows.
    pub(crate) fn empty(clock: Clock) -> Self {
        Self {
            clock,
            base_url: "http://127.0.0.1".to_owned(),
            changes: ChangesSettings::default(),
            features: Features::default(),
            auto_confirm: false,
            counters: BTreeMap::new(),
            seed_accounts: SeedAccounts::default(),
            accounts: Table::new(),
            tokens: Table::new(),
            registrations: Table::new(),
            freelancers: Table::new(),
            jobs: Table::new(),
            published_jobs: PublishedJobs::default(),
            proposals: Table::new(),
            approvals: Table::new(),
            contracts: Table::new(),
            invoices: Table::new(),
            credit_entries: Table::new(),
            top_ups: Table::new(),
            conversations: Table::new(),
            webhooks: Table::new(),
            events: Vec::new(),
            outbox: Outbox::default(),
            has_due_deliveries: false,
            epoch: 0,
            writes: 0,
            traces: 0,
        }
    }

    /// Rebuilds the derived tables that a snapshot does not hold.
    pub(crate) fn rebuild(&mut self) {
        self.published_jobs = PublishedJobs::of(&self.jobs);
        self.outbox.rebuild();
    }

    /// Replaces the world by another, rebuilt one, and keeps the address, the clock and the settings of the server. Returns the old world.
    pub(crate) fn restore(&mut self, other: Self) -> Self {
        let (clock, base_url) = (self.clock.clone(), self.base_url.clone());
        let next = Self {
            clock,
            base_url,
            changes: self.changes,
            has_due_deliveries: true,
            epoch: self.epoch + 1,
            traces: self.traces + 1,
            ..other
        };
        std::mem::replace(self, next)
    }

    /// Returns the number of writes. A read is no write, although the number of the last request and the last use of a token are
    /// noted.
    pub(crate) fn revision(&self) -> Revision {
        let tables = [
            self.accounts.writes(),
            self.tokens.writes(),
            self.registrations.writes(),
            self.freelancers.writes(),
            self.jobs.writes(),
            self.proposals.writes(),
            self.approvals.writes(),
            self.contracts.writes(),
            self.invoices.writes(),
            self.credit_entries.writes(),
            self.top_ups.writes(),
            self.conversations.writes(),
            self.webhooks.writes(),
            self.outbox.writes(),
        ];
        Revision {
            epoch: self.epoch,
            writes: tables.iter().sum::<u64>() + self.writes,
        }
    }

    /// Returns the number of notes that are no change.
    pub(crate) fn traces(&self) -> u64 {
        self.traces
    }

    pub(crate) fn auto_confirms(&self) -> bool {
        self.auto_confirm
    }

    /// Sets whether the human confirms a pending approval at its second read.
    pub(crate) fn set_auto_confirm(&mut self, on: bool) {
        if self.auto_confirm != on {
            self.writes += 1;
        }
        self.auto_confirm = on;
    }

    pub(crate) fn features(&self) -> &Features {
        &self.features
    }

    /// Switches a feature. Returns `None` if there is no such flag.
    pub(crate) fn switch_feature(&mut self, key: &str, on: bool) -> Option<()> {
        if self.features.is_on(key) != on {
            self.writes += 1;
        }
        self.features.switch(key, on)
    }

    /// Returns the state of the clock.
    pub(crate) fn clock_state(&self) -> ClockState {
        self.clock.state()
    }

    /// Sets the clock, for all who share it.
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
        self.outbox.next_due()
    }

    /// Returns the next number of a kind, from 1.
    fn next_number(&mut self, kind: &'static str) -> u64 {
        self.writes += 1;
        self.count(kind)
    }

    fn count(&mut self, kind: &'static str) -> u64 {
        let counter = self.counters.entry(Cow::Borrowed(kind)).or_default();
        *counter += 1;
        *counter
    }

    /// Returns the last number of a kind; 0 if there was none.
    fn last_number(&self, kind: &'static str) -> u64 {
        self.counters.get(kind).copied().unwrap_or_default()
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
        let number = self.count("request");
        format!("00000000-0000-4000-8000-{number:012x}")
    }
}
