//! Listed values of a schema, and the other keywords of the schema that they meet.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::bounds;
use super::budget::Budget;
use openapi_canonical::json::{self, Object};

/// Limits on the text of a pattern and on its compiled form, in bytes. Larger patterns are not examined.
const LONGEST_PATTERN: usize = 1_000;
const LARGEST_PATTERN: usize = 1 << 18;

/// Steps that the compilation of a pattern costs, beside one for each byte of its text.
const STEPS_A_PATTERN: usize = 100;

/// Largest rounding error of a quotient with which whole numbers are distinguished from others.
const LARGEST_ERROR: f64 = 1e-3;

/// Returns the listed values other than null. `None` if a schema lists none.
fn listed(schema: &Object) -> Option<impl Iterator<Item = &Value>> {
    let values = schema.get("enum")?.as_array()?;
    Some(values.iter().filter(|value| !value.is_null()))
}

/// True if a schema lists values, and each of them is known to meet a limit.
pub(super) fn all_meet(budget: &Budget, schema: &Object, keyword: &str, limit: &Value) -> bool {
    listed(schema).is_some_and(|mut values| {
        let check = Check::of(budget, keyword, limit);
        values.all(|value| check.meets(value) == Some(true))
    })
}

/// True if it is known for each listed value of a schema that it meets the limit of the schema, or that it does not.
pub(super) fn are_known(budget: &Budget, schema: &Object, keyword: &str) -> bool {
    let both = schema.get(keyword).zip(listed(schema));
    both.is_none_or(|(limit, mut values)| {
        let check = Check::of(budget, keyword, limit);
        values.all(|value| check.meets(value).is_some())
    })
}

/// Returns the listed values without those that are known not to fit their schema. `None` if a schema lists none.
pub(super) fn fitting<'a>(budget: &Budget, schema: &'a Object) -> Option<Vec<&'a Value>> {
    let values = listed(schema)?;
    let limits = Limits::of(budget, schema);
    Some(
        values
            .filter(|value| limits.fit_but_listed(value) != Some(false))
            .collect(),
    )
}

/// Keywords of a schema that a listed value is compared with.
#[derive(Debug)]
pub(super) struct Limits<'a> {
    schema: &'a Object,
    checks: Vec<Check>,
    /// Texts of the listed values.
    listed: Option<BTreeSet<String>>,
}

impl<'a> Limits<'a> {
    pub(super) fn of(budget: &Budget, schema: &'a Object) -> Limits<'a> {
        let checks = ["pattern", "multipleOf"].map(|keyword| {
            let limit = schema.get(keyword);
            limit.map(|limit| Check::of(budget, keyword, limit))
        });
        Limits {
            schema,
            checks: checks.into_iter().flatten().collect(),
            listed: listed(schema).map(|values| values.map(Value::to_string).collect()),
        }
    }

    /// Returns true if a value fits the schema, but perhaps not its format. `None` if that is not known.
    pub(super) fn fit(&self, value: &Value) -> Option<bool> {
        let is_listed = |listed: &BTreeSet<String>| listed.contains(&value.to_string());
        if !self.listed.as_ref().is_none_or(is_listed) {
            return Some(false);
        }
        self.fit_but_listed(value)
    }

    fn fit_but_listed(&self, value: &Value) -> Option<bool> {
        let kind = json::string(self.schema, "type");
        let is_of_type = kind.is_none_or(|kind| is_of_type(kind, value));
        if !is_of_type || !bounds::is_within(self.schema, value) {
            return Some(false);
        }
        let met: Vec<Option<bool>> = self.checks.iter().map(|check| check.meets(value)).collect();
        match met.contains(&Some(false)) {
            true => Some(false),
            false => (!met.contains(&None)).then_some(true),
        }
    }
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
    /// Reads a limit, if enough steps are left. Several limits of one keyword are a list.
    fn of(budget: &Budget, keyword: &str, limit: &Value) -> Check {
        match (keyword, limit) {
            (_, Value::Array(limits)) => Check::All(
                limits
                    .iter()
                    .map(|limit| Check::of(budget, keyword, limit))
                    .collect(),
            ),
            ("pattern", Value::String(pattern)) => {
                let is_left = budget.take(STEPS_A_PATTERN + pattern.len());
                Check::Pattern(is_left.then(|| compiled(pattern)).flatten())
            }
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
