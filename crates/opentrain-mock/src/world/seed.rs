//! State before the first request: accounts, AI trainers, and other employers' open jobs. The same for the same seed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::freelancer::Freelancer;
use super::job::{Job, JobStatus, MarketplaceChange, Publication};
use super::{Account, World};
use crate::clock::Clock;
use crate::draft_key::Fields;
use crate::scope;
use crate::seed_catalogue::{LANGUAGES, TASKS};
use crate::seed_jobs::SeedJobs;
use crate::seeded_random::SeededRandom;
use crate::time::{DAY, earlier};

/// Default number of open jobs of other employers on the marketplace.
pub(crate) const DEFAULT_JOBS: usize = 60;
/// Time between the publications of two seeded jobs.
const JOB_SPACING: Duration = Duration::from_secs(30 * 60);
/// Greatest age of a seeded job, so that all of them are still valid.
const OLDEST: Duration = Duration::from_secs(55 * DAY.as_secs());
/// Number of AI trainers. One of them takes no new work.
const FREELANCERS: usize = 24;
/// Number of companies that are added before the AI trainers.
const FIRST_COMPANIES: usize = 5;
/// Place of the AI trainer who takes no new work.
const UNAVAILABLE: usize = 23;

const COMPANIES: [&str; 12] = [
    "Harbour Speech",
    "Quiet Pixel",
    "Lindgren Data",
    "Tidewater AI",
    "Ostrava Vision",
    "Saltmarsh Robotics",
    "Kestrel Maps",
    "Birchwood Health",
    "Lantern Retail",
    "Osprey Mobility",
    "Cobalt Legal",
    "Fernhill Farms",
];

const NAMES: [(&str, &str); 12] = [
    ("Ines", "K"),
    ("Tomas", "R"),
    ("Aiko", "M"),
    ("Ravi", "S"),
    ("Marta", "L"),
    ("Kofi", "B"),
    ("Lena", "W"),
    ("Joao", "P"),
    ("Nadia", "H"),
    ("Pierre", "D"),
    ("Maya", "C"),
    ("Emre", "T"),
];

/// The accounts that tests hold tokens of.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct SeedAccounts {
    /// A token of the first with every scope.
    pub(crate) token: String,
    /// Claimed, with a payment method.
    pub(crate) main: String,
    /// No human has claimed it.
    pub(crate) unclaimed: String,
    /// Another employer, claimed, with jobs on the marketplace.
    pub(crate) stranger: String,
}

impl World {
    /// Returns the world of a seed, with `jobs` open jobs of other employers.
    pub(crate) fn seeded(clock: Clock, seed: u64, jobs: usize) -> Self {
        let mut world = Self::empty(clock);
        let chance = SeededRandom::new(seed);
        let main = world.add_employer("Northwind Labs", Some(("Pat", "Moss")));
        let unclaimed = world.add_employer("Unclaimed Labs", None);
        let companies = chance.order("companies", COMPANIES.len());
        let (before, after) = companies.split_at(FIRST_COMPANIES);
        let mut others = world.add_companies(before);
        world.saved.seed_accounts = SeedAccounts {
            token: world.issue_token(&main, "Main token", scope::ALL),
            main,
            unclaimed,
            stranger: others[0].clone(),
        };
        let names = chance.order("names", NAMES.len());
        for index in 0..FREELANCERS {
            world.add_freelancer(index, NAMES[names[index % names.len()]]);
        }
        others.extend(world.add_companies(after));
        world.add_seed_jobs(&SeedJobs::new(chance), &others, jobs);
        world
    }

    fn add_companies(&mut self, places: &[usize]) -> Vec<String> {
        let add = |place: &usize| self.add_employer(COMPANIES[*place], Some(("Sam", "Field")));
        places.iter().map(add).collect()
    }

    fn add_seed_jobs(&mut self, seed_jobs: &SeedJobs, owners: &[String], jobs: usize) {
        let now = self.now();
        let apart = u32::try_from(jobs).map_or(Duration::ZERO, |jobs| OLDEST / jobs.max(1));
        let apart = apart.min(JOB_SPACING);
        for index in 0..jobs {
            let behind = u32::try_from(jobs - index).unwrap_or(u32::MAX);
            let at = earlier(now, apart.saturating_mul(behind));
            let owner = &owners[index % owners.len()];
            self.add_open_job(owner, seed_jobs.fields(index), at);
        }
    }

    pub(crate) fn seed_accounts(&self) -> &SeedAccounts {
        &self.saved.seed_accounts
    }

    /// Adds an account: claimed, with a card, if a human of that name stands behind it.
    fn add_employer(&mut self, company: &str, human: Option<(&str, &str)>) -> String {
        let owner = self.next_id("usr");
        let organization_id = self.next_id("org");
        let now = self.now();
        let mut account = Account::unclaimed(owner.clone(), organization_id, company, now);
        if let Some((first, last)) = human {
            let host = super::job::slug(company);
            account.email = Some(format!("{}@{host}.example", first.to_lowercase()));
            account.first_name = Some(first.to_owned());
            account.last_name = Some(last.to_owned());
            account.claimed = true;
            account.has_payment_method = true;
        }
        self.saved.accounts.insert(&owner, account);
        owner
    }

    fn add_freelancer(&mut self, index: usize, (first_name, last_initial): (&str, &str)) {
        let id = self.next_id("usr");
        let number = u32::try_from(index).unwrap_or_default();
        let freelancer = Freelancer {
            id: id.clone(),
            slug: format!("{}-{}-{}", first_name, last_initial, index + 1).to_lowercase(),
            first_name: first_name.to_owned(),
            last_initial: last_initial.to_owned(),
            language: &LANGUAGES[index % LANGUAGES.len()],
            task: &TASKS[index % TASKS.len()],
            hourly_rate: f64::from(11 + number % 7 * 2),
            available: index != UNAVAILABLE,
            seasoning: number * 7 % 10,
        };
        self.saved.freelancers.insert(&id, freelancer);
    }

    /// Adds an open job of another employer, published at the given time, and returns its id.
    pub(super) fn add_open_job(&mut self, owner: &str, fields: Fields, at: Timestamp) -> String {
        let id = self.next_id("job");
        let sequence = self.next_number("publication");
        let company = self
            .saved
            .accounts
            .get(owner)
            .map(|account| account.organization_name.clone());
        let mut job = Job {
            id: id.clone(),
            owner: owner.to_owned(),
            company: company.unwrap_or_default(),
            status: JobStatus::Open,
            fields: Arc::new(fields),
            created_at: at,
            updated_at: at,
            publication: Some(Publication { at, sequence }),
            change: None,
            idempotency_key: None,
            low_confidence: Vec::new(),
            unmapped: Vec::new(),
        };
        job.changed(MarketplaceChange::Published, at);
        let saved = &mut *self.saved;
        saved.jobs.insert(&id, job);
        let place = saved.jobs.last_place();
        saved.published_jobs.add(sequence, place);
        id
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::Clock;
    use crate::world::World;

    #[test]
    fn seed_has_the_requested_number_of_jobs() {
        for jobs in [0, 1, 7] {
            let world = World::seeded(Clock::frozen(), 0, jobs);
            assert_eq!(world.saved.jobs.iter().count(), jobs);
        }
    }
}
