//! What is there before the first request: accounts, AI trainers, and other employers' open jobs. Always the same.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::freelancer::Freelancer;
use super::job::{Job, JobStatus, Publication};
use super::{Account, World};
use crate::catalogue::{LANGUAGES, Language, TASKS, Task};
use crate::clock::Clock;
use crate::draft_key::{Fields, VOLUME_UNITS};
use crate::number::number;
use crate::time::earlier;

/// How far apart the seeded jobs were published.
const JOB_SPACING: Duration = Duration::from_secs(30 * 60);
/// How many AI trainers there are. One of them takes no new work.
const FREELANCERS: usize = 24;
/// Who takes no new work.
const UNAVAILABLE: usize = 23;

const COMPANIES: &[&str] = &[
    "Harbour Speech",
    "Quiet Pixel",
    "Lindgren Data",
    "Tidewater AI",
    "Ostrava Vision",
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

const PAY_TYPES: [(&str, &str); 3] = [
    ("PAY_PER_HOUR", "pricePerHour"),
    ("PAY_PER_LABEL", "pricePerLabel"),
    ("FIXED_PRICE", "fixedPrice"),
];

const LEVELS: [&str; 4] = [
    "EXPERT",
    "INTERMEDIATE",
    "ENTRY_LEVEL",
    "ANY_EXPERIENCE_LEVEL",
];

/// The accounts that tests hold tokens of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Residents {
    /// Claimed, with a payment method.
    pub(crate) main: String,
    /// Nobody has claimed it.
    pub(crate) unclaimed: String,
    /// Another employer, claimed, with jobs on the marketplace.
    pub(crate) stranger: String,
}

impl World {
    /// A world with `jobs` open jobs of other employers.
    pub(crate) fn seeded(clock: Clock, jobs: usize) -> Self {
        let mut world = Self::empty(clock);
        let main = world.add_employer("Northwind Labs", Some(("Pat", "Moss")));
        let unclaimed = world.add_employer("Unclaimed Labs", None);
        let others = COMPANIES
            .iter()
            .map(|company| world.add_employer(company, Some(("Sam", "Field"))));
        let others: Vec<String> = others.collect();
        world.residents = Residents {
            main,
            unclaimed,
            stranger: others[0].clone(),
        };
        for index in 0..FREELANCERS {
            world.add_freelancer(index);
        }
        let now = world.now();
        for index in 0..jobs {
            let owner = &others[index % others.len()];
            let behind = u32::try_from(jobs - index).unwrap_or(u32::MAX);
            world.add_listing(
                index,
                owner,
                earlier(now, JOB_SPACING.saturating_mul(behind)),
            );
        }
        world
    }

    pub(crate) fn residents(&self) -> &Residents {
        &self.residents
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
        self.accounts.insert(owner.clone(), account);
        owner
    }

    fn add_freelancer(&mut self, index: usize) {
        let (first_name, last_initial) = NAMES[index % NAMES.len()];
        let id = self.next_id("usr");
        let number = u32::try_from(index).unwrap_or_default();
        let freelancer = Freelancer {
            id: id.clone(),
            slug: format!("{}-{}-{}", first_name, last_initial, index + 1).to_lowercase(),
            first_name,
            last_initial,
            language: &LANGUAGES[index % LANGUAGES.len()],
            task: &TASKS[index % TASKS.len()],
            hourly_rate: f64::from(11 + number % 7 * 2),
            available: index != UNAVAILABLE,
            seasoning: number * 7 % 10,
        };
        self.freelancers.insert(id, freelancer);
    }

    fn add_listing(&mut self, index: usize, owner: &str, at: Timestamp) {
        let id = self.next_id("job");
        let sequence = self.next_number("publication");
        let company = self
            .accounts
            .get(owner)
            .map(|account| account.organization_name.clone());
        let mut job = Job {
            id: id.clone(),
            owner: owner.to_owned(),
            company: company.unwrap_or_default(),
            status: JobStatus::Open,
            fields: listing_fields(index),
            created_at: at,
            updated_at: at,
            publication: Some(Publication { at, sequence }),
            change: None,
            idempotency_key: None,
            low_confidence: Vec::new(),
            unmapped: Vec::new(),
        };
        job.changed("PUBLISHED", at);
        self.jobs.insert(id, job);
    }
}

/// The fields of a seeded job. The divisors are chosen so that each pair of filters leaves several jobs.
fn listing_fields(index: usize) -> Fields {
    let language = &LANGUAGES[index % LANGUAGES.len()];
    let task = &TASKS[index / 2 % TASKS.len()];
    let (pay_type, rate_key) = PAY_TYPES[index % PAY_TYPES.len()];
    let countries: Vec<&str> = if index % 4 == 3 {
        Vec::new()
    } else {
        vec![language.country_code]
    };
    let mut fields = Fields::new();
    let mut set = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    set("jobTitle", json!(title(language, task)));
    set("jobDescription", json!(description(language, task, index)));
    set("languages", json!([language.name]));
    set("countries", json!(countries));
    set("paymentType", json!(pay_type));
    set(rate_key, rate(pay_type, index));
    set("experienceLevel", json!(LEVELS[index / 3 % LEVELS.len()]));
    set("headcount", json!(1 + index % 5));
    set("dataType", json!(task.data_type));
    set("labelTypes", json!([task.label_type]));
    set("dataVolume", json!(100 * (1 + index % 9)));
    set("dataVolumeUnit", json!(VOLUME_UNITS[1]));
    if let Some(software) = task.software {
        set("labelingSoftware", json!(software));
    }
    fields
}

fn title(language: &Language, task: &Task) -> String {
    format!("{} {}", language.name, task.category.to_lowercase())
}

fn description(language: &Language, task: &Task, index: usize) -> String {
    let data = task.data_type.to_lowercase();
    format!(
        "Work on {data} for {} speakers, batch {}: {}.",
        language.name,
        index + 1,
        task.label_type.to_lowercase()
    )
}

fn rate(pay_type: &str, index: usize) -> Value {
    let step = f64::from(u32::try_from(index % 8).unwrap_or_default());
    match pay_type {
        "PAY_PER_HOUR" => number(12.0 + 1.5 * step),
        "PAY_PER_LABEL" => number((5.0 + step) / 100.0),
        _ => number(300.0 + 150.0 * step),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::listing_fields;
    use crate::catalogue::LANGUAGES;
    use crate::clock::Clock;
    use crate::draft_key;
    use crate::validation::validate;
    use crate::world::World;

    #[test]
    fn seeded_jobs_would_pass_validation_and_spread_over_languages_and_pay() {
        let mut counts = BTreeMap::new();
        for index in 0..60 {
            let fields = listing_fields(index);
            assert!(validate(&fields).is_publish_ready(), "{fields:?}");
            let language = draft_key::texts(&fields, "languages").concat();
            let pay = draft_key::text(&fields, "paymentType").map(str::to_owned);
            *counts.entry((language, pay)).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), LANGUAGES.len() * 3);
    }

    #[test]
    fn there_is_as_much_as_asked_for() {
        for jobs in [0, 1, 7] {
            let world = World::seeded(Clock::frozen(), jobs);
            assert_eq!(world.jobs.iter().count(), jobs);
        }
    }
}
