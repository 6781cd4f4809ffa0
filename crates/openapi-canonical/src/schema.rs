//! Operations and components of a document, and the schemas inside a schema.
//!
//! Every rewrite of schemas uses this module, so that a property with the name `default` or `example` is never taken
//! for the keyword, and a value inside an example, a default, an enum or an extension is never taken for a schema.

use serde_json::Value;

use crate::json::{self, Object};

/// Prefix of references to the components' schemas.
pub const SCHEMAS: &str = "#/components/schemas/";

/// Methods of a path, in the order in which they are written.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "patch", "head", "options", "trace",
];

/// Returns `{"$ref":"#/components/schemas/<name>"}`.
#[must_use]
pub fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// Returns the text of a reference to a pointer.
#[must_use]
pub fn reference_at(pointer: &str) -> String {
    format!("#{}", pointer.replace('%', "%25"))
}

/// Returns the component that a schema refers to, if the schema is only a reference.
#[must_use]
pub fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// Returns the component that a schema refers to, plainly or as the only member of an `allOf`.
pub fn component_of(schema: &Value) -> Option<&str> {
    let wrapped = schema
        .get("allOf")
        .and_then(Value::as_array)
        .and_then(|all| match all.as_slice() {
            [only] => referred(only),
            _ => None,
        });
    referred(schema).or(wrapped)
}

/// Returns the schemas of the components, by name.
#[must_use]
pub fn components(document: &Value) -> Option<&Object> {
    document.get("components")?.get("schemas")?.as_object()
}

/// Returns the schemas of the components, mutably; creates the section if it is missing.
pub fn components_mut(document: &mut Value) -> &mut Object {
    let components = member_object(document, "components");
    member_object(components, "schemas")
        .as_object_mut()
        .expect("just made an object")
}

fn member_object<'a>(parent: &'a mut Value, key: &str) -> &'a mut Value {
    if !parent[key].is_object() {
        parent[key] = Value::Object(Object::new());
    }
    &mut parent[key]
}

/// Returns every operation: path, method, operation; paths in the order of the document, methods in their fixed order.
pub fn operations(document: &Value) -> Vec<(&str, &str, &Object)> {
    let mut found = Vec::new();
    for (path, item) in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for method in METHODS {
            if let Some(operation) = item.get(method).and_then(Value::as_object) {
                found.push((path.as_str(), method, operation));
            }
        }
    }
    found
}

/// Returns every operation, mutably.
pub fn for_each_operation(document: &mut Value, mut visit: impl FnMut(&str, &str, &mut Object)) {
    for (path, item) in document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                visit(path, method, operation);
            }
        }
    }
}

/// Returns every operation together with the components' schemas, both mutably.
pub fn for_each_operation_with_components(
    document: &mut Value,
    mut visit: impl FnMut(&mut Object, &mut Object),
) {
    let mut schemas = std::mem::take(components_mut(document));
    for_each_operation(document, |_, _, operation| visit(operation, &mut schemas));
    *components_mut(document) = schemas;
}

/// Returns the schemas directly inside a schema, each with a name: the name of a property, `Item` for the elements of
/// an array, `Value` for the values of a map, a number for a variant.
#[must_use]
pub fn children(schema: &Object) -> Vec<(String, &Value)> {
    let mut found: Vec<(String, &Value)> = json::entries(schema, "properties")
        .map(|(name, property)| (name.clone(), property))
        .collect();
    for (key, label) in [
        ("items", "Item"),
        ("additionalProperties", "Value"),
        ("not", "Not"),
    ] {
        found.extend(
            schema
                .get(key)
                .filter(|child| child.is_object())
                .map(|child| (label.to_owned(), child)),
        );
    }
    for (key, label) in CHOICES {
        let variants = json::elements(schema, key).iter().enumerate();
        found.extend(variants.map(|(index, variant)| (format!("{label}{}", index + 1), variant)));
    }
    found
}

/// Returns the same schemas as [`children`], mutably.
pub fn children_mut(schema: &mut Object) -> Vec<(String, &mut Value)> {
    let mut found: Vec<(String, &mut Value)> = Vec::new();
    for (key, value) in schema.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                found.extend(
                    properties
                        .iter_mut()
                        .map(|(name, property)| (name.clone(), property)),
                );
            }
            ("items", child @ Value::Object(_)) => found.push(("Item".to_owned(), child)),
            ("additionalProperties", child @ Value::Object(_)) => {
                found.push(("Value".to_owned(), child));
            }
            ("not", child @ Value::Object(_)) => found.push(("Not".to_owned(), child)),
            (key, Value::Array(variants)) => {
                let Some((_, label)) = CHOICES.iter().find(|(choice, _)| *choice == key) else {
                    continue;
                };
                let numbered = variants.iter_mut().enumerate();
                found.extend(
                    numbered.map(|(index, variant)| (format!("{label}{}", index + 1), variant)),
                );
            }
            _ => {}
        }
    }
    found
}

/// Keywords whose value is a list of schemas, and the prefix of the names of those.
pub const CHOICES: [(&str, &str); 3] = [
    ("allOf", "Part"),
    ("oneOf", "Variant"),
    ("anyOf", "Variant"),
];

/// Returns the components that a schema leads to, without the schema itself, in no particular order.
#[must_use]
pub fn references(schema: &Value) -> Vec<&str> {
    let mut found: Vec<&str> = referred(schema).into_iter().collect();
    if let Some(schema) = schema.as_object() {
        found.extend(
            children(schema)
                .into_iter()
                .flat_map(|(_, child)| references(child)),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrapped_reference_is_a_reference() {
        assert_eq!(
            component_of(&json!({"allOf": [reference_to("Job")], "nullable": true})),
            Some("Job")
        );
        assert_eq!(
            component_of(&json!({"allOf": [reference_to("A"), reference_to("B")]})),
            None
        );
    }
}
