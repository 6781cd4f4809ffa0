//! Choices: which forms came, which went, and what became of those that stayed.

use super::change::{Change, Direction, Kind};
use super::comparison::Comparison;
use super::schemas;
use crate::json;
use crate::reconcile::shape::{self, Shape};

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let old = old.arms(comparison.old);
    let new = new.arms(comparison.new);
    let partners = pair(&old, &new);
    for (arm, partner) in old.iter().zip(&partners) {
        match partner {
            Some(partner) => {
                let inside = format!("{at}|{}", label(arm));
                schemas::compare_shapes(comparison, &inside, direction, arm, &new[*partner]);
            }
            None => {
                let change = Change::new(at, Kind::VariantRemoved).of(label(arm));
                comparison.note(direction, change);
            }
        }
    }
    let is_known = |index: &usize| partners.contains(&Some(*index));
    for index in (0..new.len()).filter(|index| !is_known(index)) {
        let change = Change::new(at, Kind::VariantAdded).of(label(&new[index]));
        comparison.note(direction, change);
    }
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
