//! Helpers for JSON values.

use std::collections::HashSet;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::reindent;

/// JSON object, with its keys in the order as written.
pub type Object = Map<String, Value>;

/// Returns a member that is an object.
pub fn object<'a>(parent: &'a Object, key: &str) -> Option<&'a Object> {
    parent.get(key).and_then(Value::as_object)
}

/// Returns a mutable member that is an object.
pub fn object_mut<'a>(parent: &'a mut Object, key: &str) -> Option<&'a mut Object> {
    parent.get_mut(key).and_then(Value::as_object_mut)
}

/// Returns the entries of a member that is an object; no entries if the member is missing or of another type.
pub fn entries<'a>(parent: &'a Object, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    object(parent, key).into_iter().flatten()
}

/// Returns the elements of a member that is an array; no elements if the member is missing or of another type.
pub fn elements<'a>(parent: &'a Object, key: &str) -> &'a [Value] {
    parent
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Returns the strings in a member that is an array.
pub fn strings<'a>(parent: &'a Object, key: &str) -> Vec<&'a str> {
    elements(parent, key)
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

/// Returns a member that is a string.
pub fn string<'a>(parent: &'a Object, key: &str) -> Option<&'a str> {
    parent.get(key).and_then(Value::as_str)
}

/// True if a member is `true`.
pub fn is_true(parent: &Object, key: &str) -> bool {
    parent.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// Writes an object as text that is independent of the order of its keys.
pub fn write_sorted(members: &Object, text: &mut String) {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    text.push('{');
    for (index, (name, member)) in sorted.into_iter().enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        write_string(name, text);
        text.push(':');
        write_sorted_value(member, text);
    }
    text.push('}');
}

fn write_sorted_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => write_sorted(members, text),
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write_sorted_value(element, text);
            }
            text.push(']');
        }
        Value::String(string) => write_string(string, text),
        plain => text.push_str(&plain.to_string()),
    }
}

fn write_string(string: &str, text: &mut String) {
    let needs_escape = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if string.bytes().any(needs_escape) {
        text.push_str(&Value::from(string).to_string());
    } else {
        text.push('"');
        text.push_str(string);
        text.push('"');
    }
}

/// Escapes one segment of a JSON pointer.
#[must_use]
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Unescapes a segment of a JSON pointer.
#[must_use]
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Returns a JSON pointer from its segments.
#[must_use]
pub fn pointer(segments: &[&str]) -> String {
    segments
        .iter()
        .map(|segment| format!("/{}", escape(segment)))
        .collect()
}

/// Parses JSON. A number that exceeds `f64` is legal, and occurs in constraints and examples only; it is read as the
/// largest finite number.
pub fn parse(text: &str) -> serde_json::Result<Value> {
    match serde_json::from_str(text) {
        Err(cause) if cause.to_string().starts_with(OUT_OF_RANGE) => {
            serde_json::from_str(&reindent::with_numbers(text, bounded))
        }
        result => result,
    }
}

/// Start of the parser's message for a number out of range.
const OUT_OF_RANGE: &str = "number out of range";

/// Returns a number as written, or the largest of its sign in place of an infinite one.
fn bounded(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(value) if value.is_infinite() => format!("{:e}", f64::MAX.copysign(value)),
        _ => number.to_owned(),
    }
}

/// Returns the text of derived JSON files: two spaces a level, and a line feed at the end.
#[must_use]
pub fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Returns the SHA-256 of bytes, in hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns the values in their order, each once.
pub fn distinct<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<Value> {
    let mut met = HashSet::new();
    let first = values.into_iter().filter(|value| met.insert(*value));
    first.cloned().collect()
}
