//! Widths of numbers and limits, by the direction of the value: a wider range is harmless to senders, a narrower one to readers.

use serde_json::{Value, json};

use super::{check_both, document, lines, reported_of_both};
use crate::changes;

/// Returns the report for another schema of a request body, for callers, or of a response, for readers.
fn reported(side: &str, old: &Value, new: &Value) -> String {
    let of = |schema: &Value| {
        let mut document = document();
        let body =
            json!({"content": {"application/json": {"schema": schema}}, "description": "It."});
        match side {
            "callers" => document["paths"]["/loaves"]["post"]["requestBody"] = body,
            _ => document["paths"]["/loaves/{id}"]["get"]["responses"]["200"] = body,
        }
        document
    };
    lines(&changes(&of(old), &of(new)))
}

#[track_caller]
fn check_wider(what: &str, narrow: &Value, wide: &Value) {
    for (side, old, new, breaks) in [
        ("callers", narrow, wide, false),
        ("callers", wide, narrow, true),
        ("readers", narrow, wide, true),
        ("readers", wide, narrow, false),
    ] {
        let report = reported(side, old, new);
        let side = if breaks { side } else { "no side" };
        assert!(
            report.contains(what) && report.contains(&format!("[{side}]")),
            "{old} to {new}: {report}"
        );
    }
}

fn number(kind: &str, format: &str) -> Value {
    match format {
        "" => json!({"type": kind}),
        format => json!({"type": kind, "format": format}),
    }
}

#[test]
fn a_wider_number_is_harmless_to_senders_and_a_narrower_one_to_readers() {
    for (kind, narrow, wide) in [
        ("integer", "int8", "int16"),
        ("integer", "int16", "int32"),
        ("integer", "int32", "int64"),
        ("integer", "int32", ""),
        ("integer", "uint8", "int16"),
        ("integer", "uint32", "int64"),
        ("integer", "uint32", "uint64"),
        ("number", "float", "double"),
        ("number", "float", ""),
    ] {
        check_wider("type ", &number(kind, narrow), &number(kind, wide));
    }
    for (kind, one, other) in [("integer", "int64", ""), ("number", "double", "")] {
        assert_eq!(
            reported("callers", &number(kind, one), &number(kind, other)),
            ""
        );
    }
}

#[test]
fn numbers_of_which_neither_includes_the_other_break_both_sides() {
    for (one, other) in [
        ("uint32", "int32"),
        ("uint64", "int64"),
        ("int8", "uint8"),
        ("uint64", ""),
    ] {
        for side in ["callers", "readers"] {
            let report = reported(side, &number("integer", one), &number("integer", other));
            assert!(
                report.contains("format changed") && report.contains(&format!("[{side}]")),
                "{report}"
            );
        }
    }
}

#[test]
fn a_looser_limit_may_break_readers_and_a_tighter_one_senders() {
    for (kind, narrow, wide) in [
        ("string", json!({"minLength": 3}), json!({"minLength": 1})),
        ("string", json!({"maxLength": 3}), json!({"maxLength": 9})),
        ("number", json!({"maximum": 3}), json!({"maximum": 9})),
        ("number", json!({"minimum": 3}), json!({"minimum": 1})),
        ("array", json!({"maxItems": 3}), json!({})),
        ("object", json!({"minProperties": 1}), json!({})),
    ] {
        let of = |limits: &Value| {
            let mut schema = limits.clone();
            schema["type"] = json!(kind);
            schema
        };
        check_wider("limit ", &of(&narrow), &of(&wide));
    }
}

#[test]
fn the_ends_of_that_range_are_limits_of_other_numbers_and_sizes() {
    const LARGEST: i64 = 9_007_199_254_740_991;
    for (kind, keyword, limit) in [
        ("number", "maximum", LARGEST),
        ("integer", "minimum", LARGEST),
        ("integer", "maximum", -LARGEST),
        ("string", "minLength", LARGEST),
    ] {
        let [old, new] = [json!({"type": kind}), json!({"type": kind, keyword: limit})];
        let [callers, _] = reported_of_both(&old, &new);
        let expected = format!("limit tightened `{keyword}`, is `{limit}` [callers]");
        assert_eq!(callers, expected);
    }
}

#[test]
fn the_range_that_all_numbers_of_javascript_have_is_a_hint() {
    let whole = json!({"type": "integer"});
    let safe = json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64});
    let there = "format hint changed `maximum`, is `9007199254740991` [no side]\n\
                 format hint changed `minimum`, is `-9007199254740991` [no side]";
    check_both(&whole, &safe, there, there);
    let back = there.replace(", is", ", was");
    check_both(&safe, &whole, &back, &back);
    let small = json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9});
    let [callers, _] = reported_of_both(&safe, &small);
    assert!(
        callers.contains("limit tightened `maximum` from `9007199254740991` to `9` [callers]"),
        "{callers}"
    );
    let [callers, _] = reported_of_both(&whole, &small);
    assert!(
        callers.contains("limit tightened `maximum`, is `9` [callers]"),
        "{callers}"
    );
}
