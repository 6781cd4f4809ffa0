//! Canonical order: keywords in reading order, names alphabetically.

use serde_json::Value;

use openapi_canonical::json::Object;
use openapi_canonical::keywords::{Holds, holds};
use openapi_canonical::schema::METHODS;

/// Keywords in reading order. Unlisted ones follow alphabetically, extensions last.
const KEYWORDS: [&str; 38] = [
    "openapi",
    "info",
    "operationId",
    "name",
    "in",
    "title",
    "version",
    "url",
    "tags",
    "summary",
    "description",
    "deprecated",
    "externalDocs",
    "servers",
    "security",
    "paths",
    "components",
    "securitySchemes",
    "schemas",
    "$ref",
    "type",
    "format",
    "nullable",
    "enum",
    "required",
    "parameters",
    "schema",
    "requestBody",
    "responses",
    "content",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "example",
];

/// Sorts the whole document, including lists without a meaningful order. Returns the number of objects that were in
/// another order.
pub(super) fn sort(document: &mut Value) -> usize {
    sort_keywords(document)
}

fn sort_keywords(value: &mut Value) -> usize {
    match value {
        Value::Array(elements) => elements.iter_mut().map(sort_keywords).sum(),
        Value::Object(members) => {
            sort_required(members);
            let moved = rearrange(members, rank);
            moved
                + members
                    .iter_mut()
                    .map(|(key, member)| sort_member(key, member))
                    .sum::<usize>()
        }
        _ => 0,
    }
}

fn sort_member(keyword: &str, member: &mut Value) -> usize {
    match (holds(keyword), member) {
        // The order of keys in data has no meaning either; only lists keep their order.
        (Holds::Data, member) => sort_data(member),
        (Holds::Names, Value::Object(named)) => {
            let moved = rearrange(named, |_| 0);
            moved + named.values_mut().map(sort_keywords).sum::<usize>()
        }
        (_, member) => sort_keywords(member),
    }
}

fn sort_data(value: &mut Value) -> usize {
    match value {
        Value::Array(elements) => elements.iter_mut().map(sort_data).sum(),
        Value::Object(members) => {
            let moved = rearrange(members, |_| 0);
            moved + members.values_mut().map(sort_data).sum::<usize>()
        }
        _ => 0,
    }
}

fn sort_required(members: &mut Object) {
    if let Some(Value::Array(required)) = members.get_mut("required") {
        required.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        required.dedup();
    }
}

fn rearrange(members: &mut Object, rank: impl Fn(&str) -> usize) -> usize {
    if members.keys().is_sorted_by_key(|key| (rank(key), key)) {
        return 0;
    }
    let mut sorted: Vec<(usize, String, Value)> = std::mem::take(members)
        .into_iter()
        .map(|(key, member)| (rank(&key), key, member))
        .collect();
    sorted.sort_by(|(one, key, _), (other, other_key, _)| (one, key).cmp(&(other, other_key)));
    *members = sorted
        .into_iter()
        .map(|(_, key, member)| (key, member))
        .collect();
    1
}

fn rank(key: &str) -> usize {
    let method = METHODS.iter().position(|method| *method == key);
    let keyword = KEYWORDS.iter().position(|keyword| *keyword == key);
    let unknown = KEYWORDS.len() + METHODS.len() + usize::from(key.starts_with("x-"));
    method
        .or(keyword.map(|index| index + METHODS.len()))
        .unwrap_or(unknown)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_sorted_alphabetically_and_keywords_as_they_are_read() {
        let mut document = json!({"paths": {"/b": {"post": {}, "get": {"tags": ["z", "a"], "operationId": "b"}}, "/a": {}},
            "components": {"schemas": {"B": {"properties": {"type": {}, "enum": {}}, "type": "object", "required": ["b", "a"]}}}});
        sort(&mut document);
        assert_eq!(
            document.to_string(),
            concat!(
                r#"{"paths":{"/a":{},"/b":{"get":{"operationId":"b","tags":["z","a"]},"post":{}}},"#,
                r#""components":{"schemas":{"B":{"type":"object","required":["a","b"],"properties":{"enum":{},"type":{}}}}}}"#
            )
        );
    }

    #[test]
    fn sorting_twice_moves_nothing() {
        let mut document = json!({"info": {"version": "1", "title": "t"}, "x-b": {"z": 1, "a": 2}, "openapi": "3.0.3"});
        assert!(sort(&mut document) > 0);
        assert_eq!(sort(&mut document), 0);
    }
}
