//! Operations and components of a document, and the schemas inside a schema.
//!
//! Every rewrite of schemas uses this module, so that a property with the name `default` or `example` is never taken
//! for the keyword, and a value inside an example, a default, an enum or an extension is never taken for a schema.

use std::borrow::Cow;

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

/// Calls `visit` on every operation: path, method, operation; in the same order as [`operations`].
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

/// Calls `visit` on every operation together with the components' schemas.
pub fn for_each_operation_with_components(
    document: &mut Value,
    mut visit: impl FnMut(&mut Object, &mut Object),
) {
    let mut schemas = std::mem::take(components_mut(document));
    for_each_operation(document, |_, _, operation| visit(operation, &mut schemas));
    *components_mut(document) = schemas;
}

/// Schema directly inside another one.
#[derive(Debug)]
pub struct Child<'a, Schema> {
    /// Keyword of the outer schema.
    pub keyword: &'static str,
    /// Name of a property, or index of a variant.
    pub name: Option<Cow<'a, str>>,
    /// The inner schema, or what is in its place.
    pub schema: Schema,
}

impl<Schema> Child<'_, Schema> {
    /// Returns the JSON pointer of the schema, below that of the outer one.
    #[must_use]
    pub fn pointer(&self, around: &str) -> String {
        let name = self.name.as_ref();
        let name = name.map_or_else(String::new, |name| format!("/{}", json::escape(name)));
        format!("{around}/{}{name}", self.keyword)
    }

    /// Returns the end of the name of a type for the schema: the name of a property, `Item` for the elements of an
    /// array, `Value` for the values of a map, `Variant1` for the first variant.
    #[must_use]
    pub fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        let number = || name.parse::<usize>().map_or(0, |index| index + 1);
        match self.keyword {
            "items" => "Item".to_owned(),
            "additionalProperties" => "Value".to_owned(),
            "not" => "Not".to_owned(),
            "allOf" => format!("Part{}", number()),
            "oneOf" | "anyOf" => format!("Variant{}", number()),
            _ => name.to_owned(),
        }
    }
}

/// Collects the schemas directly inside a schema: both [`children`] and [`children_mut`].
macro_rules! collect_children {
    ($schema:expr, $as_object:ident, $as_array:ident) => {{
        let mut found = Vec::new();
        for (key, value) in $schema {
            let Some(keyword) = keyword(key) else {
                continue;
            };
            if SINGLE.contains(&keyword) {
                found.extend(value.is_object().then_some(Child {
                    keyword,
                    name: None,
                    schema: value,
                }));
            } else if keyword == PROPERTIES {
                let properties = value.$as_object().into_iter().flatten();
                found.extend(properties.map(|(name, schema)| Child {
                    keyword,
                    name: Some(Cow::Borrowed(name.as_str())),
                    schema,
                }));
            } else {
                let variants = value.$as_array().into_iter().flatten();
                found.extend(variants.enumerate().map(|(index, schema)| Child {
                    keyword,
                    name: Some(Cow::Owned(index.to_string())),
                    schema,
                }));
            }
        }
        found
    }};
}

/// Returns the schemas directly inside a schema, in the order of its members.
#[must_use]
pub fn children(schema: &Object) -> Vec<Child<'_, &Value>> {
    collect_children!(schema, as_object, as_array)
}

/// Returns the same schemas as [`children`], mutably.
pub fn children_mut(schema: &mut Object) -> Vec<Child<'_, &mut Value>> {
    collect_children!(schema, as_object_mut, as_array_mut)
}

fn keyword(key: &str) -> Option<&'static str> {
    let known = [PROPERTIES].into_iter().chain(SINGLE).chain(CHOICES);
    known.into_iter().find(|known| *known == key)
}

/// Keyword whose value is an object of schemas by name.
const PROPERTIES: &str = "properties";

/// Keywords whose value is one schema.
const SINGLE: [&str; 3] = ["items", "additionalProperties", "not"];

/// Keywords whose value is a list of schemas.
pub const CHOICES: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// Returns the components that a schema leads to, without the schema itself, in no particular order.
#[must_use]
pub fn references(schema: &Value) -> Vec<&str> {
    let mut found: Vec<&str> = referred(schema).into_iter().collect();
    if let Some(schema) = schema.as_object() {
        let children = children(schema).into_iter();
        found.extend(children.flat_map(|child| references(child.schema)));
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
