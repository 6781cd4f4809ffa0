//! Groups of the variants of a choice, so that only variants that may have values in common are compared.

use std::collections::{BTreeMap, BTreeSet};

use super::discriminators;
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::pairing;
use openapi_canonical::json;

/// Variants in groups by the values that identify them: of a property of objects, or listed ones. Variants without a
/// common group have no value in common.
#[derive(Debug)]
pub(super) struct Groups {
    /// Groups of each variant. `None` if it may have values in common with any variant.
    keys: Vec<Option<BTreeSet<String>>>,
    members: Members,
    /// Members that are changed.
    changed: Members,
}

/// Indices of variants by their group, in ascending order.
type Members = BTreeMap<Option<String>, Vec<usize>>;

impl Groups {
    /// Groups the variants of a choice. Objects have the property that a discriminator names, or else the one that has
    /// one value in the most variants.
    pub(super) fn of(
        effective: &EffectiveSchemas<'_>,
        choice: &EffectiveSchema,
        variants: &[&EffectiveSchema],
        is_changed: &[bool],
    ) -> Groups {
        let discriminator = choice.discriminator.as_ref();
        let named = discriminator.and_then(|one| json::string(one, "propertyName"));
        let tags = match named {
            Some(property) => variants
                .iter()
                .map(|variant| discriminators::values(effective, choice, variant, property))
                .collect(),
            None => common_tags(effective, variants),
        };
        let keys: Vec<Option<BTreeSet<String>>> = variants
            .iter()
            .zip(tags)
            .map(|(variant, tags)| tags.or_else(|| listed(variant)))
            .collect();
        let mut groups = Groups {
            keys,
            members: Members::new(),
            changed: Members::new(),
        };
        for (index, is_changed) in is_changed.iter().enumerate() {
            for key in groups.keys_of(index) {
                if *is_changed {
                    groups.changed.entry(key.clone()).or_default().push(index);
                }
                groups.members.entry(key).or_default().push(index);
            }
        }
        groups
    }

    fn keys_of(&self, index: usize) -> Vec<Option<String>> {
        match &self.keys[index] {
            None => vec![None],
            Some(keys) => keys.iter().cloned().map(Some).collect(),
        }
    }

    /// Returns the groups that have values in common with a variant.
    fn common_with<'a>(&self, index: usize, groups: &'a Members) -> Vec<&'a [usize]> {
        if self.keys[index].is_none() {
            return groups.values().map(Vec::as_slice).collect();
        }
        let keys = self.keys_of(index).into_iter().chain([None]);
        keys.filter_map(|key| groups.get(&key).map(Vec::as_slice))
            .collect()
    }

    /// Returns the other variants that may have values in common with a changed one, without changed ones before it.
    pub(super) fn partners(&self, index: usize) -> BTreeSet<usize> {
        let flat = |groups: &[&[usize]]| groups.concat().into_iter().collect::<BTreeSet<_>>();
        let before = flat(&earlier(&self.common_with(index, &self.changed), index));
        let all = flat(&self.common_with(index, &self.members)).into_iter();
        all.filter(|other| *other != index && !before.contains(other))
            .collect()
    }

    /// Returns the number of the partners of a changed variant. One that shares several groups counts for each.
    pub(super) fn count_pairs(&self, index: usize) -> usize {
        let count = |groups: &[&[usize]]| groups.iter().map(|group| group.len()).sum::<usize>();
        let all = self.common_with(index, &self.members);
        let before = earlier(&self.common_with(index, &self.changed), index);
        (count(&all) - count(&before)).saturating_sub(1)
    }
}

/// Returns the part of each group before a variant.
fn earlier<'a>(groups: &[&'a [usize]], index: usize) -> Vec<&'a [usize]> {
    let before = |group: &&'a [usize]| &group[..group.partition_point(|other| *other < index)];
    groups.iter().map(before).collect()
}

/// Returns the values that a scalar lists.
fn listed(variant: &EffectiveSchema) -> Option<BTreeSet<String>> {
    let is_scalar = matches!(variant.kind(), ValueKind::Scalar(_));
    let values = variant.members.get("enum")?.as_array()?.iter();
    let values = values.filter(|value| !value.is_null());
    is_scalar.then(|| values.map(|value| format!("value {value}")).collect())
}

/// Returns the value of the property that the most variants require with one value.
fn common_tags(
    effective: &EffectiveSchemas<'_>,
    variants: &[&EffectiveSchema],
) -> Vec<Option<BTreeSet<String>>> {
    let tags: Vec<BTreeMap<String, String>> = variants
        .iter()
        .map(|variant| required_tags(effective, variant))
        .collect();
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for name in tags.iter().flat_map(BTreeMap::keys) {
        *counts.entry(name).or_default() += 1;
    }
    let property = counts.into_iter().max_by_key(|(_, count)| *count);
    let value = |tags: &BTreeMap<String, String>| {
        let value = tags.get(property?.0)?;
        Some(BTreeSet::from([format!("tag {value}")]))
    };
    tags.iter().map(value).collect()
}

/// Returns the properties that an object requires with exactly one value, with the value. Null is a second value.
fn required_tags(
    effective: &EffectiveSchemas<'_>,
    variant: &EffectiveSchema,
) -> BTreeMap<String, String> {
    if variant.kind() != ValueKind::Object {
        return BTreeMap::new();
    }
    let required = json::strings(&variant.members, "required");
    let fields = json::object(&variant.members, "properties");
    let takes_null = |name: &String| {
        let field = fields.and_then(|fields| fields.get(name));
        field.is_some_and(|field| effective.takes_null(field))
    };
    let tags = pairing::tags(effective, variant).into_iter();
    tags.filter(|(name, _)| required.contains(&name.as_str()) && !takes_null(name))
        .collect()
}
