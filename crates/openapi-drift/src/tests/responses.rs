//! Reports about responses, and about parts that are not described any more.

use serde_json::{Value, json};

use super::{LOAF, document, lines, reported, reported_both_ways, response, sections};
use crate::changes;

/// Returns the report if an operation changes from one set of responses to another.
fn reported_for_responses(old: &[(&str, &str)], new: &[(&str, &str)]) -> String {
    let with = |responses: &[(&str, &str)]| {
        let mut document = document();
        let responses = responses.iter().map(|(status, field)| {
            let schema = json!({"type": "object", "properties": {*field: {"type": "string"}}});
            ((*status).to_owned(), response(&schema))
        });
        document["paths"]["/loaves/{id}"]["get"]["responses"] = responses.collect();
        document
    };
    lines(&changes(&with(old), &with(new)))
}

#[test]
fn statuses_described_in_other_ways() {
    let (loaf, failure) = ("loaf", "error");
    insta::assert_snapshot!(sections(&[
        (
            "only the failures are left",
            reported_for_responses(
                &[("200", loaf), ("default", failure)],
                &[("default", failure)]
            )
        ),
        (
            "one response for all",
            reported_for_responses(&[("200", loaf)], &[("default", failure)])
        ),
        (
            "a success beside all others",
            reported_for_responses(&[("default", loaf)], &[("default", failure), ("201", loaf)])
        ),
        (
            "a success for a class of them",
            reported_for_responses(&[("2XX", loaf)], &[("200", loaf)])
        ),
        (
            "a failure for a class of them",
            reported_for_responses(
                &[("200", loaf), ("4XX", failure)],
                &[("200", loaf), ("404", loaf)]
            )
        ),
        (
            "a class for a failure",
            reported_for_responses(
                &[("200", loaf), ("404", failure)],
                &[("200", loaf), ("4xx", failure)]
            )
        ),
        (
            "a failure of its own beside all others",
            reported_for_responses(
                &[("200", loaf), ("default", failure)],
                &[("200", loaf), ("default", failure), ("404", loaf)]
            )
        ),
    ]));
}

#[test]
fn statuses() {
    let responses = "/paths/~1loaves/get/responses";
    insta::assert_snapshot!(sections(&[
        (
            "another success",
            reported_both_ways(
                &format!("{responses}/202"),
                json!({"description": "Later."})
            )
        ),
        (
            "no failure",
            reported_both_ways(&format!("{responses}/404"), Value::Null)
        ),
        (
            "classes for statuses",
            reported(|new| {
                let responses = new.pointer_mut(responses).unwrap();
                *responses =
                    json!({"2XX": responses["200"].take(), "default": responses["404"].take()});
            })
        ),
    ]));
}

#[test]
fn an_omitted_part_withdraws_its_description() {
    insta::assert_snapshot!(sections(&[
        (
            "no responses",
            reported_both_ways("/paths/~1loaves/get/responses", Value::Null)
        ),
        (
            "a response without content",
            reported_both_ways(
                "/paths/~1loaves/get/responses/200",
                json!({"description": "It."})
            )
        ),
        (
            "an object without fields",
            reported_both_ways("/components/schemas/Seed", json!({"type": "object"}))
        ),
        (
            "a map for an object",
            reported_both_ways(
                "/components/schemas/Seed",
                json!({"type": "object", "additionalProperties": {"type": "string"}})
            )
        ),
        (
            "an object with no fields at all",
            reported_both_ways(
                "/components/schemas/Seed",
                json!({"type": "object", "additionalProperties": false})
            )
        ),
        (
            "a map of anything",
            reported_both_ways(&format!("{LOAF}/notes/additionalProperties"), json!(true))
        ),
        (
            "no list of required fields",
            reported_both_ways("/components/schemas/Oven/required", Value::Null)
        ),
        (
            "a field without a type",
            reported_both_ways(&format!("{LOAF}/kind"), json!({}))
        ),
    ]));
}

/// Removes a keyword everywhere in a value.
fn without(document: &mut Value, keyword: &str) {
    match document {
        Value::Object(members) => {
            members.remove(keyword);
            members
                .values_mut()
                .for_each(|member| without(member, keyword));
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| without(element, keyword)),
        _ => {}
    }
}

#[test]
fn an_aspect_omitted_by_the_whole_document_is_no_evidence() {
    let without = |keyword: &str| {
        let mut new = document();
        without(&mut new, keyword);
        let there = lines(&changes(&document(), &new));
        let back = lines(&changes(&new, &document()));
        format!("{there}\n-- and back:\n{back}")
    };
    insta::assert_snapshot!(sections(&[
        ("no contents", without("content")),
        ("no responses", without("responses")),
        ("no fields", without("properties")),
        ("no required fields", without("required")),
        ("no credentials", without("security")),
        ("no servers", without("servers")),
    ]));
}
