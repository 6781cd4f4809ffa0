//! Parameters: what a generated method needs to know of them, in an order of their own.

use serde_json::{Value, json};

use super::responses::as_component;
use crate::document;
use crate::json::{self, Object};
use crate::names;
use crate::schema;

const KEPT: [&str; 5] = ["name", "in", "required", "description", "schema"];

/// Cuts every parameter down, makes its schema a reference, a scalar or a list of those, and sorts the list:
/// path parameters as the path has them, then the others by name. Cookies are left out: the generator takes none.
pub(super) fn simplify(document: &mut Value) -> usize {
    let mut schemas = std::mem::take(schema::components_mut(document));
    let mut count = 0;
    schema::for_each_operation(document, |path, _, operation| {
        let id = names::pascal(json::string(operation, "operationId").unwrap_or_default());
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        parameters.retain(|parameter| document::parameter_identity(parameter).0 != "cookie");
        for parameter in parameters.iter_mut().filter_map(Value::as_object_mut) {
            count += simplify_one(parameter, &id, &mut schemas);
        }
        parameters.sort_by_cached_key(|parameter| position(path, parameter));
    });
    *schema::components_mut(document) = schemas;
    count
}

fn simplify_one(parameter: &mut Object, operation: &str, schemas: &mut Object) -> usize {
    let before = parameter.clone();
    let from_content =
        json::entries(parameter, "content").find_map(|(_, media)| media.get("schema").cloned());
    let schema = parameter
        .remove("schema")
        .or(from_content)
        .unwrap_or_else(any_text);
    let name = format!(
        "{operation}{}",
        names::pascal(json::string(parameter, "name").unwrap_or_default())
    );
    let is_in_path = json::string(parameter, "in") == Some("path");
    let simple = match list_of(&schema, &name, schemas) {
        Some(list) if !is_in_path => list,
        _ => scalar(&schema, &name, schemas),
    };
    parameter.insert("schema".to_owned(), simple);
    parameter.retain(|key, _| KEPT.contains(&key.as_str()));
    usize::from(*parameter != before)
}

/// What a parameter is when nothing simpler can be said: in a URL everything is text.
fn any_text() -> Value {
    json!({"type": "string"})
}

fn list_of(schema: &Value, name: &str, schemas: &mut Object) -> Option<Value> {
    let list =
        resolved(schema, schemas).filter(|schema| json::string(schema, "type") == Some("array"))?;
    let items = list.get("items").cloned().unwrap_or_else(any_text);
    Some(json!({"type": "array", "items": scalar(&items, &format!("{name}Item"), schemas)}))
}

/// A component that is a scalar, a scalar, or text. A list of values gets a component of its own.
fn scalar(schema: &Value, name: &str, schemas: &mut Object) -> Value {
    let Some(shape) = resolved(schema, schemas).filter(is_scalar) else {
        return any_text();
    };
    if let Some(component) = schema::component_of(schema) {
        return schema::reference_to(component);
    }
    if !shape.contains_key("enum") {
        return Value::Object(shape);
    }
    let component = as_component(schemas, Value::Object(shape), name);
    schema::reference_to(&component)
}

fn is_scalar(schema: &Object) -> bool {
    let is_plain = !["properties", "oneOf", "allOf"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    is_plain
        && matches!(
            json::string(schema, "type"),
            Some("string" | "integer" | "number" | "boolean")
        )
}

/// The schema behind a reference to a component, or behind a reference that such a component is.
fn resolved(schema: &Value, schemas: &Object) -> Option<Object> {
    let mut schema = schema;
    for _ in 0..=schemas.len() {
        let Some(component) = schema::component_of(schema) else {
            break;
        };
        schema = schemas.get(component)?;
    }
    schema.as_object().cloned()
}

fn position(path: &str, parameter: &Value) -> (usize, String) {
    let (place, name) = document::parameter_identity(parameter);
    let in_path = path
        .find(&format!("{{{name}}}"))
        .filter(|_| place == "path");
    (in_path.unwrap_or(usize::MAX), format!("{name} {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_cut_down_and_sorted() {
        let mut document = json!({"paths": {"/a/{b}/{a}": {"get": {"operationId": "get_a", "parameters": [
            {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["up"]}, "explode": true},
            {"name": "a", "in": "path", "required": true, "schema": {"type": "string"}},
            {"name": "b", "in": "path", "required": true, "schema": {"allOf": [schema::reference_to("Id")], "description": "x"}},
            {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "session", "in": "cookie", "schema": {"type": "string"}},
        ]}}}, "components": {"schemas": {"Id": {"type": "string"}}}});
        assert_eq!(simplify(&mut document), 2);
        assert_eq!(
            document["paths"]["/a/{b}/{a}"]["get"]["parameters"],
            json!([
                {"name": "b", "in": "path", "required": true, "schema": schema::reference_to("Id")},
                {"name": "a", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "sort", "in": "query", "schema": schema::reference_to("GetASort")},
            ])
        );
        assert_eq!(
            document["components"]["schemas"]["GetASort"],
            json!({"type": "string", "enum": ["up"]})
        );
    }

    #[test]
    fn what_no_url_can_hold_is_text() {
        let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let text = json!({"type": "string"});
        for (schema, simple) in [
            (object.clone(), text.clone()),
            (schema::reference_to("Filter"), text.clone()),
            (json!({"oneOf": [text, {"type": "integer"}]}), text.clone()),
            (
                json!({"type": "array", "items": object}),
                json!({"type": "array", "items": text}),
            ),
            (
                schema::reference_to("Ids"),
                json!({"type": "array", "items": schema::reference_to("Id")}),
            ),
            (schema::reference_to("Alias"), schema::reference_to("Alias")),
        ] {
            let mut document = json!({
                "paths": {"/a": {"get": {"parameters": [{"name": "q", "in": "query", "schema": schema}]}}},
                "components": {"schemas": {"Filter": object, "Ids": {"type": "array", "items": schema::reference_to("Id")},
                    "Id": {"type": "string"}, "Alias": schema::reference_to("Id")}}});
            simplify(&mut document);
            assert_eq!(
                document["paths"]["/a"]["get"]["parameters"][0]["schema"], simple,
                "{schema}"
            );
        }
    }
}
