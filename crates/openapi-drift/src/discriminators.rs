//! Comparison of discriminators: properties by which a value identifies its variant.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::EffectiveSchema;
use super::kind::{Direction, Kind};
use super::pairing::Features;
use openapi_canonical::json;

/// Compares the discriminators of two choices. `partners` has the new variant that each old variant became.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&EffectiveSchema, &EffectiveSchema),
    (old_features, new_features): (&[Features], &[Features]),
    partners: &[Option<usize>],
) {
    let (was, is) = (
        VariantValues::of(old, old_features),
        VariantValues::of(new, new_features),
    );
    // Fields with one value in each variant identify a variant as a discriminator does.
    let (was, is) = match (was, is) {
        (Some(was), None) => {
            let is = VariantValues::by_values(&was.field, new_features);
            (Some(was), is)
        }
        (None, Some(is)) => (VariantValues::by_values(&is.field, old_features), Some(is)),
        both => both,
    };
    match (was, is) {
        (Some(was), Some(is)) => {
            compare_identifying(comparison, at, direction, (&was, &is), partners);
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
