//! Comparison of the schemas at one location of both documents.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Value, json};

use super::budget::Budget;
use super::change::Finding;
use super::comparison::Comparison;
use super::described_aspects::Aspect;
use super::effective_schema::{EffectiveSchema, ValueKind, text_of};
use super::kind::{Direction, Kind};
use super::objects::CompareField;
use super::{
    choices, conditions, discriminators, formats, limits, listed_values, objects, overlaps,
};

/// Compares the schemas at a location. `at` is the name of the location unless the schema is a component.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Value,
    new: &Value,
) {
    if comparison.are_same(old, new) {
        return;
    }
    if comparison.is_used_up() {
        return comparison.give_up(at);
    }
    let was_nullable = comparison.old_effective.takes_null(old);
    let is_nullable = comparison.new_effective.takes_null(new);
    let old = comparison.old_effective.of(old);
    let new = comparison.new_effective.of(new);
    if comparison.is_used_up() {
        return comparison.give_up(at);
    }
    let described = (!is_unspecified(&old), !is_unspecified(&new));
    if let Some(finding) = comparison.description_change(at, direction, Aspect::Types, described) {
        return comparison.note(direction, finding);
    }
    let (was, is) = ((&*old, was_nullable), (&*new, is_nullable));
    compare_uses(comparison, at, direction, was, is);
    compare_effective(comparison, at, direction, &old, &new);
}

/// Compares two objects at a location, with a comparison of their own for their fields. Both have one variant.
pub(super) fn compare_object(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Value, &Value),
    compare_field: CompareField<'_>,
) {
    if comparison.are_same(old, new) {
        return;
    }
    let was_nullable = comparison.old_effective.takes_null(old);
    let is_nullable = comparison.new_effective.takes_null(new);
    let old = comparison.old_effective.of(old);
    let new = comparison.new_effective.of(new);
    let (was, is) = ((&*old, was_nullable), (&*new, is_nullable));
    compare_uses(comparison, at, direction, was, is);
    let old_variants = comparison.old_effective.variants(&old);
    let new_variants = comparison.new_effective.variants(&new);
    for (old, new) in old_variants.iter().zip(&new_variants) {
        compare_variants(comparison, at, direction, (old, new), compare_field);
    }
}

fn is_unspecified(schema: &EffectiveSchema) -> bool {
    schema.kind() == ValueKind::Unspecified
}

/// Compares the keywords of a location that do not restrict its values.
fn compare_uses(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, was_nullable): (&EffectiveSchema, bool),
    (new, is_nullable): (&EffectiveSchema, bool),
) {
    let mut note = |kind| comparison.note(direction, Finding::new(at, kind));
    match (was_nullable, is_nullable) {
        (false, true) => note(Kind::NullAllowed),
        (true, false) => note(Kind::NullRefused),
        _ => {}
    }
    match (old.is_deprecated, new.is_deprecated) {
        (false, true) => note(Kind::Deprecated),
        (true, false) => note(Kind::NoLongerDeprecated),
        _ => {}
    }
}

/// Compares the values: at once, unless references are involved, which may lead back to this location.
pub(super) fn compare_effective(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Rc<EffectiveSchema>,
    new: &Rc<EffectiveSchema>,
) {
    if old.has_references || new.has_references {
        comparison.compare_later(at, direction, old, new);
    } else {
        compare_inside(comparison, at, direction, old, new);
    }
}

/// Compares all pairs that were deferred.
pub(super) fn compare_pairs(comparison: &mut Comparison<'_>) {
    while let Some(pair) = comparison.next_pair() {
        compare_inside(comparison, &pair.at, pair.direction, &pair.old, &pair.new);
    }
}

fn compare_inside(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Rc<EffectiveSchema>,
    new: &Rc<EffectiveSchema>,
) {
    if comparison.is_used_up() || old.is_unfinished || new.is_unfinished {
        comparison.give_up(at);
    }
    if comparison.is_used_up() {
        return;
    }
    compare_values_inside(comparison, at, direction, old, new);
    overlaps::compare(comparison, at, direction, old, new);
}

fn compare_values_inside(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Rc<EffectiveSchema>,
    new: &Rc<EffectiveSchema>,
) {
    let mut old_variants = comparison.old_effective.variants(old);
    let mut new_variants = comparison.new_effective.variants(new);
    if comparison.is_used_up() {
        // Variants that are missing are not removed.
        return comparison.give_up(at);
    }
    let is_opened = |variant: &Rc<EffectiveSchema>| variant.variants.is_empty();
    if !old_variants.iter().chain(&new_variants).all(is_opened) {
        // Schemas below would not be resolved further either.
        old_variants.retain(is_opened);
        new_variants.retain(is_opened);
        comparison.give_up(at);
    }
    if compare_impossible(comparison, at, direction, &old_variants, &new_variants) {
        return;
    }
    match (old_variants.as_slice(), new_variants.as_slice()) {
        ([old], [new]) => {
            compare_variants(
                comparison,
                at,
                direction,
                (old, new),
                &|comparison, at, _, (was, is)| {
                    compare(comparison, at, direction, was, is);
                },
            );
        }
        _ => choices::compare(
            comparison,
            at,
            direction,
            (old, &old_variants),
            (new, &new_variants),
            compare_effective,
        ),
    }
}

/// Compares two schemas of which at least one has no value. Returns false if both have values.
fn compare_impossible(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &[Rc<EffectiveSchema>],
    new: &[Rc<EffectiveSchema>],
) -> bool {
    let is_impossible =
        |variants: &[Rc<EffectiveSchema>]| variants.iter().all(|variant| variant.is_impossible());
    let (old_budget, new_budget) = (
        comparison.old_effective.budget(),
        comparison.new_effective.budget(),
    );
    let (kind, kind_of_value, (budget, others)) = match (is_impossible(old), is_impossible(new)) {
        (false, false) => return false,
        (true, true) => return true,
        (false, true) => (Kind::NoValueAccepted, Kind::ValueRemoved, (old_budget, old)),
        (true, false) => (Kind::ValuesAccepted, Kind::ValueAdded, (new_budget, new)),
    };
    let listed = others.iter().map(|variant| values(budget, variant));
    let listed: Option<Vec<BTreeSet<String>>> = listed.collect();
    match listed {
        Some(values) => values.into_iter().flatten().for_each(|value| {
            comparison.note(direction, Finding::new(at, kind_of_value).of(value));
        }),
        None => comparison.note(direction, Finding::new(at, kind)),
    }
    true
}

fn compare_variants(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&EffectiveSchema, &EffectiveSchema),
    compare_field: CompareField<'_>,
) {
    let members = (&old.members, &new.members);
    conditions::compare(comparison, at, direction, members, compare);
    discriminators::compare_bases(comparison, at, direction, old, new);
    match (old.kind(), new.kind()) {
        (ValueKind::Object, ValueKind::Object) => {
            objects::compare(comparison, at, direction, members, compare_field);
        }
        (ValueKind::Array, ValueKind::Array) => {
            let anything = json!({});
            let items =
                |schema: &EffectiveSchema| schema.members.get("items").unwrap_or(&anything).clone();
            let inside = format!("{at}[]");
            compare(comparison, &inside, direction, &items(old), &items(new));
        }
        (was, is) if was == is => {
            formats::compare(comparison, at, direction, &old.members, &new.members);
        }
        (was, is) => {
            let (was, is) = (was.name(), is.name());
            let kind = match (was.as_str(), is.as_str()) {
                ("integer", "number") => Kind::TypeWidened,
                ("number", "integer") => Kind::TypeNarrowed,
                _ => Kind::TypeChanged,
            };
            comparison.note(direction, Finding::new(at, kind).between(was, is));
            if kind == Kind::TypeChanged {
                return;
            }
        }
    }
    compare_values(comparison, at, direction, old, new);
    limits::compare(comparison, at, direction, &old.members, &new.members);
}

fn compare_values(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &EffectiveSchema,
    new: &EffectiveSchema,
) {
    let was = values(comparison.old_effective.budget(), old);
    let is = values(comparison.new_effective.budget(), new);
    let (was, is) = match (was, is) {
        (Some(was), Some(is)) => (was, is),
        (Some(_), None) => return comparison.note(direction, Finding::new(at, Kind::Opened)),
        (None, Some(_)) => return comparison.note(direction, Finding::new(at, Kind::Closed)),
        (None, None) => return,
    };
    for value in is.difference(&was) {
        comparison.note(direction, Finding::new(at, Kind::ValueAdded).of(value));
    }
    for value in was.difference(&is) {
        comparison.note(direction, Finding::new(at, Kind::ValueRemoved).of(value));
    }
}

/// Returns the values that a location is limited to, without null, which is reported separately. Both booleans are no
/// limit.
fn values(budget: &Budget, schema: &EffectiveSchema) -> Option<BTreeSet<String>> {
    let fitting = listed_values::fitting(budget, &schema.members)?.into_iter();
    let allowed: BTreeSet<String> = fitting.map(text_of).collect();
    let has_all_booleans = schema.kind() == ValueKind::Scalar("boolean".to_owned())
        && allowed.len() == [true, false].len();
    (!has_all_booleans).then_some(allowed)
}
