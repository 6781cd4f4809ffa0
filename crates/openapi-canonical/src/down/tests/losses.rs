//! Tests of conditions and impossible schemas.

use serde_json::json;

use super::{check, converted};
use crate::schema::reference_to;

#[test]
fn impossible_schemas_are_reported() {
    check(&json!({"type": []}), &json!({}), 1);
    check(
        &json!({"type": ["string", 5]}),
        &json!({"type": "string"}),
        1,
    );
    check(&json!({"oneOf": [false]}), &json!({}), 1);
}

#[test]
fn types_that_openapi_does_not_define_are_dropped_and_reported() {
    for kind in ["Date", "any", "undefined", "String", "file", ""] {
        check(&json!({"type": kind}), &json!({}), 1);
        check(
            &json!({"type": kind, "format": "date-time"}),
            &json!({"format": "date-time"}),
            1,
        );
        check(
            &json!({"type": [kind, "string"]}),
            &json!({"type": "string"}),
            1,
        );
    }
}

#[test]
fn conditions_are_dropped_and_reported() {
    let some = json!({"type": "object"});
    let conditions = json!({"if": some, "then": some, "else": some, "not": some, "dependentSchemas": {"a": some}, "dependentRequired": {"a": ["b"]},
        "unevaluatedProperties": false, "unevaluatedItems": false, "propertyNames": {"pattern": "^a"}, "contains": {}});
    check(&conditions, &json!({}), 10);
    check(
        &json!({"type": "object", "patternProperties": {"^a": {"type": ["string", "null"]}}, "additionalProperties": false}),
        &json!({"type": "object", "additionalProperties": {"type": "string", "nullable": true}}),
        1,
    );
    check(
        &json!({"properties": {"a": {}}, "patternProperties": {"^a": {"type": "string"}}}),
        &json!({"properties": {"a": {}}, "additionalProperties": true}),
        1,
    );
}

#[test]
fn conditions_that_hold_for_every_value_are_no_loss() {
    for condition in [
        json!({"propertyNames": {"type": "string"}}),
        json!({"propertyNames": {"type": ["string", "null"], "description": "A name."}}),
        json!({"propertyNames": true}),
        json!({"not": false}),
        json!({"not": {"not": {}}}),
        json!({"if": {"type": "string"}}),
        json!({"then": {"type": "string"}, "else": {"type": "string"}}),
        json!({"minContains": 2, "maxContains": 3}),
        json!({"contains": {"type": "string"}, "minContains": 0}),
        json!({"unevaluatedProperties": true, "unevaluatedItems": {}}),
        json!({"additionalItems": false, "dependentRequired": {}}),
    ] {
        let (schemas, rewrites) = converted(&condition);
        assert_eq!(schemas["It"], json!({}), "{condition}");
        assert!(
            rewrites.losses.is_empty() && rewrites.not_comparable.is_empty(),
            "{condition}: {rewrites:?}"
        );
    }
    check(
        &json!({"type": "object", "propertyNames": {"enum": ["a"]}, "additionalProperties": {}}),
        &json!({"type": "object", "additionalProperties": {}}),
        1,
    );
}

#[test]
fn impossible_schemas_are_removed_from_variants_properties_and_further_fields() {
    let never = json!({"not": {}});
    check(
        &json!({"anyOf": [never, {"type": "string"}]}),
        &json!({"type": "string"}),
        0,
    );
    check(
        &json!({"oneOf": [{"type": "string"}, {"enum": []}, {"type": "integer"}]}),
        &json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        0,
    );
    check(
        &json!({"anyOf": [never, {"$ref": "#/components/schemas/Pay"}]}),
        &json!({"allOf": [reference_to("Pay")]}),
        0,
    );
    check(
        &json!({"properties": {"a": never, "b": {"type": "string"}}, "additionalProperties": never}),
        &json!({"properties": {"b": {"type": "string"}}, "additionalProperties": false}),
        1,
    );
    check(
        &json!({"type": "array", "items": never}),
        &json!({"type": "array", "items": {}}),
        1,
    );
    check(&never, &json!({}), 1);
}
