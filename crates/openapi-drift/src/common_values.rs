//! Values that two schemas have in common.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::listed_values::is_of_type;
use super::{bounds, formats};
use openapi_canonical::json::{self, Object};

/// Steps of the whole comparison that one pair costs.
const STEPS_A_PAIR: usize = 5;

/// Search for values that two schemas have in common.
#[derive(Debug)]
pub(super) struct Search<'a> {
    pub(super) effective: &'a EffectiveSchemas<'a>,
    /// Pairs of variants that may still be examined.
    pub(super) steps: usize,
}

impl Search<'_> {
    pub(super) fn is_used_up(&self) -> bool {
        self.steps == 0 || self.effective.budget().is_used_up()
    }

    /// True unless it is known that no value fits both.
    pub(super) fn overlap(
        &mut self,
        one: &Rc<EffectiveSchema>,
        other: &Rc<EffectiveSchema>,
        depth: usize,
    ) -> bool {
        if depth == 0 {
            return true;
        }
        let (one_variants, other_variants) =
            (self.effective.variants(one), self.effective.variants(other));
        for one in &one_variants {
            for other in &other_variants {
                if self.steps == 0 || !self.effective.budget().take(STEPS_A_PAIR) {
                    return true;
                }
                self.steps -= 1;
                if self.variants_overlap(one, other, depth) {
                    return true;
                }
            }
        }
        false
    }

    fn variants_overlap(
        &mut self,
        one: &EffectiveSchema,
        other: &EffectiveSchema,
        depth: usize,
    ) -> bool {
        match (one.kind(), other.kind()) {
            (ValueKind::Silent | ValueKind::Choice, _)
            | (_, ValueKind::Silent | ValueKind::Choice) => true,
            (ValueKind::Object, ValueKind::Object) => {
                self.objects_overlap(&one.members, &other.members, depth)
            }
            (ValueKind::Array, ValueKind::Array) => {
                self.arrays_overlap(&one.members, &other.members, depth)
            }
            (ValueKind::Scalar(kind), ValueKind::Scalar(other_kind)) => {
                let is_number = |kind: &str| ["integer", "number"].contains(&kind);
                let are_limited = || one.members.len() > 1 && other.members.len() > 1;
                // Generators emit `integer` beside `number` and mean a number.
                let may_be_of_one_type = kind == other_kind
                    || is_number(&kind) && is_number(&other_kind) && are_limited();
                may_be_of_one_type && scalars_overlap(&one.members, &other.members)
            }
            _ => false,
        }
    }

    /// True unless one of the two refuses a property that the other one requires, or a required property has no value
    /// in common.
    fn objects_overlap(&mut self, one: &Object, other: &Object, depth: usize) -> bool {
        let required = |object| json::strings(object, "required").into_iter();
        let required: BTreeSet<&str> = required(one).chain(required(other)).collect();
        required.into_iter().all(|name| {
            let property =
                |object| json::object(object, "properties").and_then(|all| all.get(name));
            let is_closed =
                |object: &Object| object.get("additionalProperties") == Some(&Value::Bool(false));
            match (property(one), property(other)) {
                (Some(one), Some(other)) => {
                    let (one, other) = (self.effective.of(one), self.effective.of(other));
                    self.overlap(&one, &other, depth - 1)
                }
                (None, _) if is_closed(one) => false,
                (_, None) if is_closed(other) => false,
                _ => true,
            }
        })
    }

    /// True unless both require elements and the elements have no value in common: an empty list fits any list.
    fn arrays_overlap(&mut self, one: &Object, other: &Object, depth: usize) -> bool {
        let needs_any = |list: &Object| limit(list, "minItems").is_some_and(|least| least > 0.0);
        let items = one.get("items").zip(other.get("items"));
        match items.filter(|_| needs_any(one) || needs_any(other)) {
            Some((one, other)) => {
                let (one, other) = (self.effective.of(one), self.effective.of(other));
                self.overlap(&one, &other, depth - 1)
            }
            None => true,
        }
    }
}

fn limit(schema: &Object, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Value::as_f64)
}

/// False if two scalars are known to have no value in common: other values, other formats of text, patterns with
/// different beginnings, or disjoint ranges. Other pairs of patterns are assumed to have a text in common.
fn scalars_overlap(one: &Object, other: &Object) -> bool {
    let values = |schema| {
        json::elements(schema, "enum")
            .iter()
            .filter(|value| !value.is_null())
    };
    let is_listed = |schema: &Object| schema.contains_key("enum");
    match (is_listed(one), is_listed(other)) {
        (true, true) => {
            return values(one).any(|value| values(other).any(|other| other == value));
        }
        (true, false) => return values(one).any(|value| may_fit(other, value)),
        (false, true) => return values(other).any(|value| may_fit(one, value)),
        (false, false) => {}
    }
    let both = |keyword| json::string(one, keyword).zip(json::string(other, keyword));
    let have_other_formats =
        both("format").is_some_and(|(one, other)| formats::exclude_each_other(one, other));
    let have_other_beginnings =
        both("pattern").is_some_and(|(one, other)| begin_otherwise(one, other));
    let are_apart = |least: &str, most: &str| {
        is_above(one, other, least, most) || is_above(other, one, least, most)
    };
    !have_other_formats
        && !have_other_beginnings
        && !are_apart("minimum", "maximum")
        && !are_apart("minLength", "maxLength")
}

/// True if every number or length of one schema is greater than those of another one.
fn is_above(low: &Object, high: &Object, least: &str, most: &str) -> bool {
    let is_exclusive =
        json::is_true(low, "exclusiveMaximum") || json::is_true(high, "exclusiveMinimum");
    let bounds = limit(low, most).zip(limit(high, least));
    let is_number = least == "minimum";
    bounds.is_some_and(|(most, least)| most < least || most == least && is_number && is_exclusive)
}

/// True if a listed value may fit another scalar. Patterns are assumed to match.
fn may_fit(schema: &Object, value: &Value) -> bool {
    let is_of_type = json::string(schema, "type").is_none_or(|kind| is_of_type(kind, value));
    is_of_type && bounds::is_within(schema, value)
}

/// True if all texts of one pattern begin differently from all texts of another one.
fn begin_otherwise(one: &str, other: &str) -> bool {
    let beginnings = beginning(one).zip(beginning(other));
    beginnings.is_some_and(|(one, other)| !one.starts_with(&other) && !other.starts_with(&one))
}

/// Returns the literal prefix of every text that matches a pattern. `None` if the pattern has no literal prefix.
fn beginning(pattern: &str) -> Option<String> {
    let rest = pattern.strip_prefix('^')?;
    if rest.contains('|') {
        return None;
    }
    let is_letter =
        |character: &char| character.is_ascii_alphanumeric() || "-_:/ ".contains(*character);
    let mut letters: String = rest.chars().take_while(is_letter).collect();
    let next = rest[letters.len()..].chars().next();
    if next.is_some_and(|next| "*?{".contains(next)) {
        letters.pop();
    }
    (!letters.is_empty()).then_some(letters)
}
