//! Variants of `oneOf` that one value may fit: a service refuses such a value, although an earlier version accepted it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::{formats, pairing};
use openapi_canonical::json::{self, Object};

/// Levels of properties and elements that are examined. Deeper schemas are assumed to have values in common.
const DEEPEST: usize = 6;

/// Pairs of schemas that are examined for one `oneOf`. Further pairs are reported as not compared.
const MOST_STEPS: usize = 20_000;

/// Steps of the whole comparison that one pair costs.
const STEPS_A_PAIR: usize = 5;

/// Further pairs that are examined for each variant of a `oneOf`.
const STEPS_A_VARIANT: usize = 200;

/// Notes two variants that overlap in the new schema and that did not, or could not be disambiguated, in the old one.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Rc<EffectiveSchema>,
    new: &Rc<EffectiveSchema>,
) {
    if direction != Direction::Request || new.variants.is_empty() {
        return;
    }
    let after = Overlaps::of(&comparison.new_effective, new);
    if after.pairs.is_empty() && after.not_examined == 0 {
        return;
    }
    let before = Overlaps::of(&comparison.old_effective, old);
    let not_examined = after.not_examined.max(before.not_examined);
    if not_examined > 0 {
        comparison.leave_out_variants(at, not_examined);
    }
    if before.not_examined > 0 {
        return;
    }
    if let Some((one, other)) = after.first_without(&before, comparison) {
        let pair = format!("{} and {}", name(one), name(other));
        comparison.note(direction, Finding::new(at, Kind::VariantsOverlap).of(pair));
    }
}

fn name(variant: &EffectiveSchema) -> String {
    let component = variant.component.clone().or_else(|| variant.name.clone());
    component.unwrap_or_else(|| variant.kind().name())
}

/// Variants of each `oneOf` of a schema, including each `oneOf` among its variants.
#[derive(Debug, Default)]
struct Overlaps {
    variants: Vec<Rc<EffectiveSchema>>,
    /// Pairs of variants of one `oneOf` that one value may fit.
    pairs: Vec<(usize, usize)>,
    /// Number of pairs for which too few steps were left.
    not_examined: usize,
}

impl Overlaps {
    fn of(effective: &EffectiveSchemas<'_>, schema: &Rc<EffectiveSchema>) -> Overlaps {
        let mut found = Overlaps::default();
        let mut waiting = vec![(Rc::clone(schema), 0)];
        let mut met = BTreeSet::new();
        while let Some((choice, depth)) = waiting.pop() {
            if !met.insert(choice.key()) {
                continue;
            }
            effective.budget().take(choice.variants.len());
            let variants: Vec<Rc<EffectiveSchema>> = choice
                .variants
                .iter()
                .map(|variant| effective.of(variant))
                .filter(|variant| !variant.is_null())
                .collect();
            if depth < DEEPEST {
                let inner = variants
                    .iter()
                    .filter(|variant| !variant.variants.is_empty());
                waiting.extend(inner.map(|variant| (Rc::clone(variant), depth + 1)));
            }
            if choice.is_exclusive {
                found.add(effective, variants);
            }
        }
        found
    }

    fn add(&mut self, effective: &EffectiveSchemas<'_>, variants: Vec<Rc<EffectiveSchema>>) {
        let first = self.variants.len();
        let groups = Groups::of(effective, &variants);
        let mut search = Search {
            effective,
            steps: MOST_STEPS + STEPS_A_VARIANT * variants.len(),
        };
        for (index, one) in variants.iter().enumerate() {
            for other in groups.candidates(index) {
                if search.is_used_up() {
                    self.not_examined += 1;
                } else if search.overlap(one, &variants[other], DEEPEST) {
                    self.pairs.push((first + index, first + other));
                }
            }
        }
        self.variants.extend(variants);
    }

    /// Returns the first pair that does not correspond to an earlier pair, after old variants are mapped to new ones.
    fn first_without(
        &self,
        before: &Overlaps,
        comparison: &Comparison<'_>,
    ) -> Option<(&EffectiveSchema, &EffectiveSchema)> {
        let partners = pairing::partners(comparison, &before.variants, &self.variants);
        let known: BTreeSet<(usize, usize)> = before
            .pairs
            .iter()
            .filter_map(|(one, other)| {
                let (one, other) = (partners[*one]?, partners[*other]?);
                Some((one.min(other), one.max(other)))
            })
            .collect();
        let (one, other) = self.pairs.iter().find(|pair| !known.contains(*pair))?;
        Some((&self.variants[*one], &self.variants[*other]))
    }
}

/// Variants in groups by the value of one property that they require. Values of two groups never fit one variant.
#[derive(Debug)]
struct Groups {
    /// Value of the property in each variant. `None` if the variant may have any.
    values: Vec<Option<String>>,
    members: BTreeMap<Option<String>, Vec<usize>>,
}

impl Groups {
    /// Groups by the property that has one value in the most variants.
    fn of(effective: &EffectiveSchemas<'_>, variants: &[Rc<EffectiveSchema>]) -> Groups {
        let tags: Vec<BTreeMap<String, String>> = variants
            .iter()
            .map(|variant| required_tags(effective, variant))
            .collect();
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for name in tags.iter().flat_map(BTreeMap::keys) {
            *counts.entry(name).or_default() += 1;
        }
        let property = counts.into_iter().max_by_key(|(_, count)| *count);
        let value = |tags: &BTreeMap<String, String>| tags.get(property?.0).cloned();
        let values: Vec<Option<String>> = tags.iter().map(value).collect();
        let mut members: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            members.entry(value.clone()).or_default().push(index);
        }
        Groups { values, members }
    }

    /// Returns the later variants that may have values in common with a variant.
    fn candidates(&self, index: usize) -> Vec<usize> {
        let value = &self.values[index];
        let mut found: Vec<usize> = match value {
            None => (0..self.values.len()).collect(),
            Some(_) => [value, &None]
                .into_iter()
                .filter_map(|value| self.members.get(value))
                .flatten()
                .copied()
                .collect(),
        };
        found.retain(|other| *other > index);
        found.sort_unstable();
        found
    }
}

/// Returns the properties that an object requires with exactly one value, with the value.
fn required_tags(
    effective: &EffectiveSchemas<'_>,
    variant: &EffectiveSchema,
) -> BTreeMap<String, String> {
    if variant.kind() != ValueKind::Object {
        return BTreeMap::new();
    }
    let required = json::strings(&variant.members, "required");
    let tags = pairing::tags(effective, variant).into_iter();
    tags.filter(|(name, _)| required.contains(&name.as_str()))
        .collect()
}

struct Search<'a> {
    effective: &'a EffectiveSchemas<'a>,
    steps: usize,
}

impl Search<'_> {
    fn is_used_up(&self) -> bool {
        self.steps == 0 || self.effective.budget().is_used_up()
    }

    /// True unless it is known that no value fits both.
    fn overlap(
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
    let kind = json::string(schema, "type");
    let is_of_type = match kind {
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    let (size, least, most) = match value {
        Value::String(text) => (Some(text.chars().count() as f64), "minLength", "maxLength"),
        value => (value.as_f64(), "minimum", "maximum"),
    };
    let is_within = size.is_none_or(|size| {
        limit(schema, least).is_none_or(|least| size >= least)
            && limit(schema, most).is_none_or(|most| size <= most)
    });
    is_of_type && is_within
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
