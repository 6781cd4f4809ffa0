//! The whole state of the mock: a plain struct that one lock guards, with one method for each operation.
//!
//! It knows no HTTP: [`World::answer`] takes a request in plain data and gives a status and a JSON body. Its clock is given
//! to it, and its ids and secrets are counted, so that the same requests always get the same answers.

mod account;
mod agent;
mod approval;
mod budget;
mod candidate;
mod contract;
mod conversation;
mod delivery;
mod dispatch;
mod draft;
mod employer;
mod ending;
mod feed;
mod flaw;
mod freelancer;
mod funding;
mod hire;
mod hired;
mod human;
mod invite;
mod invoice;
mod job;
mod ledger;
mod live_job;
mod marketplace;
mod message;
mod message_list;
mod milestone;
mod outbox;
mod proposal;
mod proposal_view;
mod publications;
mod publish;
mod seed;
mod team;
mod token;
mod token_list;
mod top_up;
mod webhook;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Hand};
use crate::feature::Features;
use crate::table::Table;

pub(crate) use account::Account;
pub(crate) use agent::Registration;
pub(crate) use approval::Approval;
pub(crate) use contract::Contract;
pub(crate) use conversation::Conversation;
pub(crate) use delivery::Errand;
pub(crate) use dispatch::Outgoing;
pub(crate) use feed::Event;
pub(crate) use freelancer::Freelancer;
pub(crate) use human::Waiting;
pub(crate) use invoice::Invoice;
pub(crate) use job::Job;
pub(crate) use ledger::LedgerEntry;
pub(crate) use outbox::Outbox;
pub(crate) use proposal::Proposal;
pub(crate) use publications::Publications;
pub(crate) use seed::Residents;
pub(crate) use token::Token;
pub(crate) use top_up::TopUp;
pub(crate) use webhook::Webhook;

/// Everything that the mock knows. A snapshot holds all of it but what depends on the server that runs it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct World {
    #[serde(skip, default = "Clock::frozen")]
    clock: Clock,
    /// Where the mock is reached: what programs are told to call begins with it.
    #[serde(skip)]
    pub(crate) base_url: String,
    features: Features,
    /// Whether the human confirms a pending approval when it is read for the second time.
    auto_confirm: bool,
    counters: BTreeMap<Cow<'static, str>, u64>,
    residents: Residents,
    accounts: Table<Account>,
    /// By secret.
    tokens: Table<Token>,
    /// By claim token.
    registrations: Table<Registration>,
    freelancers: Table<Freelancer>,
    jobs: Table<Job>,
    #[serde(skip)]
    publications: Publications,
    proposals: Table<Proposal>,
    approvals: Table<Approval>,
    contracts: Table<Contract>,
    invoices: Table<Invoice>,
    ledger: Table<LedgerEntry>,
    top_ups: Table<TopUp>,
    conversations: Table<Conversation>,
    webhooks: Table<Webhook>,
    /// Oldest first; the number of each is its place, from 1.
    events: Vec<Arc<Event>>,
    pub(crate) outbox: Outbox,
    /// Whether there may be something new to send.
    #[serde(skip)]
    has_news: bool,
    /// How often this has become the world of a snapshot.
    #[serde(skip)]
    epoch: u64,
    /// How often something was written that is in no table.
    #[serde(skip)]
    writes: u64,
    /// How often something was written down that is no change: that somebody has asked.
    #[serde(skip)]
    traces: u64,
}

/// How often a world has been written to. Two that are equal, of the same world, have nothing between them but traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    epoch: u64,
    writes: u64,
}

impl World {
    /// Nothing but a clock.
    pub(crate) fn empty(clock: Clock) -> Self {
        Self {
            clock,
            base_url: "http://127.0.0.1".to_owned(),
            features: Features::default(),
            auto_confirm: false,
            counters: BTreeMap::new(),
            residents: Residents::default(),
            accounts: Table::new(),
            tokens: Table::new(),
            registrations: Table::new(),
            freelancers: Table::new(),
            jobs: Table::new(),
            publications: Publications::default(),
            proposals: Table::new(),
            approvals: Table::new(),
            contracts: Table::new(),
            invoices: Table::new(),
            ledger: Table::new(),
            top_ups: Table::new(),
            conversations: Table::new(),
            webhooks: Table::new(),
            events: Vec::new(),
            outbox: Outbox::default(),
            has_news: false,
            epoch: 0,
            writes: 0,
            traces: 0,
        }
    }

    /// Finds again what a snapshot does not hold, since it follows from the rest.
    pub(crate) fn rebuild(&mut self) {
        self.publications = Publications::of(&self.jobs);
        self.outbox.rebuild();
    }

    /// Becomes another world, which has been rebuilt, at the address and by the clock that this one has. Gives what it was.
    pub(crate) fn restore(&mut self, other: Self) -> Self {
        let (clock, base_url) = (self.clock.clone(), self.base_url.clone());
        let next = Self {
            clock,
            base_url,
            has_news: true,
            epoch: self.epoch + 1,
            traces: self.traces + 1,
            ..other
        };
        std::mem::replace(self, next)
    }

    /// How often it has been written to. Reading is no change, although it is noted: the number of the last request, and when a
    /// token was last used.
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
            self.ledger.writes(),
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

    /// How often something was written down that is no change.
    pub(crate) fn traces(&self) -> u64 {
        self.traces
    }

    pub(crate) fn auto_confirms(&self) -> bool {
        self.auto_confirm
    }

    /// Whether the human confirms a pending approval when it is read for the second time.
    pub(crate) fn set_auto_confirm(&mut self, on: bool) {
        if self.auto_confirm != on {
            self.writes += 1;
        }
        self.auto_confirm = on;
    }

    pub(crate) fn features(&self) -> &Features {
        &self.features
    }

    /// Switches a feature; `None` if there is no such flag.
    pub(crate) fn switch_feature(&mut self, key: &str, on: bool) -> Option<()> {
        if self.features.is_on(key) != on {
            self.writes += 1;
        }
        self.features.switch(key, on)
    }

    /// Where the clock stands.
    pub(crate) fn clock_hand(&self) -> Hand {
        self.clock.hand()
    }

    /// Puts the clock, and everybody's who shares it, to where it stood.
    pub(crate) fn set_clock(&self, hand: Hand) {
        self.clock.set(hand);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether there may be something new to send since this was asked last.
    pub(crate) fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.has_news)
    }

    /// Returns when the next delivery to a webhook is due. Nothing else happens by the clock alone: approvals and top-ups expire
    /// when they are read.
    pub(crate) fn next_moment(&self) -> Option<Timestamp> {
        self.outbox.next_due()
    }

    /// The next number of a kind, from 1.
    fn next_number(&mut self, kind: &'static str) -> u64 {
        self.writes += 1;
        self.count(kind)
    }

    fn count(&mut self, kind: &'static str) -> u64 {
        let counter = self.counters.entry(Cow::Borrowed(kind)).or_default();
        *counter += 1;
        *counter
    }

    /// The number of a kind that was given last; 0 if none was.
    fn last_number(&self, kind: &'static str) -> u64 {
        self.counters.get(kind).copied().unwrap_or_default()
    }

    /// The next id of a kind: `job_000001`.
    fn next_id(&mut self, kind: &'static str) -> String {
        let number = self.next_number(kind);
        format!("{kind}_{number:06}")
    }

    /// A secret of the given prefix, different from all others and hard to take for a real one.
    fn next_secret(&mut self, prefix: &'static str) -> String {
        let number = self.next_number(prefix);
        format!(
            "{prefix}_mock{number:04}_{:024x}",
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )
    }

    /// The id of a request, in the form of a UUID.
    fn next_request_id(&mut self) -> String {
        self.traces += 1;
        let number = self.count("request");
        format!("00000000-0000-4000-8000-{number:012x}")
    }
}
