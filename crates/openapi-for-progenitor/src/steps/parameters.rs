//! Parameters: reduced to what a generated method needs, in canonical order.

use serde_json::{Value, json};

use super::responses::as_component;
use openapi_canonical::document;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::losses::Loss;
use openapi_canonical::names;
use openapi_canonical::schema;

const KEPT: [&str; 6] = [
    "name",
    "in",
    "required",
    "description",
    "schema",
    keys::UNDOCUMENTED,
];

/// Reduces every parameter, makes its schema a reference, a scalar or a list of those, and sorts the list: path
/// parameters in the order of the path, then the others by name. Cookies are dropped: the generator does not support
/// them.
pub(super) fn simplify(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let mut schemas = std::mem::take(schema::components_mut(document));
    let mut count = 0;
    schema::for_each_operation(document, |path, method, operation| {
        let id = names::pascal(json::string(operation, "operationId").unwrap_or_default());
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        let pointer = json::pointer(&["paths", path, method]);
        parameters.retain_mut(|parameter| {
            let before = parameter.clone();
            let (is_kept, lost) = simplify_one(parameter, &id, &mut schemas);
            losses.extend(lost.map(|what| Loss::new(&pointer, described(&before, what))));
            count += usize::from(before != *parameter);
            is_kept
        });
        parameters.sort_by_cached_key(|parameter| position(path, parameter));
    });
    *schema::components_mut(document) = schemas;
    count
}

fn described(parameter: &Value, what: &str) -> String {
    let (place, name) = document::parameter_identity(parameter);
    format!("the {place} parameter `{name}`{what}")
}

/// Returns true if the parameter is kept, and the parts of it that are lost.
fn simplify_one(
    parameter: &mut Value,
    operation: &str,
    schemas: &mut Object,
) -> (bool, Option<&'static str>) {
    let form = form_of(parameter, schemas);
    let Some(parameter) = parameter.as_object_mut().filter(|_| form != Form::Cookie) else {
        return (false, None);
    };
    let schema = parameter.remove("schema").unwrap_or_else(any_text);
    let name = format!(
        "{operation}{}",
        names::pascal(json::string(parameter, "name").unwrap_or_default())
    );
    let simple = match form {
        Form::Scalar => scalar(&schema, &name, schemas),
        Form::List | Form::ListOfMore => list_of(&schema, &name, schemas).unwrap_or_else(any_text),
        _ => any_text(),
    };
    parameter.insert("schema".to_owned(), simple);
    parameter.retain(|key, value| match key.as_str() {
        "required" => value.is_boolean(),
        "description" => value.is_string(),
        key => KEPT.contains(&key),
    });
    form.lost()
}

/// Serialisation of a parameter, as far as the generator supports it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Scalar,
    /// List with the name before each element.
    List,
    /// List of elements other than scalars.
    ListOfMore,
    /// List as one text, which the caller has to write.
    JoinedList,
    /// Object, each of whose properties would be a parameter.
    Object,
    /// JSON or another text format.
    Encoded,
    /// Choice, or an unknown schema.
    Unknown,
    /// Value with a prefix of its style.
    Marked,
    /// Unspecified.
    Unsaid,
    Cookie,
}

impl Form {
    /// Returns true if a parameter of this serialisation is kept, and the part that is lost.
    fn lost(self) -> (bool, Option<&'static str>) {
        match self {
            Form::Scalar | Form::List | Form::Unsaid => (true, None),
            // Reported with the other parts that no method has.
            Form::Cookie => (false, None),
            Form::ListOfMore => (true, Some(": its elements are taken as text")),
            Form::JoinedList => (true, Some(": a list in one value, which is taken as text")),
            Form::Encoded => (
                true,
                Some(": a value with a media type, which is taken as text"),
            ),
            Form::Unknown => (
                true,
                Some(": a value of several types, which is taken as text"),
            ),
            Form::Object => (false, Some(", which is an object")),
            Form::Marked => (
                true,
                Some(": its style is not written, it is taken as text"),
            ),
        }
    }
}

fn form_of(parameter: &Value, schemas: &Object) -> Form {
    let (place, _) = document::parameter_identity(parameter);
    let style = parameter.get("style").and_then(Value::as_str);
    let Some(schema) = parameter.get("schema") else {
        let is_encoded = parameter.get("content").is_some();
        return match place {
            "cookie" => Form::Cookie,
            _ if is_encoded => Form::Encoded,
            _ => Form::Unsaid,
        };
    };
    let shape = resolved(schema, schemas).unwrap_or_default();
    let is_exploded = parameter.get("explode").and_then(Value::as_bool) != Some(false);
    let has_names = place == "query" && is_exploded && matches!(style, None | Some("form"));
    match json::string(&shape, "type") {
        _ if place == "cookie" => Form::Cookie,
        _ if matches!(style, Some("label" | "matrix")) => Form::Marked,
        _ if is_scalar(&shape) => Form::Scalar,
        Some("array") if !has_names => Form::JoinedList,
        Some("object") if place == "path" => Form::Marked,
        Some("array") if has_scalars(&shape, schemas) => Form::List,
        Some("array") => Form::ListOfMore,
        Some("object") => Form::Object,
        _ if shape.contains_key("properties") => Form::Object,
        _ if says_nothing(&shape) => Form::Unsaid,
        _ => Form::Unknown,
    }
}

fn has_scalars(list: &Object, schemas: &Object) -> bool {
    let items = list.get("items").and_then(|items| resolved(items, schemas));
    items.is_none_or(|items| is_scalar(&items) || says_nothing(&items))
}

fn says_nothing(schema: &Object) -> bool {
    schema
        .keys()
        .all(|keyword| ["description", "deprecated", "nullable"].contains(&keyword.as_str()))
}

/// Returns the schema of a parameter without a simpler one: every value in a URL is text.
fn any_text() -> Value {
    json!({"type": "string"})
}

fn list_of(schema: &Value, name: &str, schemas: &mut Object) -> Option<Value> {
    let list =
        resolved(schema, schemas).filter(|schema| json::string(schema, "type") == Some("array"))?;
    let items = list.get("items").cloned().unwrap_or_else(any_text);
    Some(json!({"type": "array", "items": scalar(&items, &format!("{name}Item"), schemas)}))
}

/// Returns a component that is a scalar, a scalar, or text. An enum becomes a component.
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

/// Returns the schema behind a reference to a component, following further references.
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
        assert_eq!(simplify(&mut document, &mut Vec::new()), 2);
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

    /// Returns the converted schema of a parameter, if the parameter is kept, and its losses.
    fn simple(mut parameter: Value) -> (Option<Value>, Vec<String>) {
        parameter["name"] = json!("q");
        let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let mut document = json!({
            "paths": {"/a/{q}": {"get": {"parameters": [parameter]}}},
            "components": {"schemas": {"Filter": object, "Ids": {"type": "array", "items": schema::reference_to("Id")},
                "Id": {"type": "string"}, "Alias": schema::reference_to("Id")}}});
        let mut losses = Vec::new();
        simplify(&mut document, &mut losses);
        let reported = losses.into_iter().map(|loss| loss.what).collect();
        (
            document
                .pointer("/paths/~1a~1{q}/get/parameters/0/schema")
                .cloned(),
            reported,
        )
    }

    #[test]
    fn parameters_without_a_url_form_become_text_or_are_dropped_and_reported() {
        let text = json!({"type": "string"});
        let ids = schema::reference_to("Ids");
        let query = |schema: Value| json!({"in": "query", "schema": schema});
        for (parameter, kept, reported) in [
            (
                query(schema::reference_to("Filter")),
                None,
                "the query parameter `q`, which is an object",
            ),
            (
                json!({"in": "query", "style": "deepObject", "schema": {"type": "object"}}),
                None,
                "the query parameter `q`, which is an object",
            ),
            (
                query(json!({"oneOf": [text, {"type": "integer"}]})),
                Some(text.clone()),
                "the query parameter `q`: a value of several types, which is taken as text",
            ),
            (
                query(json!({"type": "array", "items": schema::reference_to("Filter")})),
                Some(json!({"type": "array", "items": text})),
                "the query parameter `q`: its elements are taken as text",
            ),
            (
                json!({"in": "query", "explode": false, "schema": ids}),
                Some(text.clone()),
                "the query parameter `q`: a list in one value, which is taken as text",
            ),
            (
                json!({"in": "header", "schema": ids}),
                Some(text.clone()),
                "the header parameter `q`: a list in one value, which is taken as text",
            ),
            (
                json!({"in": "path", "style": "matrix", "schema": text}),
                Some(text.clone()),
                "the path parameter `q`: its style is not written, it is taken as text",
            ),
            (
                json!({"in": "query", "content": {"application/json": {"schema": {"type": "integer"}}}}),
                Some(text.clone()),
                "the query parameter `q`: a value with a media type, which is taken as text",
            ),
        ] {
            assert_eq!(simple(parameter), (kept, vec![reported.to_owned()]));
        }
    }

    #[test]
    fn parameters_with_a_url_form_stay() {
        let id = schema::reference_to("Id");
        for (schema, kept) in [
            (
                schema::reference_to("Ids"),
                json!({"type": "array", "items": id}),
            ),
            (schema::reference_to("Alias"), schema::reference_to("Alias")),
            (json!({}), json!({"type": "string"})),
            (json!({"type": "boolean"}), json!({"type": "boolean"})),
        ] {
            assert_eq!(
                simple(json!({"in": "query", "schema": schema})),
                (Some(kept), Vec::new())
            );
        }
    }
}
