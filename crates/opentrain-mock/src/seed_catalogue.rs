//! The words that the mock knows: languages, countries, kinds of data and of labels.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// A language, and the country that its seeded speakers come from.
pub(crate) struct Language {
    pub(crate) name: &'static str,
    pub(crate) country_code: &'static str,
    pub(crate) country: &'static str,
    pub(crate) city: &'static str,
}

const fn language(
    name: &'static str,
    country_code: &'static str,
    country: &'static str,
    city: &'static str,
) -> Language {
    Language {
        name,
        country_code,
        country,
        city,
    }
}

pub(crate) const LANGUAGES: &[Language] = &[
    language("German", "DE", "Germany", "Leipzig"),
    language("Portuguese", "BR", "Brazil", "Recife"),
    language("Spanish", "MX", "Mexico", "Puebla"),
    language("French", "FR", "France", "Nantes"),
    language("Hindi", "IN", "India", "Pune"),
    language("Japanese", "JP", "Japan", "Sendai"),
    language("English", "KE", "Kenya", "Nakuru"),
    language("Filipino", "PH", "Philippines", "Cebu"),
    language("Arabic", "EG", "Egypt", "Giza"),
    language("Polish", "PL", "Poland", "Gdynia"),
    language("Turkish", "TR", "Türkiye", "Izmir"),
];

/// A kind of work: its name, its subject, and the words that identify it in a text.
pub(crate) struct Task {
    pub(crate) label_type: &'static str,
    pub(crate) data_type: &'static str,
    pub(crate) category: &'static str,
    /// The beginning of the words that mean it, in lower case.
    pub(crate) stem: &'static str,
    pub(crate) software: Option<&'static str>,
}

const fn task(
    label_type: &'static str,
    data_type: &'static str,
    category: &'static str,
    stem: &'static str,
    software: Option<&'static str>,
) -> Task {
    Task {
        label_type,
        data_type,
        category,
        stem,
        software,
    }
}

pub(crate) const TASKS: &[Task] = &[
    task(
        "Transcription",
        "Audio",
        "Audio Transcription",
        "transcri",
        None,
    ),
    task(
        "Segmentation",
        "Image",
        "Image Annotation",
        "segment",
        Some("CVAT"),
    ),
    task(
        "Classification",
        "Text",
        "Text Annotation",
        "classif",
        Some("Label Studio"),
    ),
    task(
        "Object Tracking",
        "Video",
        "Video Annotation",
        "track",
        Some("CVAT"),
    ),
    task("Translation", "Text", "Translation", "translat", None),
];

/// The kinds of data, with the word that means each in a text.
pub(crate) const DATA_TYPES: &[(&str, &str)] = &[
    ("audio", "Audio"),
    ("recordings", "Audio"),
    ("video", "Video"),
    ("videos", "Video"),
    ("image", "Image"),
    ("images", "Image"),
    ("photos", "Image"),
    ("text", "Text"),
    ("documents", "Text"),
];

/// Returns the language of that name, in any case.
pub(crate) fn find_language(name: &str) -> Option<&'static Language> {
    LANGUAGES
        .iter()
        .find(|language| language.name.eq_ignore_ascii_case(name))
}

/// A language in a snapshot: by its name.
pub(crate) mod language_by_name {
    use super::{Deserialize, Deserializer, Error, Language, Serializer, find_language};

    pub(crate) fn serialize<S: Serializer>(
        language: &&'static Language,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(language.name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Language, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("no language is called `{name}`"));
        find_language(&name).ok_or_else(unknown)
    }
}

/// A task in a snapshot: by the name of its labels.
pub(crate) mod task_by_name {
    use super::{Deserialize, Deserializer, Error, Serializer, TASKS, Task};

    pub(crate) fn serialize<S: Serializer>(
        task: &&'static Task,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(task.label_type)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Task, D::Error> {
        let name = String::deserialize(deserializer)?;
        let task = TASKS.iter().find(|task| task.label_type == name);
        task.ok_or_else(|| D::Error::custom(format!("no task is called `{name}`")))
    }
}

/// Returns the country of that name, in any case, as its two-letter code.
pub(crate) fn find_country(name: &str) -> Option<&'static str> {
    let country = LANGUAGES
        .iter()
        .find(|language| language.country.eq_ignore_ascii_case(name))?;
    Some(country.country_code)
}

/// Returns the category of a job, from what it works on.
pub(crate) fn category_of(label_type: Option<&str>, data_type: Option<&str>) -> Option<String> {
    let known = TASKS
        .iter()
        .find(|task| Some(task.label_type) == label_type);
    match known {
        Some(task) => Some(task.category.to_owned()),
        None => data_type.map(|data_type| format!("{data_type} Annotation")),
    }
}
