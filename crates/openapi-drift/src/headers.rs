//! Headers of responses, by status and name.

use serde_json::{Value, json};

use super::change::Finding;
use super::comparison::Comparison;
use super::described_aspects::Aspect;
use super::kind::{Direction, Kind};
use super::schemas;
use openapi_canonical::json::Object;

/// Compares the headers of two responses.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    old: Option<&Object>,
    new: Option<&Object>,
) {
    let nothing = Object::new();
    let (was, is) = (old.unwrap_or(&nothing), new.unwrap_or(&nothing));
    let described = (!was.is_empty(), !is.is_empty());
    let is_evidence = match described {
        (true, false) => comparison
            .new_aspects
            .describes(Direction::Response, Aspect::Headers),
        (false, true) => comparison
            .old_aspects
            .describes(Direction::Response, Aspect::Headers),
        _ => true,
    };
    if !is_evidence {
        let finding =
            comparison.description_change(at, Direction::Response, Aspect::Headers, described);
        return finding
            .into_iter()
            .for_each(|finding| comparison.note(Direction::Response, finding));
    }
    for (name, header) in was {
        match is.get(name) {
            Some(other) => compare_one(comparison, at, name, header, other),
            None => note(comparison, at, Kind::HeaderRemoved, name),
        }
    }
    for name in is.keys().filter(|name| !was.contains_key(name.as_str())) {
        note(comparison, at, Kind::HeaderAdded, name);
    }
}

fn note(comparison: &mut Comparison<'_>, at: &str, kind: Kind, name: &str) {
    comparison.note(Direction::Response, Finding::new(at, kind).of(name));
}

fn compare_one(comparison: &mut Comparison<'_>, at: &str, name: &str, old: &Value, new: &Value) {
    let is_required = |header: &Value| header.get("required") == Some(&Value::Bool(true));
    match (is_required(old), is_required(new)) {
        (true, false) => note(comparison, at, Kind::HeaderOptional, name),
        (false, true) => note(comparison, at, Kind::HeaderRequired, name),
        _ => {}
    }
    let anything = json!({});
    let schema = |header: &Value| header.get("schema").unwrap_or(&anything).clone();
    let inside = format!("{at} header {name}");
    schemas::compare(
        comparison,
        &inside,
        Direction::Response,
        &schema(old),
        &schema(new),
    );
}
