//! Schemas that describe the same values in different ways.

use serde_json::{Value, json};

use super::{LOAF, document, lines, reported_both_ways, sections};
use crate::changes;

/// Returns a document in which one field has the given schema.
fn with(field: &Value) -> Value {
    let mut document = document();
    document["components"]["schemas"]["Base"] = json!({"type": "object", "required": ["id"],
        "properties": {"id": {"type": "string"}, "state": {"type": "string"}, "inner": {"type": "object", "properties": {"p": {"type": "string"}}}}});
    document["components"]["schemas"]["Nothing"] = json!({"type": "string", "nullable": true});
    document["components"]["schemas"]["Loaf"]["properties"]["it"] = field.clone();
    document
}

/// Returns one of several variants with a common base.
fn made(kind: &str, own: &str) -> Value {
    json!({"allOf": [base(), {"properties": {"kind": {"enum": [kind]}, own: {"type": "string"}}}]})
}

fn reported(old: &Value, new: &Value) -> String {
    lines(&changes(&with(old), &with(new)))
}

fn base() -> Value {
    json!({"$ref": "#/components/schemas/Base"})
}

#[test]
fn spellings_of_the_same() {
    let kind = || json!({"$ref": "#/components/schemas/Kind"});
    let own = json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "string"}, "state": {"type": "string", "enum": ["raw"]},
        "inner": {"type": "object", "properties": {"p": {"type": "string"}, "q": {"type": "string"}}}}});
    for (one, other) in [
        (
            json!({"allOf": [base(), {"properties": {"state": {"enum": ["raw"]}, "inner": {"properties": {"q": {"type": "string"}}}}}]}),
            own,
        ),
        (
            json!({"allOf": [{"maxLength": 5, "minLength": 2}, {"type": "string", "maxLength": 9}]}),
            json!({"type": "string", "maxLength": 5, "minLength": 2}),
        ),
        (
            json!({"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["c", "a"]}]}),
            json!({"type": "string", "enum": ["a", "c"]}),
        ),
        (
            json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]}),
            json!({"type": "string", "enum": ["b", "a"]}),
        ),
        (
            json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}),
            json!({"type": "string"}),
        ),
        (
            json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}),
            json!({"type": "number"}),
        ),
        (
            json!({"oneOf": [kind(), {"nullable": true, "enum": [null]}]}),
            json!({"allOf": [kind()], "nullable": true}),
        ),
        (
            json!({"allOf": [kind()], "default": "rye"}),
            json!({"type": "string", "enum": ["rye", "wheat"], "default": "rye"}),
        ),
        (
            json!({"type": "object", "properties": {"n": {"type": "string"}}, "oneOf": [base(), {"properties": {"x": {"type": "integer"}}}]}),
            json!({"oneOf": [
                {"allOf": [base(), {"type": "object", "properties": {"n": {"type": "string"}}}]},
                {"type": "object", "properties": {"n": {"type": "string"}, "x": {"type": "integer"}}}]}),
        ),
        (
            json!({"type": "object", "properties": {"n": {"type": "string"}}, "anyOf": [base()]}),
            json!({"allOf": [{"properties": {"n": {"type": "string"}}}, base()]}),
        ),
        (
            json!({"type": "integer", "minimum": 1.0, "multipleOf": 2.0, "default": 4.0}),
            json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "multipleOf": 2, "default": 4}),
        ),
        (
            json!({"type": "boolean", "enum": [true, false], "default": null}),
            json!({"type": "boolean"}),
        ),
    ] {
        are_the_same(&one, &other);
    }
}

#[track_caller]
fn are_the_same(one: &Value, other: &Value) {
    assert_eq!(reported(one, other), "", "{one} to {other}");
    assert_eq!(reported(other, one), "", "{other} to {one}");
}

#[test]
fn variants_of_one_base_and_references_with_descriptions() {
    for (one, other) in [
        (
            json!({"oneOf": [made("rye", "sour"), made("wheat", "sweet")]}),
            json!({"oneOf": [made("wheat", "sweet"), made("rye", "sour")]}),
        ),
        (
            json!({"allOf": [{"$ref": "#/components/schemas/Nothing"}, {"description": "Or nothing."}]}),
            json!({"$ref": "#/components/schemas/Nothing"}),
        ),
    ] {
        are_the_same(&one, &other);
    }
}

#[test]
fn changes_behind_spellings() {
    let narrowed =
        |values: &[&str]| json!({"allOf": [base(), {"properties": {"state": {"enum": values}}}]});
    let either = |names: &[&str]| {
        let variants: Vec<Value> = names
            .iter()
            .map(|name| json!({"required": [name]}))
            .collect();
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "anyOf": variants})
    };
    let beside =
        |fields: &Value| json!({"type": "object", "properties": fields, "oneOf": [base()]});
    insta::assert_snapshot!(sections(&[
        (
            "a field of a base narrowed further",
            reported(&narrowed(&["raw", "done"]), &narrowed(&["raw"]))
        ),
        (
            "a tighter limit in the second part",
            reported(
                &json!({"allOf": [{"type": "string", "maxLength": 9}, {"maxLength": 5}]}),
                &json!({"allOf": [{"type": "string", "maxLength": 9}, {"maxLength": 3}]})
            )
        ),
        (
            "a field beside the only form",
            reported(
                &beside(&json!({"n": {"type": "string"}})),
                &beside(&json!({}))
            )
        ),
        (
            "one field that must be there for either of two",
            reported(&either(&["a", "b"]), &either(&["a"]))
        ),
    ]));
}

#[test]
fn changes_beside_types_and_references() {
    insta::assert_snapshot!(sections(&[
        (
            "another constant that is no text",
            reported(
                &json!({"type": "integer", "enum": [1]}),
                &json!({"type": "integer", "enum": [2]})
            )
        ),
        (
            "a limit of what has no type",
            reported(&json!({"maxLength": 5}), &json!({"maxLength": 3}))
        ),
        (
            "another default beside a reference",
            reported(
                &json!({"allOf": [{"$ref": "#/components/schemas/Kind"}], "default": "rye"}),
                &json!({"allOf": [{"$ref": "#/components/schemas/Kind"}], "default": "wheat"})
            )
        ),
        (
            "another component in the place of one that is still there",
            reported(&base(), &json!({"$ref": "#/components/schemas/Seed"}))
        ),
        (
            "one more of the forms that two choices share",
            reported(
                &json!({"allOf": [{"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"maximum": 5}]}),
                &json!({"allOf": [{"oneOf": [{"type": "string"}]}, {"maximum": 5}]})
            )
        ),
        (
            "a hint",
            reported_both_ways(&format!("{LOAF}/id/format"), json!("uuid"))
        ),
        (
            "a field deprecated",
            reported_both_ways(&format!("{LOAF}/id/deprecated"), json!(true))
        ),
    ]));
}

#[test]
fn variants_are_matched_at_every_position() {
    let form = |own: &str, more: &str| {
        json!({"type": "object", "properties": {
            "object": {"type": "string", "enum": ["event"]}, "id": {"type": "string"}, own: {"type": "string"}, more: {"type": "string"}}})
    };
    let old = json!({"oneOf": [form("alpha", "alpha2"), form("beta", "beta2")]});
    let new = json!({"oneOf": [form("beta", "beta3"), form("alpha", "alpha3")]});
    insta::assert_snapshot!(reported(&old, &new));
}
