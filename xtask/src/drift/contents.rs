//! What a body or an answer holds, by media type.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::change::{Change, Direction};
use super::comparison::Comparison;
use super::kind::Kind;
use super::schemas;
use crate::document::{self, is_json};
use crate::json::{self, Object};

/// Media types without their parameters, each with what is said of it; of several that are one, of the plainest.
type MediaTypes<'a> = BTreeMap<String, &'a Value>;

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let (was, is) = (media_types(old), media_types(new));
    let silence = match (was.is_empty(), is.is_empty()) {
        (true, true) => return,
        (false, true) => Some(silence(comparison, at, direction)),
        (true, false) => Some(comparison.word(at, direction)),
        (false, false) => None,
    };
    if let Some(change) = silence {
        return comparison.note(direction, change);
    }
    for added in is.keys().filter(|name| !was.contains_key(*name)) {
        comparison.note(direction, Change::new(at, Kind::MediaTypeAdded).of(added));
    }
    for removed in was.keys().filter(|name| !is.contains_key(*name)) {
        let change = Change::new(at, Kind::MediaTypeRemoved).of(removed);
        comparison.note(direction, change);
    }
    for (name, old, new) in pairs(&was, &is) {
        let at = if is_json(name) {
            at.to_owned()
        } else {
            format!("{at} as {name}")
        };
        compare_encodings(comparison, &at, direction, old, new);
        schemas::compare(comparison, &at, direction, &schema_of(old), &schema_of(new));
    }
}

/// What it is if there is no content any more. An answer without any has no body; a document in which none has any says
/// nothing of them.
fn silence(comparison: &Comparison<'_>, at: &str, direction: Direction) -> Change {
    match (direction, comparison.silence(at, direction)) {
        (Direction::Answer, change) if change.kind == Kind::Silenced => {
            Change::new(at, Kind::BodyRemoved)
        }
        (_, change) => change,
    }
}

fn media_types(body: &Object) -> MediaTypes<'_> {
    let mut found = MediaTypes::new();
    let sorted: BTreeMap<&String, &Value> = json::entries(body, "content").collect();
    for (media_type, media) in sorted {
        found.entry(document::essence(media_type)).or_insert(media);
    }
    found
}

/// What is compared with what: each with itself, and what is left of JSON with what is left of it; if there is nothing of
/// either, the first with the first.
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

/// How the parts of a form are written.
fn compare_encodings(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Value,
    new: &Value,
) {
    let encoding = |media: &Value| {
        let mut encoding = media.get("encoding").cloned().unwrap_or_else(|| json!({}));
        encoding.sort_all_objects();
        encoding.to_string()
    };
    let (was, is) = (encoding(old), encoding(new));
    if was != is {
        let change = Change::new(at, Kind::SerialisationChanged).between(was, is);
        comparison.note(direction, change);
    }
}
