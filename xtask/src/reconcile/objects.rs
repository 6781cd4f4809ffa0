//! Joins two objects: their properties, and which of them are always there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::imports::import;
use super::merger::{Merger, below};
use super::shape::{Shape, weight};
use super::{kept, parameter_schemas, schemas};
use crate::divergence::KEPT_OPTIONAL;
use crate::divergence::Kind as Won;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;

/// Remark on a map whose fields the service lists.
const KEPT_MAP: &str = "served with a list of fields, kept as a map: it holds them";

/// Remark on a field of a request that the service no longer requires.
const KEPT_REQUIRED: &str = "served as optional, kept required: it is always sent";

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
        .filter(|shape| shape.has_properties())
        .cloned()
        .collect();
    if telling.is_empty() {
        if json::object(documented, "properties").is_some_and(|properties| !properties.is_empty()) {
            merger.note(Won::Filled, pointer, "the properties");
        }
        return merged;
    }
    if kept::is_map_kept(merger, pointer, documented, &telling) {
        merger.note(Won::Kept, pointer, KEPT_MAP);
        if kept::is_map_of_nulls(merger, pointer, documented, &telling) {
            let pointer = below(pointer, &["additionalProperties"]);
            schemas::add_null(merger, &pointer, &mut merged["additionalProperties"]);
        }
        return merged;
    }
    let mut properties = merge_known(merger, pointer, documented, &telling);
    properties.extend(import_unknown(merger, pointer, documented, &telling));
    let required = merge_required(merger, pointer, documented, &telling, &properties);
    merged.insert("properties".to_owned(), Value::Object(properties));
    set_required(&mut merged, &required);
    merged
}

/// The documented properties, as they are served.
fn merge_known(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    telling: &[Shape],
) -> Object {
    let mut merged = Object::new();
    let is_form = merger.is_form(pointer);
    for (name, property) in json::entries(documented, "properties") {
        let pointer = below(pointer, &["properties", name]);
        let served: Vec<Shape> = telling
            .iter()
            .filter_map(|shape| {
                let schema = json::object(&shape.schema, "properties")?.get(name)?;
                Some(shape.inner(merger.served, schema))
            })
            .collect();
        if served.is_empty() {
            merger.note(Won::Absent, &pointer, "a property");
        }
        let property = match served.as_slice() {
            [served] if is_form => {
                parameter_schemas::merge(merger, &pointer, property, served.clone(), true)
            }
            _ => schemas::merge(merger, &pointer, property, &served),
        };
        merged.insert(name.clone(), property);
    }
    merged
}

/// Imports the properties that only the served document has, sorted by name.
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
        let pointer = below(pointer, &["properties", name]);
        let is_needed = merger.is_written(&pointer) && Votes::on(name, telling).required > 0;
        merger.note_promise(Won::New, &pointer, "a property", is_needed);
        imported.insert(name.clone(), import(merger, &pointer, property));
    }
    imported
}

/// Votes of the locations in which an object is served on whether a property is required.
#[derive(Clone, Copy, Debug)]
pub(super) struct Votes {
    required: usize,
    optional: usize,
    all: usize,
}

impl Votes {
    /// Counts the votes. An object without a `required` list does not vote, unless it lacks the property.
    pub(super) fn on(name: &str, shapes: &[Shape]) -> Votes {
        let votes = |is_meant: fn(&str, &Shape) -> bool| {
            weight(shapes.iter().filter(|shape| is_meant(name, shape)))
        };
        Votes {
            required: votes(|name, shape| json::strings(&shape.schema, "required").contains(&name)),
            optional: votes(|name, shape| {
                let required = json::strings(&shape.schema, "required");
                !shape.has_property(name) || !required.is_empty() && !required.contains(&name)
            }),
            all: weight(shapes),
        }
    }

    /// True if a property that is documented as required stays required: unless half of the locations disagree.
    pub(super) fn keep_required(self) -> bool {
        self.optional * 2 < self.all
    }

    /// True if most locations require the property.
    fn are_for_required(self) -> bool {
        self.required * 2 > self.all
    }
}

/// Which properties are always there, and what is to be said of that.
fn merge_required(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    telling: &[Shape],
    properties: &Object,
) -> Vec<String> {
    let was: BTreeSet<&str> = json::strings(documented, "required").into_iter().collect();
    let is_read = merger.is_read(pointer);
    let mut required = Vec::new();
    for name in properties.keys().collect::<BTreeSet<_>>() {
        let votes = Votes::on(name, telling);
        let was = was.contains(name.as_str());
        // Readers take what the documentation promises and no more; writers send what the service asks for.
        let is = if was {
            !is_read || votes.keep_required()
        } else {
            !is_read && votes.are_for_required()
        };
        required.extend(is.then(|| name.clone()));
        if telling.iter().any(|shape| shape.has_property(name)) {
            let pointer = below(pointer, &["properties", name]);
            if was && is && !is_read && votes.optional > 0 {
                merger.note(Won::Kept, &pointer, KEPT_REQUIRED);
            } else {
                note_verdict(merger, &pointer, was, is, votes);
            }
        }
    }
    note_silence(merger, pointer, telling, &required);
    required
}

fn note_verdict(merger: &mut Merger<'_>, pointer: &str, was: bool, is: bool, votes: Votes) {
    if was != is {
        merger.note_required(pointer, is);
    } else if was && votes.optional > 0 {
        let (few, all) = (votes.optional, votes.all);
        let what = format!("served as optional in {few} of {all} places, kept required");
        merger.note(Won::Overruled, pointer, what);
    } else if !was && votes.are_for_required() {
        let is_needed = merger.is_written(pointer);
        merger.note_promise(Won::Unrelied, pointer, KEPT_OPTIONAL, is_needed);
    }
}

fn note_silence(merger: &mut Merger<'_>, pointer: &str, telling: &[Shape], required: &[String]) {
    let is_silent = |shape: &Shape| json::strings(&shape.schema, "required").is_empty();
    if telling.iter().all(is_silent) && !required.is_empty() {
        let what = format!("that these are always there: {}", names::listed(required));
        merger.note(Won::Filled, pointer, what);
    }
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
        .filter_map(|shape| Some(shape.inner(merger.served, &values(&shape.schema)?)))
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
