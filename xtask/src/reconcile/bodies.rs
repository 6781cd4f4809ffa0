//! Joins request bodies.

use serde_json::{Value, json};

use super::merger::{Merger, below};
use super::{imports, schemas};
use crate::divergence::Kind as Won;
use crate::document;
use crate::json::{self, Object};

/// Puts the documented body as it is served, or the new one, into the joined operation.
pub(super) fn merge(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, served: &Object) {
    let pointer = below(pointer, &["requestBody"]);
    let served_body = served
        .get("requestBody")
        .map(|body| document::resolve(merger.served, body));
    match (merged.remove("requestBody"), served_body) {
        (Some(documented), None) => {
            merger.note(Won::Filled, &pointer, "the body");
            merged.insert("requestBody".to_owned(), documented);
        }
        (None, Some(_)) => {
            merger.note(Won::New, &pointer, "a body");
            import(merger, merged, served);
        }
        (Some(documented), Some(served)) => {
            let body = merge_body(merger, &pointer, documented, served);
            merged.insert("requestBody".to_owned(), body);
        }
        (None, None) => {}
    }
}

/// The body of a new operation.
pub(super) fn import(merger: &mut Merger<'_>, imported: &mut Object, served: &Object) {
    let Some(body) = served.get("requestBody") else {
        return;
    };
    let mut body = document::resolve(merger.served, body).clone();
    for media in body
        .get_mut("content")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .map(|(_, media)| media)
    {
        let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        *media = json!({"schema": imports::import(merger, &schema)});
    }
    if let Some(members) = body.as_object_mut() {
        members.retain(|key, _| matches!(key.as_str(), "content" | "description" | "required"));
    }
    imported.insert("requestBody".to_owned(), body);
}

fn merge_body(
    merger: &mut Merger<'_>,
    pointer: &str,
    mut documented: Value,
    served: &Value,
) -> Value {
    if let Some(is) = served.get("required").and_then(Value::as_bool) {
        let was = documented.get("required") == Some(&json!(true));
        if was != is {
            let what = if is {
                "documented as optional, served as required"
            } else {
                "documented as required, served as optional"
            };
            merger.note(Won::Overruled, pointer, what);
            documented["required"] = json!(is);
        }
    }
    let Some((own_type, own)) = first_media(&documented) else {
        return documented;
    };
    let Some((served_type, media)) = matching_media(served, &own_type) else {
        merger.note(Won::Filled, &below(pointer, &["content"]), "the schema");
        return documented;
    };
    let pointer = below(pointer, &["content", &own_type]);
    let anything = json!({});
    let shape = merger.served_shape(media.get("schema").unwrap_or(&anything));
    let mut merged = own.clone();
    merged["schema"] = schemas::merge(
        merger,
        &below(&pointer, &["schema"]),
        own.get("schema").unwrap_or(&anything),
        &[shape],
    );
    let media_type = if kind_of(&own_type) == kind_of(&served_type) {
        own_type
    } else {
        merger.note(
            Won::Overruled,
            &pointer,
            format!("served as `{served_type}`"),
        );
        served_type
    };
    documented["content"] = json!({ media_type: merged });
    documented
}

fn first_media(body: &Value) -> Option<(String, Value)> {
    let (media_type, media) = body.get("content")?.as_object()?.iter().next()?;
    Some((media_type.clone(), media.clone()))
}

/// The served body of the documented kind; of another kind if there is no such.
fn matching_media(body: &Value, own_type: &str) -> Option<(String, Value)> {
    let content = json::object(body.as_object()?, "content")?;
    let by_likeness = |media_type: &&String| {
        (
            kind_of(media_type) != kind_of(own_type),
            media_type.to_string(),
        )
    };
    let (media_type, media) = content
        .iter()
        .min_by_key(|(media_type, _)| by_likeness(media_type))?;
    Some((media_type.clone(), media.clone()))
}

/// Whether a media type is JSON, a form or something else.
fn kind_of(media_type: &str) -> &str {
    match media_type {
        _ if document::is_json(media_type) => "JSON",
        _ if document::is_form(media_type) => "form",
        other => other,
    }
}
