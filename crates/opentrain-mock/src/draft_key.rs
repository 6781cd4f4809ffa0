//! The keys that a draft is made of, what values each takes, and which of them a publishable job needs.

use serde_json::{Map, Value, json};

use crate::amount::MOST_USD;
use crate::api_failure::ApiFailure;

/// The fields of a draft, by key. Holds only keys of [`KEYS`] with values that fit.
pub(crate) type Fields = Map<String, Value>;

pub(crate) const PAYMENT_TYPES: &[&str] = &["PAY_PER_LABEL", "PAY_PER_HOUR", "FIXED_PRICE"];
pub(crate) const EXPERIENCE_LEVELS: &[&str] = &[
    "EXPERT",
    "ENTRY_LEVEL",
    "INTERMEDIATE",
    "ANY_EXPERIENCE_LEVEL",
];
pub(crate) const VOLUME_UNITS: &[&str] = &[
    "HOURS_OF_RECORDING_AUDIO_VIDEO",
    "NUMBER_OF_FILES",
    "NUMBER_OF_WORDS",
    "UNKNOWN_NOT_SPECIFIED",
];

/// Kind of values that a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    Number,
    /// A number of dollars that a job may offer, or that says what it may not.
    Price,
    Texts,
    /// Exactly one of these.
    OneOf(&'static [&'static str]),
    /// The documentation names the key but not its values: text and numbers are taken.
    Scalar,
}

pub(crate) const KEYS: &[(&str, FieldType)] = &[
    ("jobTitle", FieldType::Text),
    ("jobDescription", FieldType::Text),
    ("labelingOverview", FieldType::Text),
    ("datasetDescription", FieldType::Text),
    ("dataType", FieldType::Text),
    ("subjectMatter", FieldType::Text),
    ("dataVolume", FieldType::Number),
    ("dataVolumeUnit", FieldType::OneOf(VOLUME_UNITS)),
    ("labelingSoftware", FieldType::Text),
    ("headcount", FieldType::Number),
    ("experienceLevel", FieldType::OneOf(EXPERIENCE_LEVELS)),
    ("paymentType", FieldType::OneOf(PAYMENT_TYPES)),
    ("pricePerHour", FieldType::Price),
    ("pricePerLabel", FieldType::Price),
    ("fixedPrice", FieldType::Price),
    ("countries", FieldType::Texts),
    ("languages", FieldType::Texts),
    ("labelTypes", FieldType::Texts),
    ("aiInterviewRequirements", FieldType::Scalar),
    ("budgetRange", FieldType::Scalar),
    ("workloadDesc", FieldType::Scalar),
    ("timeRequirement", FieldType::Scalar),
    ("projectDuration", FieldType::Scalar),
    ("freelancerType", FieldType::Scalar),
    ("projectScope", FieldType::Scalar),
    ("visibility", FieldType::Scalar),
];

/// Returns the kind of values that a key takes, or `None` for an unknown key.
pub(crate) fn kind_of(key: &str) -> Option<FieldType> {
    let (_, kind) = KEYS.iter().find(|(name, _)| *name == key)?;
    Some(*kind)
}

/// Returns the key of the rate for a payment type.
pub(crate) fn rate_key(payment_type: &str) -> Option<&'static str> {
    match payment_type {
        "PAY_PER_HOUR" => Some("pricePerHour"),
        "PAY_PER_LABEL" => Some("pricePerLabel"),
        "FIXED_PRICE" => Some("fixedPrice"),
        _ => None,
    }
}

/// Returns the fields with a patch applied: values replace, `null` clears. A patch with an issue is refused as a whole.
pub(crate) fn patched(fields: &Fields, patch: Fields) -> Result<Fields, ApiFailure> {
    let mut issues = issues_of(&patch);
    if patch.is_empty() {
        let message = "At least one field is needed";
        issues.push(json!({ "code": "custom", "path": [], "message": message }));
    }
    if !issues.is_empty() {
        return Err(ApiFailure::invalid_body(&issues));
    }
    Ok(with(fields, patch))
}

/// Returns the fields with a patch applied that has no issues.
pub(crate) fn with(fields: &Fields, patch: Fields) -> Fields {
    let mut result = fields.clone();
    for (key, value) in patch {
        if value.is_null() {
            result.remove(&key);
        } else {
            result.insert(key, value);
        }
    }
    result
}

/// Returns an issue for the unknown keys of a patch, and one for each value that its key does not take.
pub(crate) fn issues_of(patch: &Fields) -> Vec<Value> {
    let unknown: Vec<&String> = patch.keys().filter(|key| kind_of(key).is_none()).collect();
    let mut issues = Vec::new();
    if !unknown.is_empty() {
        let message = format!("Unrecognized keys in object: {unknown:?}");
        issues.push(
            json!({ "code": "unrecognized_keys", "keys": unknown, "path": [], "message": message }),
        );
    }
    issues.extend(patch.iter().filter_map(|(key, value)| issue_of(key, value)));
    issues
}

fn issue_of(key: &str, value: &Value) -> Option<Value> {
    let kind = kind_of(key)?;
    if value.is_null() || fits(kind, value) {
        return None;
    }
    let issue = match kind {
        FieldType::OneOf(options) => {
            let message = format!("Invalid value: expected one of {options:?}");
            json!({ "code": "invalid_enum_value", "options": options, "path": [key], "message": message })
        }
        FieldType::Price if value.is_number() => {
            let message = format!("{key} must be between -{MOST_USD} and {MOST_USD}");
            json!({ "code": "custom", "path": [key], "message": message })
        }
        FieldType::Text
        | FieldType::Number
        | FieldType::Price
        | FieldType::Texts
        | FieldType::Scalar => {
            let expected = type_name(kind);
            let message = format!("Invalid type: expected {expected}");
            json!({ "code": "invalid_type", "expected": expected, "path": [key], "message": message })
        }
    };
    Some(issue)
}

/// True if a key of this kind takes the value.
pub(crate) fn fits(kind: FieldType, value: &Value) -> bool {
    match kind {
        FieldType::Text => value.is_string(),
        FieldType::Number => value.is_number(),
        // One that is too small is an issue of the draft, and keeps it from being published.
        FieldType::Price => value.as_f64().is_some_and(|usd| usd.abs() <= MOST_USD),
        FieldType::Texts => value
            .as_array()
            .is_some_and(|items| items.iter().all(Value::is_string)),
        FieldType::OneOf(options) => value.as_str().is_some_and(|text| options.contains(&text)),
        FieldType::Scalar => value.is_string() || value.is_number(),
    }
}

/// Returns the name of the kind in missing fields, if one is documented.
pub(crate) fn documented_type(kind: FieldType) -> Option<&'static str> {
    match kind {
        FieldType::Number | FieldType::Price | FieldType::OneOf(_) => Some(type_name(kind)),
        FieldType::Text | FieldType::Texts | FieldType::Scalar => None,
    }
}

/// Returns the name of the kind in issues.
pub(crate) fn type_name(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text | FieldType::Scalar => "string",
        FieldType::Number | FieldType::Price => "number",
        FieldType::Texts => "string[]",
        FieldType::OneOf(_) => "enum",
    }
}

/// Returns the value of a key as text.
pub(crate) fn text<'a>(fields: &'a Fields, key: &str) -> Option<&'a str> {
    fields.get(key)?.as_str()
}

/// Returns the value of a key as a number.
pub(crate) fn number(fields: &Fields, key: &str) -> Option<f64> {
    fields.get(key)?.as_f64()
}

/// Returns the value of a key as a list of texts, empty if it is absent.
pub(crate) fn texts<'a>(fields: &'a Fields, key: &str) -> Vec<&'a str> {
    let items = fields.get(key).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Fields, patched};

    fn object(value: Value) -> Fields {
        match value {
            Value::Object(fields) => fields,
            other => panic!("{other} is no object"),
        }
    }

    fn refused(patch: Value) -> Value {
        let failure = patched(&Fields::new(), object(patch)).expect_err("the patch is refused");
        assert_eq!(failure.status, 400);
        failure.body("r")["details"]["issues"][0]["code"].clone()
    }

    #[test]
    fn null_clears_and_values_replace() {
        let before = object(json!({"jobTitle": "Old", "headcount": 2}));
        let after = patched(
            &before,
            object(json!({"jobTitle": "New", "headcount": null})),
        );
        assert_eq!(after, Ok(object(json!({"jobTitle": "New"}))));
    }

    #[test]
    fn patches_that_do_not_fit_are_refused_whole() {
        assert_eq!(refused(json!({})), "custom");
        assert_eq!(refused(json!({"jobTitel": "x"})), "unrecognized_keys");
        assert_eq!(
            refused(json!({"paymentType": "per_hour"})),
            "invalid_enum_value"
        );
        assert_eq!(refused(json!({"headcount": "3"})), "invalid_type");
        assert_eq!(refused(json!({"languages": "German"})), "invalid_type");
        assert_eq!(refused(json!({"pricePerHour": 1e17})), "custom");
        assert_eq!(refused(json!({"fixedPrice": -1e17})), "custom");
        assert_eq!(refused(json!({"pricePerLabel": "1"})), "invalid_type");
    }
}
