//! The seeded jobs: as many as asked for, each different, the same for the same seed.

use serde_json::{Value, json};

use crate::draft_key::{Fields, VOLUME_UNITS};
use crate::json_number::number;
use crate::seed_catalogue::{LANGUAGES, Language, TASKS, Task};
use crate::seeded_random::{Draws, SeededRandom};

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

/// Materials of the work, by kind of data, with the unit of their volume.
const MATERIAL: [(&str, &str, [&str; 6]); 4] = [
    (
        "Audio",
        VOLUME_UNITS[0],
        [
            "call centre recordings",
            "voice commands",
            "podcast episodes",
            "lecture recordings",
            "clinic dictations",
            "street interviews",
        ],
    ),
    (
        "Video",
        VOLUME_UNITS[0],
        [
            "dashcam clips",
            "warehouse footage",
            "cooking videos",
            "football matches",
            "drone flights",
            "product reviews",
        ],
    ),
    (
        "Image",
        VOLUME_UNITS[1],
        [
            "street scenes",
            "shelf photos",
            "leaf scans",
            "satellite tiles",
            "scanned receipts",
            "X-ray images",
        ],
    ),
    (
        "Text",
        VOLUME_UNITS[2],
        [
            "support tickets",
            "news headlines",
            "contract clauses",
            "recipe steps",
            "forum posts",
            "drug leaflets",
        ],
    ),
];

const GOALS: [&str; 6] = [
    "The results train a model that will serve people in their own language.",
    "Two people look at every item, and a third where they differ.",
    "Guidelines with examples come with the first batch.",
    "A short paid test comes first.",
    "Work when you like; a batch should be done within three days.",
    "We answer questions on the same day.",
];

/// The seeded jobs of one seed.
pub(crate) struct SeedJobs {
    chance: SeededRandom,
    languages: Vec<usize>,
    tasks: Vec<usize>,
    pay_types: Vec<usize>,
    levels: Vec<usize>,
}

impl SeedJobs {
    pub(crate) fn new(chance: SeededRandom) -> Self {
        Self {
            chance,
            languages: chance.order("languages", LANGUAGES.len()),
            tasks: chance.order("tasks", TASKS.len()),
            pay_types: chance.order("pay types", PAY_TYPES.len()),
            levels: chance.order("levels", LEVELS.len()),
        }
    }

    /// Returns the fields of one job. The values of the filters rotate, with divisors such that each pair of filters leaves several
    /// jobs of a few dozen; the rest is drawn.
    pub(crate) fn fields(&self, index: usize) -> Fields {
        let language = &LANGUAGES[round(&self.languages, index)];
        let task = &TASKS[round(&self.tasks, index / 2)];
        let (pay_type, rate_key) = PAY_TYPES[round(&self.pay_types, index)];
        let level = LEVELS[round(&self.levels, index / 3)];
        let mut draw = self.chance.of(index);
        let (unit, material) = material(task, &mut draw);
        let mut fields = Fields::new();
        let mut set = |key: &str, value: Value| fields.insert(key.to_owned(), value);
        set("jobTitle", json!(title(language, task, material)));
        let description = description(language, task, material, index, &mut draw);
        set("jobDescription", json!(description));
        set("languages", json!([language.name]));
        set("countries", json!(countries(language, index, &mut draw)));
        set("paymentType", json!(pay_type));
        set(rate_key, rate(pay_type, level, &mut draw));
        set("experienceLevel", json!(level));
        set("headcount", json!(1 + draw.below(12)));
        set("dataType", json!(task.data_type));
        set("labelTypes", json!([task.label_type]));
        set("dataVolume", json!(50 * (1 + draw.below(100))));
        set("dataVolumeUnit", json!(unit));
        if let Some(software) = task.software {
            set("labelingSoftware", json!(software));
        }
        fields
    }
}

fn round(order: &[usize], index: usize) -> usize {
    order[index % order.len()]
}

fn material(task: &Task, draw: &mut Draws) -> (&'static str, &'static str) {
    let known = MATERIAL.iter().find(|(kind, ..)| *kind == task.data_type);
    let (_, unit, materials) = known.unwrap_or(&MATERIAL[3]);
    (unit, *draw.pick::<&str>(materials))
}

fn title(language: &Language, task: &Task, material: &str) -> String {
    let work = task.label_type.to_lowercase();
    format!("{} {work}: {material}", language.name)
}

fn description(
    language: &Language,
    task: &Task,
    material: &str,
    index: usize,
    draw: &mut Draws,
) -> String {
    format!(
        "{} of {material} for {} speakers, batch {}. {}",
        task.label_type,
        language.name,
        index + 1,
        draw.pick(&GOALS)
    )
}

/// Returns the countries of a job. One job in four is open to all, and one in four of the others has two.
fn countries(language: &Language, index: usize, draw: &mut Draws) -> Vec<&'static str> {
    let second = draw.pick(LANGUAGES).country_code;
    if index % 4 == 3 {
        return Vec::new();
    }
    let mut countries = vec![language.country_code];
    if draw.once_in(4) && second != language.country_code {
        countries.push(second);
    }
    countries
}

/// Returns a rate in steps, with more for experts.
fn rate(pay_type: &str, level: &str, draw: &mut Draws) -> Value {
    let step = draw.below(8) + if level == "EXPERT" { 8 } else { 0 };
    let step = f64::from(u32::try_from(step).unwrap_or_default());
    match pay_type {
        "PAY_PER_HOUR" => number(12.0 + 1.5 * step),
        "PAY_PER_LABEL" => number((5.0 + step) / 100.0),
        _ => number(300.0 + 150.0 * step),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::SeedJobs;
    use crate::draft_key;
    use crate::moderation;
    use crate::seed_catalogue::LANGUAGES;
    use crate::seeded_random::SeededRandom;
    use crate::validation::validate;

    #[test]
    fn seeded_jobs_are_publishable_and_spread_over_languages_and_pay_for_any_seed() {
        for seed in [0, 1, 2, u64::MAX] {
            let seed_jobs = SeedJobs::new(SeededRandom::new(seed));
            let mut counts = BTreeMap::new();
            for index in 0..60 {
                let fields = seed_jobs.fields(index);
                assert!(validate(&fields).is_publish_ready(), "{fields:?}");
                assert!(moderation::objections(&fields).is_empty(), "{fields:?}");
                let language = draft_key::texts(&fields, "languages").concat();
                let pay = draft_key::text(&fields, "paymentType").map(str::to_owned);
                *counts.entry((language, pay)).or_insert(0) += 1;
            }
            assert_eq!(counts.len(), LANGUAGES.len() * 3);
        }
    }

    #[test]
    fn many_seeded_jobs_are_many_different_jobs() {
        let seed_jobs = SeedJobs::new(SeededRandom::new(3));
        let texts = |key: &str| -> BTreeSet<String> {
            let fields = (0..2_000).map(|index| seed_jobs.fields(index));
            let text = |fields| draft_key::text(&fields, key).map(str::to_owned);
            fields.filter_map(text).collect()
        };
        assert_eq!(texts("jobDescription").len(), 2_000);
        assert!(texts("jobTitle").len() > 300);
    }
}
