//! What a document says that no comparison of 3.0 forms can see: 3.0 has no words for it, or it shapes no value.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::json::{self, Object};
use crate::keywords::{Holds, holds};

const KEYWORDS: [&str; 21] = [
    "additionalItems",
    "callbacks",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "not",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "webhooks",
];

/// Each such thing as text that is the same whatever the order of its keys, by the pointer to it.
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
            let mut said = member.clone();
            said.sort_all_objects();
            found.insert(inside, said.to_string());
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
        let found: Vec<String> = gather(&document).into_keys().collect();
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
}
