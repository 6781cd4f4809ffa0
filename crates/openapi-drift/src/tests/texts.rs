//! Parameters whose values have the same text in another type.

use serde_json::{Value, json};

use super::{lines, response};
use crate::changes;

/// Returns the report for another schema of a parameter, without the location.
fn reported(old: &Value, new: &Value) -> String {
    reported_for(
        &json!({"name": "it", "in": "query", "schema": old}),
        &json!({"name": "it", "in": "query", "schema": new}),
    )
}

fn reported_for(old: &Value, new: &Value) -> String {
    let with = |parameter: &Value| {
        json!({"openapi": "3.0.3", "paths": {"/a": {"get": {
            "parameters": [parameter], "responses": {"200": response(&json!({"type": "string"}))}}}}})
    };
    lines(&changes(&with(old), &with(new)))
}

#[test]
fn the_same_text_is_harmless_to_senders() {
    let integer = json!({"type": "integer", "format": "int32", "default": 25, "minimum": 1});
    let boolean = json!({"type": "boolean", "default": false});
    let string = json!({"type": "string"});
    let listed = json!({"type": "string", "enum": ["true", "false"]});
    for (old, new) in [
        (&integer, json!({"type": "string", "default": "25"})),
        (&integer, json!({"type": "number", "default": 25})),
        (
            &integer,
            json!({"type": "string", "pattern": "^\\d+$", "minLength": 1, "default": "25"}),
        ),
        (
            &integer,
            json!({"anyOf": [string, {"type": "boolean"}], "default": "25"}),
        ),
        (
            &integer,
            json!({"type": "array", "items": {"type": "number"}, "default": 25}),
        ),
        (&boolean, json!({"type": "string", "default": "false"})),
        (
            &boolean,
            json!({"type": "string", "enum": ["true", "false", "1"], "default": "false"}),
        ),
        (&listed, json!({"type": "boolean"})),
        (&string, json!({"type": "array", "items": string})),
        (
            &string,
            json!({"oneOf": [string, {"type": "array", "items": string}]}),
        ),
    ] {
        let report = reported(old, &new);
        assert!(
            !report.is_empty() && report.lines().all(|line| line.contains("[no side]")),
            "{new}: {report}"
        );
    }
}

#[test]
fn another_text_is_not() {
    let integer = json!({"type": "integer"});
    for (old, new, expected) in [
        (
            &integer,
            json!({"type": "boolean"}),
            "type changed from `integer` to `boolean`",
        ),
        (
            &integer,
            json!({"type": "string", "format": "uuid"}),
            "type changed from `integer` to `string`",
        ),
        (
            &integer,
            json!({"type": "string", "pattern": "^x"}),
            "limit tightened `pattern`, is `\"^x\"`",
        ),
        (
            &integer,
            json!({"type": "string", "maxLength": 2}),
            "limit tightened `maxLength`, is `2`",
        ),
        (
            &integer,
            json!({"type": "string", "default": "10"}),
            "default changed, is `\"10\"`",
        ),
        (
            &integer,
            json!({"type": "array", "items": integer, "minItems": 2}),
            "type changed from `integer` to `array`",
        ),
        (
            &json!({"type": "boolean"}),
            json!({"type": "string", "enum": ["0", "1"]}),
            "type changed from `boolean` to `string`",
        ),
        (
            &json!({"type": "boolean"}),
            json!({"type": "string", "enum": ["true"]}),
            "type changed from `boolean` to `string`",
        ),
        (
            &json!({"type": "string"}),
            integer.clone(),
            "type changed from `string` to `integer`",
        ),
        (
            &json!({"type": "array", "items": integer}),
            integer.clone(),
            "type changed from `array` to `integer`",
        ),
    ] {
        let report = reported(old, &new);
        let breaking = format!("GET /a query it: {expected} [callers]");
        assert!(report.contains(&breaking), "{new}: {report}");
    }
}

#[test]
fn text_that_is_written_otherwise_is_compared_by_its_type() {
    let (old, new) = (json!({"type": "integer"}), json!({"type": "string"}));
    let encoded =
        json!({"name": "it", "in": "query", "content": {"application/json": {"schema": new}}});
    let report = reported_for(
        &json!({"name": "it", "in": "query", "schema": old}),
        &encoded,
    );
    assert!(
        report.contains("type changed from `integer` to `string` [callers]"),
        "{report}"
    );
}

#[test]
fn places_of_parameters_are_all_alike() {
    for place in ["query", "path", "header", "cookie"] {
        let parameter = |kind: &str| json!({"name": "it", "in": place, "required": true, "schema": {"type": kind}});
        let report = reported_for(&parameter("boolean"), &parameter("string"));
        let expected =
            "another type that accepts the same text, from `boolean` to `string` [no side]";
        assert_eq!(report, format!("GET /a {place} it: {expected}"));
    }
}

#[test]
fn lists_of_the_same_texts_are_harmless_to_senders() {
    let list = |items: Value| json!({"type": "array", "items": items});
    let (integer, string) = (json!({"type": "integer"}), json!({"type": "string"}));
    let listed = json!({"type": "string", "enum": ["1", "2"]});
    for (old, new) in [
        (list(integer.clone()), list(string.clone())),
        (list(listed.clone()), list(integer.clone())),
        (
            list(json!({"type": "boolean"})),
            list(json!({"type": "string", "enum": ["true", "false"]})),
        ),
        (
            list(integer.clone()),
            list(json!({"anyOf": [string, {"type": "boolean"}]})),
        ),
        (
            list(integer.clone()),
            json!({"anyOf": [string, list(string.clone())]}),
        ),
        (
            json!({"anyOf": [integer, list(integer.clone())]}),
            json!({"anyOf": [string, list(string.clone())]}),
        ),
    ] {
        let report = reported(&old, &new);
        assert!(
            !report.is_empty() && report.lines().all(|line| line.contains("[no side]")),
            "{old} to {new}: {report}"
        );
        assert_eq!(reported(&new, &new), "");
    }
    for (old, new) in [
        (list(string.clone()), list(integer.clone())),
        (list(integer.clone()), list(json!({"type": "boolean"}))),
        (list(integer.clone()), string.clone()),
        (
            list(integer.clone()),
            list(json!({"type": "string", "maxLength": 2})),
        ),
        (
            list(integer.clone()),
            json!({"type": "array", "items": string, "maxItems": 3}),
        ),
        (list(listed), list(json!({"type": "string", "enum": ["1"]}))),
    ] {
        let report = reported(&old, &new);
        assert!(report.contains("[callers]"), "{old} to {new}: {report}");
    }
    // Values in a body are no text.
    let body = |schema: &Value| {
        json!({"openapi": "3.0.3", "paths": {"/a": {"post": {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": response(&json!({"type": "string"}))}}}}})
    };
    let report = lines(&changes(&body(&list(integer)), &body(&list(string))));
    assert!(
        report.contains("type changed from `integer` to `string` [callers]"),
        "{report}"
    );
}
