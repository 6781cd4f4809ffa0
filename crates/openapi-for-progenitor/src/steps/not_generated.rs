//! Parts of each operation that the generated client lacks: cookies, and all media types of a body but one. For a
//! success that is never JSON, all media types are bytes.

use serde_json::Value;

use super::request_bodies::opaque_form;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::losses::Loss;
use openapi_canonical::schema;

/// Methods for which the HTTP client of the generated code has no function.
const METHODS: [&str; 2] = ["options", "trace"];

/// Drops callbacks and operations that cannot be sent, and reports the parts that later steps drop.
pub(super) fn report(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let before = losses.len();
    drop_methods(document, losses);
    schema::for_each_operation(document, |path, method, operation| {
        let callbacks = operation
            .remove("callbacks")
            .map(|_| "callbacks".to_owned());
        let lost: Vec<String> = cookies(operation)
            .chain(request_forms(operation))
            .chain(response_forms(operation))
            .chain(callbacks)
            .collect();
        let pointer = json::pointer(&["paths", path, method]);
        losses.extend(lost.into_iter().map(|what| Loss::new(&pointer, what)));
    });
    losses.len() - before
}

fn drop_methods(document: &mut Value, losses: &mut Vec<Loss>) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in METHODS {
            if item.remove(method).is_some() {
                let what = format!("an operation of the method `{}`", method.to_uppercase());
                losses.push(Loss::new(&json::pointer(&["paths", path, method]), what));
            }
        }
    }
}

fn cookies(operation: &Object) -> impl Iterator<Item = String> {
    let identities = json::elements(operation, "parameters")
        .iter()
        .map(document::parameter_identity);
    identities
        .filter(|(place, _)| *place == "cookie")
        .map(|(_, name)| format!("the cookie `{name}`"))
}

/// Reports the media types of a body that are not generated: JSON is preferred, then a form of text fields, then text
/// or bytes.
fn request_forms(operation: &Object) -> Vec<String> {
    let Some(body) = json::object(operation, "requestBody") else {
        return Vec::new();
    };
    let kept = document::json_form(body).or_else(|| {
        let mut contents = json::entries(body, "content");
        contents.find(|(media_type, _)| document::is_form(media_type))
    });
    if let (None, Some(opaque)) = (kept, opaque_form(body)) {
        let forms = json::entries(body, "content");
        let parts = forms.filter_map(|(form, media)| match form == opaque {
            true => is_typed(media)
                .then(|| format!("the type of the request body as `{form}`: {OPAQUE}")),
            false => Some(format!("the request body as `{form}`")),
        });
        return parts.collect();
    }
    other_forms(body, kept)
        .map(|form| format!("the request body as `{form}`"))
        .collect()
}

/// Handling of a body that is neither JSON nor a form.
const OPAQUE: &str = "it is passed through unparsed";

/// True if a media type has a schema that describes more than text or bytes.
fn is_typed(media: &Value) -> bool {
    let schema = media.get("schema").and_then(Value::as_object);
    schema.is_some_and(|schema| {
        let is_text = json::string(schema, "type") == Some("string");
        let shapes = [
            "$ref",
            "type",
            "properties",
            "items",
            "additionalProperties",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
        ];
        let has_shape = shapes.iter().any(|keyword| schema.contains_key(*keyword));
        schema.contains_key("enum") || has_shape && !is_text
    })
}

/// True if the successes of an operation are bytes: they have bodies, and none of them is JSON.
fn has_bytes(operation: &Object) -> bool {
    let mut successes = json::entries(operation, "responses")
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| response.as_object());
    successes.all(|response| document::json_form(response).is_none())
}

fn response_forms(operation: &Object) -> impl Iterator<Item = String> {
    let has_bytes = has_bytes(operation);
    json::entries(operation, "responses").flat_map(move |(status, response)| {
        if has_bytes && status.starts_with('2') {
            let forms = response
                .as_object()
                .into_iter()
                .flat_map(|response| json::entries(response, "content"));
            let typed = forms.filter(|(_, media)| is_typed(media));
            return typed
                .map(|(form, _)| format!("the type of the response {status} as `{form}`: {OPAQUE}"))
                .collect();
        }
        if status.starts_with(['1', '3']) {
            return vec![format!(
                "the response {status}, which is neither a success nor a failure"
            )];
        }
        let Some(response) = response.as_object() else {
            return Vec::new();
        };
        other_forms(response, document::json_form(response))
            .map(|form| format!("the response {status} as `{form}`"))
            .collect()
    })
}

/// Returns the media types of a body that are neither the kept one nor the same under another name.
fn other_forms<'a>(
    body: &'a Object,
    kept: Option<(&'a String, &'a Value)>,
) -> impl Iterator<Item = &'a String> {
    let is_kept = move |media_type: &str, media: &Value| {
        kept.is_some_and(|(kept_type, kept)| {
            let is_alike = document::is_json(media_type) == document::is_json(kept_type)
                && document::is_form(media_type) == document::is_form(kept_type);
            media_type == kept_type || is_alike && media.get("schema") == kept.get("schema")
        })
    };
    json::entries(body, "content")
        .filter(move |(media_type, media)| !is_kept(media_type, media))
        .map(|(media_type, _)| media_type)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn callbacks_and_informational_responses_are_reported() {
        let mut document = json!({"paths": {"/a": {"post": {"callbacks": {"c": {"$ref": "#/components/callbacks/C"}},
            "responses": {"302": {}, "200": {"content": {"text/csv": {}, "application/json": {}, "application/json; charset=utf-8": {},
                "application/hal+json": {"schema": {"type": "object"}}}}}}}}});
        let mut losses = Vec::new();
        report(&mut document, &mut losses);
        let whats: Vec<&str> = losses.iter().map(|loss| loss.what.as_str()).collect();
        assert_eq!(whats.len(), 4);
        for what in [
            "callbacks",
            "the response 200 as `text/csv`",
            "the response 200 as `application/hal+json`",
            "the response 302, which is neither a success nor a failure",
        ] {
            assert!(whats.contains(&what), "{whats:?}");
        }
        assert!(document["paths"]["/a"]["post"].get("callbacks").is_none());
    }

    #[test]
    fn operations_that_the_generated_code_cannot_send_are_dropped() {
        let methods = [
            "get", "put", "post", "delete", "patch", "head", "options", "trace",
        ];
        let operations: Object = methods
            .iter()
            .map(|method| ((*method).to_owned(), json!({"responses": {"204": {}}})))
            .collect();
        let mut document = json!({"paths": {"/a": operations}});
        let mut losses = Vec::new();
        assert_eq!(report(&mut document, &mut losses), 2);
        for (loss, method) in losses.iter().zip(["options", "trace"]) {
            assert_eq!(loss.pointer, format!("/paths/~1a/{method}"));
            assert!(document["paths"]["/a"].get(method).is_none());
        }
        assert_eq!(document["paths"]["/a"].as_object().unwrap().len(), 6);
    }

    #[test]
    fn a_body_that_is_kept_as_bytes_is_no_loss() {
        let audio = json!({"content": {"audio/mpeg": {}, "audio/wav": {}}});
        let json = json!({"content": {"application/json": {}}});
        let error = json!({"content": {"text/plain": {}}});
        for (operation, lost) in [
            (
                json!({"requestBody": {"content": {"audio/mpeg": {}}}, "responses": {"200": audio}}),
                vec![],
            ),
            (
                json!({"responses": {"200": audio, "204": {}, "404": error}}),
                vec!["the response 404 as `text/plain`"],
            ),
            (
                json!({"responses": {"200": json, "206": {"content": {"audio/wav": {}}}}}),
                vec!["the response 206 as `audio/wav`"],
            ),
            (
                json!({"requestBody": audio}),
                vec!["the request body as `audio/wav`"],
            ),
            (
                json!({"requestBody": {"content": {"multipart/form-data": {}}}}),
                vec!["the request body as `multipart/form-data`"],
            ),
        ] {
            let mut document = json!({"paths": {"/a": {"post": operation}}});
            let mut losses = Vec::new();
            report(&mut document, &mut losses);
            let whats: Vec<String> = losses.into_iter().map(|loss| loss.what).collect();
            assert_eq!(whats, lost, "{operation}");
        }
    }
}
