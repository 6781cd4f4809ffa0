//! Comparison of discriminators: properties by which a value identifies its variant.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::pairing::Features;
use openapi_canonical::json;
use openapi_canonical::parameter_text;

/// Variants of a choice, with the features of each.
type Variants<'a> = (&'a [Rc<EffectiveSchema>], &'a [Features]);

/// Compares the discriminators of two choices. `partners` has the new variant that each old variant became.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, old_variants): (&EffectiveSchema, Variants<'_>),
    (new, new_variants): (&EffectiveSchema, Variants<'_>),
    partners: &[Option<usize>],
) {
    let (old_effective, new_effective) = (&comparison.old_effective, &comparison.new_effective);
    let was = VariantValues::of(old_effective, old, old_variants);
    let is = VariantValues::of(new_effective, new, new_variants);
    // Fields with values of their own in each variant identify a variant as a discriminator does. Variants that are in one
    // document only are reported already.
    let (was, is) = match (was, is) {
        (Some(was), None) => {
            let stayed: BTreeSet<usize> = partners.iter().copied().flatten().collect();
            let is_known = |index: usize| stayed.contains(&index);
            let is = VariantValues::by_values(new_effective, &was.field, new_variants.0, is_known);
            (Some(was), is)
        }
        (None, Some(is)) => {
            let is_known = |index: usize| partners[index].is_some();
            let was = VariantValues::by_values(old_effective, &is.field, old_variants.0, is_known);
            (was, Some(is))
        }
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
    // A field that lists its values has no other ones because of a discriminator.
    let lists_values = |field: &str| {
        listed_values(&comparison.old_effective, old, field).is_some()
            && listed_values(&comparison.new_effective, new, field).is_some()
    };
    let finding = match (field(old), field(new)) {
        (Some(was), Some(is)) if was != is => {
            Finding::new(at, Kind::DiscriminatorChanged).between(was, is)
        }
        (Some(_), Some(_)) => return compare_mappings(comparison, at, direction, old, new),
        (Some(was), None) if !lists_values(&was) => {
            Finding::new(at, Kind::DiscriminatorRemoved).of(was)
        }
        (None, Some(is)) if !lists_values(&is) => Finding::new(at, Kind::DiscriminatorAdded).of(is),
        _ => return,
    };
    comparison.note(direction, finding);
}

/// Compares the mappings of the discriminators of two base schemas. A base without a mapping has the names of
/// components as values, which are not compared.
fn compare_mappings(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &EffectiveSchema,
    new: &EffectiveSchema,
) {
    let mapping = |schema: &EffectiveSchema| -> BTreeMap<String, String> {
        let discriminator = schema.discriminator.iter();
        let entries = discriminator.flat_map(|one| json::entries(one, "mapping"));
        let component = |target: &Value| Some(target.as_str()?.rsplit('/').next()?.to_owned());
        entries
            .filter_map(|(value, target)| Some((value.clone(), component(target)?)))
            .collect()
    };
    let (was, is) = (mapping(old), mapping(new));
    if was.is_empty() || is.is_empty() {
        return;
    }
    let values: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for value in values {
        let kind = match (was.get(value), is.get(value)) {
            (Some(_), None) => Kind::ValueRemoved,
            (None, Some(_)) => Kind::DiscriminatorValueAdded,
            // Another name of a component is no change.
            (Some(was), Some(is))
                if was != is
                    && (comparison.new_effective.has(was) || comparison.old_effective.has(is)) =>
            {
                Kind::DiscriminatorChanged
            }
            _ => continue,
        };
        comparison.note(direction, Finding::new(at, kind).of(value));
    }
}

/// Property by which a value identifies its variant.
#[derive(Debug)]
struct VariantValues {
    field: String,
    /// Indices of the variants that each value stands for. More than one only if their fields list the same value.
    variants: BTreeMap<String, BTreeSet<usize>>,
}

impl VariantValues {
    /// Returns the values of the discriminator. A variant without a mapped value has those that its field lists, or
    /// else the name of its component.
    fn of(
        effective: &EffectiveSchemas<'_>,
        choice: &EffectiveSchema,
        (variants, features): Variants<'_>,
    ) -> Option<VariantValues> {
        let discriminator = choice.discriminator.as_ref()?;
        let field = json::string(discriminator, "propertyName")?;
        let listed: Vec<Option<Vec<String>>> = variants
            .iter()
            .map(|variant| listed_values(effective, variant, field))
            .collect();
        let are_all_listed = listed.iter().all(Option::is_some);
        let is_listed = |value: &String| listed.iter().flatten().flatten().any(|one| one == value);
        let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut mapped = BTreeSet::new();
        for (value, target) in json::entries(discriminator, "mapping") {
            let name = target.as_str().and_then(|target| target.rsplit('/').next());
            let variant = features
                .iter()
                .position(|variant| variant.name.as_deref() == name);
            // A value that no variant allows never occurs.
            if let Some(variant) = variant.filter(|_| !are_all_listed || is_listed(value)) {
                found.insert(value.clone(), [variant].into());
                mapped.insert(variant);
            }
        }
        for (index, values) in listed.into_iter().enumerate() {
            let name = || features[index].name.clone().into_iter().collect();
            let values = if mapped.contains(&index) {
                Vec::new()
            } else {
                values.unwrap_or_else(name)
            };
            for value in values {
                found.entry(value).or_default().insert(index);
            }
        }
        Some(VariantValues {
            field: field.to_owned(),
            variants: found,
        })
    }

    /// Returns the values of a field, if each compared variant lists values for it that no other one has.
    fn by_values(
        effective: &EffectiveSchemas<'_>,
        field: &str,
        variants: &[Rc<EffectiveSchema>],
        is_compared: impl Fn(usize) -> bool,
    ) -> Option<VariantValues> {
        let mut found = BTreeMap::new();
        let variants = variants.iter().enumerate();
        for (index, variant) in variants.filter(|(index, _)| is_compared(*index)) {
            for value in listed_values(effective, variant, field)? {
                if found.insert(value, [index].into()).is_some() {
                    return None;
                }
            }
        }
        Some(VariantValues {
            field: field.to_owned(),
            variants: found,
        })
    }
}

/// Returns the values of a discriminator that stand for an object: those that its field lists, or else those that are
/// mapped to its component, or else the name of the component. `None` if the object has none of these.
pub(super) fn values(
    effective: &EffectiveSchemas<'_>,
    choice: &EffectiveSchema,
    object: &EffectiveSchema,
    field: &str,
) -> Option<BTreeSet<String>> {
    if object.kind() != ValueKind::Object {
        return None;
    }
    let listed = listed_values(effective, object, field);
    let mapped = || -> Option<Vec<String>> {
        let name = object.component.as_deref()?;
        let entries = choice
            .discriminator
            .iter()
            .flat_map(|one| json::entries(one, "mapping"));
        let is_own = |target: &Value| target.as_str()?.rsplit('/').next().map(|of| of == name);
        let values: Vec<String> = entries
            .filter(|(_, target)| is_own(target) == Some(true))
            .map(|(value, _)| value.clone())
            .collect();
        Some(match values.is_empty() {
            true => vec![name.to_owned()],
            false => values,
        })
    };
    let values = listed.or_else(mapped)?.into_iter();
    Some(values.map(|value| format!("tag {value}")).collect())
}

/// Returns the texts that a field of an object lists. `None` if it lists none.
fn listed_values(
    effective: &EffectiveSchemas<'_>,
    object: &EffectiveSchema,
    field: &str,
) -> Option<Vec<String>> {
    let field = json::object(&object.members, "properties")?.get(field)?;
    let field = effective.of(field);
    let values = json::elements(&field.members, "enum").iter();
    let values = values.filter(|value| !value.is_null());
    let texts: Vec<String> = values.map(parameter_text::text_of).collect();
    (!texts.is_empty()).then_some(texts)
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
    for (value, variants) in &old.variants {
        let became: BTreeSet<usize> = variants
            .iter()
            .filter_map(|variant| partners[*variant])
            .collect();
        let kind = match new.variants.get(value) {
            // The removed variant is reported already.
            _ if became.is_empty() => continue,
            Some(now) if !became.is_disjoint(now) => continue,
            Some(_) => Kind::DiscriminatorChanged,
            None => Kind::ValueRemoved,
        };
        comparison.note(direction, Finding::new(at, kind).of(value));
    }
    for (value, variants) in &new.variants {
        if !stayed.is_disjoint(variants) && !old.variants.contains_key(value) {
            let finding = Finding::new(at, Kind::DiscriminatorValueAdded).of(value);
            comparison.note(direction, finding);
        }
    }
}
