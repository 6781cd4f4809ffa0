//! Differences that contradict the documentation: readers may get a value that it rules out, or requests that it allows are refused.

use serde_json::{Value, json};

use super::{documented, reconcile};
use openapi_canonical::schema::reference_to;

const SCHEMAS: &str = "/components/schemas";

/// Puts a value where a JSON pointer leads; at the end of a list with `-`.
fn put(document: &mut Value, pointer: &str, value: &Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(list) if key == "-" => list.push(value.clone()),
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
        parent => parent[key.replace("~1", "/")] = value.clone(),
    }
}

/// Returns the contradictions of a served document that has one other value than the documentation.
fn contradictions(pointer: &str, own: &Value, served: &Value) -> Vec<String> {
    let with = |value: &Value| {
        let mut document = documented();
        if !value.is_null() {
            put(&mut document, pointer, value);
        }
        document
    };
    let (_, divergences) = reconcile(&with(served), &with(own));
    super::super::contradictions(&divergences)
}

#[track_caller]
fn check(pointer: &str, own: &Value, served: &Value, is_contradiction: bool) {
    let found = contradictions(pointer, own, served);
    assert_eq!(
        !found.is_empty(),
        is_contradiction,
        "{pointer}: {own} and {served}: {found:#?}"
    );
}

/// Returns a field of an object in responses alone, and one of an object in requests alone.
fn field(component: &str) -> String {
    format!("{SCHEMAS}/{component}/properties/odd")
}

#[test]
fn types_of_responses_contradict_if_they_have_further_values() {
    let (integer, number) = (json!({"type": "integer"}), json!({"type": "number"}));
    let amount = json!({"type": "number", "format": "decimal"});
    let text = json!({"type": "string"});
    let either = json!({"anyOf": [integer, number]});
    let (address, mail) = (
        json!({"type": "string", "format": "uri"}),
        json!({"type": "string", "format": "email"}),
    );
    for (own, served, in_response, in_request) in [
        (&integer, &number, true, false),
        (&number, &integer, false, true),
        (&integer, &either, true, false),
        (&amount, &text, true, true),
        (&amount, &number, false, false),
        (&address, &mail, true, true),
        (
            &address,
            &json!({"type": "string", "format": "url"}),
            false,
            false,
        ),
        (&text, &mail, false, false),
        (&json!({}), &integer, false, false),
    ] {
        check(&field("Job"), own, served, in_response);
        check(&field("JobRequest"), own, served, in_request);
    }
}

#[test]
fn a_null_response_contradicts_and_a_request_that_may_be_null_does_not() {
    let body = "/paths/~1jobs/post/responses/200/content/application~1json/schema";
    let nullable = json!({"allOf": [reference_to("Job")], "nullable": true});
    check(body, &reference_to("Job"), &nullable, true);
    let body = "/paths/~1jobs/post/requestBody/content/application~1json/schema";
    let nullable = json!({"allOf": [reference_to("JobRequest")], "nullable": true});
    check(body, &reference_to("JobRequest"), &nullable, false);
    let mut component = documented()["components"]["schemas"]["Job"].clone();
    let own = component.clone();
    component["nullable"] = json!(true);
    check(&format!("{SCHEMAS}/Job"), &own, &component, true);
}

#[test]
fn a_value_that_is_no_longer_served_contradicts_in_requests() {
    let listed = |values: &[&str]| json!({"type": "string", "enum": values});
    let (all, fewer) = (listed(&["a", "b"]), listed(&["a"]));
    check(&field("JobRequest"), &all, &fewer, true);
    check(&field("JobRequest"), &fewer, &all, false);
    check(&field("Job"), &all, &fewer, false);
    check(&field("Job"), &fewer, &all, false);
    // A component of both.
    check(
        &format!("{SCHEMAS}/PayKind/enum"),
        &Value::Null,
        &json!(["FIXED"]),
        true,
    );
    let parameter = "/paths/~1jobs~1{id}/get/parameters/1/schema";
    check(parameter, &all, &fewer, true);
    check(parameter, &fewer, &all, false);
}

#[test]
fn a_variant_contradicts_if_requests_lose_it_or_responses_gain_it() {
    let text = json!({"type": "string"});
    let two = json!({"oneOf": [text, {"type": "object", "properties": {"a": text}}]});
    let three = json!({"oneOf": [two["oneOf"][0], two["oneOf"][1], {"type": "boolean"}]});
    check(&field("JobRequest"), &three, &two, true);
    check(&field("JobRequest"), &two, &three, false);
    check(&field("Job"), &two, &three, true);
    check(&field("Job"), &three, &two, false);
}

#[test]
fn a_new_required_part_of_a_request_contradicts() {
    let parameters = "/paths/~1jobs~1{id}/get/parameters/-";
    let parameter = |is_required: bool| json!({"name": "mode", "in": "query", "required": is_required, "schema": {"type": "string"}});
    check(parameters, &Value::Null, &parameter(true), true);
    check(parameters, &Value::Null, &parameter(false), false);
    let body = "/paths/~1jobs~1{id}/get/requestBody";
    let content = |is_required: bool| json!({"required": is_required, "content": {"application/json": {"schema": {"type": "object"}}}});
    check(body, &Value::Null, &content(true), true);
    check(body, &Value::Null, &content(false), false);
    let text = json!({"type": "string"});
    let object = |required: &[&str], names: &[&str]| {
        let properties: serde_json::Map<String, Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), text.clone()))
            .collect();
        json!({"type": "object", "properties": properties, "required": required})
    };
    for component in ["Job", "JobRequest", "Pay"] {
        let is_written = component != "Job";
        let pointer = field(component);
        let own = object(&["a"], &["a"]);
        check(
            &pointer,
            &own,
            &object(&["a", "b"], &["a", "b"]),
            is_written,
        );
        check(&pointer, &own, &object(&["a"], &["a", "b"]), false);
        // Known and optional so far.
        let own = object(&["a"], &["a", "b"]);
        check(
            &pointer,
            &own,
            &object(&["a", "b"], &["a", "b"]),
            is_written,
        );
    }
}

#[test]
fn another_host_contradicts() {
    let url = "/servers/0/url";
    check(
        url,
        &json!("https://h/api/v1"),
        &json!("https://other/api/v1"),
        true,
    );
    check(url, &json!("https://h/api/v1"), &json!("/api/v1"), false);
}
