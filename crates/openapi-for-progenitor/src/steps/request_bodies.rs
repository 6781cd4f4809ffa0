//! Request bodies: one media type, always sent; a component, or bytes or text that the caller provides.

use serde_json::{Value, json};

use super::responses::as_component;
use openapi_canonical::document;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;

/// Media type of bytes.
const BYTES: &str = "application/octet-stream";

/// Media types of text that the generator supports.
const TEXTS: [&str; 2] = ["text/plain", "text/x-markdown"];

/// Reduces every request body. The generator treats optional bodies as required ones, so they become required, and an
/// extension marks them as optional.
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
            // Multipart bodies and bodies without a media type: the operation stays, and the dropped body is reported.
            None => {
                count += 1;
                operation.insert(keys::UNSUPPORTED_BODY.to_owned(), media_types(&body));
            }
        }
    });
    count
}

fn simplified(body: &Object, operation: &str, schemas: &mut Object) -> Option<Object> {
    let (content, media_type) = match chosen(body) {
        Some((media_type, schema)) => {
            let name = format!("{}Body", names::pascal(operation));
            let component = as_component(schemas, schema, &name);
            let media = json!({"schema": schema::reference_to(&component)});
            (json!({ media_type: media }), None)
        }
        None => opaque(body)?,
    };
    let mut simple = Object::new();
    simple.extend(
        body.get("description")
            .filter(|text| text.is_string())
            .map(|text| ("description".to_owned(), text.clone())),
    );
    simple.insert("required".to_owned(), Value::Bool(true));
    simple.insert("content".to_owned(), content);
    simple.extend(media_type.map(|media_type| (keys::MEDIA_TYPE.to_owned(), json!(media_type))));
    if !json::is_true(body, "required") || json::is_true(body, keys::OPTIONAL_BODY) {
        simple.insert(keys::OPTIONAL_BODY.to_owned(), Value::Bool(true));
    }
    Some(simple)
}

/// Reduces a body that is neither JSON nor a form: to text if the server accepts it, else to bytes, with the media type
/// to send if it differs from the generator's.
fn opaque(body: &Object) -> Option<(Value, Option<String>)> {
    let media_type = opaque_form(body)?;
    let essence = document::essence(media_type);
    if TEXTS.contains(&essence.as_str()) {
        return Some((json!({ essence: {"schema": {"type": "string"}} }), None));
    }
    let known = json::string(body, keys::MEDIA_TYPE);
    let other =
        known.or_else(|| (essence != BYTES && !essence.contains('*')).then_some(media_type));
    let content = json!({ BYTES: {"schema": {"type": "string", "format": "binary"}} });
    Some((content, other.map(str::to_owned)))
}

/// Returns the media type of a body that is neither JSON nor a form: `application/octet-stream` before more specific
/// ones, by name among equals.
pub(super) fn opaque_form(body: &Object) -> Option<&String> {
    let forms = json::entries(body, "content").map(|(media_type, _)| media_type);
    let whole =
        forms.filter(|media_type| is_header(media_type) && !document::is_multipart(media_type));
    whole.min_by_key(|media_type| {
        let essence = document::essence(media_type);
        let rank = match essence.as_str() {
            _ if TEXTS.contains(&essence.as_str()) => 0,
            BYTES => 1,
            _ if essence.contains('*') => 3,
            _ => 2,
        };
        (rank, *media_type)
    })
}

/// True if a media type can be the value of a header.
fn is_header(media_type: &str) -> bool {
    media_type.contains('/') && media_type.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Returns JSON if the server accepts it, else a form.
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
    fn an_optional_body_is_marked() {
        let (body, _) = body_of(
            &json!({"content": {"application/json": {"schema": schema::reference_to("A")}}}),
        );
        assert_eq!(
            (&body["required"], &body["x-opentrain-optional-body"]),
            (&json!(true), &json!(true))
        );
    }

    #[test]
    fn a_multipart_body_is_dropped() {
        assert_eq!(
            body_of(&json!({"content": {"multipart/form-data": {"schema": {}}}})).0,
            Value::Null
        );
    }

    #[test]
    fn a_body_of_another_kind_is_sent_as_text_or_bytes() {
        let bytes =
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}});
        let text = |kind: &str| json!({kind: {"schema": {"type": "string"}}});
        for (forms, content, media_type) in [
            (vec!["application/octet-stream"], bytes.clone(), None),
            (vec!["audio/mpeg"], bytes.clone(), Some("audio/mpeg")),
            (
                vec!["application/zip", "audio/wav"],
                bytes.clone(),
                Some("application/zip"),
            ),
            (
                vec!["application/zip", "application/octet-stream"],
                bytes.clone(),
                None,
            ),
            (vec!["image/*"], bytes.clone(), None),
            (
                vec!["text/csv; charset=utf-8"],
                bytes.clone(),
                Some("text/csv; charset=utf-8"),
            ),
            (
                vec!["multipart/form-data", "application/pdf"],
                bytes,
                Some("application/pdf"),
            ),
            (
                vec!["text/plain; charset=utf-8", "application/pdf"],
                text("text/plain"),
                None,
            ),
            (vec!["text/x-markdown"], text("text/x-markdown"), None),
        ] {
            let served: Object = forms
                .iter()
                .map(|form| ((*form).to_owned(), json!({})))
                .collect();
            let (body, schemas) = body_of(&json!({"required": true, "content": served}));
            assert_eq!(body["content"], content, "{forms:?}");
            assert_eq!(body[keys::MEDIA_TYPE].as_str(), media_type, "{forms:?}");
            assert_eq!(schemas, json!({}));
        }
    }
}
