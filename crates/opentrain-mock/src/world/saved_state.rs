//! The part of the world that a snapshot and the state file hold.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::agent::Registration;
use super::approval::Approval;
use super::contract::Contract;
use super::conversation::Conversation;
use super::credit_ledger::CreditEntry;
use super::events::Event;
use super::freelancer::Freelancer;
use super::invoice::Invoice;
use super::job::Job;
use super::outbox::Outbox;
use super::proposal::Proposal;
use super::published_jobs::PublishedJobs;
use super::seed::SeedAccounts;
use super::token::Token;
use super::top_up::TopUp;
use super::webhook::Webhook;
use crate::feature::Features;
use crate::table::Table;

/// All state that outlives the running server. The world keeps it in one [`Counted`](crate::counted::Counted), so that a write to
/// any field, also to one that is added later, is noticed and saved.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct SavedState {
    pub(super) features: Features,
    /// True if the human confirms a pending approval at its second read.
    pub(super) auto_confirm: bool,
    pub(super) counters: BTreeMap<Cow<'static, str>, u64>,
    #[serde(rename = "residents")]
    pub(super) seed_accounts: SeedAccounts,
    pub(super) accounts: Table<Account>,
    /// Tokens by secret.
    pub(super) tokens: Table<Token>,
    /// Registrations by claim token.
    pub(super) registrations: Table<Registration>,
    pub(super) freelancers: Table<Freelancer>,
    pub(super) jobs: Table<Job>,
    #[serde(skip)]
    pub(super) published_jobs: PublishedJobs,
    pub(super) proposals: Table<Proposal>,
    pub(super) approvals: Table<Approval>,
    pub(super) contracts: Table<Contract>,
    pub(super) invoices: Table<Invoice>,
    #[serde(rename = "ledger")]
    pub(super) credit_entries: Table<CreditEntry>,
    pub(super) top_ups: Table<TopUp>,
    pub(super) conversations: Table<Conversation>,
    pub(super) webhooks: Table<Webhook>,
    /// Oldest first; the number of each is its place, from 1.
    pub(super) events: Vec<Arc<Event>>,
    pub(super) outbox: Outbox,
}

impl SavedState {
    /// Rebuilds the derived tables that a snapshot does not hold.
    pub(crate) fn rebuild(&mut self) {
        self.published_jobs = PublishedJobs::of(&self.jobs);
        self.outbox.rebuild();
    }
}
