//! Listed values of a schema, and the other keywords of the schema that they meet.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use openapi_canonical::json::{self, Object};

/// Limits on the text of a pattern and on its compiled form, in bytes. Larger patterns are not examined.
const LONGEST_PATTERN: usize = 1_000;
const LARGEST_PATTERN: usize = 1 << 18;

/// Largest rounding error of a quotient with which whole numbers are distinguished from others.
const LARGEST_ERROR: f64 = 1e-3;

/// Returns the listed values other than null. `None` if a schema lists none.
fn listed(schema: &Object) -> Option<impl Iterator<Item = &Value>> {
    let values = schema.get("enum")?.as_array()?;
    Some(values.iter().filter(|value| !value.is_null()))
}

/// True if a schema lists values, and each of them is known to meet a limit.
pub(super) fn all_meet(schema: &Object, keyword: &str, limit: &Value) -> bool {
    let check = Check::of(keyword, limit);
    listed(schema).is_some_and(|mut values| values.all(|value| check.meets(value) == Some(true)))
}

/// True if it is known for each listed value of a schema that it meets the limit of the schema, or that it does not.
pub(super) fn are_known(schema: &Object, keyword: &str) -> bool {
    let check = schema.get(keyword).map(|limit| Check::of(keyword, limit));
    check.is_none_or(|check| {
        listed(schema).is_none_or(|mut values| values.all(|value| check.meets(value).is_some()))
    })
}

/// Returns the listed values without those that are known not to be of the type of their schema, or not to meet its
/// pattern or its step. `None` if a schema lists none.
pub(super) fn fitting(schema: &Object) -> Option<Vec<&Value>> {
    let kind = json::string(schema, "type");
    let checks = ["pattern", "multipleOf"].map(|keyword| {
        let limit = schema.get(keyword);
        limit.map(|limit| Check::of(keyword, limit))
    });
    let may_fit = |value: &&Value| {
        kind.is_none_or(|kind| is_of_type(kind, value))
            && checks
                .iter()
                .flatten()
                .all(|check| check.meets(value) != Some(false))
    };
    Some(listed(schema)?.filter(may_fit).collect())
}

/// True if a value is of a type. Types that JSON Schema does not define fit every value.
pub(super) fn is_of_type(kind: &str, value: &Value) -> bool {
    match kind {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        _ => true,
    }
}

/// Limit that is compared with several values.
#[derive(Debug)]
enum Check {
    /// Pattern of a text. `None` if it has no equivalent.
    Pattern(Option<Regex>),
    Step(f64),
    All(Vec<Check>),
    /// Limit that is no pattern and no step.
    Other,
}

impl Check {
    /// Reads a limit. Several limits of one keyword are a list.
    fn of(keyword: &str, limit: &Value) -> Check {
        match (keyword, limit) {
            (_, Value::Array(limits)) => Check::All(
                limits
                    .iter()
                    .map(|limit| Check::of(keyword, limit))
                    .collect(),
            ),
            ("pattern", Value::String(pattern)) => Check::Pattern(compiled(pattern)),
            ("multipleOf", Value::Number(step)) => Check::Step(step.as_f64().unwrap_or_default()),
            _ => Check::Other,
        }
    }

    /// Returns true if a value meets the limit; values of other types do. `None` if that is not known. A text beyond
    /// ASCII may have another meaning in a pattern of JSON Schema.
    fn meets(&self, value: &Value) -> Option<bool> {
        match (self, value) {
            (Check::Pattern(regex), Value::String(text)) => {
                let regex = regex.as_ref().filter(|_| text.is_ascii());
                Some(regex?.is_match(text))
            }
            (Check::Step(step), Value::Number(number)) => is_multiple(number.as_f64()?, *step),
            (Check::All(checks), value) => {
                let mut each = checks.iter().map(|check| check.meets(value));
                each.try_fold(true, |all, one| Some(all && one?))
            }
            _ => Some(true),
        }
    }
}

/// Compiles a pattern. `None` if it is too large, or if it may have another meaning in JSON Schema.
fn compiled(pattern: &str) -> Option<Regex> {
    let mut builder = RegexBuilder::new(pattern);
    builder.size_limit(LARGEST_PATTERN);
    let is_examined = pattern.len() <= LONGEST_PATTERN && !has_own_syntax(pattern);
    is_examined.then(|| builder.build())?.ok()
}

/// True if a pattern has syntax that only this library reads: operations on sets of characters, flags, ends of words.
fn has_own_syntax(pattern: &str) -> bool {
    let (mut is_escaped, mut is_in_set) = (false, false);
    let has_nested_set = pattern.chars().any(|character| {
        let was_escaped = is_escaped;
        is_escaped = character == '\\' && !was_escaped;
        let is_nested = character == '[' && is_in_set && !was_escaped;
        is_in_set = match character {
            '[' if !was_escaped => true,
            ']' if !was_escaped => false,
            _ => is_in_set,
        };
        is_nested
    });
    const OWN: [&str; 6] = ["&&", "--", "~~", "\\<", "\\>", "(?"];
    has_nested_set || OWN.iter().any(|syntax| pattern.contains(syntax))
}

/// Returns true if a number is a whole multiple of a step. `None` if that is not known.
pub(super) fn is_multiple(number: f64, step: f64) -> Option<bool> {
    let count = number / step;
    let error = count.abs() * 4.0 * f64::EPSILON;
    (error < LARGEST_ERROR).then(|| (count - count.round()).abs() <= error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_are_found_up_to_the_rounding_error_of_a_quotient() {
        for (number, step, is_whole) in [
            (8570.764, 0.001, Some(true)),
            (121_785.18, 0.01, Some(true)),
            (0.3, 0.1, Some(true)),
            (1.005, 0.01, Some(false)),
            (121_785.185, 0.01, Some(false)),
            (-6.0, 4.0, Some(false)),
            (1e13, 1.0, None),
            (1.0, 0.0, None),
        ] {
            assert_eq!(is_multiple(number, step), is_whole, "{number} of {step}");
        }
    }

    #[test]
    fn patterns_with_syntax_of_the_library_alone_are_not_examined() {
        for pattern in ["^[+&&]+$", "[a--b]", "[[a]]", r"\<a\>", "(?x) a"] {
            assert!(compiled(pattern).is_none(), "{pattern}");
        }
        for pattern in [r"^[\[a]+$", "[a-z][0-9]", r"^\d{3}$", "a|b"] {
            assert!(compiled(pattern).is_some(), "{pattern}");
        }
    }
}
