//! Overlaps between the variants of `oneOf` and `anyOf`.

use serde_json::{Value, json};

use super::{document, lines, reported_of_both, response};
use crate::{changes, comparable, differences};

/// Returns the overlaps that are reported for another schema of a request body.
pub(super) fn reported(old: &Value, new: &Value) -> Vec<String> {
    let with = |schema: &Value| {
        let mut document = document();
        document["paths"]["/loaves"]["post"]["requestBody"] =
            json!({"content": {"application/json": {"schema": schema}}});
        document
    };
    let [old, new] = [old, new].map(|schema| comparable::convert(&with(schema), "It").unwrap());
    let report = lines(&changes(&old, &new));
    let report = report
        .lines()
        .filter(|line| line.contains("fit two variants"));
    report.map(str::to_owned).collect()
}

pub(super) fn object(fields: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": fields, "required": required})
}

fn tagged(kind: &str) -> Value {
    object(
        &json!({"kind": {"type": "string", "enum": [kind]}, "note": {"type": "string"}}),
        &["kind"],
    )
}

#[test]
fn null_as_a_tag_is_a_value_of_each_variant_that_takes_it() {
    let tagged = |values: Value| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"enum": values}}});
    let choice = |second: Value| json!({"oneOf": [tagged(json!(["a", null])), tagged(second)]});
    let [callers, _] = reported_of_both(&choice(json!(["b"])), &choice(json!(["b", null])));
    assert!(
        callers.contains("a value may now fit two variants, of which it must fit one"),
        "{callers}"
    );
}

#[test]
fn a_body_that_may_now_fit_two_variants_is_refused() {
    let text = json!({"type": "string"});
    let (a, b) = (
        object(&json!({"a": text}), &[]),
        object(&json!({"b": text}), &[]),
    );
    let closed = |schema: &Value| {
        let mut schema = schema.clone();
        schema["additionalProperties"] = json!(false);
        schema
    };
    let old_alone = object(&json!({"a": text, "b": text}), &[]);
    for (old, new) in [
        (old_alone.clone(), json!({"oneOf": [a, b]})),
        (json!({"anyOf": [a, b]}), json!({"oneOf": [a, b]})),
        (json!({"oneOf": [a, text]}), json!({"oneOf": [a, text, b]})),
        (
            json!({"oneOf": [tagged("rye"), tagged("oat")]}),
            json!({"oneOf": [a, b]}),
        ),
        (
            json!({"anyOf": [closed(&a), closed(&b)]}),
            json!({"oneOf": [closed(&a), closed(&b)]}),
        ),
        (
            json!({"type": "number"}),
            json!({"oneOf": [{"type": "number", "minimum": 0}, {"type": "integer", "maximum": 9}]}),
        ),
        (
            text.clone(),
            json!({"oneOf": [{"type": "string", "enum": ["x"]}, {"type": "string"}]}),
        ),
        (
            json!({"type": "array", "items": text}),
            json!({"oneOf": [{"type": "array", "items": text}, {"type": "array", "items": {"type": "integer"}}]}),
        ),
    ] {
        let found = reported(&old, &new);
        assert_eq!(found.len(), 1, "{new}: {found:?}");
        assert!(
            found[0].contains("POST /loaves body: ") && found[0].contains("[callers]"),
            "{found:?}"
        );
        assert!(reported(&new, &new).is_empty());
        assert!(reported(&new, &old).is_empty());
    }
}

#[test]
fn variants_that_no_value_fits_together_are_no_overlap() {
    let text = json!({"type": "string"});
    let anything = json!({"type": "object"});
    let closed = |name: &str| json!({"type": "object", "properties": {name: text}, "required": [name], "additionalProperties": false});
    let nested = |kind: &str| object(&json!({"inside": tagged(kind)}), &["inside"]);
    let list = |kind: &str| json!({"type": "array", "minItems": 1, "items": {"type": kind}});
    for variants in [
        json!([tagged("rye"), tagged("oat")]),
        json!([closed("a"), closed("b")]),
        json!([nested("rye"), nested("oat")]),
        json!([list("string"), list("integer")]),
        json!([text, {"type": "integer"}, anything]),
        json!([{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]),
        json!([{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 6}]),
        json!([{"type": "string", "format": "uuid"}, {"type": "string", "format": "email"}]),
        json!([{"type": "string", "pattern": "^job_[a-z]+$"}, {"type": "string", "pattern": "^team_.*"}]),
        json!([{"type": "number", "maximum": 5, "exclusiveMaximum": true}, {"type": "number", "minimum": 5}]),
        json!([{"type": "string", "enum": ["abc"]}, {"type": "string", "maxLength": 2}]),
        json!([{"oneOf": [tagged("rye"), tagged("oat")]}, tagged("spelt")]),
    ] {
        let found = reported(&anything, &json!({"oneOf": variants}));
        assert!(found.is_empty(), "{variants}: {found:?}");
    }
    let (a, b) = (
        object(&json!({"a": text}), &[]),
        object(&json!({"b": text}), &[]),
    );
    assert!(reported(&anything, &json!({"anyOf": [a, b]})).is_empty());
}

#[test]
fn readers_meet_no_value_that_fits_two() {
    let of = |schema: &Value| {
        let mut document = document();
        document["paths"]["/loaves/{id}"]["get"]["responses"]["200"] = response(schema);
        document
    };
    let choice = |keyword: &str| json!({keyword: [{"type": "object"}, {"type": "object", "properties": {"a": {"type": "string"}}}]});
    let report = lines(&changes(&of(&choice("anyOf")), &of(&choice("oneOf"))));
    assert_eq!(report, "");
}

#[test]
fn schemas_not_known_to_differ_may_overlap() {
    let anything = json!({"type": "object"});
    let string = |keyword: &str, value: &str| json!({"type": "string", keyword: value});
    for variants in [
        json!([
            string("pattern", "^[a-z]+$"),
            string("pattern", "^[a-f0-9]+$")
        ]),
        json!([string("pattern", "^ab"), string("pattern", "^a")]),
        json!([string("pattern", "^ab?c"), string("pattern", "^ac")]),
        json!([string("pattern", "^a|b"), string("pattern", "^c")]),
        json!([string("pattern", "a"), string("pattern", "b")]),
        json!([string("format", "uri"), string("format", "hostname")]),
        json!([{"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}]),
        json!([{"enum": ["a", 1]}, {"type": "string"}]),
        json!([{"type": "number", "maximum": 5}, {"type": "number", "minimum": 5}]),
    ] {
        let found = reported(&anything, &json!({"oneOf": variants}));
        assert_eq!(found.len(), 1, "{variants}: {found:?}");
    }
}

#[test]
fn choices_in_choices_are_compared() {
    let text = json!({"type": "string"});
    let (a, b) = (
        object(&json!({"a": text}), &[]),
        object(&json!({"b": text}), &[]),
    );
    let old = |keyword: &str| json!({keyword: [a, b]});
    let new = json!({"oneOf": [a, b]});
    for around in [
        |inner: &Value| json!({"anyOf": [inner, {"type": "string"}]}),
        |inner: &Value| json!({"oneOf": [{"type": "string"}, {"anyOf": [{"type": "integer"}, inner]}]}),
        |inner: &Value| json!({"allOf": [inner, {"type": "object", "required": ["c"], "properties": {"c": {"type": "string"}}}]}),
        |inner: &Value| json!({"oneOf": [{"type": "string"}, {"allOf": [inner, {"type": "object", "minProperties": 1}]}]}),
    ] {
        let found = reported(&around(&old("anyOf")), &around(&new));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(reported(&around(&new), &around(&new)).is_empty());
        assert!(reported(&around(&new), &around(&old("anyOf"))).is_empty());
    }
}

#[test]
fn another_pair_that_overlaps_is_another_overlap() {
    let whole = |keyword: &str, bound: i64| json!({"type": "integer", keyword: bound});
    let text = |keyword: &str, length: u64| json!({"type": "string", keyword: length});
    let of = |greatest: i64, length: u64| {
        json!({"oneOf": [
        whole("maximum", greatest), whole("minimum", 6), text("maxLength", length), text("minLength", 6)]})
    };
    let (first, second) = (of(9, 5), of(5, 9));
    assert_eq!(reported(&first, &second).len(), 1);
    assert!(reported(&first, &first).is_empty());
    // Fewer pairs than before, all of them known.
    assert!(reported(&of(9, 9), &first).is_empty());
}

/// Returns a choice of tagged variants, of which the last may have the tag of another one.
fn many(count: usize, last: &str) -> Value {
    let tags = (1..count).map(|number| tagged(&format!("k{number}")));
    let variants: Vec<Value> = tags.chain([tagged(last)]).collect();
    json!({ "oneOf": variants })
}

#[test]
fn the_last_of_many_variants_is_compared_with_all_others() {
    for count in [51, 60, 300, 1_000] {
        let (apart, alike) = (many(count, "last"), many(count, &format!("k{}", count - 1)));
        assert_eq!(reported(&apart, &alike).len(), 1, "{count}");
        assert_eq!(reported(&alike, &alike).len(), 0, "{count}");
        assert_eq!(reported(&alike, &apart).len(), 0, "{count}");
    }
}

#[test]
fn variants_that_are_too_many_to_be_compared_are_counted() {
    // The lengths of one field keep all variants apart, which takes a step for each pair.
    let document = |kind: &str| {
        let closed = |number: usize| {
            let mut variant = object(
                &json!({format!("p{number}"): {"type": kind}, "all": {"type": "string"}}),
                &["all"],
            );
            variant["additionalProperties"] = json!(false);
            variant["properties"]["all"]["maxLength"] = json!(2 * number + 1);
            variant["properties"]["all"]["minLength"] = json!(2 * number);
            variant
        };
        let variants: Vec<Value> = (0..900).map(closed).collect();
        let mut document = document();
        document["paths"]["/loaves"]["post"]["requestBody"] =
            json!({"content": {"application/json": {"schema": {"oneOf": variants}}}});
        document
    };
    let drift = differences(&document("string"), &document("integer"));
    let [sentence] = drift.not_compared.as_slice() else {
        panic!("{:?}", drift.not_compared);
    };
    let pointer = "/paths/~1loaves/post/requestBody/content/application~1json/schema: ";
    let reason = sentence.strip_prefix(pointer).unwrap();
    let count = reason
        .split(": ")
        .nth(1)
        .unwrap_or_else(|| panic!("{sentence}"));
    let count = count.split(' ').next().unwrap();
    assert!(count.parse::<usize>().unwrap() > 100_000, "{sentence}");
}

#[test]
fn overlapping_variants_are_named_or_numbered() {
    let of = |variants: Value| json!({ "oneOf": variants });
    let old = of(
        json!([{"type": "string", "maxLength": 1}, {"type": "integer"}, {"type": "string", "minLength": 2}]),
    );
    let new = of(
        json!([{"type": "string", "maxLength": 5}, {"type": "integer"}, {"type": "string", "minLength": 2}]),
    );
    let [report] = reported(&old, &new).try_into().unwrap();
    assert!(
        report.contains("`variant 1 (string) and variant 3 (string)`"),
        "{report}"
    );
    let named =
        json!([{"$ref": "#/components/schemas/Seed"}, {"$ref": "#/components/schemas/Oven"}]);
    let [report] = reported(&json!({ "anyOf": named }), &of(named))
        .try_into()
        .unwrap();
    assert!(report.contains("`Seed and Oven`"), "{report}");
}

/// Returns the whole report of an edit of a request body.
fn reported_whole(old: &Value, new: &Value) -> String {
    let [callers, _] = reported_of_both(old, new);
    callers
}

#[test]
fn a_choice_that_loses_an_overlap_only_widens() {
    let whole = |keyword: &str, bound: i64| json!({"type": "integer", keyword: bound});
    let text = |keyword: &str, bound: u64| json!({"type": "string", keyword: bound});
    let listed = |values: Value| json!({"type": "string", "enum": values});
    let any = json!({"type": "string", "minLength": 1});
    let object = |required: Value| json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": required});
    let of = |variants: &[Value]| json!({ "oneOf": variants });
    for (old, new) in [
        (
            of(&[whole("maximum", 10), whole("minimum", 5)]),
            of(&[whole("maximum", 10), whole("minimum", 11)]),
        ),
        (
            of(&[whole("minimum", 0), whole("maximum", 10)]),
            of(&[whole("minimum", 0), whole("maximum", -1)]),
        ),
        (
            of(&[text("maxLength", 5), text("minLength", 3)]),
            of(&[text("maxLength", 5), text("minLength", 6)]),
        ),
        (
            of(&[any.clone(), listed(json!(["a", "b"]))]),
            of(&[any.clone(), listed(json!(["a"]))]),
        ),
        (of(&[any.clone(), listed(json!(["a", "b"]))]), any.clone()),
        (
            of(&[
                any.clone(),
                json!({"type": "string", "minLength": 1, "maxLength": 9}),
                json!({"type": "integer"}),
            ]),
            of(&[any.clone(), json!({"type": "integer"})]),
        ),
        (
            of(&[
                object(json!([])),
                json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "minProperties": 2}),
            ]),
            object(json!([])),
        ),
        (
            of(&[listed(json!(["a", "b"])), listed(json!(["b", "c"]))]),
            of(&[listed(json!(["a", "b"])), listed(json!(["c"]))]),
        ),
    ] {
        let report = reported_whole(&old, &new);
        assert!(!report.contains("[callers]"), "{old} to {new}: {report}");
        assert!(reported_whole(&new, &new).is_empty());
    }
}

#[test]
fn values_that_no_other_variant_accepts_are_lost() {
    let whole = |keyword: &str, bound: i64| json!({"type": "integer", keyword: bound});
    let text = |keyword: &str, bound: u64| json!({"type": "string", keyword: bound});
    let listed = |values: Value| json!({"type": "string", "enum": values});
    let requiring = |fields: &[&str]| {
        json!({"type": "object", "required": fields,
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}}})
    };
    let of = |variants: &[Value]| json!({ "oneOf": variants });
    for (old, new) in [
        (
            of(&[whole("maximum", 7), whole("minimum", 5)]),
            of(&[whole("maximum", 7), whole("minimum", 11)]),
        ),
        (
            of(&[text("maxLength", 2), listed(json!(["a", "long"]))]),
            of(&[text("maxLength", 2), listed(json!(["a"]))]),
        ),
        (
            json!({"anyOf": [whole("maximum", 7), whole("minimum", 5)]}),
            json!({"anyOf": [whole("maximum", 4), whole("minimum", 8)]}),
        ),
        (
            json!({"oneOf": [{"type": "integer"}, {"type": "string"}],
                "anyOf": [{"maximum": 7}, {"minimum": 5}]}),
            json!({"anyOf": [whole("maximum", 4), whole("minimum", 8)]}),
        ),
        (
            of(&[requiring(&["a"]), requiring(&[])]),
            of(&[requiring(&["b"]), requiring(&[])]),
        ),
        (
            of(&[requiring(&["a", "b"]), requiring(&[])]),
            of(&[requiring(&["a"]), requiring(&[])]),
        ),
        (
            of(&[
                json!({"type": "array", "items": {}, "minItems": 5}),
                json!({"type": "array", "items": {}}),
            ]),
            of(&[
                json!({"type": "array", "items": {}, "minItems": 2}),
                json!({"type": "array", "items": {}}),
            ]),
        ),
    ] {
        let report = reported_whole(&old, &new);
        assert!(report.contains("[callers]"), "{old} to {new}: {report}");
    }
}

#[test]
fn an_overlap_that_grows_is_reported_and_one_that_shrinks_is_not() {
    let of = |greatest: u64, least: u64| json!({"oneOf": [{"type": "integer", "maximum": greatest}, {"type": "integer", "minimum": least}]});
    for (old, new, count) in [
        (of(10, 5), of(20, 5), 1),
        (of(10, 5), of(10, 3), 1),
        (of(10, 5), of(9, 5), 0),
        (of(10, 5), of(10, 5), 0),
    ] {
        let found = reported(&old, &new);
        assert_eq!(found.len(), count, "{old} to {new}: {found:?}");
    }
}
