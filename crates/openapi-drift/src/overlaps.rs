//! Variants of `oneOf` that one value may fit: a service refuses such a value, although an earlier version accepted it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::common_values::{DEEPEST, Search};
use super::comparison::Comparison;
use super::effective_schema::EffectiveSchema;
use super::effective_schemas::EffectiveSchemas;
use super::gained_values::Gain;
use super::kind::{Direction, Kind};
use super::pairing;
use super::variant_groups::Groups;

/// Pairs of schemas that are examined for one location. Further pairs are reported as not compared.
const MOST_STEPS: usize = 20_000;

/// Further pairs that are examined for each variant of a `oneOf`.
const STEPS_A_VARIANT: usize = 200;

/// Notes two variants of one `oneOf` that one value may fit now, although the old schema accepted the value.
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
    let is = exclusive_choices(&comparison.new_effective, new);
    if is.is_empty() {
        return;
    }
    if comparison.is_used_up() {
        return comparison.give_up(at);
    }
    let was = exclusive_choices(&comparison.old_effective, old);
    let origins = Origins::of(comparison, &was, &is);
    let count: usize = is.iter().map(|choice| choice.variants.len()).sum();
    let mut overlaps = Overlaps {
        comparison,
        steps: Cell::new(MOST_STEPS + STEPS_A_VARIANT * count),
        not_examined: 0,
    };
    let choices = is.iter().zip(&origins.by_choice);
    let found = choices
        .filter_map(|(choice, origins)| overlaps.first(choice, origins))
        .next();
    let not_examined = overlaps.not_examined;
    if let Some((one, other)) = found {
        let pair = format!("{} and {}", one.name(), other.name());
        comparison.note(direction, Finding::new(at, Kind::VariantsOverlap).of(pair));
    } else if not_examined > 0 {
        comparison.leave_out_variants(at, not_examined);
    }
}

/// Variant of a `oneOf`.
#[derive(Debug)]
struct Variant {
    /// Position in the `oneOf`, from 1 on.
    number: usize,
    value: Value,
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

/// A `oneOf` whose variants are not null.
#[derive(Debug)]
struct Choice {
    schema: Rc<EffectiveSchema>,
    variants: Vec<Variant>,
}

impl Choice {
    fn of(effective: &EffectiveSchemas<'_>, schema: &Rc<EffectiveSchema>) -> Choice {
        let variants = schema.variants.iter().zip(1..);
        let variants = variants.map(|(value, number)| Variant {
            number,
            value: value.clone(),
            schema: effective.of(value),
        });
        Choice {
            schema: Rc::clone(schema),
            variants: variants
                .filter(|variant| !variant.schema.is_null() && !variant.schema.is_impossible())
                .collect(),
        }
    }
}

/// Returns each `oneOf` of a schema, including those among its variants.
fn exclusive_choices(
    effective: &EffectiveSchemas<'_>,
    schema: &Rc<EffectiveSchema>,
) -> Vec<Choice> {
    let mut found = Vec::new();
    let mut waiting = vec![(Rc::clone(schema), 0)];
    let mut met = BTreeSet::new();
    while let Some((schema, depth)) = waiting.pop() {
        if schema.variants.is_empty() || !met.insert(schema.key()) {
            continue;
        }
        effective.budget().take(schema.variants.len());
        let choice = Choice::of(effective, &schema);
        if depth < DEEPEST {
            let schemas = choice.variants.iter().map(|variant| &variant.schema);
            let inner = schemas.filter(|variant| !variant.variants.is_empty());
            waiting.extend(inner.map(|variant| (Rc::clone(variant), depth + 1)));
        }
        if schema.is_exclusive {
            found.push(choice);
        }
    }
    found
}

/// Old variants that new ones were.
struct Origins<'a> {
    /// For each new choice, and each of its variants, the old variant. All are of one old choice: a value of two others
    /// was accepted.
    by_choice: Vec<Vec<Option<&'a Variant>>>,
}

impl<'a> Origins<'a> {
    fn of(comparison: &Comparison<'_>, was: &'a [Choice], is: &[Choice]) -> Origins<'a> {
        let old: Vec<(usize, &Variant)> = was
            .iter()
            .enumerate()
            .flat_map(|(choice, of)| of.variants.iter().map(move |variant| (choice, variant)))
            .collect();
        let old_schemas: Vec<_> = old
            .iter()
            .map(|(_, variant)| Rc::clone(&variant.schema))
            .collect();
        let new_schemas: Vec<_> = is
            .iter()
            .flat_map(|choice| &choice.variants)
            .map(|variant| Rc::clone(&variant.schema))
            .collect();
        let mut origins = vec![None; new_schemas.len()];
        let partners = pairing::partners(comparison, &old_schemas, &new_schemas);
        for (index, partner) in partners.into_iter().enumerate() {
            if let Some(partner) = partner {
                origins[partner] = Some(old[index]);
            }
        }
        let mut origins = origins.into_iter();
        let by_choice = is.iter().map(|choice| {
            let origins: Vec<_> = origins.by_ref().take(choice.variants.len()).collect();
            of_one_choice(&origins)
        });
        Origins {
            by_choice: by_choice.collect(),
        }
    }
}

/// Returns the old variants that are of the choice which most of them are of.
fn of_one_choice<'a>(origins: &[Option<(usize, &'a Variant)>]) -> Vec<Option<&'a Variant>> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (choice, _) in origins.iter().flatten() {
        *counts.entry(*choice).or_default() += 1;
    }
    let main = counts.into_iter().max_by_key(|(_, count)| *count);
    let of_main = |origin: &Option<(usize, &'a Variant)>| {
        let (choice, variant) = (*origin)?;
        (Some(choice) == main.map(|(choice, _)| choice)).then_some(variant)
    };
    origins.iter().map(of_main).collect()
}

/// Search for two variants of a `oneOf`.
struct Overlaps<'a, 'b> {
    comparison: &'b Comparison<'a>,
    /// Pairs of schemas that may still be examined.
    steps: Cell<usize>,
    /// Number of pairs of variants for which too few steps were left.
    not_examined: usize,
}

impl Overlaps<'_, '_> {
    /// Returns the first two variants that a value may fit which the old schema accepted. Two variants that are as they
    /// were have no further value in common.
    fn first<'c>(
        &mut self,
        choice: &'c Choice,
        origins: &[Option<&Variant>],
    ) -> Option<(&'c Variant, &'c Variant)> {
        let variants = &choice.variants;
        let is_changed: Vec<bool> = variants
            .iter()
            .zip(origins)
            .map(|(variant, origin)| {
                origin.is_none_or(|was| !self.comparison.are_same(&was.value, &variant.value))
            })
            .collect();
        let schemas: Vec<&EffectiveSchema> =
            variants.iter().map(|variant| &*variant.schema).collect();
        let effective = &self.comparison.new_effective;
        let groups = Groups::of(effective, &choice.schema, &schemas, &is_changed);
        for index in (0..variants.len()).filter(|index| is_changed[*index]) {
            if self.is_used_up() {
                self.not_examined += groups.count_pairs(index);
                continue;
            }
            for other in groups.partners(index) {
                let pair = [index.min(other), index.max(other)];
                let is_overlap = !self.is_used_up()
                    && self.is_new_overlap(
                        pair.map(|index| &variants[index]),
                        pair.map(|index| origins[index]),
                    );
                // Two variants are assumed to overlap if too few steps are left for them.
                if self.is_used_up() {
                    self.not_examined += 1;
                } else if is_overlap {
                    return Some((&variants[pair[0]], &variants[pair[1]]));
                }
            }
        }
        None
    }

    fn is_used_up(&self) -> bool {
        self.steps.get() == 0 || self.comparison.is_used_up()
    }

    /// True unless no value that fits both variants was accepted before.
    fn is_new_overlap(
        &self,
        [one, other]: [&Variant; 2],
        [one_was, other_was]: [Option<&Variant>; 2],
    ) -> bool {
        let new_effective = &self.comparison.new_effective;
        let search = Search {
            one_effective: new_effective,
            other_effective: new_effective,
            steps: &self.steps,
        };
        if !search.overlap(&one.schema, &other.schema, DEEPEST) {
            return false;
        }
        match (one_was, other_was) {
            (Some(one_was), Some(other_was)) => {
                self.gains(one_was, one, [other_was, other])
                    || self.gains(other_was, other, [one_was, one])
            }
            _ => true,
        }
    }

    /// True unless no value of another variant, as it was and as it is, fits a variant that it did not fit before.
    fn gains(&self, old: &Variant, new: &Variant, [was, is]: [&Variant; 2]) -> bool {
        if self.comparison.are_same(&old.value, &new.value) {
            return false;
        }
        let others = [
            (&self.comparison.old_effective, was),
            (&self.comparison.new_effective, is),
        ];
        others.into_iter().all(|(effective, other)| {
            let gain = Gain::of(self.comparison, effective, &self.steps);
            gain.values([&old.schema, &new.schema, &other.schema], DEEPEST)
        })
    }
}
