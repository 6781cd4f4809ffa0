//! Variants of `oneOf` that one value may fit: a service refuses such a value, although an earlier version accepted it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::common_values::Search;
use super::comparison::Comparison;
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::pairing;
use openapi_canonical::json;

/// Levels of properties and elements that are examined. Deeper schemas are assumed to have values in common.
const DEEPEST: usize = 6;

/// Pairs of schemas that are examined for one `oneOf`. Further pairs are reported as not compared.
const MOST_STEPS: usize = 20_000;

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
        let pair = format!("{} and {}", one.name(), other.name());
        comparison.note(direction, Finding::new(at, Kind::VariantsOverlap).of(pair));
    }
}

/// Variant of a `oneOf`.
#[derive(Debug)]
struct Variant {
    /// Position in the `oneOf`, from 1 on.
    number: usize,
    schema: Rc<EffectiveSchema>,
}

impl Variant {
    /// Returns the name of the component, or the position and the type.
    fn name(&self) -> String {
        match &self.schema.component {
            Some(component) => component.clone(),
            None => format!("variant {} ({})", self.number, self.schema.kind().name()),
        }
    }
}

/// Variants of each `oneOf` of a schema, including each `oneOf` among its variants.
#[derive(Debug, Default)]
struct Overlaps {
    variants: Vec<Variant>,
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
            let variants: Vec<Variant> = choice
                .variants
                .iter()
                .zip(1..)
                .map(|(variant, number)| Variant {
                    number,
                    schema: effective.of(variant),
                })
                .filter(|variant| !variant.schema.is_null())
                .collect();
            if depth < DEEPEST {
                let schemas = variants.iter().map(|variant| &variant.schema);
                let inner = schemas.filter(|variant| !variant.variants.is_empty());
                waiting.extend(inner.map(|variant| (Rc::clone(variant), depth + 1)));
            }
            if choice.is_exclusive {
                found.add(effective, variants);
            }
        }
        found
    }

    fn add(&mut self, effective: &EffectiveSchemas<'_>, variants: Vec<Variant>) {
        let first = self.variants.len();
        let groups = Groups::of(effective, &variants);
        let mut search = Search {
            effective,
            steps: MOST_STEPS + STEPS_A_VARIANT * variants.len(),
        };
        for (index, one) in variants.iter().enumerate() {
            if search.is_used_up() {
                self.not_examined += groups.count_candidates(index);
                continue;
            }
            for other in groups.candidates(index) {
                if search.is_used_up() {
                    self.not_examined += 1;
                } else if search.overlap(&one.schema, &variants[other].schema, DEEPEST) {
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
    ) -> Option<(&Variant, &Variant)> {
        let schemas = |variants: &[Variant]| -> Vec<Rc<EffectiveSchema>> {
            let schemas = variants.iter().map(|variant| Rc::clone(&variant.schema));
            schemas.collect()
        };
        let (was, is) = (schemas(&before.variants), schemas(&self.variants));
        let partners = pairing::partners(comparison, &was, &is);
        let may_grow = |variant: usize| {
            let new = partners[variant].map(|partner| &is[partner]);
            new.is_some_and(|new| may_be_wider(&was[variant], new))
        };
        let known: BTreeSet<(usize, usize)> = before
            .pairs
            .iter()
            .filter(|(one, other)| !may_grow(*one) && !may_grow(*other))
            .filter_map(|(one, other)| {
                let (one, other) = (partners[*one]?, partners[*other]?);
                Some((one.min(other), one.max(other)))
            })
            .collect();
        let (one, other) = self.pairs.iter().find(|pair| !known.contains(*pair))?;
        Some((&self.variants[*one], &self.variants[*other]))
    }
}

/// True if a variant may have got further values, which may fit another variant too. Of objects and arrays, only the limits
/// on their own fields and sizes are examined, not the schemas inside.
fn may_be_wider(old: &EffectiveSchema, new: &EffectiveSchema) -> bool {
    let is_kept = |(keyword, was): (&String, &Value)| {
        let is = new.members.get(keyword);
        let numbers = was.as_f64().zip(is.and_then(Value::as_f64));
        let texts = |values: &Value| -> Option<BTreeSet<String>> {
            let values = values.as_array().filter(|_| keyword == "enum")?.iter();
            Some(values.map(Value::to_string).collect())
        };
        let are_fewer = |is: &Value| {
            let lists = texts(is).zip(texts(was));
            lists.is_some_and(|(is, was)| is.is_subset(&was))
        };
        let are_required = |is: &Value| {
            let (is, was) = (
                is.as_array(),
                was.as_array().filter(|_| keyword == "required"),
            );
            was.zip(is)
                .is_some_and(|(was, is)| was.iter().all(|name| is.contains(name)))
        };
        is == Some(was)
            || is.is_some_and(are_fewer)
            || is.is_some_and(are_required)
            || numbers.is_some_and(|(was, is)| match keyword.starts_with("max") {
                true => is <= was,
                false => keyword.starts_with("min") && is >= was,
            })
    };
    const SCALARS: [&str; 4] = ["boolean", "integer", "number", "string"];
    const OF_CONTENTS: [&str; 6] = [
        "required",
        "minProperties",
        "maxProperties",
        "minItems",
        "maxItems",
        "uniqueItems",
    ];
    let is_scalar = SCALARS.contains(&new.kind().name().as_str());
    let limits = |(keyword, was): &(&String, &Value)| {
        let is_closed = *keyword == "additionalProperties" && **was == Value::Bool(false);
        is_scalar || is_closed || OF_CONTENTS.contains(&keyword.as_str())
    };
    !old.members.iter().filter(limits).all(is_kept)
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
    fn of(effective: &EffectiveSchemas<'_>, variants: &[Variant]) -> Groups {
        let tags: Vec<BTreeMap<String, String>> = variants
            .iter()
            .map(|variant| required_tags(effective, &variant.schema))
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
        if self.values[index].is_none() {
            return (index + 1..self.values.len()).collect();
        }
        let mut found: Vec<usize> = self.later(index).flatten().copied().collect();
        found.sort_unstable();
        found
    }

    fn count_candidates(&self, index: usize) -> usize {
        match self.values[index] {
            None => self.values.len() - index - 1,
            Some(_) => self.later(index).map(<[usize]>::len).sum(),
        }
    }

    /// Returns the later variants with the same value of the property, and those that may have any.
    fn later(&self, index: usize) -> impl Iterator<Item = &[usize]> {
        let groups = [&self.values[index], &None].into_iter();
        groups
            .filter_map(|value| self.members.get(value))
            .map(move |group| &group[group.partition_point(|other| *other <= index)..])
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
