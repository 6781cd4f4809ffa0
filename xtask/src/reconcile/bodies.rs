//! Joins request bodies.

use serde_json::{Value, json};

use super::merger::{Merger, below};
use super::{imports, schemas};
use crate::divergence::Kind as Won;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

/// Puts the documented body as it is served, or the new one, into the joined operation.
pub(super) fn merge(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, served: &Object) {
    let served_body = served
        .get("requestBody")
        .map(|body| document::resolve(merger.served, body));
    match (merged.remove("requestBody"), served_body) {
        (Some(documented), None) => {
            merger.note(Won::Filled, &below(pointer, &["requestBody"]), "the body");
            merged.insert("requestBody".to_owned(), documented);
        }
        // The generator insists on every body, so an optional one would be a new argument for everybody.
        (None, Some(body)) if body.get("required") != Some(&Value::Bool(true)) => {
            let what = "a body that may be left out, and is";
            merger.note(Won::New, &below(pointer, &["requestBody"]), what);
        }
        (None, Some(_)) => {
            let inside = below(pointer, &["requestBody"]);
            merger.note_promise(Won::New, &inside, "a body", true);
            import(merger, pointer, merged, served);
        }
        (Some(documented), Some(served)) => {
            let pointer = below(pointer, &["requestBody"]);
            let body = merge_body(merger, &pointer, documented, served);
            merged.insert("requestBody".to_owned(), body);
        }
        (None, None) => {}
    }
}

/// The body of a new operation.
pub(super) fn import(
    merger: &mut Merger<'_>,
    pointer: &str,
    imported: &mut Object,
    served: &Object,
) {
    let Some(body) = served.get("requestBody") else {
        return;
    };
    let pointer = below(pointer, &["requestBody", "content"]);
    let mut body = document::resolve(merger.served, body).clone();
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, media) in content.into_iter().flatten() {
        let pointer = below(&pointer, &[media_type, "schema"]);
        let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        *media = json!({"schema": imports::import(merger, &pointer, &schema)});
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
    let is_required = |body: &Value| body.get("required").and_then(Value::as_bool);
    let was = is_required(&documented).unwrap_or(false);
    if let Some(is) = is_required(served).filter(|is| *is != was) {
        merger.note_required(pointer, is);
        documented["required"] = json!(is);
    }
    let Some(own) = chosen_media(&documented) else {
        return documented;
    };
    let pointer = below(pointer, &["content"]);
    tell_other_forms(merger, &pointer, &documented, served);
    let Some(served) = matching_media(served, &own.0) else {
        merger.note(Won::Filled, &pointer, "the schema");
        return documented;
    };
    documented["content"] = merge_media(merger, &pointer, own, served);
    documented
}

/// The only form of the joined body.
fn merge_media(
    merger: &mut Merger<'_>,
    pointer: &str,
    (own_type, own): (String, Value),
    (served_type, served): (String, Value),
) -> Value {
    let pointer = below(pointer, &[&own_type]);
    let anything = json!({});
    let inside = below(&pointer, &["schema"]);
    let shape = merger.served_at(&inside, served.get("schema").unwrap_or(&anything));
    let documented = own.get("schema").unwrap_or(&anything);
    if !document::is_plain_form(&served_type, &served) {
        merger.learn_no_form(&inside, documented);
    }
    let mut merged = own.clone();
    merged["schema"] = schemas::merge_body(merger, &inside, documented, shape);
    if kind_of(&own_type) == kind_of(&served_type) {
        return json!({ own_type: merged });
    }
    let what = format!("served as `{served_type}`");
    merger.note(Won::Overruled, &pointer, what);
    json!({ served_type: merged })
}

/// Returns the documented media type that is generated of several, independent of the order of keys.
fn chosen_media(body: &Value) -> Option<(String, Value)> {
    let content = body.get("content")?.as_object()?.iter();
    let rank = |media_type: &str| match kind_of(media_type) {
        "JSON" => 0,
        "form" => 1,
        _ => 2,
    };
    let (media_type, media) = content.min_by_key(|(name, _)| (rank(name), *name))?;
    Some((media_type.clone(), media.clone()))
}

/// The joined body has one form; a served one that the documentation does not know is lost with that.
fn tell_other_forms(merger: &mut Merger<'_>, pointer: &str, documented: &Value, served: &Value) {
    let forms = |body: &Value| -> Vec<String> {
        let content = body.get("content").and_then(Value::as_object);
        content
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    let known = forms(documented);
    let is_known = |name: &String| known.iter().any(|other| kind_of(other) == kind_of(name));
    let mut others = forms(served);
    others.retain(|name| !is_known(name));
    others.sort();
    // One that takes the place of the documented one is told of as that.
    let kept = usize::from(forms(served).len() == others.len());
    for name in others.iter().skip(kept) {
        let what = "a form of the body, which is left out";
        merger.note(Won::New, &below(pointer, &[name]), what);
    }
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

/// Classifies a media type: JSON, a form or another one.
fn kind_of(media_type: &str) -> &str {
    match media_type {
        _ if document::is_json(media_type) => "JSON",
        _ if document::is_form(media_type) => "form",
        other => other,
    }
}
