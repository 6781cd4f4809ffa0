//! Joins responses by status.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::facing::{Facing, Role};
use super::import::import as import_schema;
use super::matching::Pair;
use super::merger::Merger;
use super::pointers::below;
use super::sides::Sides;
use super::{outliers, schemas};
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

/// The served responses by status, resolved.
type Responses<'a> = BTreeMap<&'a str, &'a Value>;

/// Served responses of an operation, matched with the documented ones.
struct Matches<'a> {
    default: Default,
    served: Responses<'a>,
    /// Each documented status with the key of the served response.
    pairs: Vec<(&'a String, Option<&'a str>)>,
    /// Keys of the served responses that belong to no documented status.
    unclaimed: Vec<&'a str>,
}

fn matches<'a>(sides: &Sides<'a>, pair: &Pair<'_, 'a>) -> Matches<'a> {
    let documented = json::object(pair.documented.operation, "responses");
    let served = resolved(sides.served, pair.served.operation);
    let default = meaning_of_default(sides, documented, &served);
    let pairs: Vec<(&String, Option<&str>)> = documented
        .into_iter()
        .flat_map(|documented| documented.keys().map(move |status| (documented, status)))
        .map(|(all, status)| (status, counterpart(status, all, &served, default)))
        .collect();
    let claimed: BTreeSet<&str> = pairs.iter().filter_map(|(_, other)| *other).collect();
    let names = served.keys().copied();
    Matches {
        unclaimed: names.filter(|status| !claimed.contains(status)).collect(),
        default,
        served,
        pairs,
    }
}

/// Returns the bodies of responses that both documents describe.
pub(super) fn locations(sides: &Sides<'_>, pair: &Pair<'_, '_>) -> Vec<Facing<'static>> {
    let matches = matches(sides, pair);
    let documented = json::object(pair.documented.operation, "responses");
    let both = matches.pairs.iter().filter_map(|(status, name)| {
        let own = documented?.get(*status)?.as_object();
        let own = own.and_then(document::json_schema)?;
        let served = matches.served[(*name)?].as_object();
        let served = served.and_then(document::json_schema)?;
        let pointer = below(&pair.pointer, &["responses", status]);
        Some(facing(sides, &pointer, own, &served))
    });
    both.collect()
}

fn facing(sides: &Sides<'_>, response: &str, documented: Value, served: &Value) -> Facing<'static> {
    let pointer = below(response, &["content", "application/json", "schema"]);
    Facing {
        served: vec![sides.served_at(&pointer, served)],
        documented: Cow::Owned(documented),
        pointer,
        role: Role::WholeBody,
    }
}

/// Puts the documented responses as they are served, and the new ones, into the joined operation.
pub(super) fn merge(merger: &mut Merger<'_>, pair: &Pair<'_, '_>, merged: &mut Object) {
    let pointer = below(&pair.pointer, &["responses"]);
    let matches = matches(merger.sides, pair);
    let documented = merged.get_mut("responses").map(Value::take);
    let documented = documented.unwrap_or_default();
    let mut responses = Object::new();
    for (status, counterpart) in &matches.pairs {
        let pointer = below(&pointer, &[status]);
        let response = &documented[status.as_str()];
        let Some(name) = *counterpart else {
            merger.notes.add(Resolution::Absent, &pointer, "a response");
            responses.insert((*status).clone(), response.clone());
            continue;
        };
        let status = agreed_status(merger, &pointer, status, name);
        let joined = merge_one(merger, &pointer, &status, response, matches.served[name]);
        responses.insert(status, joined);
    }
    import_unclaimed(merger, &pointer, &mut responses, &matches);
    merged.insert("responses".to_owned(), Value::Object(responses));
}

/// Imports the responses that only the served document has.
fn import_unclaimed(
    merger: &mut Merger<'_>,
    pointer: &str,
    responses: &mut Object,
    matches: &Matches<'_>,
) {
    let mut unclaimed = matches.unclaimed.clone();
    if matches.default == Default::Success && unclaimed.contains(&"default") {
        let what = "a success without a status, which is dropped";
        merger
            .notes
            .add(Resolution::New, &below(pointer, &["default"]), what);
        unclaimed.retain(|status| *status != "default");
    }
    for status in unclaimed {
        let pointer = below(pointer, &[status]);
        merger.notes.add(Resolution::New, &pointer, "a response");
        responses.insert(
            status.to_owned(),
            import_one(merger, &pointer, matches.served[status]),
        );
    }
}

/// Adds the responses of a new operation.
pub(super) fn import(
    merger: &mut Merger<'_>,
    pointer: &str,
    imported: &mut Object,
    served: &Object,
) {
    let pointer = below(pointer, &["responses"]);
    let served = resolved(merger.sides.served, served);
    let default = meaning_of_default(merger.sides, None, &served);
    let mut responses = Object::new();
    for (&status, response) in &served {
        let is_success = status == "default" && default == Default::Success;
        let status = if is_success { "2XX" } else { status };
        let pointer = below(&pointer, &[status]);
        responses.insert(status.to_owned(), import_one(merger, &pointer, response));
    }
    imported.insert("responses".to_owned(), Value::Object(responses));
}

/// Statuses that a served `default` stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Default {
    Failures,
    /// Some frameworks write down one response and call it `default`.
    Success,
}

/// Decides if `default` is a success: if no success is served, unless its body is the documented body of a failure.
fn meaning_of_default(
    sides: &Sides<'_>,
    documented: Option<&Object>,
    served: &Responses<'_>,
) -> Default {
    let body = |response: &Value| response.as_object().and_then(document::json_schema);
    let Some(default) = served.get("default") else {
        return Default::Failures;
    };
    if served.keys().any(|status| status.starts_with('2')) {
        return Default::Failures;
    }
    let Some(shape) = body(default).map(|schema| sides.resolve_served(&schema)) else {
        return Default::Success;
    };
    let resembles = |own: &Value| outliers::resembles(sides, own, &shape);
    let is_like =
        |(_, response): &(&String, &Value)| body(response).is_some_and(|own| resembles(&own));
    let (successes, failures): (Vec<_>, Vec<_>) = documented
        .into_iter()
        .flatten()
        .partition(|(status, _)| status.starts_with('2'));
    if successes.iter().any(is_like) {
        return Default::Success;
    }
    let is_failure = if documented.is_none_or(Object::is_empty) {
        sides.documented_failures.iter().any(resembles)
    } else {
        failures.iter().any(is_like)
    };
    if is_failure {
        Default::Failures
    } else {
        Default::Success
    }
}

fn resolved<'a>(document: &'a Value, operation: &'a Object) -> Responses<'a> {
    json::entries(operation, "responses")
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, response)| (status.as_str(), document::resolve(document, response)))
        .collect()
}

/// Returns the served response to a documented status, the first of:
///
/// 1. the response to this status;
/// 2. the response to its range, such as `4XX`;
/// 3. the response to `default`, if it means this status;
/// 4. the only served success that is not documented, if one documented success is not served: documented statuses are partly
///    guessed.
fn counterpart<'a>(
    status: &str,
    documented: &Object,
    served: &Responses<'a>,
    default: Default,
) -> Option<&'a str> {
    let range = format!("{}XX", status.get(..1)?);
    let is_success = status.starts_with('2');
    let successes = documented.keys().filter(|status| status.starts_with('2'));
    let is_default = match default {
        Default::Failures => !is_success,
        Default::Success => is_success && successes.count() == 1,
    };
    let otherwise = if is_default { "default" } else { status };
    let lower = range.to_lowercase();
    let exact = [status, &range, &lower, otherwise];
    if let Some(name) = exact
        .into_iter()
        .find_map(|name| served.get_key_value(name))
    {
        return Some(name.0);
    }
    let mut own = served
        .keys()
        .copied()
        .filter(|status| status.starts_with('2') && !documented.contains_key(*status));
    let only = own.next().filter(|_| own.next().is_none());
    let is_the_only_one = documented
        .keys()
        .filter(|status| status.starts_with('2') && !served.contains_key(status.as_str()))
        .count()
        == 1;
    only.filter(|_| is_success && is_the_only_one)
}

/// Returns the status under which two responses are joined: the served status if it is a number.
fn agreed_status(merger: &mut Merger<'_>, pointer: &str, documented: &str, served: &str) -> String {
    let is_number = served.parse::<u16>().is_ok();
    if !is_number || served == documented {
        return documented.to_owned();
    }
    merger.notes.add(
        Resolution::Overruled,
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
        // These statuses never have a body, even if a document describes one.
        (Some(_), None) if matches!(status, "204" | "205") => {
            merger
                .notes
                .add(Resolution::Overruled, pointer, "served without a body");
            merged
                .as_object_mut()
                .and_then(|members| members.remove("content"));
        }
        (Some(_), None) => match other_forms(served) {
            Some(forms) => {
                let what = format!("served as {forms}, kept as JSON");
                merger.notes.add(Resolution::Overruled, pointer, what);
            }
            None => merger.notes.add(Resolution::Filled, pointer, "the body"),
        },
        (None, Some(schema)) => {
            merger.notes.add(Resolution::New, pointer, "a body");
            merged["content"] =
                json!({"application/json": {"schema": import_schema(merger, pointer, &schema)}});
        }
        (Some(own), Some(schema)) => {
            let facing = facing(merger.sides, pointer, own, &schema);
            merged["content"]["application/json"]["schema"] = schemas::merge(merger, &facing);
        }
        (None, None) => note_other_forms(merger, pointer, served),
    }
    merged
}

/// Describes the media types of a body of which none is JSON.
fn other_forms(served: &Value) -> Option<String> {
    let content = json::entries(served.as_object()?, "content");
    let mut forms: Vec<String> = content.map(|(form, _)| format!("`{form}`")).collect();
    forms.sort();
    (!forms.is_empty()).then(|| forms.join(", "))
}

fn note_other_forms(merger: &mut Merger<'_>, pointer: &str, served: &Value) {
    if let Some(forms) = other_forms(served) {
        let what = format!("a body as {forms}, which is dropped");
        merger.notes.add(Resolution::New, pointer, what);
    }
}

fn import_one(merger: &mut Merger<'_>, pointer: &str, served: &Value) -> Value {
    let mut imported =
        json!({"description": served.get("description").cloned().unwrap_or_else(|| json!(""))});
    if let Some(schema) = served.as_object().and_then(document::json_schema) {
        imported["content"] =
            json!({"application/json": {"schema": import_schema(merger, pointer, &schema)}});
    } else if let Some(content) = served.get("content").and_then(Value::as_object) {
        // The generated type is bytes, for every schema.
        if let Some(forms) = other_forms(served) {
            let what = format!("a body as {forms}, which is not decoded");
            merger.notes.add(Resolution::New, pointer, what);
        }
        imported["content"] = content
            .keys()
            .map(|form| (form.clone(), json!({})))
            .collect();
    }
    imported
}
