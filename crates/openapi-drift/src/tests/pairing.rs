//! Pairs of variants of one kind, in any order.

use serde_json::{Value, json};

use super::{check_both, reported_of_both};

/// Checks that no order of the variants is a change, and that the change of one variant is reported alone.
#[track_caller]
fn check(variants: &[Value], (index, changed): (usize, &Value), what: &str) {
    for keyword in ["anyOf", "oneOf"] {
        let choice = |variants: &[Value]| json!({ keyword: variants });
        let mut new = variants.to_vec();
        new[index] = changed.clone();
        let expected = reported_of_both(&choice(variants), &choice(&new));
        assert!(expected[1].contains(what), "{}", expected[1]);
        for report in &expected {
            let lines = report
                .lines()
                .filter(|line| !line.contains("fit two variants"));
            assert_eq!(lines.count(), 1, "{report}");
        }
        for turn in 1..=variants.len() {
            let mut turned = new.clone();
            turned.rotate_left(turn % variants.len());
            let label = |report: [String; 2]| report.map(|report| without_numbers(&report));
            let report = reported_of_both(&choice(variants), &choice(&turned));
            assert_eq!(label(report), label(expected.clone()), "{turned:?}");
            let mut back = variants.to_vec();
            back.rotate_left(turn % variants.len());
            check_both(&choice(variants), &choice(&back), "", "");
        }
    }
}

/// Returns a report without the numbers of variants, which an order decides.
fn without_numbers(report: &str) -> String {
    report
        .lines()
        .filter(|line| !line.contains("fit two variants"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn texts_are_paired_by_format_pattern_and_values() {
    let of =
        |keyword: &str, value: Value| json!({"type": "string", keyword: value, "minLength": 1});
    let longer = |mut schema: Value| {
        schema["minLength"] = json!(2);
        schema
    };
    for variants in [
        [of("format", json!("uuid")), of("format", json!("email"))],
        [of("pattern", json!("^a")), of("pattern", json!("^b"))],
        [of("enum", json!(["aa", "bb"])), of("pattern", json!("^b"))],
    ] {
        let changed = longer(variants[1].clone());
        check(&variants, (1, &changed), "limit tightened `minLength`");
    }
    let listed = [
        json!({"type": "string", "enum": ["a", "b", "c"], "format": "one"}),
        json!({"type": "string", "enum": ["x", "y", "z"], "format": "other"}),
    ];
    let fewer = json!({"type": "string", "enum": ["x", "y"], "format": "other"});
    check(&listed, (1, &fewer), "value removed `z`");
}

#[test]
fn lists_are_paired_by_their_elements_and_objects_by_the_types_of_their_fields() {
    let list =
        |items: Value, least: u64| json!({"type": "array", "items": items, "minItems": least});
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    check(
        &[
            list(text.clone(), 1),
            list(whole.clone(), 1),
            list(json!({"type": "boolean"}), 1),
        ],
        (1, &list(whole.clone(), 2)),
        "limit tightened `minItems`",
    );
    let object = |id: &Value, least: u64| json!({"type": "object", "required": ["id"], "properties": {"id": id}, "minProperties": least});
    check(
        &[object(&text, 1), object(&whole, 1)],
        (1, &object(&whole, 2)),
        "limit tightened `minProperties`",
    );
}

#[test]
fn an_integer_in_a_choice_that_becomes_a_number_is_wider() {
    let choice = |kind: &str| json!({"anyOf": [{"type": kind}, {"type": "string"}]});
    let wider = "type widened from `integer` to `number`";
    check_both(
        &choice("integer"),
        &choice("number"),
        &format!("POST /a body|integer: {wider} [no side]"),
        &format!("POST /a 200|integer: {wider} [readers]"),
    );
    let narrower = "type narrowed from `number` to `integer`";
    check_both(
        &choice("number"),
        &choice("integer"),
        &format!("POST /a body|number: {narrower} [callers]"),
        &format!("POST /a 200|number: {narrower} [no side]"),
    );
    let list = |kind: &str| json!({"type": [kind, "boolean"]});
    check_both(
        &list("integer"),
        &list("number"),
        &format!("POST /a body|integer: {wider} [no side]"),
        &format!("POST /a 200|integer: {wider} [readers]"),
    );
    // A variant that stays an integer is paired with it.
    let two =
        json!({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "number", "maximum": 0}]});
    let turned =
        json!({"anyOf": [{"type": "number", "maximum": 0}, {"type": "integer", "minimum": 1}]});
    check_both(&two, &turned, "", "");
    check_both(
        &json!({"type": "integer"}),
        &json!({"anyOf": [{"type": "number"}, {"type": "string"}]}),
        "new variant `string` [no side]\nPOST /a body|integer: type widened from `integer` to `number` [no side]",
        "new variant `string` [readers]\nPOST /a 200|integer: type widened from `integer` to `number` [readers]",
    );
}
