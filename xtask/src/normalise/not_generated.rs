//! What of each operation the generated client will not have: cookies, and all forms of a body but one.

use serde_json::Value;

use crate::document;
use crate::json::{self, Object};
use crate::losses::LeftOut;
use crate::schema;

/// Takes out callbacks; everything else that is told here goes as the steps come to it.
pub(super) fn tell(document: &mut Value, left_out: &mut Vec<LeftOut>) -> usize {
    let before = left_out.len();
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
        left_out.extend(lost.into_iter().map(|what| LeftOut::new(&pointer, what)));
    });
    left_out.len() - before
}

fn cookies(operation: &Object) -> impl Iterator<Item = String> {
    let identities = json::elements(operation, "parameters")
        .iter()
        .map(document::parameter_identity);
    identities
        .filter(|(place, _)| *place == "cookie")
        .map(|(_, name)| format!("the cookie `{name}`"))
}

/// One form of a body is generated: JSON, else a form of text fields.
fn request_forms(operation: &Object) -> Vec<String> {
    let Some(body) = json::object(operation, "requestBody") else {
        return Vec::new();
    };
    let mut contents = json::entries(body, "content");
    let kept = document::json_form(body)
        .or_else(|| contents.find(|(media_type, _)| document::is_form(media_type)));
    other_forms(body, kept)
        .map(|form| format!("the request body as `{form}`"))
        .collect()
}

fn response_forms(operation: &Object) -> impl Iterator<Item = String> {
    json::entries(operation, "responses").flat_map(|(status, response)| {
        if status.starts_with(['1', '3']) {
            return vec![format!(
                "the answer {status}, which is neither a success nor a failure"
            )];
        }
        let Some(response) = response.as_object() else {
            return Vec::new();
        };
        other_forms(response, document::json_form(response))
            .map(|form| format!("the answer {status} as `{form}`"))
            .collect()
    })
}

/// The forms of a body that are neither the one that is kept nor the same by another name.
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
    fn callbacks_and_answers_that_are_no_end_are_told() {
        let mut document = json!({"paths": {"/a": {"post": {"callbacks": {"c": {"$ref": "#/components/callbacks/C"}},
            "responses": {"302": {}, "200": {"content": {"text/csv": {}, "application/json": {}, "application/json; charset=utf-8": {},
                "application/hal+json": {"schema": {"type": "object"}}}}}}}}});
        let mut left_out = Vec::new();
        tell(&mut document, &mut left_out);
        let whats: Vec<&str> = left_out
            .iter()
            .map(|left_out| left_out.what.as_str())
            .collect();
        assert_eq!(whats.len(), 4);
        for what in [
            "callbacks",
            "the answer 200 as `text/csv`",
            "the answer 200 as `application/hal+json`",
            "the answer 302, which is neither a success nor a failure",
        ] {
            assert!(whats.contains(&what), "{whats:?}");
        }
        assert!(document["paths"]["/a"]["post"].get("callbacks").is_none());
    }
}
