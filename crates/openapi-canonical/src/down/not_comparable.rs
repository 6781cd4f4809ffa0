//! Parts of documents that are not compared: parameters and credentials of the requests that the service sends, links,
//! servers of single operations, and additions of OpenAPI 3.2.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::document;
use crate::json::{self, Object};
use crate::keywords::{Holds, for_each_object_mut, holds};

/// Keywords that hold webhooks or callbacks.
const KEYWORDS: [&str; 2] = ["callbacks", "webhooks"];

/// Keywords of OpenAPI 3.2 that are not compared.
const NEWER: [&str; 8] = [
    "additionalOperations",
    "defaultMapping",
    "deviceAuthorization",
    "itemEncoding",
    "itemSchema",
    "oauth2MetadataUrl",
    "prefixEncoding",
    "query",
];

/// Location of a parameter that is the whole query string, since OpenAPI 3.2.
const QUERY_STRING: &str = "querystring";

/// Members of webhooks and callbacks that are not compared.
const NOT_COMPARED: [&str; 3] = ["parameters", "security", "servers"];

/// Members of webhooks and callbacks that are compared.
const COMPARED: [&str; 2] = ["requestBody", "responses"];

/// Keyword that holds names which are not OpenAPI's, beside those of [`Holds::Names`].
const VARIABLES: &str = "variables";

/// Returns the text of each such location with a JSON pointer to it. Descriptions, the order of keys and the location
/// itself are ignored: equal texts are equal in a component and outside of components.
pub(super) fn collect(document: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect_in(document, document, "", &mut found);
    found
}

fn collect_in(
    document: &Value,
    value: &Value,
    pointer: &str,
    found: &mut BTreeMap<String, String>,
) {
    match value {
        Value::Object(members) => collect_of(document, members, pointer, found),
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_in(document, element, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn collect_of(
    document: &Value,
    members: &Object,
    pointer: &str,
    found: &mut BTreeMap<String, String>,
) {
    if members.get("in").and_then(Value::as_str) == Some(QUERY_STRING) {
        let text = said(&Value::Object(members.clone()));
        return add(&format!("{QUERY_STRING}: {text}"), pointer, found);
    }
    for (key, member) in members {
        let inside = format!("{pointer}/{}", json::escape(key));
        if KEYWORDS.contains(&key.as_str()) {
            let mut left = Vec::new();
            add_not_compared(document, member, &mut left, DEPTH);
            if !left.is_empty() {
                add(
                    &format!("{key}: {}", said(&Value::Array(left))),
                    &inside,
                    found,
                );
            }
        }
        if is_not_compared(key, member, pointer) {
            add(&format!("{key}: {}", said(member)), &inside, found);
            continue;
        }
        match (holds(key), member) {
            (Holds::Data, _) => {}
            _ if key == VARIABLES => {}
            (Holds::Names, Value::Object(named)) => {
                for (name, member) in named {
                    let inside = format!("{inside}/{}", json::escape(name));
                    collect_in(document, member, &inside, found);
                }
            }
            _ => collect_in(document, member, &inside, found),
        }
    }
}

/// True if a member of an object at `pointer` is irrelevant to the comparison. A webhook's servers are found with its
/// parameters.
fn is_not_compared(key: &str, member: &Value, pointer: &str) -> bool {
    let is_sent = || {
        let mut segments = pointer.split('/');
        segments.any(|segment| KEYWORDS.contains(&segment))
    };
    match key {
        // A parameter or a property may have the name `query`; a method is an object.
        "query" | "links" => member.is_object(),
        // Those of the whole document are compared.
        "servers" => member.is_array() && !pointer.is_empty() && !is_sent(),
        _ => NEWER.contains(&key),
    }
}

/// Limit on the objects between the keyword and a member of an operation, for callbacks of callbacks.
const DEPTH: usize = 16;

fn add_not_compared(document: &Value, value: &Value, left: &mut Vec<Value>, depth: usize) {
    let members = document::resolve(document, value).as_object();
    for (key, member) in members.into_iter().flatten() {
        if NOT_COMPARED.contains(&key.as_str()) {
            left.push(json!({ key: member }));
        } else if depth > 0 && !COMPARED.contains(&key.as_str()) && holds(key) != Holds::Data {
            add_not_compared(document, member, left, depth - 1);
        }
    }
}

/// Adds a text, with the first of its locations.
fn add(text: &str, pointer: &str, found: &mut BTreeMap<String, String>) {
    let first = found
        .entry(text.to_owned())
        .or_insert_with(|| pointer.to_owned());
    if pointer < first.as_str() {
        *first = pointer.to_owned();
    }
}

fn said(member: &Value) -> String {
    let mut said = member.clone();
    take_words_out(&mut said);
    said.sort_all_objects();
    said.to_string()
}

fn take_words_out(value: &mut Value) {
    const WORDS: [&str; 6] = [
        "description",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "title",
    ];
    for_each_object_mut(value, &mut |members| {
        members.retain(|key, _| !WORDS.contains(&key.as_str()));
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reported(document: &Value) -> Vec<(String, String)> {
        collect(document).into_iter().collect()
    }

    #[test]
    fn parameters_of_deliveries_are_found_and_their_bodies_are_compared() {
        let parameters = json!([{"name": "X-Signature", "in": "header", "description": "It."}]);
        let document = json!({
            "webhooks": {
                "paid": {"post": {"requestBody": {"content": {}}, "responses": {}}},
                "refunded": {"$ref": "#/components/pathItems/Refunded"}},
            "paths": {"/not": {"get": {"callbacks": {"done": {"{$request.query.url}": {"post": {
                "parameters": parameters}}}}}}},
            "components": {"pathItems": {"Refunded": {"post": {"security": []}}}}});
        assert_eq!(
            reported(&document),
            [
                (
                    r#"callbacks: [{"parameters":[{"in":"header","name":"X-Signature"}]}]"#
                        .to_owned(),
                    "/paths/~1not/get/callbacks".to_owned()
                ),
                (
                    r#"webhooks: [{"security":[]}]"#.to_owned(),
                    "/webhooks".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn keywords_of_3_2_are_found_and_a_name_is_none() {
        let document = json!({"paths": {"/a": {
            "query": {"description": "It.", "responses": {}},
            "get": {"parameters": [{"name": "q", "in": "query"}]}}}});
        let found = r#"query: {"responses":{}}"#.to_owned();
        assert_eq!(
            reported(&document),
            [(found, "/paths/~1a/query".to_owned())]
        );
    }

    #[test]
    fn every_addition_of_3_2_is_found_in_webhooks_and_callbacks_too() {
        let stream = json!({"content": {"text/event-stream": {"itemSchema": {"type": "string"}}}});
        let parts =
            json!({"content": {"multipart/mixed": {"itemEncoding": {}, "prefixEncoding": [{}]}}});
        let whole = json!({"name": "all", "in": "querystring", "content": {}});
        let operation =
            json!({"parameters": [whole], "requestBody": parts, "responses": {"200": stream}});
        let item = json!({"post": operation, "query": {"responses": {}}, "additionalOperations": {"COPY": {}}});
        let expected = [
            "/additionalOperations",
            "/post/parameters/0",
            "/post/requestBody/content/multipart~1mixed/itemEncoding",
            "/post/requestBody/content/multipart~1mixed/prefixEncoding",
            "/post/responses/200/content/text~1event-stream/itemSchema",
            "/query",
        ];
        for (document, root) in [
            (json!({"paths": {"/a": item}}), "/paths/~1a"),
            (json!({"webhooks": {"a": item}}), "/webhooks/a"),
            (
                json!({"paths": {"/b": {"post": {"callbacks": {"a": {"{$url}": item}}}}}}),
                "/paths/~1b/post/callbacks/a/{$url}",
            ),
            (
                json!({"components": {"pathItems": {"a": item}}}),
                "/components/pathItems/a",
            ),
        ] {
            let found: Vec<String> = collect(&document).into_values().collect();
            for pointer in expected {
                let pointer = format!("{root}{pointer}");
                assert!(found.contains(&pointer), "{pointer}: {found:#?}");
            }
        }
    }

    #[test]
    fn flows_links_and_servers_of_single_operations_are_found() {
        let document = json!({
            "servers": [{"url": "https://h/{query}", "variables": {"query": {"default": "a"}}}],
            "paths": {"/a": {"servers": [{"url": "https://b"}], "get": {"responses": {"200": {"links": {"next": {}}}}}}},
            "components": {
                "schemas": {"A": {"properties": {"links": {"type": "object"}, "servers": {"type": "array"}}}},
                "securitySchemes": {"o": {"type": "oauth2", "oauth2MetadataUrl": "https://m", "flows": {"deviceAuthorization": {}}}}}});
        let mut found: Vec<String> = collect(&document).into_values().collect();
        found.sort();
        assert_eq!(
            found,
            [
                "/components/securitySchemes/o/flows/deviceAuthorization",
                "/components/securitySchemes/o/oauth2MetadataUrl",
                "/paths/~1a/get/responses/200/links",
                "/paths/~1a/servers",
            ]
        );
    }

    #[test]
    fn deliveries_with_bodies_alone_and_names_and_data_are_not_found() {
        let document = json!({
            "webhooks": {"paid": {"post": {"requestBody": {"content": {}}}}},
            "paths": {"/callbacks": {"get": {"parameters": []}}},
            "components": {"schemas": {"A": {
                "properties": {"callbacks": {"type": "string"}},
                "example": {"callbacks": {"parameters": 1}}}}}});
        assert_eq!(reported(&document), []);
    }
}
