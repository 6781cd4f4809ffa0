//! Variants of `oneOf` that grow: values that fit another variant too are refused.

use serde_json::{Value, json};

use super::overlaps::{object, reported};
use super::{document, lines};
use crate::changes;

/// Returns the overlaps that are reported if the first of two variants changes.
fn reported_of_first(old: &Value, new: &Value, other: &Value) -> Vec<String> {
    reported(
        &json!({"oneOf": [old, other]}),
        &json!({"oneOf": [new, other]}),
    )
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items, "minItems": 1})
}

/// Returns schemas before and after a change, and a third one, so that a value fits the last two and not the first one.
fn growing_values() -> [[Value; 3]; 11] {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    let short = json!({"type": "string", "maxLength": 3});
    let dated = json!({"type": "string", "format": "date"});
    let either = json!({"anyOf": [text, whole]});
    let listed = |values: Value| json!({"type": "string", "enum": values});
    [
        [whole.clone(), either.clone(), text.clone()],
        [whole.clone(), json!({}), text.clone()],
        [text.clone(), json!({"type": "number"}), whole.clone()],
        [
            whole.clone(),
            json!({"type": ["integer", "null"]}),
            json!({"type": ["string", "null"]}),
        ],
        [
            short.clone(),
            text.clone(),
            json!({"type": "string", "minLength": 4}),
        ],
        [
            listed(json!(["a"])),
            listed(json!(["a", "b"])),
            listed(json!(["b", "c"])),
        ],
        [
            listed(json!(["a"])),
            json!({"type": "string", "pattern": "^[a-z]$"}),
            listed(json!(["b"])),
        ],
        [
            json!({"type": "string", "format": "uuid"}),
            text.clone(),
            dated.clone(),
        ],
        [
            json!({"type": "string", "pattern": "^a"}),
            text.clone(),
            json!({"type": "string", "pattern": "^b"}),
        ],
        [
            json!({"type": "integer", "multipleOf": 2}),
            whole.clone(),
            json!({"type": "integer", "enum": [3]}),
        ],
        [
            json!({"type": "boolean", "enum": [true]}),
            json!({"type": "boolean"}),
            json!({"type": "boolean", "enum": [false]}),
        ],
    ]
}

#[test]
fn schemas_inside_a_variant_that_grow_into_another_variant_are_an_overlap() {
    for [old, new, other] in growing_values() {
        let arounds: [fn(&Value) -> Value; 7] = [
            |inner| object(&json!({"a": inner}), &["a"]),
            |inner| object(&json!({"a": inner}), &[]),
            |inner| object(&json!({"a": object(&json!({"b": inner}), &["b"])}), &["a"]),
            list,
            |inner| list(&object(&json!({"b": list(inner)}), &["b"])),
            |inner| json!({"type": "object", "additionalProperties": inner}),
            |inner| json!({"allOf": [object(&json!({"a": inner}), &["a"]), object(&json!({"c": {"type": "string"}}), &[])]}),
        ];
        for around in arounds {
            let found = reported_of_first(&around(&old), &around(&new), &around(&other));
            assert_eq!(
                found.len(),
                1,
                "{} to {} beside {}",
                around(&old),
                around(&new),
                around(&other)
            );
            for (was, is) in [(&old, &old), (&new, &new), (&new, &old)] {
                let found = reported_of_first(&around(was), &around(is), &around(&other));
                assert!(
                    found.is_empty(),
                    "{} to {} beside {}",
                    around(was),
                    around(is),
                    around(&other)
                );
            }
        }
    }
}

#[test]
fn an_object_or_a_list_that_grows_into_another_variant_is_an_overlap() {
    let text = json!({"type": "string"});
    let closed = |schema: Value| {
        let mut schema = schema;
        schema["additionalProperties"] = json!(false);
        schema
    };
    let a = || object(&json!({"a": text}), &["a"]);
    let b = || object(&json!({"b": text}), &["b"]);
    let sized = |keyword: &str, count: u64| json!({"type": "array", "items": {"type": "string"}, keyword: count});
    for (old, new, other) in [
        (closed(a()), a(), b()),
        (
            closed(a()),
            closed(object(&json!({"a": text, "b": text}), &["a"])),
            b(),
        ),
        (
            a(),
            object(&json!({"a": text}), &[]),
            object(&json!({"b": text}), &[]),
        ),
        (
            a(),
            json!({"type": "object"}),
            object(&json!({"a": {"type": "integer"}}), &["a"]),
        ),
        (
            sized("maxItems", 2),
            sized("maxItems", 3),
            sized("minItems", 3),
        ),
        (
            sized("minItems", 3),
            sized("minItems", 2),
            sized("maxItems", 2),
        ),
        (
            json!({"type": "object", "maxProperties": 1}),
            json!({"type": "object", "maxProperties": 2}),
            json!({"type": "object", "minProperties": 2}),
        ),
        (
            a(),
            json!({"anyOf": [a(), {"type": "string"}]}),
            text.clone(),
        ),
    ] {
        let found = reported_of_first(&old, &new, &other);
        assert_eq!(found.len(), 1, "{old} to {new} beside {other}");
        for (was, is) in [(&old, &old), (&new, &new), (&new, &old)] {
            let found = reported_of_first(was, is, &other);
            assert!(found.is_empty(), "{was} to {is} beside {other}: {found:?}");
        }
    }
}

#[test]
fn growth_outside_another_variant_is_no_overlap() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    let nullable = json!({"type": ["string", "null"]});
    let of = |a: &Value, b: &Value| object(&json!({"a": a, "b": b}), &[]);
    let tagged = |kind: &Value, a: &Value| object(&json!({"kind": kind, "a": a}), &["kind"]);
    let kind = |kind: &str| json!({"const": kind});
    let listed = |values: Value| json!({"type": "string", "enum": values});
    for (old, new, other) in [
        // A constant keeps the variants apart.
        (
            tagged(&kind("x"), &text),
            tagged(&kind("x"), &nullable),
            tagged(&kind("y"), &nullable),
        ),
        (
            tagged(&listed(json!(["x"])), &text),
            tagged(&listed(json!(["x", "z"])), &text),
            tagged(&kind("y"), &text),
        ),
        // The other variant has no value of the further ones.
        (of(&text, &text), of(&nullable, &text), of(&text, &whole)),
        (
            of(&listed(json!(["a"])), &text),
            of(&listed(json!(["a", "b"])), &text),
            of(&listed(json!(["a", "c"])), &text),
        ),
        (
            of(&text, &text),
            of(&json!({"anyOf": [text, whole]}), &text),
            of(&json!({"type": "string", "maxLength": 3}), &text),
        ),
        (
            of(&text, &json!({"type": "string", "maxLength": 5})),
            of(&text, &json!({"type": "string", "maxLength": 9})),
            of(&text, &json!({"type": "string", "maxLength": 4})),
        ),
        // The same condition, which has another place in the document.
        (
            json!({"allOf": [of(&text, &text)], "dependentSchemas": {"a": {"required": ["b"]}}}),
            json!({"type": "object", "properties": {"a": text, "b": text, "c": {"not": text}}, "dependentSchemas": {"a": {"required": ["b"]}}}),
            json!({"type": "object", "properties": {"a": text}, "required": ["a"]}),
        ),
        // Only a description changed.
        (
            of(&text, &text),
            of(&text, &json!({"type": "string", "description": "Words."})),
            of(&text, &text),
        ),
    ] {
        let found = reported_of_first(&old, &new, &other);
        assert!(found.is_empty(), "{old} to {new} beside {other}: {found:?}");
    }
}

#[test]
fn a_discriminator_keeps_variants_apart() {
    let variant = |fields: Value| object(&fields, &["kind"]);
    let document = |seed: Value| {
        let mut document = document();
        document["components"]["schemas"]["Seed"] = seed;
        document["components"]["schemas"]["Oven"] =
            variant(json!({"kind": {"type": "string"}, "seed": {"type": "string"}}));
        document["paths"]["/loaves"]["post"]["requestBody"] = json!({"content": {"application/json": {"schema": {
            "discriminator": {"propertyName": "kind"},
            "oneOf": [{"$ref": "#/components/schemas/Seed"}, {"$ref": "#/components/schemas/Oven"}]}}}});
        document
    };
    let kind = json!({"type": "string"});
    let short = json!({"type": "string", "maxLength": 3});
    let old = document(variant(json!({"kind": kind, "seed": short})));
    let new = document(variant(json!({"kind": kind, "seed": kind})));
    let report = lines(&changes(&old, &new));
    assert!(
        report.contains("limit loosened") && !report.contains("two variants"),
        "{report}"
    );
    let without = |mut document: Value| {
        let schema = "/paths/~1loaves/post/requestBody/content/application~1json/schema";
        let schema = document.pointer_mut(schema).unwrap();
        schema.as_object_mut().unwrap().remove("discriminator");
        document
    };
    let report = lines(&changes(&without(old), &without(new)));
    assert!(report.contains("two variants"), "{report}");
}

#[test]
fn a_component_inside_a_variant_may_grow_too() {
    let document = |topping: Value| {
        let mut document = document();
        document["components"]["schemas"]["Topping"] = topping;
        let variants = json!([
            object(
                &json!({"on": {"$ref": "#/components/schemas/Topping"}}),
                &["on"]
            ),
            object(&json!({"on": {"type": "string"}}), &["on"])
        ]);
        document["paths"]["/loaves"]["post"]["requestBody"] =
            json!({"content": {"application/json": {"schema": {"oneOf": variants}}}});
        document
    };
    let old = document(json!({"type": "integer"}));
    let new = document(json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}));
    let report = lines(&changes(&old, &new));
    assert!(
        report.contains("`variant 1 (object) and variant 2 (object)` [callers]"),
        "{report}"
    );
    let report = lines(&changes(&new, &old));
    assert!(!report.contains("two variants"), "{report}");
}
