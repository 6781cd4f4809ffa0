//! Listed values of a schema, and the other keywords of the schema that they meet.

use regex::RegexBuilder;
use serde_json::Value;

use openapi_canonical::json::{self, Object};

/// Limits on the text of a pattern and on its compiled form, in bytes. Larger patterns are not examined.
const LONGEST_PATTERN: usize = 1_000;
const LARGEST_PATTERN: usize = 1 << 18;

/// Largest number whose multiples floating-point numbers tell exactly enough.
const LARGEST: f64 = 1e12;

/// Returns the listed values other than null. `None` if a schema lists none.
fn listed(schema: &Object) -> Option<impl Iterator<Item = &Value>> {
    let values = schema.get("enum")?.as_array()?;
    Some(values.iter().filter(|value| !value.is_null()))
}

/// True if a schema lists values, and each of them is known to meet a limit.
pub(super) fn all_meet(schema: &Object, keyword: &str, limit: &Value) -> bool {
    listed(schema)
        .is_some_and(|mut values| values.all(|value| meets(value, keyword, limit) == Some(true)))
}

/// True if it is known for each listed value of a schema that it meets the limit of the schema, or that it does not.
pub(super) fn are_known(schema: &Object, keyword: &str) -> bool {
    let (limit, values) = (schema.get(keyword), listed(schema));
    limit.is_none_or(|limit| {
        values.is_none_or(|mut values| values.all(|value| meets(value, keyword, limit).is_some()))
    })
}

/// True unless it is known that a listed value is not of the type of its schema, or does not meet its pattern or its
/// step.
pub(super) fn may_fit(schema: &Object, value: &Value) -> bool {
    let is_of_type = json::string(schema, "type").is_none_or(|kind| is_of_type(kind, value));
    let meets = |keyword: &str| {
        let limit = schema.get(keyword);
        limit.is_none_or(|limit| meets(value, keyword, limit) != Some(false))
    };
    is_of_type && meets("pattern") && meets("multipleOf")
}

/// True if a value is of a type. Types that only a contradiction has fit every value.
pub(super) fn is_of_type(kind: &str, value: &Value) -> bool {
    match kind {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        _ => true,
    }
}

/// Returns true if a value meets a pattern or a step; values of other types do. `None` if that is not known. Several
/// limits of one keyword are a list.
fn meets(value: &Value, keyword: &str, limit: &Value) -> Option<bool> {
    match (keyword, limit, value) {
        (_, Value::Array(limits), _) => {
            let mut each = limits.iter().map(|limit| meets(value, keyword, limit));
            each.try_fold(true, |all, one| Some(all && one?))
        }
        ("pattern", Value::String(pattern), Value::String(text)) => matches(pattern, text),
        ("multipleOf", Value::Number(step), Value::Number(number)) => {
            is_multiple(number.as_f64()?, step.as_f64()?)
        }
        _ => Some(true),
    }
}

/// Returns true if a text matches a pattern. `None` if the pattern has no equivalent, or the text may have another
/// meaning in a pattern of JSON Schema.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.len() > LONGEST_PATTERN || !text.is_ascii() {
        return None;
    }
    let regex = RegexBuilder::new(pattern)
        .size_limit(LARGEST_PATTERN)
        .build();
    Some(regex.ok()?.is_match(text))
}

/// Returns true if a number is a whole multiple of a step. `None` if that is not known.
pub(super) fn is_multiple(number: f64, step: f64) -> Option<bool> {
    let count = number / step;
    let is_known = count.is_finite() && count.abs() < LARGEST;
    is_known.then(|| (count - count.round()).abs() < 1e-9)
}
