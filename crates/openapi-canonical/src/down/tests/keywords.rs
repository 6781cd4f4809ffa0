//! Tests of types, null, choices, tuples, constants, bounds and data.

use serde_json::json;

use super::{check, converted};
use crate::schema::reference_to;

#[test]
fn lists_of_types() {
    check(
        &json!({"type": ["string", "null"]}),
        &json!({"type": "string", "nullable": true}),
        0,
    );
    check(&json!({"type": ["string"]}), &json!({"type": "string"}), 0);
    check(
        &json!({"type": ["integer", "number"]}),
        &json!({"type": "number"}),
        0,
    );
    check(&json!({"type": "null"}), &json!({"nullable": true}), 1);
    check(&json!({"type": ["null"]}), &json!({"nullable": true}), 1);
    check(
        &json!({"type": ["string", "array", "null"], "items": {"type": ["integer", "null"]}, "maxLength": 3, "title": "t"}),
        &json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": {"type": "integer", "nullable": true}}],
            "nullable": true, "title": "t"}),
        0,
    );
    check(
        &json!({"type": ["string", "integer", "boolean"], "enum": ["a", 1, 2, null]}),
        &json!({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "integer", "enum": [1, 2]}], "nullable": true}),
        0,
    );
    check(
        &json!({"type": ["string", "number", "boolean", "object", "array", "null"]}),
        &json!({"nullable": true}),
        1,
    );
}

#[test]
fn null_among_choices() {
    let pay = reference_to("Pay");
    let nullable = json!({"allOf": [pay], "nullable": true});
    check(&json!({"anyOf": [pay, {"type": "null"}]}), &nullable, 0);
    check(&json!({"oneOf": [{"const": null}, pay]}), &nullable, 0);
    check(&json!({"oneOf": [{"enum": [null]}, pay]}), &nullable, 0);
    check(
        &json!({"oneOf": [reference_to("Nothing"), pay]}),
        &nullable,
        0,
    );
    check(
        &json!({"oneOf": [{"anyOf": [pay, {"type": ["null"]}]}, false]}),
        &nullable,
        0,
    );
    check(
        &json!({"anyOf": [{"type": "string", "title": "a"}, {"type": "null"}], "title": "b", "default": null}),
        &json!({"type": "string", "title": "b", "default": null, "nullable": true}),
        0,
    );
    check(
        &json!({"oneOf": [pay, {"type": "integer"}, {"type": "null"}]}),
        &json!({"oneOf": [pay, {"type": "integer"}], "nullable": true}),
        0,
    );
    check(
        &json!({"oneOf": [pay, {"type": ["integer", "null"]}, {"type": ["string", "null"]}]}),
        &json!({"oneOf": [pay, {"type": "integer"}, {"type": "string"}], "nullable": true}),
        0,
    );
    check(
        &json!({"anyOf": [{"type": "null"}]}),
        &json!({"nullable": true}),
        1,
    );
}

#[test]
fn tuples_become_lists_of_any_of_their_types() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let pair = json!([text, number]);
    let either = json!({"type": "array", "items": {"anyOf": [text, number]}});
    let any = json!({"type": "array", "items": {}});
    for (closed, lost) in [
        (
            json!({"type": "array", "prefixItems": pair, "items": false}),
            1,
        ),
        (
            json!({"type": "array", "prefixItems": pair, "unevaluatedItems": false}),
            2,
        ),
        (
            json!({"type": "array", "prefixItems": [text], "items": number}),
            1,
        ),
        (
            json!({"type": "array", "items": pair, "additionalItems": false}),
            1,
        ),
        (
            json!({"type": "array", "items": [text], "additionalItems": number}),
            1,
        ),
    ] {
        check(&closed, &either, lost);
    }
    for open in [
        json!({"type": "array", "prefixItems": pair}),
        json!({"type": "array", "prefixItems": pair, "items": true, "maxItems": 3}),
        json!({"type": "array", "items": pair}),
        json!({"type": "array", "prefixItems": [text, true], "items": false}),
    ] {
        let (schemas, rewrites) = converted(&open);
        assert_eq!(schemas["It"]["items"], any["items"], "{open}");
        assert_eq!(rewrites.losses.len(), 1, "{rewrites:#?}");
    }
    check(
        &json!({"type": "array", "prefixItems": pair, "maxItems": 2}),
        &json!({"type": "array", "items": {"anyOf": [text, number]}, "maxItems": 2}),
        1,
    );
}

#[test]
fn properties_by_pattern_are_of_a_type_that_all_of_them_have() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    for (others, all) in [
        (json!(false), &text),
        (text.clone(), &text),
        (number, &json!(true)),
        (json!(true), &json!(true)),
    ] {
        check(
            &json!({"patternProperties": {"^x-": text}, "additionalProperties": others}),
            &json!({"additionalProperties": all}),
            1,
        );
    }
}

#[test]
fn constants() {
    check(
        &json!({"const": "a"}),
        &json!({"enum": ["a"], "type": "string"}),
        0,
    );
    check(
        &json!({"const": 5, "title": "t"}),
        &json!({"enum": [5], "type": "integer", "title": "t"}),
        0,
    );
    check(
        &json!({"const": true, "type": "boolean"}),
        &json!({"enum": [true], "type": "boolean"}),
        0,
    );
    check(
        &json!({"const": {"not": {}}}),
        &json!({"enum": [{"not": {}}], "type": "object"}),
        0,
    );
    check(&json!({"const": null}), &json!({"nullable": true}), 1);
    check(
        &json!({"type": ["string", "null"], "enum": ["a", null]}),
        &json!({"type": "string", "enum": ["a"], "nullable": true}),
        0,
    );
    check(
        &json!({"enum": [1, 2]}),
        &json!({"enum": [1, 2], "type": "integer"}),
        0,
    );
    check(&json!({"enum": [1, "a"]}), &json!({"enum": [1, "a"]}), 0);
    check(
        &json!({"oneOf": [{"const": "a", "description": "d"}, {"type": "string", "enum": ["b"]}, {"type": "null"}]}),
        &json!({"enum": ["a", "b"], "type": "string", "nullable": true}),
        0,
    );
}

#[test]
fn values_and_bounds() {
    check(
        &json!({"examples": ["a", "b"]}),
        &json!({"example": "a"}),
        0,
    );
    check(
        &json!({"examples": [], "example": 1}),
        &json!({"example": 1}),
        0,
    );
    check(
        &json!({"exclusiveMinimum": 3}),
        &json!({"exclusiveMinimum": true, "minimum": 3}),
        0,
    );
    check(
        &json!({"exclusiveMaximum": 3, "maximum": 2}),
        &json!({"maximum": 2}),
        0,
    );
    check(
        &json!({"exclusiveMaximum": 2, "maximum": 2}),
        &json!({"exclusiveMaximum": true, "maximum": 2}),
        0,
    );
    check(
        &json!({"exclusiveMinimum": true, "minimum": 2}),
        &json!({"exclusiveMinimum": true, "minimum": 2}),
        0,
    );
    check(
        &json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}),
        &json!({"type": "string", "format": "byte"}),
        0,
    );
    check(
        &json!({"type": "string", "contentMediaType": "text/html"}),
        &json!({"type": "string"}),
        1,
    );
}

#[test]
fn tuples_and_booleans() {
    check(
        &json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}, {"const": 1}], "items": false}),
        &json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"enum": [1], "type": "integer"}]}}),
        1,
    );
    check(&json!({"items": true}), &json!({"items": {}}), 0);
    check(&json!(true), &json!({}), 0);
    check(&json!(false), &json!({}), 1);
    check(
        &json!({"properties": {"a": true, "b": false}, "additionalProperties": false}),
        &json!({"properties": {"a": {}}, "additionalProperties": false}),
        1,
    );
}

#[test]
fn data_and_names_are_unchanged() {
    let data =
        json!({"type": ["a", "null"], "const": 1, "$ref": "#/nowhere", "examples": [1], "not": {}});
    check(
        &json!({"type": "object", "example": data, "default": data, "enum": [data, {}], "x-data": data}),
        &json!({"type": "object", "example": data, "default": data, "enum": [data, {}], "x-data": data}),
        0,
    );
    let named = json!({"const": {"type": "string"}, "not": {"type": "string"}, "type": {"type": "string"},
        "examples": {"type": "string"}, "if": {"type": "string"}, "$ref": {"type": "string"}, "enum": {"type": "string"}, "$defs": {"type": "string"},
        "x-name": {"type": "string"}});
    check(
        &json!({"type": "object", "properties": named}),
        &json!({"type": "object", "properties": named}),
        0,
    );
}

#[test]
fn constants_that_may_be_null_are_one_list() {
    let expected = json!({"type": "string", "enum": ["a", "b"], "nullable": true});
    for choice in [
        json!({"anyOf": [{"const": "a"}, {"const": "b"}, {"type": "null"}]}),
        json!({"anyOf": [{"type": "string", "enum": ["a"], "nullable": true}, {"type": "string", "enum": ["b"], "nullable": true}]}),
        json!({"oneOf": [{"type": "string", "enum": ["a", null], "nullable": true}, {"enum": ["b", "a"]}]}),
        json!({"anyOf": [{"type": ["string", "null"], "enum": ["a", null]}, {"const": "b"}]}),
        json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"const": "b"}, {"nullable": true}]}),
        json!({"anyOf": [{"enum": ["a", "b"]}, {"enum": ["null"], "nullable": true}]}),
    ] {
        let (schemas, _) = converted(&choice);
        assert_eq!(schemas["It"]["enum"], expected["enum"], "{choice}");
        assert_eq!(schemas["It"]["nullable"], true, "{choice}");
        assert_eq!(schemas["It"]["type"], "string", "{choice}");
    }
}
