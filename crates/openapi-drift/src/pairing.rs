//! Pairs of variants: which new variant each old variant of a choice became.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use serde_json::Value;

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
    /// Hashes of what each keyword says, sorted.
    keywords: Vec<u64>,
    /// Fields that have exactly one value, with the value.
    pub(super) tags: BTreeSet<(String, String)>,
}

/// Returns the features of each variant. The name of a base of several variants identifies none of them.
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
            keywords: keyword_hashes(effective, variant),
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
    fn likeness(&self, other: &Features) -> Option<(usize, usize, usize)> {
        let of_kinds = likeness_of_kinds(&self.kind, &other.kind)?;
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
        let all = self.fields.len() + other.fields.len() - shared;
        let is_plain = self.kind != ValueKind::Object || all == 0;
        let of_fields = if is_plain {
            of_kinds
        } else {
            in_thousandths(shared, all)
        };
        let of_keywords = share_of_common(&self.keywords, &other.keywords);
        (is_plain || shared > 0).then_some((tags, of_fields, of_keywords))
    }
}

/// Returns the similarity of two kinds in thousandths. An integer may become a number.
fn likeness_of_kinds(one: &ValueKind, other: &ValueKind) -> Option<usize> {
    let is_number = |kind: &ValueKind| {
        let names = ["integer", "number"];
        matches!(kind, ValueKind::Scalar(name) if names.contains(&name.as_str()))
    };
    match one == other {
        true => Some(1_000),
        false if is_number(one) && is_number(other) => Some(500),
        false => None,
    }
}

/// Returns a share in thousandths, so that rounding is the same on all machines.
fn in_thousandths(part: usize, all: usize) -> usize {
    (part * 1_000).checked_div(all).unwrap_or(1_000)
}

/// Returns the share of the hashes that two sorted lists have in common, in thousandths.
fn share_of_common(one: &[u64], other: &[u64]) -> usize {
    let (mut left, mut right, mut shared) = (0, 0, 0);
    while left < one.len() && right < other.len() {
        match one[left].cmp(&other[right]) {
            Ordering::Less => left += 1,
            Ordering::Greater => right += 1,
            Ordering::Equal => {
                shared += 1;
                left += 1;
                right += 1;
            }
        }
    }
    in_thousandths(shared, one.len() + other.len() - shared)
}

/// Returns the hashes of what the keywords of a variant say: each field, each listed value, each limit.
fn keyword_hashes(effective: &EffectiveSchemas<'_>, variant: &EffectiveSchema) -> Vec<u64> {
    let mut found = BTreeSet::new();
    let mut add = |parts: &[&str]| {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        found.insert(hasher.finish());
    };
    let mut add_schema = |keyword: &str, name: &str, schema: &Value| {
        let text = schema.to_string();
        effective.budget().take_text(&text);
        let kind = effective.of(schema).kind().name();
        add(&[keyword, name]);
        add(&[keyword, name, "kind", &kind]);
        add(&[keyword, name, "text", &text]);
    };
    for (keyword, value) in &variant.members {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(fields)) => {
                for (name, field) in fields {
                    add_schema(keyword, name, field);
                }
            }
            ("items", items) => add_schema(keyword, "", items),
            _ => {}
        }
    }
    for (keyword, value) in &variant.members {
        match value {
            Value::Array(elements) => {
                for element in elements {
                    add(&[keyword, &element.to_string()]);
                }
            }
            _ if ["items", "properties"].contains(&keyword.as_str()) => {}
            value => add(&[keyword, &value.to_string()]),
        }
    }
    found.into_iter().collect()
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
        let hashes = |variants: &[Features]| -> usize {
            variants.iter().map(|variant| variant.keywords.len()).sum()
        };
        let compared = unpaired * hashes(new) + rest.len() * hashes(old);
        let steps = pairs / PAIRS_A_STEP + compared / HASHES_A_STEP;
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

/// Hashes that are compared in one step.
const HASHES_A_STEP: usize = 256;

/// Returns the new variant with an equal schema for each old variant, or else the one of the same name.
fn equal_partners(old: &[Features], new: &[Features]) -> Vec<Option<usize>> {
    let mut partners = vec![None; old.len()];
    let mut taken = BTreeSet::new();
    let identities: [fn(&Features) -> Option<&str>; 2] = [
        |variant| Some(&variant.key),
        |variant| variant.name.as_deref(),
    ];
    for identity in identities {
        let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, variant) in new.iter().enumerate() {
            if let Some(identity) = identity(variant) {
                known.entry(identity).or_default().push(index);
            }
        }
        for (variant, partner) in old.iter().zip(&mut partners) {
            let same = identity(variant).and_then(|identity| known.get(identity));
            let is_free = |index: &&usize| {
                let has_kind = likeness_of_kinds(&new[**index].kind, &variant.kind).is_some();
                has_kind && !taken.contains(*index)
            };
            if partner.is_none() {
                *partner = same.into_iter().flatten().find(is_free).copied();
                taken.extend(*partner);
            }
        }
    }
    partners
}

/// Adds the partners among the remaining new variants. The most similar pairs are matched first; of equally similar
/// ones the first by their texts, so that the order of the variants is irrelevant.
fn add_similar(partners: &mut [Option<usize>], old: &[Features], new: &[Features], rest: &[usize]) {
    let (old_ranks, new_ranks) = (ranks(old), ranks(new));
    let mut candidates = Vec::new();
    for (index, variant) in old.iter().enumerate() {
        for other in rest.iter().filter(|_| partners[index].is_none()) {
            let likeness = variant.likeness(&new[*other]);
            candidates.extend(likeness.map(|likeness| {
                let ranks = (old_ranks[index], new_ranks[*other]);
                (Reverse(likeness), ranks, index, *other)
            }));
        }
    }
    candidates.sort_unstable();
    let mut taken = BTreeSet::new();
    for (_, _, index, other) in candidates {
        if partners[index].is_none() && taken.insert(other) {
            partners[index] = Some(other);
        }
    }
}

/// Returns the position of each variant in the order of their texts.
fn ranks(variants: &[Features]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..variants.len()).collect();
    order.sort_by_key(|index| &variants[*index].key);
    let mut ranks = vec![0; variants.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index] = rank;
    }
    ranks
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
