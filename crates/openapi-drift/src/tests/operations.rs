//! Reports about operations, parameters and bodies.

use serde_json::{Value, json};

use super::{document, lines, reported, reported_both_ways, response, sections};
use crate::changes;

#[test]
fn operations_come_and_go() {
    insta::assert_snapshot!(sections(&[
        (
            "an operation gone",
            reported_both_ways("/paths/~1loaves~1{id}/get", Value::Null)
        ),
        (
            "an operation deprecated",
            reported(|new| new["paths"]["/loaves"]["get"]["deprecated"] = json!(true))
        ),
    ]));
}

#[test]
fn parameters() {
    let parameters = "/paths/~1loaves/get/parameters";
    let with = |parameter: Value| {
        move |new: &mut Value| {
            let list = new.pointer_mut(parameters).unwrap();
            list.as_array_mut().unwrap().push(parameter);
        }
    };
    insta::assert_snapshot!(sections(&[
        (
            "an optional parameter",
            reported(with(
                json!({"name": "q", "in": "query", "schema": {"type": "string"}})
            ))
        ),
        (
            "a required header",
            reported(with(
                json!({"name": "X-Till", "in": "header", "required": true, "schema": {"type": "string"}})
            ))
        ),
        (
            "no parameters",
            reported(|new| *new.pointer_mut(parameters).unwrap() = json!([]))
        ),
        (
            "a parameter required",
            reported_both_ways(&format!("{parameters}/0/required"), json!(true))
        ),
        (
            "a number in one text",
            reported_both_ways(&format!("{parameters}/0/explode"), json!(false))
        ),
        (
            "a parameter deprecated",
            reported_both_ways(&format!("{parameters}/0/deprecated"), json!(true))
        ),
        (
            "a list in one text",
            reported_both_ways(&format!("{parameters}/1/explode"), json!(false))
        ),
    ]));
}

/// Returns the report for an edit of a form beside the JSON.
fn reported_for_two_forms(edit: impl FnOnce(&mut Value)) -> String {
    let mut old = document();
    old["paths"]["/loaves"]["post"]["requestBody"]["content"]["multipart/form-data"] = json!({"schema": {"type": "object", "properties": {"grams": {"type": "integer"}}}, "encoding": {"grams": {"contentType": "application/json"}}});
    let mut new = old.clone();
    edit(&mut new["paths"]["/loaves"]["post"]["requestBody"]["content"]["multipart/form-data"]);
    lines(&changes(&old, &new))
}

#[test]
fn bodies_and_media_types() {
    let body = "/paths/~1loaves/post/requestBody";
    insta::assert_snapshot!(sections(&[
        ("no body", reported_both_ways(body, Value::Null)),
        (
            "a required body",
            reported_both_ways(&format!("{body}/required"), json!(true))
        ),
        (
            "a form for JSON",
            reported(|new| {
                let content = new.pointer_mut(&format!("{body}/content")).unwrap();
                *content = json!({"application/x-www-form-urlencoded": content["application/json"].take()});
            })
        ),
        (
            "another field in one form of two",
            reported_for_two_forms(|form| {
                form["schema"]["properties"]["grams"] = json!({"type": "string"});
            })
        ),
        (
            "a part of a form written otherwise",
            reported_for_two_forms(|form| {
                form["encoding"] = json!({"grams": {"contentType": "text/plain"}});
            })
        ),
    ]));
}

#[test]
fn flags_of_parameters_and_encodings_of_parts_are_compared() {
    let of = |parameter: Value, encoding: Value| {
        json!({"openapi": "3.0.3", "paths": {"/a": {"post": {
            "parameters": [parameter],
            "requestBody": {"content": {"application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"tags": {"type": "string"}}}, "encoding": encoding}}},
            "responses": {"200": response(&json!({"type": "string"}))}}}}})
    };
    let parameter = |flags: Value| {
        let mut parameter = json!({"name": "q", "in": "query", "schema": {"type": "string"}});
        parameter
            .as_object_mut()
            .unwrap()
            .extend(flags.as_object().unwrap().clone());
        parameter
    };
    let plain = of(parameter(json!({})), json!({}));
    for (new, expected) in [
        (
            of(parameter(json!({"allowReserved": true})), json!({})),
            "serialisation changed",
        ),
        (
            of(
                parameter(json!({})),
                json!({"tags": {"style": "pipeDelimited"}}),
            ),
            "serialisation changed",
        ),
        (
            of(
                parameter(json!({})),
                json!({"tags": {"allowReserved": true}}),
            ),
            "serialisation changed",
        ),
    ] {
        for report in [lines(&changes(&plain, &new)), lines(&changes(&new, &plain))] {
            assert!(
                report.contains(expected) && report.contains("[callers]"),
                "{report}"
            );
        }
        assert_eq!(lines(&changes(&new, &new)), "");
    }
    let empty = of(parameter(json!({"allowEmptyValue": true})), json!({}));
    assert!(
        lines(&changes(&empty, &plain)).contains("limit tightened `allowEmptyValue` [callers]")
    );
    assert!(lines(&changes(&plain, &empty)).contains("limit loosened `allowEmptyValue` [no side]"));
}

#[test]
fn further_servers_are_compared_by_host() {
    let of = |urls: &[&str]| {
        let mut document = document();
        document["servers"] = urls.iter().map(|url| json!({"url": url})).collect();
        document
    };
    let first = "https://bakery.example/api";
    let two = of(&[first, "https://eu.bakery.example/api"]);
    let report = lines(&changes(&two, &of(&[first])));
    assert_eq!(
        report,
        "servers: further address removed `https://eu.bakery.example` [callers]"
    );
    let report = lines(&changes(&of(&[first]), &two));
    assert_eq!(
        report,
        "servers: further address `https://eu.bakery.example` [no side]"
    );
    assert_eq!(
        lines(&changes(
            &two,
            &of(&["https://eu.bakery.example/api", first])
        )),
        ""
    );
}
