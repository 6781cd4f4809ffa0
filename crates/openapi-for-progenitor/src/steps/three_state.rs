//! Three states of request fields: absent, null and a value differ in the bodies of PATCH; elsewhere an absent field
//! means the same as null.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Rewrites the optional nullable fields of components that only requests use.
pub(super) fn distinguish(document: &mut Value) -> usize {
    let read = reachable(document, |_, operation| operation.get("responses"));
    let written = reachable(document, |_, operation| operation.get("requestBody"));
    let patched = reachable(document, |method, operation| {
        operation.get("requestBody").filter(|_| method == "patch")
    });
    let mut count = 0;
    for (name, component) in schema::components_mut(document) {
        let Some(component) = component.as_object_mut().filter(|_| !read.contains(name)) else {
            continue;
        };
        if patched.contains(name) {
            count += rewrite(component, three_state);
        } else if written.contains(name) {
            count += rewrite(component, plain);
        }
    }
    count
}

/// Returns the components that a part of the operations leads to.
pub(super) fn reachable<'a>(
    document: &'a Value,
    part: impl Fn(&str, &'a Object) -> Option<&'a Value>,
) -> BTreeSet<String> {
    let parts = schema::operations(document)
        .into_iter()
        .filter_map(|(_, method, operation)| part(method, operation));
    let mut waiting: Vec<&str> = parts.flat_map(component_references).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if found.insert(name.to_owned()) {
            let component = schema::components(document).and_then(|schemas| schemas.get(name));
            waiting.extend(component.into_iter().flat_map(schema::references));
        }
    }
    found
}

/// Collects every reference below a request body or a list of responses, which hold no data any more.
fn component_references(value: &Value) -> Vec<&str> {
    let below = match value {
        Value::Object(members) => members.values().flat_map(component_references).collect(),
        Value::Array(elements) => elements.iter().flat_map(component_references).collect(),
        _ => Vec::new(),
    };
    schema::referred(value).into_iter().chain(below).collect()
}

/// Changes each optional nullable property.
fn rewrite(component: &mut Object, change: fn(Value) -> Value) -> usize {
    let required: BTreeSet<String> = json::strings(component, "required")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let properties = json::object_mut(component, "properties");
    let optional = properties
        .into_iter()
        .flatten()
        .filter(|(name, _)| !required.contains(*name));
    let mut count = 0;
    for (_, property) in optional.filter(|(_, property)| property["nullable"] == json!(true)) {
        *property = change(property.take());
        count += 1;
    }
    count
}

/// Makes a field an `Option<Option<T>>`: the outer option is `None` if the field is absent, the inner one if it is
/// null.
fn three_state(property: Value) -> Value {
    let description = property.get("description").cloned();
    let mut inner = plain(property);
    if let Some(schema) = inner.as_object_mut() {
        schema.remove("description");
    }
    let option = json!({"crate": "std", "version": "*", "path": "std::option::Option", "parameters": [unwrapped(inner)]});
    let mut rewritten = json!({ "x-rust-type": option });
    if let Some(description) = description {
        rewritten["description"] = description;
    }
    rewritten
}

fn plain(mut property: Value) -> Value {
    if let Some(schema) = property.as_object_mut() {
        schema.remove("nullable");
    }
    unwrapped(property)
}

/// Replaces a wrapper around a reference that adds no keyword by the reference.
pub(super) fn unwrapped(schema: Value) -> Value {
    match schema::component_of(&schema) {
        Some(component) if schema.as_object().is_some_and(|schema| schema.len() == 1) => {
            schema::reference_to(component)
        }
        _ => schema,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(name: &str) -> Value {
        json!({"content": {"application/json": {"schema": schema::reference_to(name)}}})
    }

    fn nullable(name: &str) -> Value {
        json!({"type": "object", "properties": {"f": {"allOf": [schema::reference_to(name)], "nullable": true, "description": "d"}}})
    }

    #[test]
    fn patch_has_three_states_post_two_and_responses_are_unchanged() {
        let mut document = json!({
            "paths": {"/a": {"patch": {"requestBody": body("Patch"), "responses": {"2XX": body("Shared")}},
                "post": {"requestBody": body("Make"), "responses": {}}}},
            "components": {"schemas": {"Patch": nullable("Deep"), "Deep": nullable("Shared"), "Make": nullable("Shared"),
                "Shared": nullable("Shared")}}});
        let shared = document["components"]["schemas"]["Shared"].clone();
        assert_eq!(distinguish(&mut document), 3);
        let field = |name: &str| document["components"]["schemas"][name]["properties"]["f"].clone();
        let option = |name: &str| {
            json!({"crate": "std", "version": "*", "path": "std::option::Option",
            "parameters": [schema::reference_to(name)]})
        };
        assert_eq!(
            field("Patch"),
            json!({"x-rust-type": option("Deep"), "description": "d"})
        );
        assert_eq!(
            field("Deep"),
            json!({"x-rust-type": option("Shared"), "description": "d"})
        );
        assert_eq!(
            field("Make"),
            json!({"allOf": [schema::reference_to("Shared")], "description": "d"})
        );
        assert_eq!(document["components"]["schemas"]["Shared"], shared);
    }
}
