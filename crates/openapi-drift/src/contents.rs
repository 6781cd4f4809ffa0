//! Contents of request bodies and responses, by media type.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::change::Finding;
use super::comparison::Comparison;
use super::described_aspects::Aspect;
use super::kind::{Direction, Kind};
use super::{forms, schemas};
use openapi_canonical::document::is_json;
use openapi_canonical::json::{self, Object};

/// Media types without their parameters, each with its description. Of several that become equal, the first by name is
/// kept.
type MediaTypes<'a> = BTreeMap<String, &'a Value>;

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let (was, is) = (media_types(old), media_types(new));
    let described = (!was.is_empty(), !is.is_empty());
    if described == (false, false) {
        return;
    }
    if let Some(finding) = comparison.description_change(at, direction, Aspect::Contents, described)
    {
        return comparison.note(direction, as_body(finding, direction));
    }
    for added in is.keys().filter(|name| !was.contains_key(*name)) {
        comparison.note(direction, Finding::new(at, Kind::MediaTypeAdded).of(added));
    }
    for removed in was.keys().filter(|name| !is.contains_key(*name)) {
        let finding = Finding::new(at, Kind::MediaTypeRemoved).of(removed);
        comparison.note(direction, finding);
    }
    for (name, old, new) in pairs(&was, &is) {
        let at = if is_json(name) {
            at.to_owned()
        } else {
            format!("{at} as {name}")
        };
        let (old_schema, new_schema) = (schema_of(old), schema_of(new));
        if forms::is_any_form(name) && is.contains_key(name) {
            let (old, new) = ((old, &old_schema), (new, &new_schema));
            forms::compare(comparison, &at, direction, old, new);
        } else {
            schemas::compare(comparison, &at, direction, &old_schema, &new_schema);
        }
    }
}

/// Reports a response that lost its content, in a document where other responses have content, as a response without a
/// body.
fn as_body(finding: Finding, direction: Direction) -> Finding {
    match (direction, finding.kind) {
        (Direction::Response, Kind::NoLongerDescribed) => {
            Finding::new(finding.location, Kind::BodyRemoved)
        }
        _ => finding,
    }
}

fn media_types(body: &Object) -> MediaTypes<'_> {
    let mut found = MediaTypes::new();
    let sorted: BTreeMap<&String, &Value> = json::entries(body, "content").collect();
    for (media_type, media) in sorted {
        found.entry(name_of(media_type)).or_insert(media);
    }
    found
}

/// Pairs the media types of both documents: equal ones first, then the remaining JSON ones. Without any pair, the first
/// of each document.
fn pairs<'a>(
    was: &'a MediaTypes<'_>,
    is: &'a MediaTypes<'_>,
) -> Vec<(&'a str, &'a Value, &'a Value)> {
    let mut pairs: Vec<(&str, &Value, &Value)> = was
        .iter()
        .filter_map(|(name, old)| Some((name.as_str(), *old, *is.get(name)?)))
        .collect();
    if !pairs.iter().any(|(name, _, _)| is_json(name))
        && let (Some((name, old)), Some((_, new))) = (json_form(was), json_form(is))
    {
        pairs.push((name, *old, *new));
    }
    if pairs.is_empty() {
        let firsts = was.iter().zip(is).take(1);
        pairs.extend(firsts.map(|((name, old), (_, new))| (name.as_str(), *old, *new)));
    }
    pairs
}

fn json_form<'a, 'b>(media_types: &'a MediaTypes<'b>) -> Option<(&'a String, &'a &'b Value)> {
    media_types.iter().find(|(name, _)| is_json(name))
}

fn schema_of(media: &Value) -> Value {
    media.get("schema").cloned().unwrap_or_else(|| json!({}))
}

/// Normalises a media type for comparison: the charset is ignored, and a wildcard counts as JSON.
fn name_of(media_type: &str) -> String {
    let mut parts = media_type
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let essence = match parts.next().as_deref() {
        Some("*/*") => "application/json".to_owned(),
        essence => essence.unwrap_or_default().to_owned(),
    };
    let mut rest: Vec<String> = parts
        .filter(|part| !part.starts_with("charset=") && !part.is_empty())
        .collect();
    rest.sort();
    [vec![essence], rest].concat().join(";")
}
