//! Limits of values in requests, kept as notes.
//!
//! As keywords they would make the generated types refuse values. The JSON Schemas of those types contain them, for
//! programs that fill in a request.

use serde_json::Value;

use super::three_state::reachable;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::Object;
use openapi_canonical::locations::{self, Location};
use openapi_canonical::schema;

/// Limits that are numbers.
const LIMITS: [&str; 7] = [
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
];

/// Limit, and the keyword that makes it exclusive.
const EXCLUSIVE: [(&str, &str); 2] = [
    ("maximum", "exclusiveMaximum"),
    ("minimum", "exclusiveMinimum"),
];

/// Notes the limits in request bodies, and in components that only requests use.
pub(super) fn note(document: &mut Value) -> usize {
    let read = reachable(document, |_, operation| operation.get("responses"));
    let written = reachable(document, |_, operation| operation.get("requestBody"));
    let mut count = 0;
    let mut noted = |_: &Location<'_>, schema: &mut Object| count += usize::from(note_in(schema));
    let nowhere = Location::Root(Vec::new());
    for (name, component) in schema::components_mut(document) {
        if written.contains(name) && !read.contains(name) {
            locations::visit(component, &nowhere, &mut noted);
        }
    }
    schema::for_each_operation(document, |_, _, operation| {
        let content = operation
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content")?.as_object_mut());
        let media = content.into_iter().flat_map(Object::values_mut);
        let roots = media.filter_map(|media| media.get_mut("schema"));
        roots.for_each(|root| locations::visit(root, &nowhere, &mut noted));
    });
    count
}

/// Notes the limits of one schema, in the form of JSON Schema. Returns true if it has any.
fn note_in(schema: &mut Object) -> bool {
    let limit = |name: &str| schema.get(name).filter(|limit| limit.is_number()).cloned();
    let limits = LIMITS
        .into_iter()
        .filter_map(|name| Some((name, limit(name)?)));
    let limits = limits.map(|(name, limit)| (keyword(schema, name).to_owned(), limit));
    let limits: Object = limits.collect();
    let has_any = !limits.is_empty();
    if has_any {
        schema.insert(keys::LIMITS.to_owned(), Value::Object(limits));
    }
    has_any
}

/// Returns the keyword for a limit: an exclusive limit is a flag beside the limit in 3.0, and another keyword in JSON
/// Schema.
fn keyword(schema: &Object, limit: &'static str) -> &'static str {
    let exclusive = EXCLUSIVE.into_iter().find(|(of, _)| *of == limit);
    match exclusive {
        Some((_, exclusive)) if schema.get(exclusive) == Some(&Value::Bool(true)) => exclusive,
        _ => limit,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_of_requests_alone_are_noted() {
        let limited = json!({"type": "object", "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "a"},
            "share": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 0.5, "exclusiveMaximum": false},
            "odd": {"type": "string", "maxLength": "5"}}});
        let body = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
        let inline = json!({"content": {"application/json": {"schema": {"type": "array", "maxItems": 3, "items": {}}}}});
        let mut document = json!({
            "paths": {"/a": {"post": {"requestBody": body("Sent"), "responses": {"200": body("Read")}},
                "put": {"requestBody": body("Both"), "responses": {"200": body("Both")}},
                "patch": {"requestBody": inline, "responses": {}}}},
            "components": {"schemas": {"Sent": limited, "Read": limited, "Both": limited}}});
        assert_eq!(note(&mut document), 3);
        let schemas = &document["components"]["schemas"];
        let noted = |name: &str| schemas["Sent"]["properties"][name][keys::LIMITS].clone();
        assert_eq!(noted("name"), json!({"minLength": 1, "maxLength": 5}));
        assert_eq!(
            noted("share"),
            json!({"exclusiveMinimum": 0, "maximum": 0.5})
        );
        assert_eq!(noted("odd"), Value::Null);
        assert_eq!(schemas["Read"], limited);
        assert_eq!(schemas["Both"], limited);
        let inline = &document["paths"]["/a"]["patch"]["requestBody"]["content"]["application/json"]
            ["schema"];
        assert_eq!(inline[keys::LIMITS], json!({"maxItems": 3}));
    }
}
