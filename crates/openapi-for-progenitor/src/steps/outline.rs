//! Members outside operations and schemas: checked for the types that the generator's own model reads.
//!
//! The generator refuses a whole document for one description that is no text.

use openapiv3::{
    ExternalDocumentation, Info, ReferenceOr, SecurityRequirement, SecurityScheme, Server, Tag,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use openapi_canonical::json::{self, Object};
use openapi_canonical::losses::Loss;
use openapi_canonical::schema::{self, METHODS};

/// Check of a value: true if the generator reads it.
type Check = fn(&Value) -> bool;

/// Members of a document and of its operations, each with the check that its value or all elements of its list must pass.
const SINGLE: [(&str, Check); 5] = [
    ("deprecated", reads::<bool>),
    ("description", reads::<String>),
    ("externalDocs", reads::<ExternalDocumentation>),
    ("operationId", reads::<String>),
    ("summary", reads::<String>),
];
const LISTS: [(&str, Check); 2] = [
    ("security", reads::<SecurityRequirement>),
    ("servers", reads::<Server>),
];

/// Extensions by which a document would steer the generator.
const STEERING: [(&str, &str); 2] = [
    ("x-dropshot-pagination", "a stream over its pages"),
    ("x-dropshot-websocket", "a channel over a websocket"),
];

/// Drops every such member of another type, and malformed operations.
pub(super) fn fix(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let before = losses.len();
    let mut count = fix_info(document, losses);
    if let Some(members) = document.as_object_mut() {
        fix_members(members, "", reads::<Tag>, losses);
        fix_schemes(members, losses);
    }
    drop_operations(document, losses);
    schema::for_each_operation(document, |path, method, operation| {
        let pointer = json::pointer(&["paths", path, method]);
        fix_members(operation, &pointer, reads::<String>, losses);
        for (extension, what) in STEERING {
            if operation.remove(extension).is_some() {
                losses.push(Loss::new(&pointer, format!("that it is {what}")));
            }
        }
        for key in ["requestBody", "responses"] {
            if operation.get(key).is_some_and(|value| !value.is_object()) {
                operation.remove(key);
                losses.push(malformed(&pointer, key));
            }
        }
    });
    count += losses.len() - before;
    count
}

fn reads<T: DeserializeOwned>(value: &Value) -> bool {
    serde_json::from_value::<T>(value.clone()).is_ok()
}

fn malformed(pointer: &str, key: &str) -> Loss {
    let pointer = format!("{pointer}/{}", json::escape(key));
    let what = format!("`{key}`, whose value has not the form that it must have");
    Loss::new(&pointer, what)
}

/// Gives a document a title and a version, which the generator needs.
fn fix_info(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    if reads::<Info>(&document["info"]) {
        return 0;
    }
    let text = |key: &str| match &document["info"][key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let mut info = Object::new();
    let mut lost = Vec::new();
    for (key, value) in document["info"].as_object().into_iter().flatten() {
        let is_kept = key.starts_with("x-") || key == "description" && value.is_string();
        if is_kept {
            info.insert(key.clone(), value.clone());
        } else if key != "title" && key != "version" {
            lost.push(malformed("/info", key));
        }
    }
    for key in ["title", "version"] {
        info.insert(key.to_owned(), json!(text(key)));
    }
    document["info"] = Value::Object(info);
    losses.extend(lost);
    1
}

/// Drops members of another type that a document and an operation both have. Their tags differ.
fn fix_members(members: &mut Object, pointer: &str, reads_tag: Check, losses: &mut Vec<Loss>) {
    for (key, reads) in SINGLE {
        if members.get(key).is_some_and(|value| !reads(value)) {
            members.remove(key);
            losses.push(malformed(pointer, key));
        }
    }
    for (key, reads) in LISTS.into_iter().chain([("tags", reads_tag)]) {
        let is_read = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(reads));
        if members.get(key).is_some_and(|value| !is_read(value)) {
            members.remove(key);
            losses.push(malformed(pointer, key));
        }
    }
}

/// Drops security schemes that the generator cannot read.
fn fix_schemes(document: &mut Object, losses: &mut Vec<Loss>) {
    let Some(components) = json::object_mut(document, "components") else {
        return;
    };
    let pointer = "/components/securitySchemes";
    if let Some(schemes) = json::object_mut(components, "securitySchemes") {
        schemes.retain(|name, scheme| {
            let is_read = reads::<ReferenceOr<SecurityScheme>>(scheme);
            losses.extend((!is_read).then(|| malformed(pointer, name)));
            is_read
        });
    } else if components.remove("securitySchemes").is_some() {
        losses.push(malformed("/components", "securitySchemes"));
    }
}

fn drop_operations(document: &mut Value, losses: &mut Vec<Loss>) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in METHODS {
            if item
                .get(method)
                .is_some_and(|operation| !operation.is_object())
            {
                item.remove(method);
                let pointer = json::pointer(&["paths", path, method]);
                losses.push(Loss::new(&pointer, "the operation, which is no object"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(mut document: Value) -> (Value, Vec<String>) {
        let mut losses = Vec::new();
        fix(&mut document, &mut losses);
        let lines = losses
            .into_iter()
            .map(|Loss { pointer, what }| format!("{pointer}: {what}"));
        (document, lines.collect())
    }

    #[test]
    fn well_formed_members_stay() {
        let operation = json!({"tags": ["a"], "summary": "s", "deprecated": true, "security": [{"k": []}],
            "servers": [{"url": "/"}], "x-it": 1, "responses": {}, "requestBody": {}});
        let document = json!({
            "info": {"title": "t", "version": "1", "license": {"name": "MIT"}, "contact": {"email": "a@example.com"}},
            "tags": [{"name": "a"}], "servers": [{"url": "https://example.com"}], "externalDocs": {"url": "/"},
            "components": {"securitySchemes": {"k": {"type": "http", "scheme": "bearer"}}},
            "paths": {"/a": {"get": operation}}});
        assert_eq!(fixed(document.clone()), (document, Vec::new()));
    }

    #[test]
    fn only_malformed_members_are_dropped() {
        let operation = json!({"tags": "a", "summary": 1, "description": "d", "deprecated": "yes", "security": {"k": []},
            "servers": [{}], "responses": [], "requestBody": "b", "x-dropshot-websocket": {}});
        let (document, lines) = fixed(json!({
            "info": {"title": "t", "version": 1, "contact": "me", "x-it": 1},
            "tags": ["a"], "components": {"securitySchemes": {"k": {"type": "secret"}}},
            "paths": {"/a": {"get": operation, "put": "no", "post": null, "head": {}}}}));
        assert_eq!(
            document,
            json!({
                "info": {"title": "t", "version": "1", "x-it": 1},
                "components": {"securitySchemes": {}},
                "paths": {"/a": {"get": {"description": "d"}, "head": {}}}})
        );
        assert_eq!(lines.len(), 13, "{lines:#?}");
        for line in [
            "/info/contact: `contact`, whose value has not the form that it must have",
            "/paths/~1a/put: the operation, which is no object",
            "/paths/~1a/get: that it is a channel over a websocket",
            "/paths/~1a/get/security: `security`, whose value has not the form that it must have",
        ] {
            assert!(lines.iter().any(|found| found == line), "{lines:#?}");
        }
        assert_eq!(
            fixed(json!({})).0["info"],
            json!({"title": "", "version": ""})
        );
    }
}
