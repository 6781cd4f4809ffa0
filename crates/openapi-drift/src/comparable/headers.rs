//! Moves headers to locations that the 3.0 form keeps: those of responses beside the responses of their operation, each
//! like a media type; the schemas of those of parts to components.

use serde_json::{Value, json};

use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::keywords;
use openapi_canonical::schema::{self, METHODS};

/// Prefix of a member of an operation's responses that holds the headers of the response of the status that follows.
const HEADERS: &str = "x-drift-headers ";

/// Header that OpenAPI says to ignore: the media type is described elsewhere.
const IGNORED: &str = "content-type";

/// Adds the headers of each response to its operation.
pub(super) fn mount(document: &mut Value) {
    let source = document.clone();
    for root in ["/paths", "/components/pathItems"] {
        let items = document.pointer_mut(root).and_then(Value::as_object_mut);
        for (_, item) in items.into_iter().flatten() {
            for method in METHODS {
                let operation = item.get_mut(method);
                let responses = operation.and_then(|operation| operation.get_mut("responses"));
                if let Some(responses) = responses.and_then(Value::as_object_mut) {
                    let headers = headers_of(&source, responses);
                    responses.extend(headers);
                }
            }
        }
    }
}

/// Prefix of the components that hold the schemas of headers of parts.
const OF_PARTS: &str = "DriftPartHeader";

/// Resolves the headers of the parts of each form, by name in small letters, and makes their schemas components.
pub(super) fn mount_parts(document: &mut Value) {
    let source = document.clone();
    let mut schemas = Object::new();
    keywords::for_each_object_mut(document, &mut |media| {
        let encodings = json::object_mut(media, "encoding").into_iter().flatten();
        for (_, encoding) in encodings {
            let Some(headers) = encoding.get_mut("headers").and_then(Value::as_object_mut) else {
                continue;
            };
            let resolved = resolved(&source, headers).map(|(name, mut header)| {
                let component = format!("{OF_PARTS}{}", schemas.len());
                schemas.insert(component.clone(), header["schema"].take());
                header["schema"] = schema::reference_to(&component);
                (name, header)
            });
            *headers = resolved.collect();
        }
    });
    if !schemas.is_empty() {
        schema::components_mut(document).extend(schemas);
    }
}

/// Returns headers by name in small letters, each as a media type.
fn resolved(source: &Value, headers: &Object) -> impl Iterator<Item = (String, Value)> {
    let headers = headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case(IGNORED));
    headers.filter_map(|(name, header)| Some((name.to_ascii_lowercase(), content(source, header)?)))
}

/// True if an operation describes the headers of any response.
pub(crate) fn has_headers(operation: &Object) -> bool {
    json::entries(operation, "responses").any(|(name, _)| name.starts_with(HEADERS))
}

/// Returns the headers of the response with a status, by name in small letters.
pub(crate) fn headers<'a>(operation: &'a Object, status: &str) -> Option<&'a Object> {
    let responses = json::object(operation, "responses")?;
    let member = responses.get(&format!("{HEADERS}{status}"))?;
    json::object(member.as_object()?, "content")
}

fn headers_of(source: &Value, responses: &Object) -> Vec<(String, Value)> {
    let described = responses.iter().filter_map(|(status, response)| {
        let response = document::resolve(source, response).as_object()?;
        let headers: Object = resolved(source, json::object(response, "headers")?).collect();
        (!headers.is_empty()).then(|| (format!("{HEADERS}{status}"), json!({ "content": headers })))
    });
    described.collect()
}

/// Returns the schema of a header, and true if the header is always sent.
fn content(source: &Value, header: &Value) -> Option<Value> {
    let header = document::resolve(source, header);
    let in_content = || {
        let media = header.get("content")?.as_object()?.values().next()?;
        media.get("schema")
    };
    let schema = header.get("schema").or_else(in_content);
    let is_required = header.get("required") == Some(&Value::Bool(true));
    header.is_object().then(
        || json!({"schema": schema.cloned().unwrap_or_else(|| json!({})), "required": is_required}),
    )
}
