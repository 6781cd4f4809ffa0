//! Text of scalars in URLs, headers and cookies, where `25` and `true` are the same for every type that a document
//! gives them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::json::{self, Object};

/// Formats of strings whose text is a number or a boolean.
const FORMATS_OF_SCALARS: [&str; 11] = [
    "bigint", "bool", "boolean", "decimal", "double", "float", "int32", "int64", "integer",
    "number", "numeric",
];

/// Patterns that every integer matches, without the anchors.
const PATTERNS_OF_INTEGERS: [&str; 4] =
    [r"-?\d+", r"-?\d+(\.\d+)?", r"[-+]?\d+", r"[-+]?\d+(\.\d+)?"];

/// Patterns that every integer from zero on matches, without the anchors.
const PATTERNS_OF_NATURALS: [&str; 4] = [r"\d+", r"\d*", r"\d+(\.\d+)?", r"\d{1,}"];

/// Patterns that both booleans match, without the anchors.
const PATTERNS_OF_BOOLEANS: [&str; 4] =
    ["(true|false)", "(false|true)", "true|false", "false|true"];

/// Length of the longest text of a 64-bit integer.
const LONGEST_INTEGER: u64 = 20;

/// Set of texts that a scalar schema describes.
#[derive(Debug, PartialEq)]
enum Texts {
    /// Any text, as far as length and pattern allow.
    Any,
    /// Texts of a format, such as UUIDs.
    OfFormat,
    Integers,
    Numbers,
    Listed(BTreeSet<String>),
}

impl Texts {
    /// Returns the texts of a schema. `None` if the schema is no scalar.
    fn of(schema: &Object) -> Option<Texts> {
        let listed: BTreeSet<String> = json::elements(schema, "enum")
            .iter()
            .filter(|value| !value.is_null())
            .map(text_of)
            .collect();
        if !listed.is_empty() {
            return Some(Texts::Listed(listed));
        }
        let is_of_scalars = |format| FORMATS_OF_SCALARS.contains(&format);
        match json::string(schema, "type")? {
            "boolean" => Some(Texts::Listed(["true", "false"].map(str::to_owned).into())),
            "integer" => Some(Texts::Integers),
            "number" => Some(Texts::Numbers),
            "string" if json::string(schema, "format").is_none_or(is_of_scalars) => {
                Some(Texts::Any)
            }
            "string" => Some(Texts::OfFormat),
            _ => None,
        }
    }

    fn includes(&self, other: &Texts) -> bool {
        match (self, other) {
            (Texts::Any, _) => true,
            (Texts::Listed(texts), Texts::Listed(others)) => others.is_subset(texts),
            (Texts::Integers, Texts::Listed(others)) => {
                others.iter().all(|text| text.parse::<i64>().is_ok())
            }
            (Texts::Numbers, Texts::Listed(others)) => {
                let is_number =
                    |text: &String| serde_json::from_str::<serde_json::Number>(text).is_ok();
                others.iter().all(is_number)
            }
            (Texts::Numbers, Texts::Integers) => true,
            _ => self == other && *self != Texts::OfFormat,
        }
    }
}

/// Returns the text of a value: a string unquoted, any other value as JSON.
pub fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// True if a scalar schema accepts the text of every value of another one. Lengths and patterns are left to
/// [`without_fitting_limits`].
#[must_use]
pub fn accepts(schema: &Object, sent: &Object) -> bool {
    let texts = Texts::of(schema).zip(Texts::of(sent));
    texts.is_some_and(|(texts, sent)| texts.includes(&sent))
}

/// True if a scalar schema lists texts, and one of them is the text of a value of another schema.
#[must_use]
pub fn accepts_some(schema: &Object, sent: &Object) -> bool {
    let (Some(Texts::Listed(listed)), Some(sent)) = (Texts::of(schema), Texts::of(sent)) else {
        return false;
    };
    let is_sent = |text: String| sent.includes(&Texts::Listed([text].into()));
    listed.into_iter().any(is_sent)
}

/// Returns the schema of a text without the lengths and patterns that the text of every value of `sent` meets.
#[must_use]
pub fn without_fitting_limits(schema: &Object, sent: &Object) -> Object {
    let mut remaining = schema.clone();
    let Some(texts) =
        Texts::of(sent).filter(|texts| !matches!(texts, Texts::Any | Texts::OfFormat))
    else {
        return remaining;
    };
    let limit = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
    if limit("minLength").is_some_and(|least| least <= 1) {
        remaining.remove("minLength");
    }
    let longest = match &texts {
        Texts::Listed(listed) => listed.iter().map(|text| text.len() as u64).max(),
        Texts::Integers => Some(LONGEST_INTEGER),
        _ => None,
    };
    if longest
        .zip(limit("maxLength"))
        .is_some_and(|(longest, most)| longest <= most)
    {
        remaining.remove("maxLength");
    }
    if json::string(schema, "pattern").is_some_and(|pattern| fits(&texts, sent, pattern)) {
        remaining.remove("pattern");
    }
    remaining
}

/// True if every text matches a pattern, for the patterns in common use.
fn fits(texts: &Texts, sent: &Object, pattern: &str) -> bool {
    let pattern = pattern.replace("[0-9]", r"\d").replace("(?:", "(");
    let inner = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'));
    // Without anchors, a pattern such as `true|false` matches anywhere in a text; between anchors, alternatives need
    // brackets.
    let inner = inner.unwrap_or(&pattern);
    let is_one_of = |patterns: &[&str]| patterns.contains(&inner);
    let is_natural = || {
        let least = sent.get("minimum").and_then(Value::as_f64);
        least.is_some_and(|least| least >= 0.0)
    };
    match texts {
        Texts::Integers => {
            is_one_of(&PATTERNS_OF_INTEGERS) || is_natural() && is_one_of(&PATTERNS_OF_NATURALS)
        }
        Texts::Listed(listed) => {
            let are_booleans = listed
                .iter()
                .all(|text| ["true", "false"].contains(&text.as_str()));
            let are_integers = || listed.iter().all(|text| text.parse::<u64>().is_ok());
            are_booleans && is_one_of(&PATTERNS_OF_BOOLEANS)
                || are_integers()
                    && (is_one_of(&PATTERNS_OF_INTEGERS) || is_one_of(&PATTERNS_OF_NATURALS))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(schema: &Value) -> Object {
        schema.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_text_of_a_value_is_accepted_by_types_that_can_hold_it() {
        let (integer, number) = (
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "number"}),
        );
        let (boolean, string) = (json!({"type": "boolean"}), json!({"type": "string"}));
        let listed = |values: Value| json!({"type": "string", "enum": values});
        for (schema, sent, is_accepted) in [
            (&string, &integer, true),
            (&string, &number, true),
            (&string, &boolean, true),
            (&number, &integer, true),
            (&integer, &number, false),
            (&integer, &string, false),
            (&boolean, &string, false),
            (&integer, &boolean, false),
            (&boolean, &integer, false),
            (&listed(json!(["true", "false"])), &boolean, true),
            (
                &json!({"enum": ["false", "true", "1", null]}),
                &boolean,
                true,
            ),
            (&listed(json!(["true"])), &boolean, false),
            (&listed(json!(["0", "1"])), &boolean, false),
            (&listed(json!(["TRUE", "FALSE"])), &boolean, false),
            (&boolean, &listed(json!(["true"])), true),
            (&integer, &listed(json!(["1", "20"])), true),
            (&integer, &listed(json!(["1", "all"])), false),
            (&number, &listed(json!(["0.5", "1e3"])), true),
            (
                &json!({"type": "string", "format": "int64"}),
                &integer,
                true,
            ),
            (
                &json!({"type": "string", "format": "uuid"}),
                &integer,
                false,
            ),
            (
                &json!({"type": "string", "format": "date-time"}),
                &string,
                false,
            ),
            (&json!({"type": "array"}), &integer, false),
            (&json!({}), &integer, false),
        ] {
            assert_eq!(
                accepts(&object(schema), &object(sent)),
                is_accepted,
                "{schema} of {sent}"
            );
        }
    }

    #[test]
    fn a_list_accepts_some_values_if_one_of_its_texts_is_among_them() {
        let (integer, boolean) = (json!({"type": "integer"}), json!({"type": "boolean"}));
        let listed = |values: Value| json!({"type": "string", "enum": values});
        for (schema, sent, is_accepted) in [
            (listed(json!(["true"])), &boolean, true),
            (listed(json!(["1", "true"])), &boolean, true),
            (json!({"type": "boolean", "enum": [true]}), &boolean, true),
            (listed(json!(["1", "0"])), &boolean, false),
            (listed(json!(["TRUE", "FALSE"])), &boolean, false),
            (listed(json!(["10", "25"])), &integer, true),
            (listed(json!(["10", "all"])), &integer, true),
            (listed(json!(["all", "1.5"])), &integer, false),
            (json!({"type": "string"}), &integer, false),
            (json!({"type": "boolean"}), &integer, false),
        ] {
            assert_eq!(
                accepts_some(&object(&schema), &object(sent)),
                is_accepted,
                "{schema} of {sent}"
            );
        }
    }

    #[test]
    fn limits_of_text_that_every_value_fits_are_none() {
        let natural = json!({"type": "integer", "minimum": 1});
        let (integer, boolean) = (json!({"type": "integer"}), json!({"type": "boolean"}));
        for (limits, sent, remains) in [
            (json!({"pattern": r"^\d+$"}), &natural, false),
            (json!({"pattern": "^[0-9]+$"}), &natural, false),
            (json!({"pattern": r"^\d+$"}), &integer, true),
            (json!({"pattern": r"^-?\d+$"}), &integer, false),
            (json!({"pattern": r"^-?\d+(?:\.\d+)?$"}), &integer, false),
            (json!({"pattern": r"^\d{3}$"}), &natural, true),
            (json!({"pattern": "^(true|false)$"}), &boolean, false),
            (json!({"pattern": "^(on|off)$"}), &boolean, true),
            (json!({"minLength": 1}), &integer, false),
            (json!({"minLength": 2}), &integer, true),
            (json!({"maxLength": 20}), &integer, false),
            (json!({"maxLength": 3}), &integer, true),
            (json!({"maxLength": 5, "minLength": 1}), &boolean, false),
            (json!({"maxLength": 4}), &boolean, true),
        ] {
            let remaining = without_fitting_limits(&object(&limits), &object(sent));
            assert_eq!(!remaining.is_empty(), remains, "{limits} of {sent}");
        }
    }
}
