//! Joins request bodies.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::facing::{Facing, Role};
use super::import::import as import_schema;
use super::matching::{Media, Pair, chosen_media, class, matching_media, media};
use super::merger::Merger;
use super::pointers::below;
use super::schemas;
use super::sides::Sides;
use openapi_canonical::document;
use openapi_canonical::json::Object;

/// Puts the documented body as it is served, or the new one, into the joined operation.
pub(super) fn merge(merger: &mut Merger<'_>, pair: &Pair<'_, '_>, merged: &mut Object) {
    let served = pair.served.operation;
    let pointer = below(&pair.pointer, &["requestBody"]);
    match (merged.remove("requestBody"), body_of(merger.sides, served)) {
        (Some(documented), None) => {
            merger.notes.add(Resolution::Filled, &pointer, "the body");
            merged.insert("requestBody".to_owned(), documented);
        }
        // The generator requires every body, so an optional one would be a new argument for all callers.
        (None, Some(body)) if body.get("required") != Some(&Value::Bool(true)) => {
            let what = "an optional body, which is dropped";
            merger.notes.add(Resolution::New, &pointer, what);
        }
        (None, Some(_)) => {
            merger
                .notes
                .add_promise(Resolution::New, &pointer, "a body", true);
            import(merger, &pair.pointer, merged, served);
        }
        (Some(documented), Some(served)) => {
            let body = merge_body(merger, &pointer, documented, served);
            merged.insert("requestBody".to_owned(), body);
        }
        (None, None) => {}
    }
}

/// Adds the body of a new operation.
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
    let mut body = document::resolve(merger.sides.served, body).clone();
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, media) in content.into_iter().flatten() {
        let pointer = below(&pointer, &[media_type, "schema"]);
        let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        *media = json!({"schema": import_schema(merger, &pointer, &schema)});
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
        merger.notes.add_required(pointer, is);
        documented["required"] = json!(is);
    }
    let Some((own_type, own)) = chosen_media(&documented) else {
        return documented;
    };
    let pointer = below(pointer, &["content"]);
    note_other_forms(merger, &pointer, &documented, served);
    let Some(media) = matching_media(served, own_type) else {
        merger.notes.add(Resolution::Filled, &pointer, "the schema");
        return documented;
    };
    documented["content"] = merge_media(merger, &pointer, (own_type, own), media);
    documented
}

/// Returns the body of an operation, resolved.
fn body_of<'a>(sides: &Sides<'a>, operation: &'a Object) -> Option<&'a Value> {
    let body = operation.get("requestBody")?;
    Some(document::resolve(sides.served, body))
}

/// Returns the schemas of a body, if both documents describe one.
pub(super) fn location<'a>(sides: &Sides<'a>, pair: &Pair<'_, 'a>) -> Option<Facing<'a>> {
    let own = chosen_media(pair.documented.operation.get("requestBody")?)?;
    let served = matching_media(body_of(sides, pair.served.operation)?, own.0)?;
    let pointer = below(&pair.pointer, &["requestBody", "content"]);
    Some(facing(sides, &pointer, own, served))
}

fn facing<'a>(
    sides: &Sides<'_>,
    content: &str,
    (own_type, own): Media<'a>,
    (_, served): Media<'_>,
) -> Facing<'a> {
    let pointer = below(content, &[own_type, "schema"]);
    let anything = || json!({});
    let documented = own.get("schema").map(Cow::Borrowed);
    let schema = served.get("schema").cloned().unwrap_or_else(anything);
    Facing {
        served: vec![sides.served_at(&pointer, &schema)],
        documented: documented.unwrap_or_else(|| Cow::Owned(anything())),
        pointer,
        role: Role::WholeBody,
    }
}

/// Joins the only form of the body.
fn merge_media(merger: &mut Merger<'_>, content: &str, own: Media<'_>, served: Media<'_>) -> Value {
    let (own_type, served_type) = (own.0.as_str(), served.0.as_str());
    let mut merged = own.1.clone();
    let facing = facing(merger.sides, content, own, served);
    merged["schema"] = schemas::merge(merger, &facing);
    if class(own_type) == class(served_type) {
        return json!({ own_type: merged });
    }
    let what = format!("served as `{served_type}`");
    let pointer = below(content, &[own_type]);
    merger.notes.add(Resolution::Overruled, &pointer, what);
    json!({ served_type: merged })
}

/// Notes the served forms that the joined body, which has one form, does not have and the documentation does not know.
fn note_other_forms(merger: &mut Merger<'_>, pointer: &str, documented: &Value, served: &Value) {
    let forms = |body| {
        media(body)
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    let known = forms(documented);
    let is_known = |name: &String| known.iter().any(|other| class(other) == class(name));
    let mut others = forms(served);
    others.retain(|name| !is_known(name));
    others.sort();
    // A media type that replaces the documented one is noted as that.
    let kept = usize::from(forms(served).len() == others.len());
    for name in others.iter().skip(kept) {
        let what = "a media type of the body, which is dropped";
        merger
            .notes
            .add(Resolution::New, &below(pointer, &[name]), what);
    }
}
