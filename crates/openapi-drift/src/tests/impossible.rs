//! Schemas that no value fits: `false`, `{"not": {}}`, an enum without values, types that contradict each other.

use serde_json::{Value, json};

use super::{check_both, compared, lines, reported_of_both};
use crate::compare;

/// Spellings of a schema that no value fits.
fn impossible() -> [Value; 10] {
    [
        json!(false),
        json!({"not": {}}),
        json!({"enum": []}),
        json!({"allOf": [{"type": "string"}, false]}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"allOf": [{"type": ["object", "null"]}, {"type": "array"}]}),
        json!({"type": "boolean", "allOf": [{"allOf": [{"type": "number"}]}]}),
        json!({"allOf": [{"type": "string"}, {"const": 1}]}),
        json!({"allOf": [{"type": "integer", "minimum": 3}, {"exclusiveMaximum": 3}]}),
        json!({"type": "string", "minLength": 5, "maxLength": 3}),
    ]
}

fn object(fields: &Value) -> Value {
    json!({"type": "object", "properties": fields})
}

#[test]
fn a_field_that_becomes_impossible_is_removed() {
    let text = json!({"type": "string"});
    for never in impossible() {
        check_both(
            &object(&json!({"a": text, "b": text})),
            &object(&json!({"a": text, "b": never})),
            "field removed `b` [callers]",
            "field removed `b` [readers]",
        );
        check_both(
            &object(&json!({"a": text, "b": never})),
            &object(&json!({"a": text, "b": text})),
            "new field `b` [no side]",
            "new field `b` [no side]",
        );
        check_both(
            &object(&json!({"a": text})),
            &object(&json!({"a": text, "b": never})),
            "field no longer allowed `b` [callers]",
            "field no longer allowed `b` [no side]",
        );
        check_both(
            &object(&json!({"a": text, "b": never})),
            &object(&json!({"a": text})),
            "field now allowed `b` [no side]",
            "field now allowed `b` [no side]",
        );
        let mut closed = object(&json!({"a": text}));
        closed["additionalProperties"] = json!(false);
        let mut both = closed.clone();
        both["properties"]["b"] = never;
        check_both(&closed, &both, "", "");
    }
}

#[test]
fn elements_that_become_impossible_are_refused() {
    let list = |items: &Value| json!({"type": "array", "items": items});
    for never in impossible() {
        check_both(
            &list(&json!({"type": "string"})),
            &list(&never),
            "POST /a body[]: no value is allowed any more [callers]",
            "POST /a 200[]: no value is allowed any more [no side]",
        );
        check_both(
            &list(&never),
            &list(&json!({"type": "string"})),
            "POST /a body[]: values are now allowed [no side]",
            "POST /a 200[]: values are now allowed [readers]",
        );
        let [callers, _] = reported_of_both(&json!({"type": "array"}), &list(&never));
        assert!(callers.contains("[callers]"), "{callers}");
        let [callers, _] = reported_of_both(&list(&json!(true)), &list(&never));
        assert!(callers.contains("[callers]"), "{callers}");
    }
}

#[test]
fn elements_of_tuples_that_become_impossible_are_refused() {
    let tuple = |first: &Value| json!({"type": "array", "prefixItems": [first]});
    for never in impossible() {
        let [callers, readers] =
            reported_of_both(&tuple(&json!({"type": "string"})), &tuple(&never));
        assert!(callers.contains("[callers]"), "{never}: {callers}");
        assert!(!readers.is_empty(), "{never}");
        let [callers, readers] =
            reported_of_both(&tuple(&never), &tuple(&json!({"type": "string"})));
        assert!(readers.contains("[readers]"), "{never}: {readers}");
        assert!(!callers.is_empty(), "{never}");
    }
}

#[test]
fn bodies_values_of_maps_and_components_that_become_impossible_are_refused() {
    for never in impossible() {
        check_both(
            &json!({"type": "string"}),
            &never,
            "no value is allowed any more [callers]",
            "no value is allowed any more [no side]",
        );
        check_both(
            &json!({"type": "string", "enum": ["a"]}),
            &never,
            "value removed `a` [callers]",
            "value removed `a` [no side]",
        );
        let closed = |further: &Value| json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": further});
        check_both(&closed(&json!(false)), &closed(&never), "", "");
        check_both(
            &closed(&json!(true)),
            &closed(&never),
            "further fields no longer allowed [callers]",
            "further fields no longer allowed [no side]",
        );
        let schema = json!({"$ref": "#/components/schemas/A"});
        let [old, new] = [json!({"A": {"type": "integer"}}), json!({ "A": never })];
        let report = lines(&compared(true, [(&old, &schema), (&new, &schema)]).changes);
        assert_eq!(report, "A: no value is allowed any more [callers] POST /a");
        // A variant that no value fits is no variant.
        let choice = json!({"anyOf": [{"type": "string"}, schema, {"type": "integer"}]});
        let without = json!({"anyOf": [{"type": "string"}, {"type": "integer"}]});
        let pair = [(&new, &choice), (&new, &without)];
        assert_eq!(lines(&compared(true, pair).changes), "");
    }
}

#[test]
fn parameters_and_headers_that_become_impossible_are_reported() {
    let document = |schema: &Value| {
        let header = json!({"x-rate": {"schema": schema}});
        let response = json!({"description": "It.", "headers": header});
        let operation = json!({"responses": {"200": response},
            "parameters": [{"name": "page", "in": "query", "schema": schema}]});
        let document = json!({"openapi": "3.1.0", "info": {"title": "It", "version": "1"},
            "paths": {"/a": {"get": operation}}});
        openapi_canonical::read(document.to_string().as_bytes(), "It").unwrap()
    };
    let old = document(&json!({"type": "integer"}));
    for never in impossible() {
        let drift = compare(&old, &document(&never)).unwrap();
        assert_eq!(
            lines(&drift.changes),
            "GET /a query page: no value is allowed any more [callers]\n\
             GET /a 200 header x-rate: no value is allowed any more [no side]",
        );
    }
}

#[test]
fn a_required_field_that_becomes_impossible_leaves_no_object() {
    for never in impossible() {
        let with = |field: &Value| {
            let mut object = object(&json!({"a": field}));
            object["required"] = json!(["a"]);
            object
        };
        check_both(
            &with(&json!({"type": "string"})),
            &with(&never),
            "field removed `a` [callers]",
            "field removed `a` [readers]",
        );
    }
}

#[test]
fn parts_that_have_only_null_in_common_are_null_alone() {
    let parts = |one: &str, other: &str| json!({"allOf": [{"type": [one, "null"]}, {"type": [other, "null"]}]});
    check_both(
        &json!({"type": ["string", "null"]}),
        &parts("string", "integer"),
        "type changed from `string` to `null` [callers]",
        "type changed from `string` to `null` [readers]",
    );
    check_both(
        &json!({"type": "null"}),
        &parts("object", "boolean"),
        "",
        "",
    );
    check_both(
        &json!({"type": ["integer", "null"]}),
        &parts("number", "integer"),
        "",
        "",
    );
}

#[test]
fn a_variant_whose_required_field_contradicts_a_part_is_no_variant() {
    let variant = |kind: &str, field: &str| {
        json!({"type": "object", "required": ["kind"],
            "properties": {"kind": {"const": kind}, field: {"type": "string"}}})
    };
    let of_kind = |kind: &Value| json!({"allOf": [{"oneOf": [variant("rye", "a"), variant("oat", "b")]}, {"properties": {"kind": kind}}]});
    let rye = of_kind(&json!({"const": "rye"}));
    check_both(&rye, &variant("rye", "a"), "", "");
    check_both(
        &variant("oat", "b"),
        &of_kind(&json!({"const": "oat"})),
        "",
        "",
    );
    let [callers, _] = reported_of_both(&of_kind(&json!({"type": "string"})), &rye);
    assert!(
        callers.contains("variant removed") && callers.contains("[callers]"),
        "{callers}"
    );
}
