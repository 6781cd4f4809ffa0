//! Joins two unions of schemas. Variants are paired by what they have in common; order and names do not matter.

use std::collections::BTreeSet;

use serde_json::Value;

use super::imports::import;
use super::merger::{Merger, below};
use super::schemas;
use super::shape::{Kind, Shape};
use crate::divergence::Kind as Won;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// The documented choice as it is served: an arm that is not served stays, one that is new comes in at the end.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    shapes: &[Shape],
) -> Object {
    let keyword = if documented.contains_key("oneOf") {
        "oneOf"
    } else {
        "anyOf"
    };
    let arms = json::elements(documented, keyword);
    let served: Vec<Shape> = shapes
        .iter()
        .flat_map(|shape| shape.arms(merger.served))
        .collect();
    if served.iter().all(Shape::is_silent) {
        merger.note(Won::Filled, pointer, "the choices");
        return documented.clone();
    }
    let (partners, strangers) = pair(merger, arms, served);
    let mut merged: Vec<Value> = Vec::new();
    for (index, (arm, partners)) in arms.iter().zip(partners).enumerate() {
        let pointer = below(pointer, &[keyword, &index.to_string()]);
        if partners.is_empty() {
            let is_refused = merger.is_written(&pointer);
            merger.note_promise(Won::Absent, &pointer, "a choice", is_refused);
        }
        merged.push(schemas::merge(merger, &pointer, arm, &partners));
    }
    for stranger in strangers {
        let pointer = below(pointer, &[keyword]);
        let is_unknown = merger.is_read(&pointer);
        merger.note_promise(Won::New, &pointer, "a choice", is_unknown);
        let schema = stranger.component.as_deref().map(schema::reference_to);
        let schema = schema.unwrap_or(Value::Object(Object::clone(&stranger.schema)));
        let imported = import(merger, &pointer, &schema);
        merged.push(imported);
    }
    let mut choice = documented.clone();
    choice.insert(keyword.to_owned(), Value::Array(merged));
    choice
}

/// The served arms of each documented arm, and those that belong to none.
fn pair(merger: &Merger<'_>, arms: &[Value], served: Vec<Shape>) -> (Vec<Vec<Shape>>, Vec<Shape>) {
    let documented: Vec<Shape> = arms
        .iter()
        .map(|arm| merger.documented_shape(arm))
        .collect();
    let (mut partners, mut strangers) = (vec![Vec::new(); arms.len()], Vec::new());
    for shape in served.into_iter().filter(|shape| !shape.is_silent()) {
        let likeness = documented.iter().map(|arm| likeness(arm, &shape));
        // The first of equals, so that order decides where nothing else does.
        let best = likeness
            .enumerate()
            .max_by_key(|(index, likeness)| (*likeness, usize::MAX - index));
        match best {
            Some((index, likeness)) if likeness > 0 => partners[index].push(shape),
            _ => strangers.push(shape),
        }
    }
    (partners, strangers)
}

/// Returns how alike two schemas are; 0 if they are of different kinds, or objects with no property in common.
fn likeness(one: &Shape, other: &Shape) -> usize {
    if one.kind() != other.kind() {
        return 0;
    }
    let (own, others) = (properties(one), properties(other));
    let common = own.intersection(&others).count();
    // Of two objects that share as much, the one with fewer fields of its own is the nearer one.
    let is_comparable = one.kind() == Kind::Object && !own.is_empty() && !others.is_empty();
    match (is_comparable, common) {
        (false, _) => 1,
        (true, 0) => 0,
        (true, common) => 1 + common * 1000 / (own.len() + others.len()),
    }
}

fn properties(shape: &Shape) -> BTreeSet<&String> {
    json::entries(&shape.schema, "properties")
        .map(|(name, _)| name)
        .collect()
}
