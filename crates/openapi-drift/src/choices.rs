//! Comparison of `oneOf` and `anyOf`: variants that were added, removed or changed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::budget::Budget;
use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::{self, EffectiveSchema};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::schemas;
use openapi_canonical::json;

/// Compares two schemas, of which at least one has several variants.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, old_variants): (&EffectiveSchema, &[Rc<EffectiveSchema>]),
    (new, new_variants): (&EffectiveSchema, &[Rc<EffectiveSchema>]),
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
    for (index, variant) in old_variants.iter().enumerate() {
        let label = old_features[index].label(variant);
        match partners[index] {
            Some(partner) => {
                let inside = format!("{at}|{label}");
                let partner = &new_variants[partner];
                schemas::compare_effective(comparison, &inside, direction, variant, partner);
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
    let (was, is) = (
        VariantValues::of(old, &old_features),
        VariantValues::of(new, &new_features),
    );
    // Fields with one value in each variant identify a variant as a discriminator does.
    let (was, is) = match (was, is) {
        (Some(was), None) => {
            let is = VariantValues::by_values(&was.field, &new_features);
            (Some(was), is)
        }
        (None, Some(is)) => (VariantValues::by_values(&is.field, &old_features), Some(is)),
        both => both,
    };
    match (was, is) {
        (Some(was), Some(is)) => {
            compare_identifying(comparison, at, direction, (&was, &is), &partners);
        }
        (Some(was), None) => {
            let finding = Finding::new(at, Kind::DiscriminatorRemoved).of(was.field);
            comparison.note(direction, finding);
        }
        (None, Some(is)) => {
            let finding = Finding::new(at, Kind::DiscriminatorAdded).of(is.field);
            comparison.note(direction, finding);
        }
        (None, None) => {}
    }
}

/// Compares the discriminators of objects that are no `oneOf`: base schemas of other objects.
pub(super) fn compare_bases(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &EffectiveSchema,
    new: &EffectiveSchema,
) {
    let field = |schema: &EffectiveSchema| {
        let discriminator = schema.discriminator.as_ref()?;
        json::string(discriminator, "propertyName").map(str::to_owned)
    };
    let finding = match (field(old), field(new)) {
        (Some(was), Some(is)) if was != is => {
            Finding::new(at, Kind::DiscriminatorChanged).between(was, is)
        }
        (Some(was), None) => Finding::new(at, Kind::DiscriminatorRemoved).of(was),
        (None, Some(is)) => Finding::new(at, Kind::DiscriminatorAdded).of(is),
        _ => return,
    };
    comparison.note(direction, finding);
}

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

/// Property by which a value identifies its variant.
#[derive(Debug)]
struct VariantValues {
    field: String,
    /// Index of the variant that each value stands for.
    variants: BTreeMap<String, usize>,
}

impl VariantValues {
    /// Returns the values of the discriminator. A component without a mapped value has its own name as value, unless
    /// its field has a constant.
    fn of(choice: &EffectiveSchema, variants: &[Features]) -> Option<VariantValues> {
        let discriminator = choice.discriminator.as_ref()?;
        let field = json::string(discriminator, "propertyName")?;
        let mut found = BTreeMap::new();
        let mut mapped = BTreeSet::new();
        for (value, target) in json::entries(discriminator, "mapping") {
            let name = target.as_str().and_then(|target| target.rsplit('/').next());
            let variant = variants
                .iter()
                .position(|variant| variant.name.as_deref() == name);
            if let Some(variant) = variant {
                found.insert(value.clone(), variant);
                mapped.insert(variant);
            }
        }
        for (index, variant) in variants.iter().enumerate() {
            let is_mapped =
                mapped.contains(&index) || variant.tags.iter().any(|(name, _)| name == field);
            if let Some(name) = variant.name.as_ref().filter(|_| !is_mapped) {
                found.insert(name.clone(), index);
            }
        }
        Some(VariantValues {
            field: field.to_owned(),
            variants: found,
        })
    }

    /// Returns the values of a field, if the field has one value in each variant. The variants are objects.
    fn by_values(field: &str, variants: &[Features]) -> Option<VariantValues> {
        let values = variants.iter().enumerate().map(|(index, variant)| {
            let (_, value) = variant.tags.iter().find(|(name, _)| name == field)?;
            // A text that looks like another value is in quotes.
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.clone());
            Some((value, index))
        });
        Some(VariantValues {
            field: field.to_owned(),
            variants: values.collect::<Option<_>>()?,
        })
    }
}

fn compare_identifying(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&VariantValues, &VariantValues),
    partners: &[Option<usize>],
) {
    if old.field != new.field {
        let finding = Finding::new(at, Kind::DiscriminatorChanged).between(&old.field, &new.field);
        return comparison.note(direction, finding);
    }
    let stayed: BTreeSet<usize> = partners.iter().copied().flatten().collect();
    for (value, variant) in &old.variants {
        let kind = match (partners[*variant], new.variants.get(value)) {
            // The removed variant is reported already.
            (None, _) => continue,
            (Some(partner), Some(now)) if partner == *now => continue,
            (Some(_), Some(_)) => Kind::DiscriminatorChanged,
            (Some(_), None) => Kind::ValueRemoved,
        };
        comparison.note(direction, Finding::new(at, kind).of(value));
    }
    for (value, variant) in &new.variants {
        if stayed.contains(variant) && !old.variants.contains_key(value) {
            comparison.note(direction, Finding::new(at, Kind::ValueAdded).of(value));
        }
    }
}

/// Features that identify a variant across both documents.
#[derive(Debug)]
struct Features {
    name: Option<String>,
    key: String,
    kind: effective_schema::Kind,
    fields: BTreeSet<String>,
    /// Fields that have exactly one value, with the value.
    tags: BTreeSet<(String, String)>,
}

/// A base of several variants identifies none of them.
fn features(effective: &EffectiveSchemas<'_>, variants: &[Rc<EffectiveSchema>]) -> Vec<Features> {
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
    fn label(&self, variant: &EffectiveSchema) -> String {
        if let Some(component) = &self.name {
            return component.clone();
        }
        if let Some((name, value)) = self.tags.first() {
            return format!("{name}={value}");
        }
        match variant.kind() {
            effective_schema::Kind::Object => {
                let mut names: Vec<&str> = json::entries(&variant.members, "properties")
                    .map(|(name, _)| name.as_str())
                    .collect();
                names.sort_unstable();
                format!("object of {}", names.join(", "))
            }
            kind => schemas::name(&kind),
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
        let is_plain = self.kind != effective_schema::Kind::Object || all == 0;
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
struct Pairing {
    /// Index of the new variant, by the index of the old one.
    partners: Vec<Option<usize>>,
    /// Number of pairs without a common name that were too many to be compared.
    not_examined: usize,
}

impl Pairing {
    /// Pairs variants of one name or of equal schemas, and then the most similar ones of the others.
    fn of(budget: &Budget, old: &[Features], new: &[Features]) -> Pairing {
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
        Some((name.clone(), schemas::text_of(only)))
    });
    tagged.collect()
}
