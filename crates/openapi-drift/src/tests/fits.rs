//! Schemas whose values follow from several keywords together.

use serde_json::{Value, json};

use super::{check_both as check, reported_of_both as reported};

#[test]
fn null_that_fits_two_variants_is_refused() {
    let choice = |keyword: &str, variants: [&str; 2]| {
        let variants = variants.map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
        json!({ keyword: variants })
    };
    let inline = json!({"oneOf": [{"type": ["string", "null"]}, {"enum": [1, null]}]});
    let one = choice("oneOf", ["Null", "Plain"]);
    for two in [
        choice("oneOf", ["Null", "Whole"]),
        json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Null"}, {"type": "integer"}]}),
    ] {
        let report = reported(&one, &two);
        assert!(
            report[0].contains("no longer null [callers]"),
            "{two}: {}",
            report[0]
        );
        let report = reported(&two, &one);
        assert!(
            report[1].contains("may now be null [readers]"),
            "{two}: {}",
            report[1]
        );
    }
    let any = choice("anyOf", ["Null", "Whole"]);
    check(
        &any,
        &choice("oneOf", ["Null", "Whole"]),
        "no longer null [callers]",
        "no longer null [no side]",
    );
    assert!(reported(&any, &inline)[0].contains("no longer null [callers]"));
}

#[test]
fn contradictions_are_a_schema_that_no_value_fits() {
    let text = |keywords: Value| {
        let mut schema = json!({"type": "string"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(keywords.as_object().unwrap().clone());
        schema
    };
    let fits = text(json!({"const": "a"}));
    for nothing in [
        text(json!({"const": "a", "enum": ["b", "c"]})),
        text(json!({"enum": [1, 2]})),
        text(json!({"const": 1})),
        json!({"type": "null", "enum": ["a"]}),
        json!({"type": ["null", "integer"], "const": "a"}),
    ] {
        check(
            &fits,
            &nothing,
            "value removed `a` [callers]",
            "value removed `a` [no side]",
        );
        check(
            &nothing,
            &fits,
            "new value `a` [no side]",
            "new value `a` [no side]",
        );
    }
    check(
        &fits,
        &text(json!({"const": "a", "enum": ["a", "b"]})),
        "",
        "",
    );
}

#[test]
fn null_alone_is_a_type_of_its_own() {
    let changed = |side: &str| format!("type changed from `integer` to `null` [{side}]");
    for null in [
        json!({"type": "null"}),
        json!({"const": null}),
        json!({"enum": [null]}),
    ] {
        let [callers, readers] = reported(&json!({"type": "integer"}), &null);
        assert!(callers.contains(&changed("callers")), "{null}: {callers}");
        assert!(readers.contains(&changed("readers")), "{null}: {readers}");
        assert_eq!(reported(&json!({"type": "null"}), &null), ["", ""]);
    }
}

#[test]
fn limits_that_a_format_or_values_imply_are_no_change() {
    let whole = |keywords: Value| {
        let mut schema = json!({"type": "integer"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(keywords.as_object().unwrap().clone());
        schema
    };
    let small = whole(json!({"format": "int32"}));
    let stated = whole(json!({"minimum": -2_147_483_648_i64, "maximum": 2_147_483_647}));
    let both =
        whole(json!({"format": "int32", "minimum": -2_147_483_648_i64, "maximum": 2_147_483_647}));
    check(&small, &both, "", "");
    check(&both, &small, "", "");
    let hint = |was, is| format!("format hint changed from `{was}` to `{is}` [no side]");
    let [there, back] = [hint("int32", "int64"), hint("int64", "int32")];
    for of_32_bits in [&small, &both] {
        check(of_32_bits, &stated, &there, &there);
        check(&stated, of_32_bits, &back, &back);
    }
    let least = whole(json!({"format": "uint8"}));
    check(
        &least,
        &whole(json!({"minimum": 0, "maximum": 255})),
        &hint("uint8", "int64"),
        &hint("uint8", "int64"),
    );
    let listed = whole(json!({"enum": [1, 2, 3]}));
    check(
        &listed,
        &whole(json!({"enum": [1, 2, 3], "maximum": 3, "minimum": 0})),
        "",
        "",
    );
    check(
        &listed,
        &whole(json!({"enum": [1, 2, 3], "maximum": 2})),
        "value removed `3` [callers]",
        "value removed `3` [no side]",
    );
}

#[test]
fn limits_beyond_those_that_a_format_or_values_imply_are_reported() {
    let small = json!({"type": "integer", "format": "int32"});
    let low = json!({"type": "integer", "format": "int32", "maximum": 100});
    check(
        &small,
        &low,
        "limit tightened `maximum` from `2147483647` to `100` [callers]",
        "limit tightened `maximum` from `2147483647` to `100` [no side]",
    );
    check(
        &low,
        &small,
        "limit loosened `maximum` from `100` to `2147483647` [no side]",
        "limit loosened `maximum` from `100` to `2147483647` [readers]",
    );
    check(
        &json!({"type": "integer", "format": "int64"}),
        &json!({"type": "integer", "maximum": 100}),
        "limit tightened `maximum`, is `100` [callers]",
        "limit tightened `maximum`, is `100` [no side]",
    );
    let listed = json!({"type": "integer", "enum": [5, 50]});
    let at_most = |greatest: i64| json!({"type": "integer", "maximum": greatest});
    let [callers, _] = reported(&listed, &at_most(10));
    assert!(
        callers.contains("limit tightened `maximum` from `50` to `10` [callers]"),
        "{callers}"
    );
    let [_, readers] = reported(&at_most(10), &listed);
    assert!(
        readers.contains("limit loosened `maximum` from `10` to `50` [readers]"),
        "{readers}"
    );
    check(
        &listed,
        &at_most(50),
        "no longer one of a list of values [no side]",
        "no longer one of a list of values [no side]",
    );
    let short = json!({"type": "string", "maxLength": 3});
    check(
        &json!({"type": "string", "enum": ["abc"]}),
        &short,
        "no longer one of a list of values [no side]",
        "no longer one of a list of values [no side]",
    );
}

#[test]
fn a_wider_type_with_a_limit_and_a_required_field_without_a_schema_are_compared() {
    let [callers, _] = reported(
        &json!({"type": "integer"}),
        &json!({"type": "number", "minimum": 1}),
    );
    assert!(
        callers.contains("limit tightened `minimum`, is `1` [callers]"),
        "{callers}"
    );
    let fields = |properties: Value, required: &[&str]| json!({"type": "object", "properties": properties, "required": required});
    let text = json!({"type": "string"});
    let [callers, _] = reported(&fields(json!({"a": text}), &[]), &fields(json!({}), &["b"]));
    assert!(
        callers.contains("field now required `b` [callers]"),
        "{callers}"
    );
    let [callers, _] = reported(
        &fields(json!({"a": text}), &["b"]),
        &fields(json!({"a": text, "b": text}), &["b"]),
    );
    assert!(callers.contains("now described [callers]"), "{callers}");
}
