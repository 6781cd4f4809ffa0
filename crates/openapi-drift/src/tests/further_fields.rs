//! Fields beside a schema for all further fields, which an unknown key had before.

use serde_json::{Value, json};

use super::{check_both, reported_of_both};

fn object(fields: &Value, required: &[&str], further: &Value) -> Value {
    json!({"type": "object", "properties": fields, "required": required, "additionalProperties": further})
}

#[test]
fn a_new_field_is_compared_with_the_schema_that_its_key_had() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    let old = object(&json!({"a": text}), &[], &text);
    let with = |field: &Value| object(&json!({"a": text, "b": field}), &[], &text);
    check_both(
        &old,
        &with(&whole),
        "POST /a body.b: type changed from `string` to `integer` [callers]\nnew field `b` [no side]",
        "POST /a 200.b: type changed from `string` to `integer` [readers]\nnew field `b` [no side]",
    );
    check_both(
        &old,
        &with(&text),
        "new field `b` [no side]",
        "new field `b` [no side]",
    );
    check_both(
        &old,
        &with(&json!({"type": "string", "maxLength": 5})),
        "POST /a body.b: limit tightened `maxLength`, is `5` [callers]\nnew field `b` [no side]",
        "new field `b` [no side]\nPOST /a 200.b: limit tightened `maxLength`, is `5` [no side]",
    );
    let map = object(&json!({}), &[], &text);
    check_both(
        &map,
        &object(&json!({"b": text}), &["b"], &text),
        "new required field `b` [callers]",
        "new required field `b` [no side]",
    );
}

#[test]
fn a_removed_field_is_compared_with_the_schema_of_further_fields() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    let new = object(&json!({"a": text}), &[], &text);
    let old =
        |field: &Value, required: &[&str]| object(&json!({"a": text, "b": field}), required, &text);
    let moved = "field now described with the further fields `b` [no side]";
    check_both(&old(&text, &[]), &new, moved, moved);
    check_both(
        &old(&text, &["b"]),
        &new,
        &format!("field no longer required `b` [no side]\n{moved}"),
        &format!("field no longer required `b` [readers]\n{moved}"),
    );
    check_both(
        &old(&whole, &[]),
        &new,
        &format!("POST /a body.b: type changed from `integer` to `string` [callers]\n{moved}"),
        &format!("POST /a 200.b: type changed from `integer` to `string` [readers]\n{moved}"),
    );
    check_both(
        &object(&json!({"b": text}), &[], &text),
        &object(&json!({}), &[], &text),
        moved,
        moved,
    );
    // A required field without a schema of its own is one of the further fields.
    check_both(
        &object(&json!({"a": text, "b": whole}), &["b"], &text),
        &object(&json!({"a": text}), &["b"], &text),
        "POST /a body.b: type changed from `integer` to `string` [callers]",
        "POST /a 200.b: type changed from `integer` to `string` [readers]",
    );
}

#[test]
fn an_object_without_fields_is_compared_with_others_by_their_fields() {
    let text = json!({"type": "string"});
    let none = object(&json!({}), &[], &json!(false));
    let allowed = "further fields now allowed [no side]";
    let refused = |callers: &str| format!("further fields no longer allowed [{callers}]");
    for open in [
        json!({"type": "object"}),
        object(&json!({}), &[], &json!(true)),
    ] {
        check_both(&none, &open, allowed, allowed);
        check_both(&open, &none, &refused("callers"), &refused("no side"));
    }
    let map = object(&json!({}), &[], &text);
    check_both(&none, &map, allowed, allowed);
    check_both(
        &map,
        &none,
        "further fields removed [callers]",
        "further fields removed [readers]",
    );
    let one = object(&json!({"a": text}), &[], &json!(false));
    let added = "new field `a` [no side]";
    check_both(&none, &one, added, added);
    check_both(
        &one,
        &none,
        "field removed `a` [callers]",
        "field removed `a` [readers]",
    );
}

#[test]
fn fields_that_a_closed_part_refuses_are_a_condition() {
    let text = json!({"type": "string"});
    let closed = |fields: Value| object(&fields, &[], &json!(false));
    let whole = closed(json!({"a": text, "b": text}));
    let parts = json!({"allOf": [closed(json!({"a": text})), closed(json!({"b": text}))]});
    check_both(
        &whole,
        &parts,
        "new condition `additionalProperties` [callers]",
        "new condition `additionalProperties` [no side]",
    );
    check_both(
        &parts,
        &whole,
        "condition removed `additionalProperties` [no side]",
        "condition removed `additionalProperties` [readers]",
    );
    // One part is closed: a field that another part adds was refused before.
    let base = |others: &[Value]| {
        let all = [closed(json!({"a": text}))];
        json!({"allOf": all.iter().chain(others).collect::<Vec<_>>()})
    };
    let open = |fields: Value| json!({"type": "object", "properties": fields});
    check_both(
        &base(&[open(json!({"b": text}))]),
        &base(&[open(json!({"b": text, "c": text}))]),
        "new field `c` [no side]",
        "new field `c` [no side]",
    );
    check_both(
        &base(&[open(json!({"b": text})), open(json!({"c": text}))]),
        &base(&[open(json!({"b": text, "c": text}))]),
        "",
        "",
    );
    let same = json!({"allOf": [closed(json!({"a": text, "b": text})), {"type": "object", "properties": {"b": text}}]});
    check_both(&whole, &same, "", "");
}

#[test]
fn further_fields_beside_patterns_are_compared() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    let of = |further: &Value| json!({"type": "object", "properties": {"a": text}, "patternProperties": {"^x": text}, "additionalProperties": further});
    let [callers, readers] = reported_of_both(&of(&json!(true)), &of(&json!(false)));
    assert_eq!(callers, "further fields no longer allowed [callers]");
    assert_eq!(readers, "further fields no longer allowed [no side]");
    let [callers, _] = reported_of_both(&of(&json!(false)), &of(&json!({})));
    assert_eq!(callers, "further fields now allowed [no side]");
    let [callers, readers] = reported_of_both(&of(&text), &of(&whole));
    for (report, side) in [(callers, "callers"), (readers, "readers")] {
        assert!(
            report.contains(&format!("type changed from `string` to `integer` [{side}]")),
            "{report}"
        );
    }
}
