//! What is sent with a request and what is answered, by media type and by status.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Change, Direction, Kind};
use super::comparison::Comparison;
use super::schemas;
use crate::document;
use crate::json::{self, Object};

pub(super) fn compare_requests(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let old = body_of(comparison.old, old);
    let new = body_of(comparison.new, new);
    let at = format!("{} body", comparison.operation());
    let is_required = |body: &Object| json::is_true(body, "required");
    let kind = match (&old, &new) {
        (None, Some(new)) if is_required(new) => Some(Kind::RequiredBodyAdded),
        (None, Some(_)) => Some(Kind::BodyAdded),
        (Some(_), None) => Some(Kind::BodyRemoved),
        (Some(old), Some(new)) if is_required(new) && !is_required(old) => Some(Kind::BodyRequired),
        (Some(old), Some(new)) if is_required(old) && !is_required(new) => Some(Kind::BodyOptional),
        _ => None,
    };
    if let Some(kind) = kind {
        let change = Change::new(comparison.operation(), kind);
        comparison.note(Direction::Request, change);
    }
    if let (Some(old), Some(new)) = (old, new) {
        compare_contents(comparison, &at, Direction::Request, &old, &new);
    }
}

fn body_of(document: &Value, operation: &Object) -> Option<Object> {
    let body = document::resolve(document, operation.get("requestBody")?);
    body.as_object().cloned()
}

pub(super) fn compare_answers(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let old = responses_of(comparison.old, old);
    let new = responses_of(comparison.new, new);
    if new.is_empty() || old.is_empty() {
        note_silence(comparison, old.is_empty(), new.is_empty());
        return;
    }
    let mut met = BTreeSet::new();
    for (status, response) in &old {
        let Some((name, other)) = counterpart(status, &new) else {
            note_status(
                comparison,
                status,
                Kind::SuccessRemoved,
                Kind::FailureRemoved,
            );
            continue;
        };
        met.insert(name);
        let at = format!("{} {status}", comparison.operation());
        compare_contents(comparison, &at, Direction::Answer, response, other);
    }
    for (status, _) in &new {
        // What speaks of all others is not new if one of them was known.
        if !met.contains(status) && counterpart(status, &old).is_none() {
            note_status(comparison, status, Kind::SuccessAdded, Kind::FailureAdded);
        }
    }
}

fn note_silence(comparison: &mut Comparison<'_>, was_silent: bool, is_silent: bool) {
    let kind = match (was_silent, is_silent) {
        (false, true) => Kind::Silenced,
        (true, false) => Kind::Specified,
        _ => return,
    };
    let change = Change::new(format!("{} answers", comparison.operation()), kind);
    comparison.note(Direction::Answer, change);
}

fn note_status(comparison: &mut Comparison<'_>, status: &str, success: Kind, failure: Kind) {
    let kind = if status.starts_with(['1', '2', '3']) {
        success
    } else {
        failure
    };
    let change = Change::new(comparison.operation(), kind).of(status);
    comparison.note(Direction::Answer, change);
}

/// By status, without extensions.
fn responses_of(document: &Value, operation: &Object) -> Vec<(String, Object)> {
    json::entries(operation, "responses")
        .filter(|(status, _)| !status.starts_with("x-"))
        .filter_map(|(status, response)| {
            let response = document::resolve(document, response).as_object()?;
            Some((status.replace("xx", "XX"), response.clone()))
        })
        .collect()
}

/// What the other document says of a status: by itself, by its class, or by what it says of all others.
fn counterpart<'a>(
    status: &str,
    others: &'a [(String, Object)],
) -> Option<(&'a String, &'a Object)> {
    let class = status.get(..1).map(|first| format!("{first}XX"));
    let names = [Some(status.to_owned()), class, Some("default".to_owned())];
    let named = |name: String| others.iter().find(|(other, _)| *other == name);
    let (name, response) = names.into_iter().flatten().find_map(named)?;
    Some((name, response))
}

fn compare_contents(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let (was, is) = (media_types(old), media_types(new));
    if was.is_empty() || is.is_empty() {
        if was.len() != is.len() {
            let kind = if is.is_empty() {
                Kind::Silenced
            } else {
                Kind::Specified
            };
            comparison.note(direction, Change::new(at, kind));
        }
        return;
    }
    for added in is.difference(&was) {
        comparison.note(direction, Change::new(at, Kind::MediaTypeAdded).of(added));
    }
    for removed in was.difference(&is) {
        comparison.note(
            direction,
            Change::new(at, Kind::MediaTypeRemoved).of(removed),
        );
    }
    if let (Some(old), Some(new)) = (schema_of(old), schema_of(new)) {
        schemas::compare(comparison, at, direction, &old, &new);
    }
}

/// The JSON form, else whatever other form has a schema.
fn schema_of(body: &Object) -> Option<Value> {
    document::json_schema(body).or_else(|| {
        let mut media = json::entries(body, "content").map(|(_, media)| media);
        media.find_map(|media| media.get("schema").cloned())
    })
}

/// Without parameters such as the encoding.
fn media_types(body: &Object) -> BTreeSet<String> {
    json::entries(body, "content")
        .map(|(media_type, _)| {
            let essence = media_type.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        })
        .collect()
}
