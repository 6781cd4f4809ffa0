//! Comparison of `oneOf` and `anyOf`: variants that were added, removed or changed.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::budget::Budget;
use super::change::Finding;
use super::comparison::{CompareEffective, Comparison};
use super::discriminators;
use super::effective_schema::EffectiveSchema;
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::pairing::{Pairing, features};
use super::refused_values::loses_only_refused;
use openapi_canonical::json;

/// Pairs of listed values that are compared in one step.
const VALUES_A_STEP: usize = 64;

/// Compares two schemas, of which at least one has several variants.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, old_variants): (&EffectiveSchema, &[Rc<EffectiveSchema>]),
    (new, new_variants): (&EffectiveSchema, &[Rc<EffectiveSchema>]),
    compare_effective: CompareEffective,
) {
    let old_features = features(&comparison.old_effective, old_variants);
    let new_features = features(&comparison.new_effective, new_variants);
    let pairing = Pairing::of(
        comparison.new_effective.budget(),
        &old_features,
        &new_features,
    );
    if pairing.not_examined > 0 {
        return comparison.leave_out_variants(at, pairing.not_examined);
    }
    let partners = pairing.partners;
    // Readers see no value that fits two variants.
    let is_exclusive =
        direction == Direction::Request && is_exclusive(&comparison.old_effective, old);
    for (index, variant) in old_variants.iter().enumerate() {
        let label = old_features[index].label(variant);
        let partner = partners[index].map(|partner| &*new_variants[partner]);
        let budget = comparison.old_effective.budget();
        if is_exclusive && loses_overlap(budget, index, old_variants, partner) {
            let finding = Finding::new(at, Kind::OverlapRemoved).of(label);
            comparison.note(direction, finding);
            continue;
        }
        match partners[index] {
            Some(partner) => {
                let inside = format!("{at}|{label}");
                let partner = &new_variants[partner];
                compare_effective(comparison, &inside, direction, variant, partner);
            }
            None => {
                let finding = Finding::new(at, Kind::VariantRemoved).of(label);
                comparison.note(direction, finding);
            }
        }
    }
    let met: BTreeSet<usize> = partners.iter().copied().flatten().collect();
    for (index, variant) in new_variants
        .iter()
        .enumerate()
        .filter(|(index, _)| !met.contains(index))
    {
        let finding = Finding::new(at, Kind::VariantAdded).of(new_features[index].label(variant));
        comparison.note(direction, finding);
    }
    let old = (old, (old_variants, old_features.as_slice()));
    let new = (new, (new_variants, new_features.as_slice()));
    discriminators::compare(comparison, at, direction, old, new, &partners);
}

/// True if a value must fit exactly one of all variants of a schema: it is a `oneOf` without choices inside.
fn is_exclusive(effective: &EffectiveSchemas<'_>, schema: &EffectiveSchema) -> bool {
    let is_plain = |variant: &Value| effective.of(variant).variants.is_empty();
    schema.is_exclusive && schema.variants.iter().all(is_plain)
}

/// True if an old variant lost only values that it had in common with another one.
fn loses_overlap(
    budget: &Budget,
    index: usize,
    variants: &[Rc<EffectiveSchema>],
    partner: Option<&EffectiveSchema>,
) -> bool {
    let variant = &variants[index];
    let is_changed = partner.is_none_or(|partner| partner.members != variant.members);
    is_changed
        && can_examine(budget, variants, variant)
        && loses_only_refused(budget, index, variants, partner)
}

/// Takes the steps that a comparison of a variant with all others costs. Returns false if too few are left.
fn can_examine(
    budget: &Budget,
    variants: &[Rc<EffectiveSchema>],
    variant: &EffectiveSchema,
) -> bool {
    let values = json::elements(&variant.members, "enum").len();
    let steps = variants.len() + values * values / VALUES_A_STEP;
    budget.can_take(steps) && budget.take(steps)
}
