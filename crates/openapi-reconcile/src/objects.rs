//! Completes a joined object: properties that only the served document has, and which properties are required.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::children::described;
use super::divergence::{KEPT_OPTIONAL, Resolution};
use super::import::import;
use super::merger::Merger;
use super::pointers::below;
use super::resolved::ResolvedSchema;
use super::votes::Votes;
use super::{kept, nulls};
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;

/// Remark on a map whose fields the service lists.
const KEPT_MAP: &str = "served with a list of fields, kept as a map: it holds them";

/// Remark on a field of a request that the service no longer requires.
const KEPT_REQUIRED: &str = "served as optional, kept required: it is always sent";

/// Remark on a field of a request that the service requires, although it has a value for it if it is absent.
const KEPT_FOR_DEFAULT: &str = "served as required and with a default, kept optional";

/// Completes a documented object whose schemas inside of it are joined already.
pub(super) fn complete(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    merged: &mut Object,
    shapes: &[ResolvedSchema],
) {
    let described = described(shapes);
    let known = json::object(documented, "properties");
    if described.is_empty() {
        if known.is_some_and(|properties| !properties.is_empty()) {
            merger
                .notes
                .add(Resolution::Filled, pointer, "the properties");
        }
        return;
    }
    if kept::is_map_kept(merger.sides, pointer, documented, &described) {
        merger.notes.add(Resolution::Kept, pointer, KEPT_MAP);
        if kept::is_map_of_nulls(merger.sides, pointer, documented, &described) {
            let pointer = below(pointer, &["additionalProperties"]);
            let values = &mut merged["additionalProperties"];
            nulls::add_null(&mut merger.at(&pointer), values);
        }
        return;
    }
    for name in known.into_iter().flat_map(Object::keys) {
        if !described.iter().any(|shape| shape.has_property(name)) {
            let pointer = below(pointer, &["properties", name]);
            merger.notes.add(Resolution::Absent, &pointer, "a property");
        }
    }
    let mut properties = json::object(merged, "properties")
        .cloned()
        .unwrap_or_default();
    properties.extend(import_unknown(merger, pointer, documented, &described));
    let required = merge_required(merger, pointer, documented, &described, &properties);
    merged.insert("properties".to_owned(), Value::Object(properties));
    set_required(merged, &required);
}

/// Imports the properties that only the served document has, sorted by name.
fn import_unknown(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    described: &[ResolvedSchema],
) -> Object {
    let known = json::object(documented, "properties");
    let served = described
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
        let is_needed = merger.sides.is_written(&pointer)
            && Votes::on(name, described).required > 0
            && !has_default(name, described);
        merger
            .notes
            .add_promise(Resolution::New, &pointer, "a property", is_needed);
        imported.insert(name.clone(), import(merger, &pointer, property));
    }
    imported
}

/// Decides which properties are required, and notes the differences.
fn merge_required(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    described: &[ResolvedSchema],
    properties: &Object,
) -> Vec<String> {
    let was: BTreeSet<&str> = json::strings(documented, "required").into_iter().collect();
    let is_read = merger.sides.is_read(pointer);
    let mut required = Vec::new();
    for name in properties.keys().collect::<BTreeSet<_>>() {
        let votes = Votes::on(name, described);
        let was = was.contains(name.as_str());
        let is_needed = !is_read && votes.are_for_required();
        // Readers take what the documentation promises and no more; writers send what the service asks for.
        let is = if was {
            !is_read || votes.keep_required()
        } else {
            is_needed && !has_default(name, described)
        };
        required.extend(is.then(|| name.clone()));
        if described.iter().any(|shape| shape.has_property(name)) {
            let pointer = below(pointer, &["properties", name]);
            if was && is && !is_read && votes.optional > 0 {
                merger.notes.add(Resolution::Kept, &pointer, KEPT_REQUIRED);
            } else if !was && !is && is_needed {
                let notes = &mut merger.notes;
                notes.add_promise(Resolution::Kept, &pointer, KEPT_FOR_DEFAULT, true);
            } else {
                note_verdict(merger, &pointer, was, is, votes);
            }
        }
    }
    note_unspecified(merger, pointer, described, &required);
    required
}

/// True if a property has a default somewhere. Generators list it as required if they describe what the service has after it read a request.
fn has_default(name: &str, described: &[ResolvedSchema]) -> bool {
    described.iter().any(|shape| {
        let properties = json::object(&shape.schema, "properties");
        let property = properties.and_then(|properties| properties.get(name));
        property.is_some_and(|property| property.get("default").is_some())
    })
}

fn note_verdict(merger: &mut Merger<'_>, pointer: &str, was: bool, is: bool, votes: Votes) {
    if was != is {
        merger.notes.add_required(pointer, is);
    } else if was && votes.optional > 0 {
        let (few, all) = (votes.optional, votes.all);
        let what = format!("served as optional in {few} of {all} locations, kept required");
        merger.notes.add(Resolution::Overruled, pointer, what);
    } else if !was && votes.are_for_required() {
        let is_needed = merger.sides.is_written(pointer);
        merger
            .notes
            .add_promise(Resolution::Unrelied, pointer, KEPT_OPTIONAL, is_needed);
    }
}

fn note_unspecified(
    merger: &mut Merger<'_>,
    pointer: &str,
    described: &[ResolvedSchema],
    required: &[String],
) {
    let is_unspecified =
        |shape: &ResolvedSchema| json::strings(&shape.schema, "required").is_empty();
    if described.iter().all(is_unspecified) && !required.is_empty() {
        let what = format!("that these are required: {}", names::listed(required));
        merger.notes.add(Resolution::Filled, pointer, what);
    }
}

/// Sets the list of required fields, unless the source has the same in another order.
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
