//! Lists whose elements have schemas by their position.

use serde_json::{Value, json};

use super::{check_both, reported_of_both};

fn tuple(first: &Value, rest: &Value) -> Value {
    json!({"type": "array", "prefixItems": [first], "items": rest})
}

/// Returns the same tuple in the form of earlier drafts.
fn earlier(first: &Value, rest: &Value) -> Value {
    json!({"type": "array", "items": [first], "additionalItems": rest})
}

#[test]
fn each_position_of_a_tuple_is_compared() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    for written in [tuple, earlier] {
        for (old, new, inside) in [
            (
                written(&text, &text),
                written(&whole, &text),
                "(prefixItems 0)",
            ),
            (written(&text, &text), written(&text, &whole), "(items)"),
            (
                written(&written(&text, &whole), &text),
                written(&written(&whole, &whole), &text),
                "(prefixItems 0) (prefixItems 0)",
            ),
            (
                written(
                    &text,
                    &json!({"type": "object", "properties": {"a": written(&text, &whole)}}),
                ),
                written(
                    &text,
                    &json!({"type": "object", "properties": {"a": written(&text, &text)}}),
                ),
                "(items).a (items)",
            ),
        ] {
            let [callers, readers] = reported_of_both(&old, &new);
            for (report, side) in [(callers, "callers"), (readers, "readers")] {
                let is_there = |line: &str| {
                    line.contains(&format!("{inside}: type changed"))
                        && line.ends_with(&format!("[{side}]"))
                };
                assert!(report.lines().any(is_there), "{old} to {new}: {report}");
            }
            assert_eq!(reported_of_both(&new, &new), ["", ""]);
        }
    }
}

#[test]
fn both_spellings_of_a_tuple_are_the_same() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    for rest in [json!(false), json!(true), whole.clone()] {
        check_both(&tuple(&text, &rest), &earlier(&text, &rest), "", "");
        check_both(&earlier(&text, &rest), &tuple(&text, &rest), "", "");
    }
    let full = json!({"type": "array", "prefixItems": [text], "maxItems": 1, "items": whole});
    check_both(&tuple(&text, &json!(false)), &full, "", "");
    let never = json!({"not": {}});
    check_both(&tuple(&text, &json!(false)), &tuple(&text, &never), "", "");
}

#[test]
fn further_elements_of_a_tuple_are_compared() {
    let [text, whole] = [json!({"type": "string"}), json!({"type": "integer"})];
    for (old, new) in [
        (json!(true), whole.clone()),
        (json!(true), json!(false)),
        (whole.clone(), json!(false)),
    ] {
        for written in [tuple, earlier] {
            let [old, new] = [written(&text, &old), written(&text, &new)];
            let [callers, _] = reported_of_both(&old, &new);
            assert!(callers.contains("[callers]"), "{old} to {new}: {callers}");
            let [callers, readers] = reported_of_both(&new, &old);
            assert!(readers.contains("[readers]"), "{new} to {old}: {readers}");
            assert!(!callers.contains("[callers]"), "{new} to {old}: {callers}");
        }
    }
}
