//! Reports about schemas.

use serde_json::{Value, json};

use super::{LOAF, document, lines, reported, reported_both_ways, response, sections};
use crate::changes;

#[test]
fn limits_of_numbers_and_defaults() {
    let limit = "/paths/~1loaves/get/parameters/0/schema";
    insta::assert_snapshot!(sections(&[
        (
            "a lower maximum",
            reported_both_ways(&format!("{limit}/maximum"), json!(50))
        ),
        (
            "a minimum",
            reported_both_ways(&format!("{limit}/minimum"), json!(1))
        ),
        (
            "the same maximum, itself excluded",
            reported_both_ways(&format!("{limit}/exclusiveMaximum"), json!(true))
        ),
        (
            "a higher maximum, itself excluded",
            reported(|new| {
                let limit = new.pointer_mut(limit).unwrap();
                limit["exclusiveMaximum"] = json!(true);
                limit["maximum"] = json!(101);
            })
        ),
        (
            "a default",
            reported_both_ways(&format!("{limit}/default"), json!(20))
        ),
    ]));
}

#[test]
fn limits_of_texts_and_lists() {
    insta::assert_snapshot!(sections(&[
        (
            "a length beyond the precision of a float",
            reported(|new| {
                let id = new.pointer_mut(&format!("{LOAF}/id")).unwrap();
                id["maxLength"] = json!(9_007_199_254_740_993_u64);
            })
        ),
        (
            "at least none",
            reported(|new| {
                let id = new.pointer_mut(&format!("{LOAF}/id")).unwrap();
                id["minLength"] = json!(0);
            })
        ),
        (
            "a pattern",
            reported_both_ways(&format!("{LOAF}/id/pattern"), json!("^l"))
        ),
        (
            "no element twice",
            reported_both_ways(
                "/paths/~1loaves/get/parameters/1/schema/uniqueItems",
                json!(true)
            )
        ),
        (
            "an element twice, as if nothing were said",
            reported_both_ways(
                "/paths/~1loaves/get/parameters/1/schema/uniqueItems",
                json!(false)
            )
        ),
    ]));
}

/// Returns the reports if an object without sent fields gets a sent field, and if it loses it.
fn reported_for_a_first_field_to_send() -> String {
    let with = |more: &str| {
        let mut document = document();
        let mut fields = json!({"id": {"type": "string", "readOnly": true}});
        fields[more] = json!({"type": "string", "readOnly": more == "id"});
        document["components"]["schemas"]["Seed"] = json!({"type": "object", "properties": fields});
        document
    };
    let (none, one) = (with("id"), with("sent"));
    let there = lines(&changes(&none, &one));
    let back = lines(&changes(&one, &none));
    format!("{there}\n-- and back:\n{back}")
}

#[test]
fn fields() {
    insta::assert_snapshot!(sections(&[
        (
            "a field",
            reported_both_ways(&format!("{LOAF}/price"), json!({"type": "number"}))
        ),
        (
            "another required field",
            reported_both_ways(
                "/components/schemas/Loaf/required",
                json!(["id", "kind", "grams"])
            )
        ),
        (
            "no further fields",
            reported_both_ways(
                "/components/schemas/Loaf/additionalProperties",
                json!(false)
            )
        ),
        (
            "a required name without a field",
            reported_both_ways(
                "/components/schemas/Loaf/required",
                json!(["id", "kind", "price"])
            )
        ),
        (
            "a field that is only read",
            reported_both_ways(&format!("{LOAF}/id/readOnly"), json!(true))
        ),
        (
            "another field beside those that are only read",
            reported_for_a_first_field_to_send()
        ),
        (
            "a field that is only written",
            reported_both_ways(&format!("{LOAF}/grams/writeOnly"), json!(true))
        ),
        (
            "a new required field",
            reported(|new| {
                new["components"]["schemas"]["Loaf"]["properties"]["price"] =
                    json!({"type": "number"});
                new["components"]["schemas"]["Loaf"]["required"] = json!(["id", "kind", "price"]);
            })
        ),
    ]));
}

#[test]
fn types_and_formats() {
    insta::assert_snapshot!(sections(&[
        (
            "a number for an integer",
            reported_both_ways(&format!("{LOAF}/grams"), json!({"type": "number"}))
        ),
        (
            "text for an integer",
            reported_both_ways(&format!("{LOAF}/grams"), json!({"type": "string"}))
        ),
        (
            "a list for an integer",
            reported_both_ways(
                &format!("{LOAF}/grams"),
                json!({"type": "array", "items": {"type": "integer"}})
            )
        ),
        (
            "a date for an instant",
            reported_both_ways(&format!("{LOAF}/baked/format"), json!("date"))
        ),
        (
            "a narrower number",
            reported_both_ways(&format!("{LOAF}/grams/format"), json!("int32"))
        ),
        (
            "the width that it has anyway",
            reported(|new| {
                new["components"]["schemas"]["Loaf"]["properties"]["grams"]["format"] =
                    json!("int64");
            })
        ),
        (
            "an exact number",
            reported_both_ways(
                "/components/schemas/Oven/properties/heat/format",
                json!("decimal")
            )
        ),
        (
            "an unknown format",
            reported_both_ways(&format!("{LOAF}/baked/format"), json!("a word"))
        ),
        (
            "maps of numbers for maps of text",
            reported_both_ways(
                &format!("{LOAF}/notes/additionalProperties"),
                json!({"type": "integer"})
            )
        ),
        (
            "null",
            reported_both_ways(&format!("{LOAF}/grams/nullable"), json!(true))
        ),
    ]));
}

#[test]
fn values_and_variants() {
    insta::assert_snapshot!(sections(&[
        (
            "another value",
            reported_both_ways(
                "/components/schemas/Kind/enum",
                json!(["rye", "wheat", "spelt"])
            )
        ),
        (
            "any text for a list of values",
            reported_both_ways("/components/schemas/Kind/enum", Value::Null)
        ),
        (
            "another form",
            reported_both_ways(
                "/components/schemas/Topping",
                json!({"oneOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "string"}, {"type": "integer"}]})
            )
        ),
        (
            "one form of two",
            reported_both_ways(
                "/components/schemas/Topping",
                json!({"$ref": "#/components/schemas/Seed"})
            )
        ),
        (
            "another field in one form",
            reported_both_ways(
                "/components/schemas/Seed/properties/seed",
                json!({"type": "integer"})
            )
        ),
    ]));
}

#[test]
fn choices_in_choices_and_fields_beside_them() {
    insta::assert_snapshot!(sections(&[
        (
            "a choice in a choice",
            reported(|new| {
                new["components"]["schemas"]["Topping"] = json!({"oneOf": [
                    {"anyOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "string"}]}]});
            })
        ),
        (
            "another form in a choice in a choice",
            reported(|new| {
                new["components"]["schemas"]["Topping"] = json!({"oneOf": [
                    {"oneOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "integer"}]}, {"type": "string"}]});
            })
        ),
        (
            "null by one of the forms",
            reported(|new| {
                new["components"]["schemas"]["Topping"]["oneOf"][1]["nullable"] = json!(true);
            })
        ),
        (
            "a field beside the forms",
            reported_both_ways(
                "/components/schemas/Topping/properties",
                json!({"salt": {"type": "boolean"}})
            )
        ),
    ]));
}

#[test]
fn circles_end() {
    let mut new = document();
    new["components"]["schemas"]["Loaf"]["properties"]["inside"] =
        json!({"type": "array", "items": {"$ref": "#/components/schemas/Loaf"}});
    insta::assert_snapshot!(sections(&[(
        "a list for one",
        lines(&changes(&document(), &new))
    ),]));
}

#[test]
fn recursive_schemas_terminate() {
    let made_of_itself = |document: &mut Value| {
        document["components"]["schemas"]["Loaf"]["properties"]["slice"] = json!({"allOf": [
            {"$ref": "#/components/schemas/Loaf"},
            {"type": "object", "properties": {"thickness": {"type": "integer"}}}]});
    };
    let (mut old, mut new) = (document(), document());
    made_of_itself(&mut old);
    made_of_itself(&mut new);
    new["components"]["schemas"]["Loaf"]["properties"]["grams"] = json!({"type": "string"});
    let report = lines(&changes(&old, &new));
    assert!(report.starts_with("Loaf.grams: type changed"), "{report}");
    assert!(report.lines().count() < 4, "{report}");
}

#[test]
fn many_ways_to_the_same_are_not_all_gone() {
    let deep = |kind: &str| {
        let mut document = document();
        for level in 0..20 {
            let next = json!({"allOf": [{"$ref": format!("#/components/schemas/L{}", level + 1)}, {"required": ["z"]}]});
            document["components"]["schemas"][format!("L{level}")] =
                json!({"type": "object", "properties": {"a": next, "b": next}});
        }
        document["components"]["schemas"]["L20"] =
            json!({"type": "object", "properties": {"z": {"type": kind}}});
        document["components"]["schemas"]["Loaf"]["properties"]["deep"] =
            json!({"$ref": "#/components/schemas/L0"});
        document
    };
    let changes = changes(&deep("string"), &deep("integer"));
    assert!((1..2_000).contains(&changes.len()), "{}", changes.len());
}

#[test]
fn the_text_null_is_not_null() {
    let of = |schema: Value| {
        let mut document = document();
        document["paths"]["/loaves/{id}"]["get"]["responses"]["200"] = response(&schema);
        document
    };
    let text = json!({"type": "string", "enum": ["null"]});
    let mut nullable = text.clone();
    nullable["nullable"] = json!(true);
    let report = lines(&changes(&of(text.clone()), &of(nullable.clone())));
    assert!(report.ends_with("may now be null [readers]"), "{report}");
    assert_eq!(report.lines().count(), 1, "{report}");
    assert_eq!(lines(&changes(&of(nullable.clone()), &of(nullable))), "");
    // Variants that differ in the field are different variants.
    let tagged = |value: Value| json!({"type": "object", "required": ["a"], "properties": {"a": {"enum": [value]}}});
    let choice = |values: [Value; 2]| json!({"oneOf": values.map(tagged)});
    let (old, new) = (
        choice([json!("1"), json!("b")]),
        choice([json!(1), json!("b")]),
    );
    let report = lines(&changes(&of(old), &of(new)));
    assert!(
        report.contains("variant removed") && report.contains("new variant"),
        "{report}"
    );
}
