//! Joins two objects: their properties, and which of them are always there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::imports::import;
use super::merger::{Merger, below};
use super::schemas;
use super::shape::Shape;
use crate::divergence::Kind as Won;
use crate::json::{self, Object};

/// The documented object as it is served.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    shapes: &[Shape],
) -> Object {
    let mut merged = documented.clone();
    merge_map(merger, pointer, &mut merged, shapes);
    let telling: Vec<Shape> = shapes
        .iter()
        .filter(|shape| has_properties(&shape.schema))
        .cloned()
        .collect();
    if telling.is_empty() {
        if has_properties(documented) {
            merger.note(Won::Filled, pointer, "the properties");
        }
        return merged;
    }
    let (mut properties, absent) = merge_known(merger, pointer, documented, &telling);
    properties.extend(import_unknown(merger, pointer, documented, &telling));
    let required = merge_required(merger, pointer, documented, &telling, &absent);
    let required: Vec<String> = required
        .into_iter()
        .filter(|name| properties.contains_key(name))
        .collect();
    merged.insert("properties".to_owned(), Value::Object(properties));
    set_required(&mut merged, &required);
    merged
}

fn has_properties(schema: &Object) -> bool {
    json::object(schema, "properties").is_some_and(|properties| !properties.is_empty())
}

/// The documented properties, and which of them are not served.
fn merge_known(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    telling: &[Shape],
) -> (Object, BTreeSet<String>) {
    let (mut merged, mut absent) = (Object::new(), BTreeSet::new());
    for (name, property) in json::entries(documented, "properties") {
        let pointer = below(pointer, &["properties", name]);
        let served: Vec<Shape> = telling
            .iter()
            .filter_map(|shape| json::object(&shape.schema, "properties")?.get(name))
            .map(|schema| merger.served_shape(schema))
            .collect();
        if served.is_empty() {
            merger.note(Won::Absent, &pointer, "a property");
            absent.insert(name.clone());
        }
        merged.insert(
            name.clone(),
            schemas::merge(merger, &pointer, property, &served),
        );
    }
    (merged, absent)
}

/// The properties that only the served document knows, by name so that the order of its keys says nothing.
fn import_unknown(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    telling: &[Shape],
) -> Object {
    let known = json::object(documented, "properties");
    let served = telling
        .iter()
        .flat_map(|shape| json::entries(&shape.schema, "properties"));
    let mut unknown: Vec<(&String, &Value)> = served
        .filter(|(name, _)| !known.is_some_and(|known| known.contains_key(*name)))
        .collect();
    unknown.sort_by_key(|(name, _)| *name);
    unknown.dedup_by_key(|(name, _)| *name);
    let mut imported = Object::new();
    for (name, property) in unknown {
        merger.note(
            Won::New,
            &below(pointer, &["properties", name]),
            "a property",
        );
        imported.insert(name.clone(), import(merger, property));
    }
    imported
}

/// Which properties are always there: those that are in all served lists. An object without a list says nothing, so the
/// documented list stands, but for properties that are not served: nobody vouches for these.
fn merge_required(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    telling: &[Shape],
    absent: &BTreeSet<String>,
) -> BTreeSet<String> {
    let was: BTreeSet<String> = names(documented).difference(absent).cloned().collect();
    let lists: Vec<BTreeSet<String>> = telling
        .iter()
        .map(|shape| names(&shape.schema))
        .filter(|names| !names.is_empty())
        .collect();
    let common = lists
        .iter()
        .cloned()
        .reduce(|one, other| one.intersection(&other).cloned().collect());
    let Some(is) = common else {
        if !was.is_empty() {
            merger.note(
                Won::Filled,
                pointer,
                format!("that these are always there: {}", listed(&was)),
            );
        }
        return was;
    };
    let is_known = |name: &&String| {
        json::object(documented, "properties").is_some_and(|known| known.contains_key(*name))
    };
    for name in is.difference(&was).filter(is_known) {
        merger.note(
            Won::Overruled,
            &below(pointer, &["properties", name]),
            "documented as optional, served as required",
        );
    }
    for name in was.difference(&is) {
        merger.note(
            Won::Overruled,
            &below(pointer, &["properties", name]),
            "documented as required, served as optional",
        );
    }
    is
}

fn names(schema: &Object) -> BTreeSet<String> {
    json::strings(schema, "required")
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn listed(names: &BTreeSet<String>) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The list as it is written in the source, if it is the same; sorting is not our business here.
fn set_required(merged: &mut Object, required: &[String]) {
    let same: BTreeSet<&str> = required.iter().map(String::as_str).collect();
    if json::strings(merged, "required")
        .into_iter()
        .collect::<BTreeSet<_>>()
        == same
    {
        return;
    }
    if required.is_empty() {
        merged.remove("required");
    } else {
        merged.insert("required".to_owned(), json!(required));
    }
}

/// The values of a map, where both sides describe them.
fn merge_map(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, shapes: &[Shape]) {
    let values = |schema: &Object| {
        schema
            .get("additionalProperties")
            .filter(|values| values.is_object())
            .cloned()
    };
    let Some(documented) = values(merged) else {
        return;
    };
    let served: Vec<Shape> = shapes
        .iter()
        .filter_map(|shape| values(&shape.schema))
        .map(|values| merger.served_shape(&values))
        .collect();
    let served = if served.is_empty() {
        vec![Shape::default()]
    } else {
        served
    };
    let pointer = below(pointer, &["additionalProperties"]);
    let values = schemas::merge(merger, &pointer, &documented, &served);
    merged.insert("additionalProperties".to_owned(), values);
}
