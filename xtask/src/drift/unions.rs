//! Choices: which forms came, which went, and what became of those that stayed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Direction};
use super::comparison::Comparison;
use super::kind::Kind;
use super::{objects, schemas};
use crate::json;
use crate::reconcile::shape::{self, Shape};

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let old_arms = forms(comparison.old, old);
    let new_arms = forms(comparison.new, new);
    let partners = pair(&old_arms, &new_arms);
    for (arm, partner) in old_arms.iter().zip(&partners) {
        match partner {
            Some(partner) => {
                let inside = format!("{at}|{}", label(arm));
                schemas::compare_shapes(comparison, &inside, direction, arm, &new_arms[*partner]);
            }
            None => {
                let change = Change::new(at, Kind::VariantRemoved).of(label(arm));
                comparison.note(direction, change);
            }
        }
    }
    let is_known = |index: &usize| partners.contains(&Some(*index));
    for index in (0..new_arms.len()).filter(|index| !is_known(index)) {
        let change = Change::new(at, Kind::VariantAdded).of(label(&new_arms[index]));
        comparison.note(direction, change);
    }
    if old.kind() == new.kind() {
        compare_discriminators(comparison, at, direction, old, new);
        objects::compare_shared(comparison, at, direction, old, new);
    }
}

/// Whether null is among what a place may hold, by its own word or by one of its forms.
pub(super) fn is_nullable(document: &Value, shape: &Shape) -> bool {
    let is_stated = |shape: &Shape| shape.nullable == Some(true);
    is_stated(shape) || arms(document, shape).iter().any(is_stated)
}

/// The forms that a value may have other than null.
fn forms(document: &Value, shape: &Shape) -> Vec<Shape> {
    let mut arms = arms(document, shape);
    for arm in &mut arms {
        arm.nullable = None;
    }
    arms
}

/// The arms of a choice, and those of the choices among them; anything else is its only arm.
fn arms(document: &Value, shape: &Shape) -> Vec<Shape> {
    let mut found = Vec::new();
    let mut met = BTreeSet::from([shape.key()]);
    let mut waiting = vec![shape.clone()];
    while let Some(choice) = waiting.pop() {
        for mut arm in choice.arms(document) {
            arm.nullable = arm.nullable.or(choice.nullable);
            if arm.kind() != shape::Kind::Union {
                found.push(arm);
            } else if met.insert(arm.key()) {
                waiting.push(arm);
            }
        }
    }
    found
}

/// Compares by what a value says which form it has, as far as both documents tell.
fn compare_discriminators(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let told = |shape: &Shape| {
        let discriminator = json::object(&shape.schema, "discriminator")?;
        let name = json::string(discriminator, "propertyName")?.to_owned();
        let mapping = json::entries(discriminator, "mapping");
        let forms = mapping.filter_map(|(value, form)| Some((value.clone(), form_of(form)?)));
        Some((name, forms.collect::<BTreeMap<_, _>>()))
    };
    let (Some((was, old_forms)), Some((is, new_forms))) = (told(old), told(new)) else {
        return;
    };
    if was != is {
        let change = Change::new(at, Kind::DiscriminatorChanged).between(was, is);
        comparison.note(direction, change);
    }
    if old_forms.is_empty() || new_forms.is_empty() {
        return;
    }
    for (value, was) in &old_forms {
        let change = match new_forms.get(value) {
            None => Change::new(at, Kind::ValueRemoved).of(value),
            Some(is) if is != was && old_forms.values().any(|form| form == is) => {
                let change = Change::new(at, Kind::DiscriminatorChanged).of(value);
                change.between(was, is)
            }
            Some(_) => continue,
        };
        comparison.note(direction, change);
    }
    for value in new_forms
        .keys()
        .filter(|value| !old_forms.contains_key(*value))
    {
        comparison.note(direction, Change::new(at, Kind::ValueAdded).of(value));
    }
}

/// The last name in what a discriminator maps a value to.
fn form_of(target: &Value) -> Option<String> {
    let (_, name) = target
        .as_str()?
        .rsplit_once('/')
        .unwrap_or(("", target.as_str()?));
    Some(name.to_owned())
}

/// How sure it is that two arms are the same, surest first.
const LIKENESSES: [fn(&Shape, &Shape) -> bool; 5] = [
    |one, other| one.component.is_some() && one.component == other.component,
    |one, other| one.key() == other.key(),
    |one, other| tag(one).is_some() && tag(one) == tag(other),
    |one, other| fields(one) == fields(other) && one.kind() == other.kind(),
    |one, other| shares_a_field(one, other) || is_plain(one) && one.kind() == other.kind(),
];

/// For each old arm the index of the new one that it became.
fn pair(old: &[Shape], new: &[Shape]) -> Vec<Option<usize>> {
    let mut partners = vec![None; old.len()];
    for is_alike in LIKENESSES {
        for (index, arm) in old.iter().enumerate() {
            if partners[index].is_some() {
                continue;
            }
            let is_free = |candidate: &usize| !partners.contains(&Some(*candidate));
            partners[index] = (0..new.len())
                .filter(is_free)
                .find(|candidate| is_alike(arm, &new[*candidate]));
        }
    }
    partners
}

/// The one value of the first field that has just one: what tells an arm from the others.
fn tag(arm: &Shape) -> Option<String> {
    let mut fields: Vec<_> = json::entries(&arm.schema, "properties").collect();
    fields.sort_by_key(|(name, _)| *name);
    fields.into_iter().find_map(|(name, field)| {
        let [only] = json::elements(field.as_object()?, "enum") else {
            return None;
        };
        Some(format!("{name}={only}"))
    })
}

fn fields(arm: &Shape) -> Vec<&String> {
    let mut names: Vec<&String> = json::entries(&arm.schema, "properties")
        .map(|(name, _)| name)
        .collect();
    names.sort();
    names
}

fn shares_a_field(one: &Shape, other: &Shape) -> bool {
    fields(one).iter().any(|name| other.has_property(name))
}

fn is_plain(arm: &Shape) -> bool {
    fields(arm).is_empty()
}

/// What an arm is called in a sentence.
fn label(arm: &Shape) -> String {
    if let Some(component) = &arm.component {
        return component.clone();
    }
    if let Some(tag) = tag(arm) {
        return tag.replace('"', "");
    }
    match arm.kind() {
        shape::Kind::Scalar(kind) => kind,
        shape::Kind::Array => "array".to_owned(),
        shape::Kind::Union => "choice".to_owned(),
        shape::Kind::Silent => "anything".to_owned(),
        shape::Kind::Object => {
            let names: Vec<&str> = fields(arm).iter().map(|name| name.as_str()).collect();
            format!("object of {}", names.join(", "))
        }
    }
}
