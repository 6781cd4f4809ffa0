//! Joins responses by status.

use serde_json::{Value, json};

use super::merger::{Merger, below};
use super::{imports, schemas};
use crate::divergence::Kind as Won;
use crate::document;
use crate::json::{self, Object};

/// Puts the documented responses as they are served, and the new ones, into the joined operation.
pub(super) fn merge(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, served: &Object) {
    let pointer = below(pointer, &["responses"]);
    let documented = json::object(merged, "responses")
        .cloned()
        .unwrap_or_default();
    let served = resolved(merger.served, served);
    let mut unclaimed: Vec<&String> = served.keys().collect();
    let mut responses = Object::new();
    for (status, response) in &documented {
        let pointer = below(&pointer, &[status]);
        let counterpart = counterpart(status, &documented, &served);
        unclaimed.retain(|other| Some(other.as_str()) != counterpart);
        let Some((name, partner)) = counterpart.and_then(|name| Some((name, served.get(name)?)))
        else {
            merger.note(Won::Absent, &pointer, "a response");
            responses.insert(status.clone(), response.clone());
            continue;
        };
        let status = agreed_status(merger, &pointer, status, name);
        responses.insert(
            status.clone(),
            merge_one(merger, &pointer, &status, response, partner),
        );
    }
    unclaimed.sort();
    for status in unclaimed {
        merger.note(Won::New, &below(&pointer, &[status]), "a response");
        responses.insert(status.clone(), import_one(merger, &served[status]));
    }
    merged.insert("responses".to_owned(), Value::Object(responses));
}

/// The responses of a new operation.
pub(super) fn import(merger: &mut Merger<'_>, imported: &mut Object, served: &Object) {
    let served = resolved(merger.served, served);
    let responses = served
        .iter()
        .map(|(status, response)| (status.clone(), import_one(merger, response)));
    let responses: Object = responses.collect();
    imported.insert("responses".to_owned(), Value::Object(responses));
}

fn resolved(document: &Value, operation: &Object) -> Object {
    let mut responses: Vec<(String, Value)> = json::entries(operation, "responses")
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, response)| {
            (
                status.clone(),
                document::resolve(document, response).clone(),
            )
        })
        .collect();
    responses.sort_by(|(one, _), (other, _)| one.cmp(other));
    responses.into_iter().collect()
}

/// The served response to a documented status: of that very status, of its range, of `default` if it is an error; and if
/// both sides know just one success of their own, these two, for the documented statuses are partly guessed.
fn counterpart<'a>(status: &str, documented: &Object, served: &'a Object) -> Option<&'a str> {
    let range = format!("{}XX", status.get(..1)?);
    let is_success = status.starts_with('2');
    let exact = [
        status,
        &range,
        &range.to_lowercase(),
        if is_success { "" } else { "default" },
    ];
    if let Some(name) = exact
        .into_iter()
        .find_map(|name| served.get_key_value(name))
    {
        return Some(name.0);
    }
    let only = |one: &'a Object, other: &Object| {
        let mut own = one
            .keys()
            .filter(|status| status.starts_with('2') && !other.contains_key(*status));
        own.next()
            .filter(|_| own.next().is_none())
            .map(String::as_str)
    };
    let is_the_only_one = documented
        .keys()
        .filter(|status| status.starts_with('2') && !served.contains_key(*status))
        .count()
        == 1;
    only(served, documented).filter(|_| is_success && is_the_only_one)
}

/// The status under which two responses are joined: the served one if it is a number.
fn agreed_status(merger: &mut Merger<'_>, pointer: &str, documented: &str, served: &str) -> String {
    let is_number = served.parse::<u16>().is_ok();
    if !is_number || served == documented {
        return documented.to_owned();
    }
    merger.note(
        Won::Overruled,
        pointer,
        format!("served with the status {served}"),
    );
    served.to_owned()
}

fn merge_one(
    merger: &mut Merger<'_>,
    pointer: &str,
    status: &str,
    documented: &Value,
    served: &Value,
) -> Value {
    let mut merged = documented.clone();
    let own = documented.as_object().and_then(document::json_schema);
    let partner = served.as_object().and_then(document::json_schema);
    match (own, partner) {
        // These statuses have no body whatever a document says.
        (Some(_), None) if matches!(status, "204" | "205") => {
            merger.note(Won::Overruled, pointer, "served without a body");
            merged
                .as_object_mut()
                .and_then(|members| members.remove("content"));
        }
        (Some(_), None) => merger.note(Won::Filled, pointer, "the body"),
        (None, Some(schema)) => {
            merger.note(Won::New, pointer, "a body");
            merged["content"] =
                json!({"application/json": {"schema": imports::import(merger, &schema)}});
        }
        (Some(own), Some(schema)) => {
            let shape = merger.served_shape(&schema);
            let pointer = below(pointer, &["content", "application/json", "schema"]);
            merged["content"]["application/json"]["schema"] =
                schemas::merge(merger, &pointer, &own, &[shape]);
        }
        (None, None) => {}
    }
    merged
}

fn import_one(merger: &mut Merger<'_>, served: &Value) -> Value {
    let mut imported =
        json!({"description": served.get("description").cloned().unwrap_or_else(|| json!(""))});
    if let Some(schema) = served.as_object().and_then(document::json_schema) {
        imported["content"] =
            json!({"application/json": {"schema": imports::import(merger, &schema)}});
    }
    imported
}
