//! Null, wherever a schema allows or refuses it.

use serde_json::{Value, json};

use super::check_both;

const NULLABLE: [&str; 2] = ["string", "null"];

#[track_caller]
fn check_null_leaves(with_null: &Value, without: &Value) {
    let report = |what: &str, side: &str| format!("{what} [{side}]");
    check_both(
        with_null,
        without,
        &report("no longer null", "callers"),
        &report("no longer null", "no side"),
    );
    check_both(
        without,
        with_null,
        &report("may now be null", "no side"),
        &report("may now be null", "readers"),
    );
}

#[test]
fn null_leaves_a_list_of_values_or_the_type() {
    let of = |kind: Value, values: Value| json!({"type": kind, "enum": values});
    let with_null = of(json!(NULLABLE), json!(["a", null]));
    for without in [
        of(json!(NULLABLE), json!(["a"])),
        of(json!("string"), json!(["a", null])),
        json!({"type": NULLABLE, "const": "a"}),
        json!({"type": NULLABLE, "enum": ["a", null], "allOf": [{"enum": ["a"]}]}),
        json!({"type": NULLABLE, "enum": ["a", null], "allOf": [{"type": "string"}]}),
    ] {
        check_null_leaves(&with_null, &without);
    }
    let of_two = |values: Value| json!({"type": ["string", "integer", "null"], "enum": values});
    check_null_leaves(&of_two(json!(["a", 1, null])), &of_two(json!(["a", 1])));
}

#[test]
fn null_leaves_one_of_several_parts() {
    let with_null = json!({"type": NULLABLE, "maxLength": 5});
    for without in [
        json!({"type": NULLABLE, "allOf": [{"type": "string", "maxLength": 5}]}),
        json!({"allOf": [{"type": NULLABLE}, {"type": "string", "maxLength": 5}]}),
        json!({"allOf": [{"type": NULLABLE, "maxLength": 5}, {"anyOf": [{"type": "string"}]}]}),
        json!({"type": NULLABLE, "maxLength": 5, "anyOf": [{"type": "string"}, {"type": "string"}]}),
        json!({"type": "string", "maxLength": 5, "anyOf": [{"type": NULLABLE}, {"type": "null"}]}),
        json!({"anyOf": [{"type": NULLABLE, "maxLength": 5, "allOf": [{"type": "string"}]}, {"not": {}}]}),
    ] {
        check_null_leaves(&with_null, &without);
    }
    let nested = json!({"anyOf": [{"anyOf": [{"type": "string", "enum": ["a", null]}]}, {"type": "string"}]});
    check_null_leaves(&json!({"type": NULLABLE}), &nested);
    for other in [
        json!({"allOf": [{"type": NULLABLE}, {"type": NULLABLE, "maxLength": 5}]}),
        json!({"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]}),
        json!({"allOf": [{"maxLength": 5}, {"anyOf": [{"type": "string"}, {"type": "null"}]}]}),
    ] {
        check_both(&with_null, &other, "", "");
    }
    // Generators for 3.0 write this beside a reference, and mean null.
    let nullable = json!({"nullable": true, "allOf": [{"type": "string", "maxLength": 5}]});
    check_both(&with_null, &nullable, "", "");
}

#[test]
fn null_alone_is_the_same_in_all_spellings() {
    let spellings = [
        json!({"type": "null"}),
        json!({"type": ["null"]}),
        json!({"const": null}),
        json!({"enum": [null]}),
        json!({"type": NULLABLE, "enum": [null], "maxLength": 5}),
        json!({"type": NULLABLE, "const": null}),
        json!({"nullable": true, "enum": [null]}),
        json!({"anyOf": [{"type": "null"}]}),
        json!({"anyOf": [{"type": "null"}, {"const": null}]}),
        json!({"anyOf": [{"type": "null"}, false]}),
        json!({"allOf": [{"type": "null"}]}),
        json!({"allOf": [{"type": NULLABLE, "maxLength": 5}, {"enum": [null]}]}),
        json!({"allOf": [{"type": NULLABLE}, {"type": "null"}]}),
    ];
    for other in &spellings {
        check_both(&spellings[0], other, "", "");
        check_both(other, &spellings[0], "", "");
    }
}
