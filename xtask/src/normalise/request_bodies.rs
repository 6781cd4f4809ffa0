//! Request bodies: one media type, always a component, always sent.

use serde_json::{Value, json};

use super::responses::as_component;
use crate::document;
use crate::json::{self, Object};
use crate::names;
use crate::schema;

/// That a body was optional, which the generator does not know.
const OPTIONAL: &str = "x-opentrain-optional-body";

/// Reduces every request body. The generator treats optional bodies as required ones, so they are, and an extension
/// says that they were optional.
pub(super) fn simplify(document: &mut Value) -> usize {
    let mut count = 0;
    schema::for_each_operation_with_components(document, |operation, schemas| {
        let Some(Value::Object(body)) = operation.remove("requestBody") else {
            return;
        };
        let id = json::string(operation, "operationId")
            .unwrap_or_default()
            .to_owned();
        match simplified(&body, &id, schemas) {
            Some(simple) => {
                count += usize::from(simple != body);
                operation.insert("requestBody".to_owned(), Value::Object(simple));
            }
            // Uploads and the like: the operation stays, and says what of it could not be kept.
            None => {
                count += 1;
                operation.insert(
                    "x-opentrain-unsupported-body".to_owned(),
                    media_types(&body),
                );
            }
        }
    });
    count
}

fn simplified(body: &Object, operation: &str, schemas: &mut Object) -> Option<Object> {
    let (media_type, schema) = chosen(body)?;
    let component = as_component(
        schemas,
        schema,
        &format!("{}Body", names::pascal(operation)),
    );
    let mut simple = Object::new();
    simple.extend(
        body.get("description")
            .filter(|text| text.is_string())
            .map(|text| ("description".to_owned(), text.clone())),
    );
    simple.insert("required".to_owned(), Value::Bool(true));
    simple.insert(
        "content".to_owned(),
        json!({ media_type: {"schema": schema::reference_to(&component)} }),
    );
    if !json::is_true(body, "required") || json::is_true(body, OPTIONAL) {
        simple.insert(OPTIONAL.to_owned(), Value::Bool(true));
    }
    Some(simple)
}

/// JSON if the server takes it, else a form.
fn chosen(body: &Object) -> Option<(&'static str, Value)> {
    if let Some(schema) = document::json_schema(body) {
        return Some(("application/json", schema));
    }
    let form = json::entries(body, "content")
        .find(|(media_type, _)| document::is_form(media_type))?
        .1;
    let schema = form
        .get("schema")
        .cloned()
        .unwrap_or_else(|| json!({"type": "object"}));
    Some(("application/x-www-form-urlencoded", schema))
}

fn media_types(body: &Object) -> Value {
    json::entries(body, "content")
        .map(|(media_type, _)| Value::String(media_type.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_of(body: &Value) -> (Value, Value) {
        let mut document =
            json!({"paths": {"/a": {"post": {"operationId": "make_a", "requestBody": body}}}});
        simplify(&mut document);
        (
            document["paths"]["/a"]["post"]["requestBody"].take(),
            document["components"]["schemas"].take(),
        )
    }

    #[test]
    fn json_is_preferred_and_an_inline_schema_becomes_a_component() {
        let inline = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let (body, schemas) = body_of(&json!({"required": true, "content": {
            "application/x-www-form-urlencoded": {"schema": inline},
            "application/json": {"schema": inline, "example": {"a": "b"}}}}));
        assert_eq!(
            body,
            json!({"required": true,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MakeABody"}}}})
        );
        assert_eq!(schemas, json!({"MakeABody": inline}));
    }

    #[test]
    fn an_optional_body_says_so() {
        let (body, _) = body_of(
            &json!({"content": {"application/json": {"schema": schema::reference_to("A")}}}),
        );
        assert_eq!(
            (&body["required"], &body["x-opentrain-optional-body"]),
            (&json!(true), &json!(true))
        );
    }

    #[test]
    fn an_upload_is_left_out() {
        assert_eq!(
            body_of(&json!({"content": {"multipart/form-data": {"schema": {}}}})).0,
            Value::Null
        );
    }
}
