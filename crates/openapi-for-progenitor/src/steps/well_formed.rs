//! Repairs malformed schemas: keywords with values of a wrong type, and unknown types.
//!
//! The generator refuses a whole document for one of them. Dropped keywords carry no reliable meaning.

use serde_json::{Map, Value, json};

use openapi_canonical::json::{self, Object};
use openapi_canonical::locations::{self, Location};
use openapi_canonical::losses::Loss;
use openapi_canonical::schema;

/// Types that a schema can have.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Drops every malformed part.
pub(super) fn fix(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let before = losses.len();
    let mut count = 0;
    locations::for_each_root(document, &mut |location, root| {
        if !root.is_object() {
            *root = json!({});
            let what = "the type, for which there is no schema: any value is taken";
            losses.push(Loss::new(&location.pointer(), what));
        }
    });
    locations::visit_all(document, &mut |location, schema| {
        drop_malformed(location, schema, losses);
        fix_type(location, schema, losses);
        count += add_missing(schema);
    });
    count + losses.len() - before
}

fn drop_malformed(location: &Location<'_>, schema: &mut Object, losses: &mut Vec<Loss>) {
    let mut lost: Vec<String> = Vec::new();
    schema.retain(|keyword, value| {
        let is_kept = has_form(keyword, value);
        if !is_kept {
            lost.push(format!(
                "`{keyword}`, whose value has not the form that it must have"
            ));
        }
        is_kept
    });
    if let Some(properties) = json::object_mut(schema, "properties") {
        lost.extend(objects_only(properties));
    }
    for keyword in schema::CHOICES {
        if let Some(Value::Array(variants)) = schema.get_mut(keyword) {
            let before = variants.len();
            variants.retain(Value::is_object);
            if variants.len() < before {
                lost.push(format!("what in `{keyword}` is no schema"));
            }
        }
    }
    losses.extend(
        lost.into_iter()
            .map(|what| Loss::new(&location.pointer(), what)),
    );
}

/// Replaces every malformed property by one of any value.
fn objects_only(properties: &mut Map<String, Value>) -> Vec<String> {
    let wrong = properties
        .iter_mut()
        .filter(|(_, property)| !property.is_object());
    wrong
        .map(|(name, property)| {
            *property = json!({});
            format!("the type of the property `{name}`, which is no schema: any value is taken")
        })
        .collect()
}

fn has_form(keyword: &str, value: &Value) -> bool {
    match keyword {
        "$ref" | "description" | "format" | "title" => value.is_string(),
        "deprecated" | "nullable" => value.is_boolean(),
        "required" => value
            .as_array()
            .is_some_and(|names| names.iter().all(Value::is_string)),
        "allOf" | "anyOf" | "enum" | "oneOf" => {
            value.as_array().is_some_and(|list| !list.is_empty())
        }
        "properties" | "items" | "not" => value.is_object(),
        "additionalProperties" => value.is_object() || value.is_boolean(),
        "type" => value.as_str().is_some_and(|kind| TYPES.contains(&kind)),
        _ => true,
    }
}

/// Resolves a schema with the keywords of both a list and an object, but no type, as neither.
fn fix_type(location: &Location<'_>, schema: &mut Object, losses: &mut Vec<Loss>) {
    if is_untyped(schema) && schema.contains_key("items") && schema.contains_key("properties") {
        for keyword in ["items", "properties", "required", "additionalProperties"] {
            schema.remove(keyword);
        }
        let what = "whether it is a list or an object: any value is taken";
        losses.push(Loss::new(&location.pointer(), what));
    }
}

fn is_untyped(schema: &Object) -> bool {
    let typed = ["type", "$ref", "allOf", "anyOf", "oneOf", "not", "enum"];
    typed.iter().all(|keyword| !schema.contains_key(*keyword))
}

/// Adds the type of a schema with properties, and the missing `items` of a list.
fn add_missing(schema: &mut Object) -> usize {
    let before = schema.len();
    if is_untyped(schema) {
        for (keyword, kind) in [("properties", "object"), ("items", "array")] {
            if schema.contains_key(keyword) {
                schema.insert("type".to_owned(), json!(kind));
            }
        }
    }
    if json::string(schema, "type") == Some("array") && !schema.contains_key("items") {
        schema.insert("items".to_owned(), json!({}));
    }
    schema.len() - before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_keywords_are_dropped_and_reported() {
        for (schema, expected, lost) in [
            (json!({"type": "file"}), json!({}), 1),
            (json!({"enum": []}), json!({}), 1),
            (json!({"allOf": [], "oneOf": []}), json!({}), 2),
            (
                json!({"type": "string", "required": true, "nullable": "true"}),
                json!({"type": "string"}),
                2,
            ),
            (
                json!({"properties": {"a": null, "required": {"type": "string"}}}),
                json!({"type": "object", "properties": {"a": {}, "required": {"type": "string"}}}),
                1,
            ),
            (
                json!({"allOf": [null, {"type": "object"}]}),
                json!({"allOf": [{"type": "object"}]}),
                1,
            ),
            (json!({"items": {}, "properties": {}}), json!({}), 1),
            (
                json!({"type": "array"}),
                json!({"type": "array", "items": {}}),
                0,
            ),
            (
                json!({"type": "array", "items": [{}]}),
                json!({"type": "array", "items": {}}),
                1,
            ),
            (
                json!({"type": "object", "example": {"required": true}, "x-it": 1}),
                json!({"type": "object", "example": {"required": true}, "x-it": 1}),
                0,
            ),
            (
                json!({"items": {}}),
                json!({"type": "array", "items": {}}),
                0,
            ),
            (Value::Null, json!({}), 1),
        ] {
            let mut document = json!({"components": {"schemas": {"It": schema}}});
            let mut losses = Vec::new();
            fix(&mut document, &mut losses);
            assert_eq!(document["components"]["schemas"]["It"], expected);
            assert_eq!(losses.len(), lost, "{losses:#?}");
        }
    }
}
