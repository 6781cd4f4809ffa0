//! Values that two schemas have in common.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::Value;

use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::formats;
use super::listed_values::Limits;
use openapi_canonical::json::{self, Object};

/// Levels of properties and elements that are examined. Deeper schemas are assumed to have values in common.
pub(super) const DEEPEST: usize = 6;

/// Steps of the whole comparison that one pair costs.
const STEPS_A_PAIR: usize = 5;

/// Search for values that two schemas have in common.
#[derive(Debug)]
pub(super) struct Search<'a> {
    /// Schemas of the document of the one schema, and of the other one.
    pub(super) one_effective: &'a EffectiveSchemas<'a>,
    pub(super) other_effective: &'a EffectiveSchemas<'a>,
    /// Pairs of variants that may still be examined.
    pub(super) steps: &'a Cell<usize>,
}

impl Search<'_> {
    /// Takes the steps that a pair of variants costs. Returns false if too few are left.
    pub(super) fn take(&self) -> bool {
        let is_left = self.steps.get() > 0 && self.one_effective.budget().take(STEPS_A_PAIR);
        self.steps.set(self.steps.get().saturating_sub(1));
        is_left
    }

    /// True unless it is known that no value but null fits both.
    pub(super) fn overlap(
        &self,
        one: &Rc<EffectiveSchema>,
        other: &Rc<EffectiveSchema>,
        depth: usize,
    ) -> bool {
        if depth == 0 {
            return true;
        }
        let one_variants = self.one_effective.variants(one);
        let other_variants = self.other_effective.variants(other);
        one_variants.iter().any(|one| {
            let mut others = other_variants.iter();
            others.any(|other| !self.take() || self.variants_overlap(one, other, depth))
        })
    }

    /// True unless it is known that no value fits both.
    pub(super) fn schemas_overlap(&self, one: &Value, other: &Value, depth: usize) -> bool {
        let are_nullable =
            self.one_effective.takes_null(one) && self.other_effective.takes_null(other);
        let (one, other) = (self.one_effective.of(one), self.other_effective.of(other));
        are_nullable || self.overlap(&one, &other, depth)
    }

    /// Decides the same for schemas without variants.
    pub(super) fn variants_overlap(
        &self,
        one: &EffectiveSchema,
        other: &EffectiveSchema,
        depth: usize,
    ) -> bool {
        match (one.kind(), other.kind()) {
            (ValueKind::Unspecified | ValueKind::Choice, _)
            | (_, ValueKind::Unspecified | ValueKind::Choice) => true,
            (ValueKind::Object, ValueKind::Object) => {
                self.objects_overlap(&one.members, &other.members, depth)
            }
            (ValueKind::Array, ValueKind::Array) => {
                self.arrays_overlap(&one.members, &other.members, depth)
            }
            (ValueKind::Scalar(kind), ValueKind::Scalar(other_kind)) => {
                let is_number = |kind: &str| ["integer", "number"].contains(&kind);
                let are_limited = || one.members.len() > 1 && other.members.len() > 1;
                // Generators emit `integer` beside `number` in one choice and mean a number.
                let are_numbers = || depth < DEEPEST || are_limited();
                let may_be_of_one_type = kind == other_kind
                    || is_number(&kind) && is_number(&other_kind) && are_numbers();
                may_be_of_one_type && self.scalars_overlap(&one.members, &other.members)
            }
            _ => false,
        }
    }

    /// True unless one of the two refuses a property that the other one requires, or a required property has no value
    /// in common.
    fn objects_overlap(&self, one: &Object, other: &Object, depth: usize) -> bool {
        let required = |object| json::strings(object, "required").into_iter();
        let mut required = required(one).chain(required(other));
        let may_have = |name: &str| {
            let fields = field(one, name).zip(field(other, name));
            fields.is_some_and(|(one, other)| self.schemas_overlap(one, other, depth - 1))
        };
        !are_apart(one, other, "minProperties", "maxProperties") && required.all(may_have)
    }

    /// True unless the lengths differ, or both require elements and the elements have no value in common: an empty list
    /// fits any list.
    fn arrays_overlap(&self, one: &Object, other: &Object, depth: usize) -> bool {
        let needs_any = |list: &Object| limit(list, "minItems").is_some_and(|least| least > 0.0);
        let items = one.get("items").zip(other.get("items"));
        let items = items.filter(|_| needs_any(one) || needs_any(other));
        !are_apart(one, other, "minItems", "maxItems")
            && items.is_none_or(|(one, other)| self.schemas_overlap(one, other, depth - 1))
    }

    /// True unless two scalars are known to have no value in common: other values, other formats of text, patterns with
    /// different beginnings, or disjoint ranges. Other pairs of patterns are assumed to have a text in common.
    fn scalars_overlap(&self, one: &Object, other: &Object) -> bool {
        let fits = |schema: &Object, values: &[Value]| {
            let limits = Limits::of(self.one_effective.budget(), schema);
            let mut values = values.iter().filter(|value| !value.is_null());
            values.any(|value| limits.fit(value) != Some(false))
        };
        let listed = |schema| json::elements(schema, "enum");
        if one.contains_key("enum") {
            return fits(other, listed(one));
        }
        if other.contains_key("enum") {
            return fits(one, listed(other));
        }
        let both = |keyword| json::string(one, keyword).zip(json::string(other, keyword));
        let have_other_formats =
            both("format").is_some_and(|(one, other)| formats::exclude_each_other(one, other));
        let have_other_beginnings =
            both("pattern").is_some_and(|(one, other)| begin_otherwise(one, other));
        !have_other_formats
            && !have_other_beginnings
            && !are_apart(one, other, "minimum", "maximum")
            && !are_apart(one, other, "minLength", "maxLength")
    }
}

/// Returns the schema of a field of an object. `None` if the object refuses the field.
pub(super) fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    let properties = json::object(object, "properties");
    let named = properties.and_then(|properties| properties.get(name));
    named.or_else(|| further(object))
}

/// Returns the schema of the fields that an object does not name. `None` if it refuses them.
pub(super) fn further(object: &Object) -> Option<&Value> {
    let schema = object.get("additionalProperties");
    let schema = schema.unwrap_or(&Value::Bool(true));
    (*schema != Value::Bool(false)).then_some(schema)
}

/// True if no number, length or count is within the ranges of both schemas.
fn are_apart(one: &Object, other: &Object, least: &str, most: &str) -> bool {
    is_above(one, other, least, most) || is_above(other, one, least, most)
}

fn limit(schema: &Object, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Value::as_f64)
}

/// True if every number or length of one schema is greater than those of another one.
fn is_above(low: &Object, high: &Object, least: &str, most: &str) -> bool {
    let is_exclusive =
        json::is_true(low, "exclusiveMaximum") || json::is_true(high, "exclusiveMinimum");
    let bounds = limit(low, most).zip(limit(high, least));
    let is_number = least == "minimum";
    bounds.is_some_and(|(most, least)| most < least || most == least && is_number && is_exclusive)
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
