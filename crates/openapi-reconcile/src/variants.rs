//! Pairs the variants of two unions by what they have in common; order and names do not matter.

use std::collections::BTreeSet;

use super::resolved::{ResolvedSchema, ValueKind};
use super::sides::Sides;
use openapi_canonical::json::{self, Object};

/// Variants of a documented union and of the served ones.
#[derive(Debug)]
pub(super) struct Pairs {
    /// Keyword of the documented variants.
    pub(super) keyword: &'static str,
    /// Served variants of each documented one.
    pub(super) partners: Vec<Vec<ResolvedSchema>>,
    /// Served variants that belong to no documented one.
    pub(super) unknown: Vec<ResolvedSchema>,
}

/// Pairs the variants of a documented union with the served ones. `None` if no served variant is described.
pub(super) fn pair(
    sides: &Sides<'_>,
    documented: &Object,
    shapes: &[ResolvedSchema],
) -> Option<Pairs> {
    let keyword = if documented.contains_key("oneOf") {
        "oneOf"
    } else {
        "anyOf"
    };
    let served = shapes.iter().flat_map(|shape| shape.variants(sides.served));
    let served: Vec<ResolvedSchema> = served.filter(|shape| !shape.is_unspecified()).collect();
    if served.is_empty() {
        return None;
    }
    let own: Vec<ResolvedSchema> = json::elements(documented, keyword)
        .iter()
        .map(|variant| sides.resolve_documented(variant))
        .collect();
    let (mut partners, mut unknown) = (vec![Vec::new(); own.len()], Vec::new());
    for shape in served {
        let likeness = own.iter().map(|variant| likeness(variant, &shape));
        // The first of equals, so that order decides between them.
        let best = likeness
            .enumerate()
            .max_by_key(|(index, likeness)| (*likeness, usize::MAX - index));
        match best {
            Some((index, likeness)) if likeness > 0 => partners[index].push(shape),
            _ => unknown.push(shape),
        }
    }
    Some(Pairs {
        keyword,
        partners,
        unknown,
    })
}

/// Returns how alike two schemas are; 0 if they are of different kinds, or objects with no property in common.
fn likeness(one: &ResolvedSchema, other: &ResolvedSchema) -> usize {
    if one.kind() != other.kind() {
        return 0;
    }
    let (own, others) = (properties(one), properties(other));
    let common = own.intersection(&others).count();
    // Of two objects that share as much, the one with fewer fields of its own is the nearer one.
    let is_comparable = one.kind() == ValueKind::Object && !own.is_empty() && !others.is_empty();
    match (is_comparable, common) {
        (false, _) => 1,
        (true, 0) => 0,
        (true, common) => 1 + common * 1000 / (own.len() + others.len()),
    }
}

fn properties(shape: &ResolvedSchema) -> BTreeSet<&String> {
    json::entries(&shape.schema, "properties")
        .map(|(name, _)| name)
        .collect()
}
