//! Reads a job out of plain words, a little: enough to fill some fields of a draft and leave others open.

use serde_json::{Map, Value};

use crate::amount::MOST_USD;
use crate::draft_key::Fields;
use crate::json_number::number;
use crate::seed_catalogue::{self, DATA_TYPES, TASKS};

/// Longer titles are cut.
const TITLE_CAP: usize = 80;
/// Number of words between a number and the word that gives it its meaning.
const REACH: usize = 4;

const PEOPLE: &[&str] = &[
    "people",
    "person",
    "annotator",
    "labeler",
    "labeller",
    "transcriber",
    "translator",
    "trainer",
    "freelancer",
    "speaker",
    "expert",
    "tagger",
    "reviewer",
    "worker",
];
const COUNTS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];
const LABELS: &[&str] = &[
    "label",
    "image",
    "file",
    "clip",
    "item",
    "task",
    "annotation",
    "word",
    "video",
    "document",
];
const FILES: &[&str] = &[
    "files",
    "images",
    "clips",
    "videos",
    "documents",
    "photos",
    "recordings",
];

/// Fields that were found in a text.
#[derive(Debug, Default)]
pub(crate) struct ExtractedFields {
    pub(crate) fields: Fields,
    /// Keys of fields that are guesses.
    pub(crate) low_confidence: Vec<&'static str>,
}

/// Reads a text.
pub(crate) fn read(text: &str) -> ExtractedFields {
    let words = words(text);
    let mut fields = Map::new();
    fields.extend(description(text));
    fields.extend(title(text));
    fields.extend(languages(&words));
    fields.extend(countries(&words));
    fields.extend(headcount(&words));
    fields.extend(pay(&words));
    fields.extend(experience(&words));
    fields.extend(volume(&words));
    fields.extend(work(&words));
    let guesses = ["jobTitle", "headcount", "dataVolume"];
    let low_confidence = guesses.into_iter().filter(|key| fields.contains_key(*key));
    ExtractedFields {
        low_confidence: low_confidence.collect(),
        fields,
    }
}

type Found = Vec<(String, Value)>;

fn found(key: &str, value: impl Into<Value>) -> Found {
    vec![(key.to_owned(), value.into())]
}

/// Returns the words in lower case, without punctuation around them. `$15/hour` is two words, `10,000` is one.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || c == '/');
    let split = parts.flat_map(|part| match amount(part) {
        Some(_) => vec![part],
        None => part.split(',').collect(),
    });
    let trimmed = split.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '$'));
    trimmed
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Returns a number, perhaps with a dollar sign and thousands separators.
fn amount(word: &str) -> Option<f64> {
    let digits = word.trim_start_matches('$').trim_end_matches(['.', ',']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let amount: f64 = digits.replace(',', "").parse().ok()?;
    amount.is_finite().then_some(amount)
}

fn description(text: &str) -> Found {
    let text = text.trim();
    if text.is_empty() {
        Found::new()
    } else {
        found("jobDescription", text)
    }
}

fn title(text: &str) -> Found {
    let end = text.find(['.', '!', '\n']).unwrap_or(text.len());
    let title: String = text[..end].trim().chars().take(TITLE_CAP).collect();
    if title.is_empty() {
        Found::new()
    } else {
        found("jobTitle", title)
    }
}

fn languages(words: &[String]) -> Found {
    let mut names: Vec<&str> = words
        .iter()
        .filter_map(|word| seed_catalogue::find_language(word))
        .map(|language| language.name)
        .collect();
    names.dedup();
    if names.is_empty() {
        Found::new()
    } else {
        found("languages", names)
    }
}

fn countries(words: &[String]) -> Found {
    let mut codes: Vec<&str> = words
        .iter()
        .filter_map(|word| seed_catalogue::find_country(word))
        .collect();
    codes.dedup();
    if codes.is_empty() {
        Found::new()
    } else {
        found("countries", codes)
    }
}

fn headcount(words: &[String]) -> Found {
    let people = |word: &String| {
        PEOPLE
            .iter()
            .any(|stem| word.trim_end_matches('s') == *stem)
    };
    for (index, word) in words.iter().enumerate() {
        let near = words.iter().skip(index + 1).take(REACH);
        let counts_people = near.take_while(|next| !is_measure(next)).any(people);
        if let (Some(count), true) = (count(word), counts_people) {
            return found("headcount", number(count));
        }
    }
    Found::new()
}

fn count(word: &str) -> Option<f64> {
    if word.starts_with('$') {
        return None;
    }
    let named = (1u8..).zip(COUNTS).find(|(_, name)| **name == word);
    named
        .map(|(count, _)| f64::from(count))
        .or_else(|| amount(word))
}

fn is_measure(word: &str) -> bool {
    word.starts_with("hour") || FILES.contains(&word) || word == "words" || is_currency(word)
}

fn is_currency(word: &str) -> bool {
    matches!(word, "usd" | "dollar" | "dollars")
}

/// Returns the payment type, and the rate where one is given.
fn pay(words: &[String]) -> Found {
    let price = words.iter().enumerate().find_map(|(index, word)| {
        // A number above the highest price is no price.
        let price = amount(word).filter(|usd| *usd <= MOST_USD)?;
        let next = words.get(index + 1);
        let in_dollars = word.starts_with('$') || next.is_some_and(|next| is_currency(next));
        in_dollars.then_some((index, price))
    });
    let near = match price {
        Some((index, _)) => &words[index.saturating_sub(REACH)..words.len().min(index + REACH + 1)],
        None => words,
    };
    let Some((payment_type, rate_key)) = payment_type(near) else {
        return Found::new();
    };
    let mut fields = found("paymentType", payment_type);
    if let Some((_, price)) = price {
        fields.extend(found(rate_key, number(price)));
    }
    fields
}

fn payment_type(words: &[String]) -> Option<(&'static str, &'static str)> {
    let per = |unit: &dyn Fn(&str) -> bool| {
        words
            .windows(2)
            .any(|pair| matches!(pair[0].as_str(), "per" | "a" | "an" | "each") && unit(&pair[1]))
    };
    let says = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    let priced = words
        .windows(2)
        .any(|pair| pair[0].starts_with('$') && matches!(pair[1].as_str(), "hour" | "hr" | "h"));
    if priced || says(&["hourly"]) || per(&|word| matches!(word, "hour" | "hr")) {
        return Some(("PAY_PER_HOUR", "pricePerHour"));
    }
    if says(&["fixed", "fixed-price", "flat"]) {
        return Some(("FIXED_PRICE", "fixedPrice"));
    }
    per(&|word| LABELS.contains(&word)).then_some(("PAY_PER_LABEL", "pricePerLabel"))
}

fn experience(words: &[String]) -> Found {
    let level = words.iter().find_map(|word| match word.as_str() {
        "expert" | "experts" | "senior" | "experienced" => Some("EXPERT"),
        "intermediate" => Some("INTERMEDIATE"),
        "beginner" | "beginners" | "junior" | "entry-level" => Some("ENTRY_LEVEL"),
        _ => None,
    });
    level.map_or_else(Found::new, |level| found("experienceLevel", level))
}

fn volume(words: &[String]) -> Found {
    for pair in words.windows(2) {
        let Some(volume) = count(&pair[0]) else {
            continue;
        };
        let unit = match pair[1].as_str() {
            "hours" => "HOURS_OF_RECORDING_AUDIO_VIDEO",
            "words" => "NUMBER_OF_WORDS",
            unit if FILES.contains(&unit) => "NUMBER_OF_FILES",
            _ => continue,
        };
        let mut fields = found("dataVolume", number(volume));
        fields.extend(found("dataVolumeUnit", unit));
        return fields;
    }
    Found::new()
}

/// Finds the data type and the labels.
fn work(words: &[String]) -> Found {
    let task = TASKS
        .iter()
        .find(|task| words.iter().any(|word| word.starts_with(task.stem)));
    let said = words
        .iter()
        .find_map(|word| DATA_TYPES.iter().find(|(name, _)| *name == word.as_str()));
    let data_type = said
        .map(|(_, name)| *name)
        .or(task.map(|task| task.data_type));
    let mut fields = data_type.map_or_else(Found::new, |name| found("dataType", name));
    fields.extend(
        task.into_iter()
            .flat_map(|task| found("labelTypes", vec![task.label_type])),
    );
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;

    fn check(text: &str, expected: &Value) {
        let mut fields = read(text).fields;
        fields.remove("jobTitle");
        fields.remove("jobDescription");
        assert_eq!(&Value::Object(fields), expected, "{text}");
    }

    #[test]
    fn some_fields_are_read_and_others_stay_open() {
        check("", &json!({}));
        check("A person should help us", &json!({}));
        check(
            "I need 3 German transcribers for 200 hours of audio, $18/hour",
            &json!({
                "languages": ["German"], "headcount": 3, "paymentType": "PAY_PER_HOUR", "pricePerHour": 18,
                "dataType": "Audio", "labelTypes": ["Transcription"],
                "dataVolume": 200, "dataVolumeUnit": "HOURS_OF_RECORDING_AUDIO_VIDEO",
            }),
        );
        check(
            "Classify 10,000 images for $0.05 per image with five experienced labelers from Brazil.",
            &json!({
                "headcount": 5, "paymentType": "PAY_PER_LABEL", "pricePerLabel": 0.05, "experienceLevel": "EXPERT",
                "dataType": "Image", "labelTypes": ["Classification"], "countries": ["BR"],
                "dataVolume": 10000, "dataVolumeUnit": "NUMBER_OF_FILES",
            }),
        );
        check(
            "Two French,Spanish reviewers at a fixed price of 900 USD",
            &json!({"languages": ["French", "Spanish"], "headcount": 2, "paymentType": "FIXED_PRICE", "fixedPrice": 900}),
        );
        check("An hourly job", &json!({"paymentType": "PAY_PER_HOUR"}));
    }

    #[test]
    fn title_is_the_first_sentence_and_is_cut() {
        assert_eq!(read("Tag clips. Now!").fields["jobTitle"], "Tag clips");
        let long = read(&"ä".repeat(200)).fields["jobTitle"].clone();
        assert_eq!(long.as_str().map(|title| title.chars().count()), Some(80));
    }
}
