//! Additions of OpenAPI 3.2 that neither 3.0 nor the generator supports. Each location is reported.

use serde_json::{Value, json};

use super::conversion::Conversion;
use crate::document;
use crate::json::{self, Object};
use crate::losses::Rewrites;
use crate::schema::METHODS;

/// Drops further methods, streams and whole query strings, and resolves references to shared media types.
pub(super) fn drop(document: &mut Value, rewrites: &mut Rewrites) {
    if let Some(root) = document.as_object_mut()
        && root.remove("$self").is_some()
    {
        rewrites.count("$self dropped");
    }
    drop_device_flows(document, rewrites);
    let source = document.clone();
    let roots = [vec!["paths"], vec!["components", "pathItems"]];
    for root in roots {
        let pointer = json::pointer(&root);
        let items = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut);
        for (path, item) in items.into_iter().flatten() {
            let pointer = format!("{pointer}/{}", json::escape(path));
            if let Some(item) = item.as_object_mut() {
                in_path_item(item, &pointer, &source, rewrites);
            }
        }
    }
    in_shared_bodies(document, &source, rewrites);
}

/// Converts the bodies in sections of components that operations refer to.
fn in_shared_bodies(document: &mut Value, source: &Value, rewrites: &mut Rewrites) {
    for kind in ["parameters", "requestBodies", "responses"] {
        let pointer = json::pointer(&["components", kind]);
        let shared = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut);
        for (name, shared) in shared.into_iter().flatten() {
            let pointer = format!("{pointer}/{}", json::escape(name));
            in_content(shared, &pointer, source, rewrites);
            if kind == "responses" {
                describe(shared, rewrites);
            }
        }
    }
}

fn in_path_item(item: &mut Object, pointer: &str, source: &Value, rewrites: &mut Rewrites) {
    if item.remove("query").is_some() {
        rewrites.drop_part(
            &format!("{pointer}/query"),
            "an operation of the method `QUERY`",
        );
    }
    let additional = item.remove("additionalOperations");
    for (method, _) in additional
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let pointer = format!("{pointer}/additionalOperations/{}", json::escape(method));
        rewrites.drop_part(&pointer, format!("an operation of the method `{method}`"));
    }
    drop_query_strings(item, pointer, source, rewrites);
    for method in METHODS {
        if let Some(operation) = json::object_mut(item, method) {
            in_operation(operation, &format!("{pointer}/{method}"), source, rewrites);
        }
    }
}

fn in_operation(operation: &mut Object, pointer: &str, source: &Value, rewrites: &mut Rewrites) {
    drop_query_strings(operation, pointer, source, rewrites);
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        in_content(
            parameter,
            &format!("{pointer}/parameters/{index}"),
            source,
            rewrites,
        );
    }
    if let Some(body) = operation.get_mut("requestBody") {
        in_content(body, &format!("{pointer}/requestBody"), source, rewrites);
    }
    let responses = json::object_mut(operation, "responses");
    for (status, response) in responses.into_iter().flatten() {
        in_content(
            response,
            &format!("{pointer}/responses/{status}"),
            source,
            rewrites,
        );
        if !status.starts_with("x-") {
            describe(response, rewrites);
        }
    }
}

/// Drops parameters that are the whole query string, which have no name.
fn drop_query_strings(owner: &mut Object, pointer: &str, source: &Value, rewrites: &mut Rewrites) {
    let parameters = owner.get_mut("parameters").and_then(Value::as_array_mut);
    let Some(parameters) = parameters else {
        return;
    };
    let mut index = 0;
    parameters.retain(|parameter| {
        let (location, _) = document::parameter_identity(document::resolve(source, parameter));
        let is_kept = location != "querystring";
        if !is_kept {
            let pointer = format!("{pointer}/parameters/{index}");
            rewrites.drop_part(&pointer, "the query string as a whole");
        }
        index += 1;
        is_kept
    });
}

fn in_content(body: &mut Value, pointer: &str, source: &Value, rewrites: &mut Rewrites) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, media) in content.into_iter().flatten() {
        if media.get("$ref").is_some() {
            *media = document::resolve(source, media).clone();
            rewrites.count("references to media types resolved");
        }
        let Some(media) = media.as_object_mut() else {
            continue;
        };
        if media.remove("itemSchema").is_some() {
            let pointer = format!("{pointer}/content/{}", json::escape(media_type));
            rewrites.drop_part(&pointer, "the schema of each item of a stream");
        }
        media.retain(|key, _| !["itemEncoding", "prefixEncoding"].contains(&key.as_str()));
    }
}

/// Adds a description to responses without one, as 3.2 allows.
fn describe(response: &mut Value, rewrites: &mut Rewrites) {
    let Some(response) = response.as_object_mut() else {
        return;
    };
    if !response.contains_key("$ref") && !response.contains_key("description") {
        response.insert("description".to_owned(), json!(""));
        rewrites.count("descriptions of responses added where there were none");
    }
}

fn drop_device_flows(document: &mut Value, rewrites: &mut Rewrites) {
    let schemes = document.pointer_mut("/components/securitySchemes");
    for (name, scheme) in schemes.and_then(Value::as_object_mut).into_iter().flatten() {
        let flows = scheme.get_mut("flows").and_then(Value::as_object_mut);
        if flows.is_some_and(|flows| flows.remove("deviceAuthorization").is_some()) {
            let pointer = json::pointer(&["components", "securitySchemes", name]);
            rewrites.drop_part(&pointer, "the device authorization flow");
        }
    }
}

/// Drops the default variant of a discriminator, for values that no mapping names.
pub(super) fn simplify_discriminator(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let discriminator = json::object_mut(schema, "discriminator");
    if discriminator.is_some_and(|members| members.remove("defaultMapping").is_some()) {
        conversion.drop_part("which variant a value of no mapped kind has");
    }
}
