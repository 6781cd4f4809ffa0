//! Keywords that leave the accepted values as they are, and lists of values of several types.

use serde_json::{Value, json};

use super::{check_both, reported_of_both};

/// Checks that all of these schemas accept the same values.
#[track_caller]
fn are_the_same(schemas: &[Value]) {
    for other in schemas {
        check_both(&schemas[0], other, "", "");
        check_both(other, &schemas[0], "", "");
    }
}

#[test]
fn whole_numbers_are_the_same_in_all_spellings() {
    are_the_same(&[
        json!({"const": 1}),
        json!({"const": 1.0}),
        json!({"enum": [1.0]}),
        json!({"type": "number", "const": 1}),
        json!({"type": "integer", "const": 1.0}),
        json!({"type": "integer", "enum": [1]}),
    ]);
    are_the_same(&[
        json!({"type": "number", "enum": [1, 2]}),
        json!({"type": "integer", "enum": [1, 2]}),
        json!({"type": "number", "format": "double", "enum": [2.0, 1.0]}),
        json!({"allOf": [{"type": "number"}, {"enum": [1, 2]}]}),
    ]);
    are_the_same(&[
        json!({"type": "integer"}),
        json!({"type": "integer", "multipleOf": 1}),
        json!({"type": "number", "multipleOf": 1}),
        json!({"type": "number", "multipleOf": 1.0}),
        json!({"type": "integer", "multipleOf": 0.5}),
        json!({"allOf": [{"type": "number"}, {"multipleOf": 1}]}),
    ]);
    are_the_same(&[
        json!({"type": "integer", "minimum": 1, "maximum": 3}),
        json!({"type": "integer", "minimum": 0.5, "exclusiveMaximum": 3.5}),
        json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 4}),
    ]);
    check_both(
        &json!({"type": "number", "multipleOf": 1}),
        &json!({"type": "number"}),
        "type widened from `integer` to `number` [no side]",
        "type widened from `integer` to `number` [readers]",
    );
}

#[test]
fn a_step_that_is_a_multiple_of_another_one_is_tighter() {
    let of = |step: f64| json!({"type": "number", "multipleOf": step});
    for (fine, coarse) in [(0.01, 0.1), (2.0, 4.0), (0.25, 1.5)] {
        let [callers, readers] = reported_of_both(&of(fine), &of(coarse));
        assert!(callers.contains("[callers]"), "{callers}");
        assert!(readers.contains("[no side]"), "{readers}");
        let [callers, readers] = reported_of_both(&of(coarse), &of(fine));
        assert!(callers.contains("[no side]"), "{callers}");
        assert!(readers.contains("[readers]"), "{readers}");
    }
    check_both(
        &of(2.0),
        &of(3.0),
        "limit changed `multipleOf` from `2` to `3` [callers]",
        "limit changed `multipleOf` from `2` to `3` [readers]",
    );
}

#[test]
fn a_pattern_or_a_step_that_all_listed_values_meet_is_no_change() {
    are_the_same(&[
        json!({"type": "string", "enum": ["a1", "b2"]}),
        json!({"type": "string", "enum": ["a1", "b2"], "pattern": "^[a-z]\\d$"}),
        json!({"type": "string", "enum": ["a1", "b2"], "pattern": "\\d"}),
        json!({"type": "string", "enum": ["a1", "b2", "c"], "pattern": "\\d"}),
        json!({"allOf": [{"type": "string", "enum": ["a1", "b2"]}, {"pattern": "^a|^b"}]}),
    ]);
    are_the_same(&[
        json!({"type": "integer", "enum": [2, 4]}),
        json!({"type": "integer", "enum": [2, 4], "multipleOf": 2}),
        json!({"type": "integer", "enum": [2, 3, 4], "multipleOf": 2}),
    ]);
    check_both(
        &json!({"type": "string", "enum": ["a1", "b"]}),
        &json!({"type": "string", "enum": ["a1", "b"], "pattern": "\\d"}),
        "value removed `b` [callers]",
        "value removed `b` [no side]",
    );
    // The values decide, so a format beside them is a hint.
    let dated = json!({"type": "string", "format": "date", "enum": ["2030-01-01"]});
    check_both(
        &dated,
        &json!({"type": "string", "enum": ["2030-01-01"]}),
        "format hint changed, was `date` [no side]",
        "format hint changed, was `date` [no side]",
    );
}

#[test]
fn a_pattern_is_compared_with_the_listed_values_of_the_other_side() {
    let listed = json!({"type": "string", "enum": ["a1", "b2"]});
    let of = |pattern: &str| json!({"type": "string", "pattern": pattern});
    let opened = "no longer one of a list of values [no side]";
    let closed = |side: &str| format!("now one of a list of values [{side}]");
    check_both(&listed, &of("\\d"), opened, opened);
    check_both(&of("\\d"), &listed, &closed("callers"), &closed("no side"));
    let tightened = |side: &str| format!("limit tightened `pattern`, is `\"^a\"` [{side}]");
    check_both(
        &listed,
        &of("^a"),
        &format!("{}\n{opened}", tightened("callers")),
        &format!("{opened}\n{}", tightened("no side")),
    );
    // A pattern without an equivalent is compared by its text.
    let [callers, _] = reported_of_both(
        &listed,
        &json!({"type": "string", "enum": ["a1", "b2"], "pattern": "^(?!c)"}),
    );
    assert!(callers.contains("limit tightened `pattern`"), "{callers}");
}

#[test]
fn listed_values_of_several_types_are_variants() {
    are_the_same(&[
        json!({"enum": ["a", 1]}),
        json!({"type": ["string", "integer"], "enum": ["a", 1]}),
        json!({"anyOf": [{"const": "a"}, {"const": 1}]}),
    ]);
    let booleans = json!({"enum": [true, false, "a"]});
    let removed = |side: &str| format!("variant removed `string` [{side}]");
    check_both(
        &booleans,
        &json!({"type": "boolean"}),
        &removed("callers"),
        &removed("no side"),
    );
    check_both(
        &json!({"type": "boolean"}),
        &booleans,
        "new variant `string` [no side]",
        "new variant `string` [readers]",
    );
    check_both(
        &booleans,
        &json!({"enum": [true, false, "b"]}),
        "POST /a body|string: value removed `a` [callers]\nPOST /a body|string: new value `b` [no side]",
        "POST /a 200|string: new value `b` [no side]\nPOST /a 200|string: value removed `a` [no side]",
    );
    let [callers, _] = reported_of_both(
        &json!({"enum": [true, false, 1, 2]}),
        &json!({"enum": [true, false, 1]}),
    );
    assert_eq!(callers, "POST /a body|integer: value removed `2` [callers]");
    let [callers, _] = reported_of_both(&json!({}), &booleans);
    assert!(callers.contains("[callers]"), "{callers}");
    are_the_same(&[json!({"type": "boolean"}), json!({"enum": [false, true]})]);
}

#[test]
fn variants_beside_one_that_accepts_everything_are_no_restriction() {
    are_the_same(&[
        json!({}),
        json!({"anyOf": [{}, {"type": "string"}]}),
        json!({"anyOf": [{"type": "integer"}, {"description": "Anything."}]}),
        json!({"anyOf": [true, {"type": "string"}]}),
        json!({"anyOf": [{"allOf": [{}]}, {"type": "string"}]}),
        json!({"anyOf": [{"type": "string"}, {"anyOf": [{"type": "integer"}, {}]}]}),
    ]);
    are_the_same(&[
        json!({"type": "string"}),
        json!({"type": "string", "anyOf": [{}, {"maxLength": 3}]}),
        json!({"allOf": [{"anyOf": [{"type": "integer"}, {}]}, {"type": "string"}]}),
    ]);
    check_both(
        &json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        &json!({"anyOf": [{"type": "string"}, {}]}),
        "no longer described [no side]",
        "no longer described [readers]",
    );
    // A value that fits both variants of `oneOf` is refused.
    let [callers, _] = reported_of_both(
        &json!({"oneOf": [{}, {"type": "string"}]}),
        &json!({"oneOf": [{}, {"type": "integer"}]}),
    );
    assert!(callers.contains("[callers]"), "{callers}");
}

#[test]
fn a_default_counts_where_the_field_could_be_omitted() {
    let field = |default: Option<u64>, required: &[&str]| {
        let mut field = json!({"type": "integer"});
        field
            .as_object_mut()
            .unwrap()
            .extend(default.map(|default| ("default".to_owned(), json!(default))));
        json!({"type": "object", "properties": {"a": field}, "required": required})
    };
    let optional = "field no longer required `a` [no side]";
    let [callers, _] = reported_of_both(&field(None, &["a"]), &field(Some(1), &[]));
    assert_eq!(callers, optional);
    let [callers, _] = reported_of_both(&field(Some(2), &["a"]), &field(Some(1), &[]));
    assert_eq!(callers, optional);
    let [callers, _] = reported_of_both(&field(None, &[]), &field(Some(1), &[]));
    assert_eq!(callers, "POST /a body.a: default changed, is `1` [callers]");
    let [callers, _] = reported_of_both(&field(Some(1), &[]), &field(None, &["a"]));
    assert!(
        callers.contains("default changed, was `1` [callers]"),
        "{callers}"
    );
    assert!(
        callers.contains("field now required `a` [callers]"),
        "{callers}"
    );
}
