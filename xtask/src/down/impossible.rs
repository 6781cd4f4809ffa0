//! Schemas that no value fits, and those that every value fits.

use serde_json::Value;

use crate::document;
use crate::json;

/// Levels of parts and variants that are looked into.
const DEEPEST: usize = 4;

/// Keywords that say nothing of a value.
const WORDS: [&str; 9] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "title",
];

/// True if no value fits a schema: `false`, `{"not": {}}`, an enum without values, or what has such a part.
pub(super) fn is_impossible(document: &Value, schema: &Value) -> bool {
    is_impossible_within(document, schema, DEEPEST)
}

fn is_impossible_within(document: &Value, schema: &Value, depth: usize) -> bool {
    let schema = document::resolve(document, schema);
    let Some(members) = schema.as_object() else {
        return *schema == Value::Bool(false);
    };
    if members.get("not").is_some_and(is_anything) {
        return true;
    }
    let is_empty = |keyword: &str| {
        let list = members.get(keyword).and_then(Value::as_array);
        list.is_some_and(Vec::is_empty)
    };
    if is_empty("enum") || depth == 0 {
        return is_empty("enum");
    }
    let is_impossible = |part: &Value| is_impossible_within(document, part, depth - 1);
    let has_no_variant = |keyword: &str| {
        let variants = json::elements(members, keyword);
        !variants.is_empty() && variants.iter().all(is_impossible)
    };
    json::elements(members, "allOf").iter().any(is_impossible)
        || ["anyOf", "oneOf"].into_iter().any(has_no_variant)
}

/// True if every value fits a schema.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(is_anything) => *is_anything,
        Value::Object(members) => {
            let mut keys = members.keys();
            keys.all(|key| WORDS.contains(&key.as_str()) || key.starts_with("x-"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_that_no_value_fits() {
        let document = json!({"components": {"schemas": {"Never": {"not": {}}, "Any": {}, "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]}}}});
        let never = json!({"$ref": "#/components/schemas/Never"});
        for schema in [
            json!(false),
            json!({"not": {}}),
            json!({"not": true, "description": "Never."}),
            json!({"not": {"description": "Anything."}, "type": "string"}),
            json!({"enum": []}),
            never.clone(),
            json!({"allOf": [{"type": "string"}, never]}),
            json!({"anyOf": [false, {"not": {}}]}),
        ] {
            assert!(is_impossible(&document, &schema), "{schema}");
        }
        for schema in [
            json!(true),
            json!({}),
            json!({"not": {"type": "null"}}),
            json!({"not": false}),
            json!({"not": {"not": {}}}),
            json!({"anyOf": [false, {}]}),
            json!({"anyOf": []}),
            json!({"$ref": "#/components/schemas/Any"}),
            json!({"$ref": "#/components/schemas/Loop"}),
        ] {
            assert!(!is_impossible(&document, &schema), "{schema}");
        }
    }
}
