//! Moves headers of responses to a location that the 3.0 form keeps: beside the responses of their operation, each like
//! a media type.

use serde_json::{Value, json};

use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema::METHODS;

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
        let headers: Object = json::entries(response, "headers")
            .filter(|(name, _)| !name.eq_ignore_ascii_case(IGNORED))
            .filter_map(|(name, header)| {
                Some((name.to_ascii_lowercase(), content(source, header)?))
            })
            .collect();
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
