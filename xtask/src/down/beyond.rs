//! What a document says that no comparison of 3.0 forms can see: 3.0 has no words for it, or it shapes no value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::impossible::is_anything;
use super::left_out::says_nothing;
use crate::json::{self, Object};
use crate::keywords::{Holds, holds};

const KEYWORDS: [&str; 25] = [
    "additionalItems",
    "additionalOperations",
    "callbacks",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "defaultMapping",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "itemSchema",
    "maxContains",
    "minContains",
    "not",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "query",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "webhooks",
];

/// Each such thing as text, without what is but words and whatever the order of its keys, with a pointer to where it is
/// said. Where that is says nothing of it: the same thing is the same in a component and without one.
pub(super) fn gather(document: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    gather_in(document, "", &mut found);
    found
}

fn gather_in(value: &Value, pointer: &str, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => gather_of(members, pointer, found),
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                gather_in(element, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn gather_of(members: &Object, pointer: &str, found: &mut BTreeMap<String, String>) {
    for (key, member) in members {
        let inside = format!("{pointer}/{}", json::escape(key));
        if KEYWORDS.contains(&key.as_str()) {
            if !is_format(key, member) && !is_compared(members, key) {
                let place = found.entry(format!("{key}: {}", said(member)));
                let first = place.or_insert_with(|| inside.clone());
                if inside < *first {
                    *first = inside;
                }
            }
            continue;
        }
        match (holds(key), member) {
            (Holds::Data, _) => {}
            (Holds::Names, Value::Object(named)) => {
                for (name, member) in named {
                    let inside = format!("{inside}/{}", json::escape(name));
                    gather_in(member, &inside, found);
                }
            }
            _ => gather_in(member, &inside, found),
        }
    }
}

/// What 3.0 has a format for, which is compared.
fn is_format(key: &str, member: &Value) -> bool {
    match (key, member.as_str()) {
        ("contentEncoding", Some(encoding)) => encoding.starts_with("base64"),
        ("contentMediaType", Some(media_type)) => media_type == "application/octet-stream",
        _ => false,
    }
}

/// True if a condition holds for every value, or for none, which is compared.
fn is_compared(schema: &Object, keyword: &str) -> bool {
    let value = &schema[keyword];
    let is_name = keyword == "query" && !value.is_object();
    is_name || says_nothing(schema, keyword) || keyword == "not" && is_anything(value)
}

fn said(member: &Value) -> String {
    let mut said = member.clone();
    take_words_out(&mut said);
    said.sort_all_objects();
    said.to_string()
}

fn take_words_out(value: &mut Value) {
    const WORDS: [&str; 6] = [
        "description",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "title",
    ];
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !WORDS.contains(&key.as_str()));
            for (key, member) in members {
                match (holds(key), member) {
                    (Holds::Data, _) => {}
                    (Holds::Names, Value::Object(named)) => {
                        named.values_mut().for_each(take_words_out);
                    }
                    (_, member) => take_words_out(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(take_words_out),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keywords_are_found_and_names_and_data_are_not() {
        let document = json!({
            "webhooks": {"paid": {}},
            "paths": {"/not": {"get": {"callbacks": {}}}},
            "components": {"schemas": {"if": {
                "properties": {"not": {"type": "string", "not": {"const": "a"}}},
                "example": {"contains": 1}, "x-note": {"then": 2},
                "prefixItems": [{"not": {}}]}}}});
        let mut found: Vec<String> = gather(&document).into_values().collect();
        found.sort();
        assert_eq!(
            found,
            [
                "/components/schemas/if/prefixItems",
                "/components/schemas/if/properties/not/not",
                "/paths/~1not/get/callbacks",
                "/webhooks",
            ]
        );
    }

    #[test]
    fn words_places_and_formats_say_nothing() {
        let said = |schema: Value| {
            let document = json!({"components": {"schemas": {"It": schema}}});
            gather(&document).into_keys().collect::<Vec<String>>()
        };
        let not = said(json!({"not": {"type": "string"}}));
        assert_eq!(not, [r#"not: {"type":"string"}"#]);
        let elsewhere = json!({"items": {"not": {"title": "No.", "type": "string"}}});
        assert_eq!(said(elsewhere), not);
        assert_ne!(said(json!({"not": {"type": "integer"}})), not);
        let encoded = json!({"type": "string", "contentEncoding": "base64"});
        assert_eq!(said(encoded), [""; 0]);
    }
}
