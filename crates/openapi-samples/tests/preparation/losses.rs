//! Property: everything that is in a document and not in its normalised form is reported.

use std::collections::BTreeMap;

use serde_json::Value;

use super::prepared;
use openapi_canonical::json;
use openapi_canonical::losses::Loss;
use openapi_samples::{MARK, for_all, pointers};

#[test]
fn every_field_is_kept_or_its_loss_is_reported() {
    for_all(|document, _| {
        let Ok(prepared) = prepared(document) else {
            return Ok(());
        };
        let kept = json::pretty(&prepared.document);
        for (mark, place) in marks(document) {
            let mut losses = prepared.losses.iter();
            if !kept.contains(&mark) && !losses.any(|loss| is_about(loss, document, &place)) {
                return Err(format!("no loss is about {mark}, at {place}"));
            }
        }
        Ok(())
    });
}

/// Lists the fields whose names occur once, with their locations.
fn marks(document: &Value) -> BTreeMap<String, String> {
    let mut marks = BTreeMap::new();
    for pointer in pointers(document) {
        let (_, name) = pointer.rsplit_once('/').unwrap_or_default();
        if name.starts_with(MARK) && !is_shared(&pointer) {
            marks.insert(name.to_owned(), pointer);
        }
    }
    marks
}

/// True for parts outside of schemas that operations refer to: their losses are reported at each operation.
fn is_shared(pointer: &str) -> bool {
    pointer.starts_with("/components/") && !pointer.starts_with("/components/schemas/")
}

/// True if the loss is of what is at the location, or of a part around it.
fn is_about(losses: &Loss, document: &Value, place: &str) -> bool {
    let Loss { pointer, what } = losses;
    let is_around = place.starts_with(pointer.as_str());
    let is_operation = pointer.starts_with("/paths/") && pointer.matches('/').count() == 3;
    // Of an operation many things can be lost; and a component can have been made of any place. Then it must be this one.
    let is_made = pointer.starts_with("/components/schemas/");
    let names = names_around(document, place);
    let is_named = names.iter().any(|name| what.contains(name));
    is_around && !is_operation || (is_around || is_made) && is_named
}

/// Returns the names of the parts around a location: media types, parameters, properties.
fn names_around(document: &Value, place: &str) -> Vec<String> {
    let segments: Vec<String> = place.split('/').map(json::unescape).collect();
    let media_types = segments.iter().filter(|segment| segment.contains('/'));
    let properties = segments.iter().zip(segments.iter().skip(1));
    let properties = properties.filter(|(parent, _)| *parent == "properties");
    let parts = place.match_indices('/');
    let parts = parts.filter_map(|(end, _)| document.pointer(&place[..end])?.get("name")?.as_str());
    let names = media_types.map(String::as_str).chain(parts);
    let names = names.chain(properties.map(|(_, name)| name.as_str()));
    names.map(|name| format!("`{name}`")).collect()
}
