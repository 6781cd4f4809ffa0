//! Checks of an OpenAPI document before any conversion, and access to its parts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::duplicate_keys;
use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::keywords::inner;
use crate::yaml::{self, Form};

/// Limit on references that are followed in a row. Documents in use stay far below it, and cycles end there.
const REFERENCE_CHAIN: usize = 16;

/// Parses JSON text as an OpenAPI 3.0 document, and checks it. `place` is the origin of the text in error messages.
pub fn parse(text: &str, place: &str) -> Result<Value> {
    let document = parse_json(text, place)?;
    check(&document, place)?;
    check_references(&document, place)?;
    Ok(document)
}

/// Parses JSON or YAML text as an OpenAPI document of any supported version. References are not checked.
pub fn parse_served(text: &str, place: &str) -> Result<Value> {
    let mut document = match Form::of(text) {
        Form::Json => parse_json(text, place)?,
        Form::Yaml => yaml::parse(text, place)?,
    };
    write_version_as_text(&mut document);
    check(&document, place)?;
    // Later code relies on the member being there.
    if document.get("paths").is_none() {
        document["paths"] = json!({});
    }
    Ok(document)
}

fn parse_json(text: &str, place: &str) -> Result<Value> {
    let document = json::parse(text).map_err(|cause| not_json(text, place, &cause))?;
    duplicate_keys::refuse(text, place)?;
    Ok(document)
}

/// Writes the version as text: in YAML, `openapi: 3.1` is a number.
fn write_version_as_text(document: &mut Value) {
    for key in ["openapi", "swagger"] {
        if let Some(version) = document.get_mut(key).filter(|version| version.is_number()) {
            *version = Value::String(version.to_string());
        }
    }
}

fn check(document: &Value, place: &str) -> Result<()> {
    check_version(document, place)?;
    let has = |key: &str| document.get(key).is_some_and(Value::is_object);
    // Since 3.1 a document may consist of webhooks alone, or of components alone.
    let is_without_paths = !is_of_3_0(document) && document.get("paths").is_none();
    let missing = match is_without_paths {
        _ if has("paths") => return Ok(()),
        true if has("webhooks") || has("components") => return Ok(()),
        true => "none of the objects `paths`, `webhooks` and `components`",
        false => "no object `paths`",
    };
    Err(Error::new(format!(
        "{place} is no OpenAPI document: it has {missing}; check the address"
    )))
}

/// True if the version of a document is 3.0.
#[must_use]
pub fn is_of_3_0(document: &Value) -> bool {
    version(document).is_some_and(|version| is_of(version, "3.0"))
}

/// True if a version belongs to a minor version: `3.1.0` and `3.1` to `3.1`.
fn is_of(version: &str, minor: &str) -> bool {
    let rest = version.strip_prefix(minor);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the OpenAPI version of a document.
pub fn version(document: &Value) -> Option<&str> {
    document.get("openapi").and_then(Value::as_str)
}

fn not_json(text: &str, place: &str, cause: &serde_json::Error) -> Error {
    if text.trim_start().starts_with('<') {
        return Error::new(format!(
            "{place} is an HTML page, not an OpenAPI document; check the address"
        ));
    }
    if cause.to_string().starts_with("recursion limit") {
        return yaml::too_deep(place);
    }
    Error::because(
        format!("{place} is not JSON"),
        cause,
        "check the address or fix the file",
    )
}

fn check_version(document: &Value, place: &str) -> Result<()> {
    let Some(version) = version(document) else {
        let old = document.get("swagger").and_then(Value::as_str);
        return Err(Error::new(match old {
            Some(version) => format!(
                "{place} is Swagger {version}; openapi-canonical reads OpenAPI 3.0 to 3.2, so convert it first"
            ),
            None => {
                format!("{place} is no OpenAPI document: it has no `openapi`; check the address")
            }
        }));
    };
    if ["3.0", "3.1", "3.2"]
        .iter()
        .any(|minor| is_of(version, minor))
    {
        return Ok(());
    }
    Err(Error::new(format!(
        "{place} is OpenAPI {version}; openapi-canonical reads OpenAPI 3.0 to 3.2"
    )))
}

/// Checks that every reference has a target inside the document, which all later code relies on.
pub fn check_references(document: &Value, place: &str) -> Result<()> {
    let mut targets = BTreeSet::new();
    add_references(document, &mut targets);
    for target in targets {
        let found = pointer_of(target).and_then(|pointer| document.pointer(&pointer).map(drop));
        if found.is_none() {
            return Err(Error::new(format!(
                "{place} refers to `{target}`, which is not in it; fix the document"
            )));
        }
    }
    Ok(())
}

/// Collects every reference at any depth. Data is skipped: a `$ref` in an example is an example.
fn add_references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    found.extend(value.get("$ref").and_then(Value::as_str));
    inner(value).for_each(|inner| add_references(inner.value, found));
}

/// Returns the target of a value, or the value itself if it is no reference. A cycle ends at one of its references.
#[must_use]
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    target(document, value).unwrap_or(value)
}

/// Returns the final target of a reference; `None` if the value is no reference into the document.
#[must_use]
pub fn target<'a>(document: &'a Value, value: &Value) -> Option<&'a Value> {
    let mut found = next(document, value)?;
    for _ in 1..REFERENCE_CHAIN {
        match next(document, found) {
            Some(further) => found = further,
            None => break,
        }
    }
    Some(found)
}

fn next<'a>(document: &'a Value, value: &Value) -> Option<&'a Value> {
    let target = value.get("$ref")?.as_str()?;
    document.pointer(&pointer_of(target)?)
}

/// Returns the JSON pointer of a reference into its own document. Fragments of URLs may be percent-encoded.
#[must_use]
pub fn pointer_of(reference: &str) -> Option<String> {
    let mut rest = reference.strip_prefix('#')?;
    let mut bytes = Vec::new();
    while let Some((before, encoded)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = u8::from_str_radix(encoded.get(..2)?, 16).ok()?;
        bytes.push(byte);
        rest = &encoded[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// Returns the identity of a parameter within an operation: its location and its name.
#[must_use]
pub fn parameter_identity(parameter: &Value) -> (&str, &str) {
    let text = |key| {
        parameter
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    (text("in"), text("name"))
}

/// Returns the schema of a request body or response as JSON. A JSON body without a schema is any JSON: `{}`.
#[must_use]
pub fn json_schema(body: &Object) -> Option<Value> {
    let (_, media) = json_form(body)?;
    Some(
        media
            .get("schema")
            .cloned()
            .unwrap_or_else(|| Value::Object(Object::new())),
    )
}

/// Returns the JSON media type of a request body or response: plain JSON before its dialects, independent of the order
/// of keys.
#[must_use]
pub fn json_form(body: &Object) -> Option<(&String, &Value)> {
    let forms = json::entries(body, "content").filter(|(media_type, _)| is_json(media_type));
    forms.min_by_key(|(media_type, _)| (essence(media_type) != "application/json", *media_type))
}

/// True if a media type is JSON: `application/json; charset=utf-8`, `application/problem+json`, `*/*`.
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence.ends_with("+json") || essence == "*/*"
}

/// True if a media type is a form with text fields only.
#[must_use]
pub fn is_form(media_type: &str) -> bool {
    essence(media_type) == "application/x-www-form-urlencoded"
}

/// True if a body is a form whose fields are text: no field has another encoding.
#[must_use]
pub fn is_plain_form(media_type: &str, media: &Value) -> bool {
    is_form(media_type) && media.get("encoding").is_none()
}

/// True if a media type has parts, each with its own headers.
#[must_use]
pub fn is_multipart(media_type: &str) -> bool {
    essence(media_type).starts_with("multipart/")
}

/// Returns a media type in lower case and without parameters.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, sentence: &str) {
        let found = parse(text, "It").map_or_else(|error| error.to_string(), |_| "fine".to_owned());
        assert!(found.contains(sentence), "{found}");
    }

    #[test]
    fn a_file_that_is_no_openapi_document_is_refused_in_a_sentence() {
        check("<!doctype html><p>no", "It is an HTML page");
        check("{\"openapi\": ", "It is not JSON: EOF");
        check("[]", "has no `openapi`");
        check(r#"{"ok": true}"#, "has no `openapi`");
        check(r#"{"openapi": "3.0.3"}"#, "has no object `paths`");
        check(r#"{"swagger": "2.0", "paths": {}}"#, "is Swagger 2.0");
        for version in ["3.0.3", "3.1.0"] {
            let empty = format!(r#"{{"openapi": "{version}", "paths": {{}}}}"#);
            check(&empty, "fine");
        }
        let dangling =
            r##"{"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/components/pathItems/A"}}}"##;
        check(dangling, "refers to `#/components/pathItems/A`");
        let served = |text: &str| parse_served(text, "It").map_err(|error| error.to_string());
        assert!(served(r#"{"openapi": "3.1.1", "paths": {}}"#).is_ok());
        let newer = served(r#"{"openapi": "3.3.0", "paths": {}}"#).unwrap_err();
        assert!(newer.contains("is OpenAPI 3.3.0"), "{newer}");
    }

    #[test]
    fn versions_are_read_as_text_or_number_with_or_without_a_patch() {
        for (text, version) in [
            ("openapi: 3.1\npaths: {}\n", "3.1"),
            ("openapi: 3.0\npaths: {}\n", "3.0"),
            ("openapi: 3.2.0\npaths: {}\n", "3.2.0"),
            ("openapi: '3.1'\npaths: {}\n", "3.1"),
            (r#"{"openapi": 3.1, "paths": {}}"#, "3.1"),
            (r#"{"openapi": "3.2.1", "paths": {}}"#, "3.2.1"),
        ] {
            let document = parse_served(text, "It").unwrap();
            assert_eq!(super::version(&document), Some(version), "{text}");
        }
        for (text, sentence) in [
            ("openapi: 3\npaths: {}\n", "is OpenAPI 3;"),
            ("openapi: 3.15\npaths: {}\n", "is OpenAPI 3.15;"),
            ("openapi: 3.10.0\npaths: {}\n", "is OpenAPI 3.10.0;"),
            ("swagger: 2.0\npaths: {}\n", "is Swagger 2.0;"),
        ] {
            let refused = parse_served(text, "It").unwrap_err().to_string();
            assert!(refused.contains(sentence), "{refused}");
        }
    }

    #[test]
    fn since_3_1_a_document_needs_no_paths() {
        let served = |text: &str| parse_served(text, "It").map_err(|error| error.to_string());
        for also in ["webhooks", "components"] {
            let found = served(&format!(r#"{{"openapi": "3.1.0", "{also}": {{}}}}"#)).unwrap();
            assert_eq!(found["paths"], json!({}));
            let older = served(&format!(r#"{{"openapi": "3.0.3", "{also}": {{}}}}"#)).unwrap_err();
            assert!(older.contains("has no object `paths`"), "{older}");
        }
        for (text, sentence) in [
            (r#"{"openapi": "3.1.0"}"#, "has none of the objects `paths`"),
            (
                r#"{"openapi": "3.1.0", "webhooks": []}"#,
                "has none of the objects `paths`",
            ),
            (
                r#"{"openapi": "3.1.0", "paths": [], "webhooks": {}}"#,
                "has no object `paths`",
            ),
        ] {
            let refused = served(text).unwrap_err();
            assert!(refused.contains(sentence), "{refused}");
        }
    }

    #[test]
    fn references_must_resolve_but_data_is_not_checked() {
        let with = |schema: &str| {
            format!(
                r#"{{"openapi": "3.0.0", "paths": {{}}, "components": {{"schemas": {{"A": {schema}}}}}}}"#
            )
        };
        check(
            &with(r##"{"properties": {"example": {"$ref": "#/components/schemas/B"}}}"##),
            "refers to `#/components/schemas/B`",
        );
        check(
            &with(r##"{"$ref": "other.json#/A"}"##),
            "refers to `other.json#/A`",
        );
        check(
            &with(r##"{"example": {"$ref": "#/nowhere"}, "x-note": {"$ref": "#/nowhere"}}"##),
            "fine",
        );
        check(
            &with(r##"{"properties": {"self": {"$ref": "#/components/schemas/A"}}}"##),
            "fine",
        );
    }
}
