//! Pairs of variants: which new variant each old variant of a choice became.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::budget::Budget;
use super::comparison::Comparison;
use super::effective_schema::{EffectiveSchema, ValueKind, text_of};
use super::effective_schemas::EffectiveSchemas;
use openapi_canonical::json;

/// Returns, for each old variant, the index of the new variant that it became.
pub(super) fn partners(
    comparison: &Comparison<'_>,
    old: &[Rc<EffectiveSchema>],
    new: &[Rc<EffectiveSchema>],
) -> Vec<Option<usize>> {
    let old = features(&comparison.old_effective, old);
    let new = features(&comparison.new_effective, new);
    Pairing::of(comparison.new_effective.budget(), &old, &new).partners
}

/// Features that identify a variant across both documents.
#[derive(Debug)]
pub(super) struct Features {
    pub(super) name: Option<String>,
    key: String,
    kind: ValueKind,
    fields: BTreeSet<String>,
    /// Fields that have exactly one value, with the value.
    pub(super) tags: BTreeSet<(String, String)>,
}

/// A base of several variants identifies none of them.
pub(super) fn features(
    effective: &EffectiveSchemas<'_>,
    variants: &[Rc<EffectiveSchema>],
) -> Vec<Features> {
    let mut counts: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    for variant in variants {
        *counts.entry(&variant.name).or_default() += 1;
    }
    let is_only = |variant: &Rc<EffectiveSchema>| {
        variant.component.is_some() || counts.get(&variant.name) == Some(&1)
    };
    variants
        .iter()
        .map(|variant| Features {
            name: variant.name.clone().filter(|_| is_only(variant)),
            ..Features::of(effective, variant)
        })
        .collect()
}

impl Features {
    fn of(effective: &EffectiveSchemas<'_>, variant: &EffectiveSchema) -> Features {
        let fields = json::entries(&variant.members, "properties");
        Features {
            name: variant.name.clone(),
            key: variant.key(),
            kind: variant.kind(),
            fields: fields.map(|(name, _)| name.clone()).collect(),
            tags: tags(effective, variant),
        }
    }

    /// Returns the name of a variant in a sentence.
    pub(super) fn label(&self, variant: &EffectiveSchema) -> String {
        if let Some(component) = &self.name {
            return component.clone();
        }
        if let Some((name, value)) = self.tags.first() {
            return format!("{name}={value}");
        }
        match variant.kind() {
            ValueKind::Object => {
                let mut names: Vec<&str> = json::entries(&variant.members, "properties")
                    .map(|(name, _)| name.as_str())
                    .collect();
                names.sort_unstable();
                format!("object of {}", names.join(", "))
            }
            kind => kind.name(),
        }
    }

    /// Returns the similarity to another variant; `None` if the two cannot be the same variant.
    fn likeness(&self, other: &Features) -> Option<(usize, usize)> {
        if self.kind != other.kind {
            return None;
        }
        let is_contradicted = |(name, value): &(String, String)| {
            other
                .tags
                .iter()
                .any(|(field, other)| field == name && other != value)
        };
        if self.tags.iter().any(is_contradicted) {
            return None;
        }
        let tags = self.tags.intersection(&other.tags).count();
        let shared = self.fields.intersection(&other.fields).count();
        let all = self.fields.union(&other.fields).count();
        let is_plain = self.kind != ValueKind::Object || all == 0;
        // In thousandths, so that rounding is the same on all machines.
        let share = if is_plain {
            1_000
        } else {
            shared * 1_000 / all
        };
        (is_plain || shared > 0).then_some((tags, share))
    }
}

/// New variant that each old variant became.
#[derive(Debug)]
pub(super) struct Pairing {
    /// Index of the new variant, by the index of the old one.
    pub(super) partners: Vec<Option<usize>>,
    /// Number of pairs without a common name that were too many to be compared.
    pub(super) not_examined: usize,
}

impl Pairing {
    /// Pairs variants of one name or of equal schemas, and then the most similar ones of the others.
    pub(super) fn of(budget: &Budget, old: &[Features], new: &[Features]) -> Pairing {
        let mut partners = equal_partners(old, new);
        let taken: BTreeSet<usize> = partners.iter().copied().flatten().collect();
        let rest: Vec<usize> = (0..new.len())
            .filter(|index| !taken.contains(index))
            .collect();
        let unpaired = partners.iter().filter(|partner| partner.is_none()).count();
        let pairs = unpaired * rest.len();
        let steps = pairs / PAIRS_A_STEP;
        let not_examined = if budget.can_take(steps) { 0 } else { pairs };
        if not_examined == 0 {
            budget.take(steps);
            add_similar(&mut partners, old, new, &rest);
        }
        Pairing {
            partners,
            not_examined,
        }
    }
}

/// Pairs of variants whose similarity is computed in one step.
const PAIRS_A_STEP: usize = 8;

/// Returns the first new variant of the same name, or with an equal schema, for each old variant.
fn equal_partners(old: &[Features], new: &[Features]) -> Vec<Option<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, features) in new.iter().enumerate() {
        by_key.entry(&features.key).or_default().push(index);
        if let Some(name) = &features.name {
            by_name.entry(name).or_default().push(index);
        }
    }
    let mut taken = BTreeSet::new();
    let mut partner = |features: &Features| {
        let named = features
            .name
            .as_ref()
            .and_then(|name| by_name.get(name.as_str()));
        let equal = by_key.get(features.key.as_str());
        let mut all: Vec<usize> = named.into_iter().chain(equal).flatten().copied().collect();
        all.retain(|index| new[*index].kind == features.kind && !taken.contains(index));
        let first = all.into_iter().min()?;
        taken.insert(first);
        Some(first)
    };
    old.iter().map(&mut partner).collect()
}

/// Adds the partners among the remaining new variants. The most similar pairs are matched first.
fn add_similar(partners: &mut [Option<usize>], old: &[Features], new: &[Features], rest: &[usize]) {
    let mut candidates = Vec::new();
    for (index, variant) in old.iter().enumerate() {
        for other in rest.iter().filter(|_| partners[index].is_none()) {
            let likeness = variant.likeness(&new[*other]);
            candidates.extend(likeness.map(|likeness| (Reverse(likeness), index, *other)));
        }
    }
    candidates.sort_unstable();
    let mut taken = BTreeSet::new();
    for (_, index, other) in candidates {
        if partners[index].is_none() && taken.insert(other) {
            partners[index] = Some(other);
        }
    }
}

/// Returns the fields that have exactly one value, with the value.
pub(super) fn tags(
    effective: &EffectiveSchemas<'_>,
    variant: &EffectiveSchema,
) -> BTreeSet<(String, String)> {
    let fields = json::entries(&variant.members, "properties");
    let tagged = fields.filter_map(|(name, field)| {
        let field = effective.of(field);
        let [only] = json::elements(&field.members, "enum") else {
            return None;
        };
        Some((name.clone(), text_of(only)))
    });
    tagged.collect()
}
