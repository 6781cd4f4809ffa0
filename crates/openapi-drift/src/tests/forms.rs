//! Forms: fields that are written as text, and their encodings.

use serde_json::{Value, json};

use super::{lines, response};
use crate::{changes, compare};

/// Returns a document with a form as a request body.
fn document(media_type: &str, fields: &Value, encoding: &Value) -> Value {
    let form = json!({"schema": {"$ref": "#/components/schemas/Order"}, "encoding": encoding});
    json!({"openapi": "3.0.3",
        "paths": {"/orders": {"post": {
            "requestBody": {"content": {media_type: form}},
            "responses": {"200": response(&json!({"type": "string"}))}}}},
        "components": {"schemas": {"Order": {"type": "object", "properties": fields}}}})
}

const URL_ENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

fn reported(media_type: &str, [old, new]: [(Value, Value); 2]) -> String {
    let [old, new] = [old, new].map(|(field, encoding)| {
        document(media_type, &json!({"a": field}), &json!({"a": encoding}))
    });
    assert_eq!(lines(&changes(&new, &new)), "");
    let report = lines(&changes(&old, &new));
    report.replace(&format!("POST /orders body as {media_type}"), "form")
}

#[test]
fn an_integer_and_its_text_are_the_same_in_a_form() {
    let [integer, text, flag] = ["integer", "string", "boolean"].map(|kind| json!({"type": kind}));
    let list = |items: &Value| json!({"type": "array", "items": items});
    for media_type in [URL_ENCODED, MULTIPART] {
        for (old, new, expected) in [
            (
                &integer,
                &text,
                "another type that accepts the same text, from `integer` to `string` [no side]",
            ),
            (
                &flag,
                &text,
                "another type that accepts the same text, from `boolean` to `string` [no side]",
            ),
            (
                &text,
                &integer,
                "type changed from `string` to `integer` [callers]",
            ),
            (
                &list(&integer),
                &list(&text),
                "another type that accepts the same text, from `list of integer` to `list of string` [no side]",
            ),
        ] {
            let report = reported(
                media_type,
                [(old.clone(), json!({})), (new.clone(), json!({}))],
            );
            assert!(report.contains(expected), "{media_type}: {report}");
            assert_eq!(report.lines().count(), 1, "{report}");
        }
    }
}

#[test]
fn a_field_that_is_written_as_json_is_compared_by_its_type() {
    let as_json = || json!({"contentType": "application/json"});
    let [old, new] = ["integer", "string"].map(|kind| (json!({"type": kind}), as_json()));
    assert_eq!(
        reported(MULTIPART, [old, new]),
        "form.a: type changed from `integer` to `string` [callers]"
    );
}

#[test]
fn fields_of_a_form_that_come_and_go_are_reported() {
    let text = json!({"type": "string"});
    let [old, new] = [json!({"a": text}), json!({"b": text})]
        .map(|fields| document(URL_ENCODED, &fields, &json!({})));
    let report = lines(&changes(&old, &new));
    assert!(report.contains("field removed `a` [callers]"), "{report}");
    assert!(report.contains("new field `b` [no side]"), "{report}");
}

#[test]
fn readers_of_a_form_count_on_the_type() {
    let form = |kind: &str| {
        let schema = json!({"type": "object", "properties": {"a": {"type": kind}}});
        let response = json!({"description": "It.", "content": {URL_ENCODED: {"schema": schema}}});
        json!({"openapi": "3.0.3", "paths": {"/orders": {"get": {"responses": {"200": response}}}}})
    };
    let report = lines(&changes(&form("integer"), &form("string")));
    assert!(
        report.contains("type changed from `integer` to `string` [readers]"),
        "{report}"
    );
}

#[test]
fn encodings_are_compared_both_ways_with_those_that_the_schema_implies() {
    let (text, object) = (json!({"type": "string"}), json!({"type": "object"}));
    let of = |types: &str| json!({ "contentType": types });
    let header = |is_required: bool| json!({"headers": {"x-id": {"required": is_required, "schema": {"type": "string"}}}});
    let serialised =
        "form.a: serialisation changed from `text/plain` to `application/json` [callers]";
    let parsed = "form.a: serialisation changed from `application/json` to `text/plain` [callers]";
    for (field, old, new, there, back) in [
        (&text, json!({}), of("application/json"), serialised, parsed),
        (&object, of("text/plain"), json!({}), serialised, parsed),
        (&text, json!({}), of("text/plain"), "", ""),
        (&object, json!({}), of("Application/JSON"), "", ""),
        (
            &text,
            json!({}),
            json!({"style": "form", "explode": true, "allowReserved": false}),
            "",
            "",
        ),
        (
            &text,
            of("image/png, image/jpeg"),
            of("image/png"),
            "form.a: media type removed `image/jpeg` [callers]",
            "form.a: new media type `image/jpeg` [no side]",
        ),
        (
            &text,
            of("image/png"),
            of("image/*"),
            "form.a: new media type `image/*` [no side]",
            "form.a: media type removed `image/*` [callers]",
        ),
        (
            &text,
            json!({}),
            json!({"explode": false}),
            "form.a: serialisation changed from `explode true` to `explode false` [callers]",
            "form.a: serialisation changed from `explode false` to `explode true` [callers]",
        ),
        (
            &text,
            json!({}),
            header(true),
            "form.a: header of a part now required `x-id` [callers]",
            "form.a: header of a part removed `x-id` [callers]",
        ),
        (
            &text,
            header(false),
            header(true),
            "form.a: header of a part now required `x-id` [callers]",
            "form.a: header of a part no longer required `x-id` [no side]",
        ),
    ] {
        let [one, other] = [(field.clone(), old), (field.clone(), new)];
        assert_eq!(reported(MULTIPART, [one.clone(), other.clone()]), there);
        assert_eq!(reported(MULTIPART, [other, one]), back);
    }
}

/// Returns the report for another set of headers of a part of a form, which the documents hold as components.
fn reported_for_headers(is_sent: bool, old: &Value, new: &Value) -> String {
    let [old, new] = [old, new].map(|headers| {
        let form = json!({"content": {MULTIPART: {
            "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
            "encoding": {"a": {"headers": headers}}}}});
        let mut response = json!({"description": "It."});
        let mut operation = json!({});
        match is_sent {
            true => operation["requestBody"] = form,
            false => response["content"] = form["content"].clone(),
        }
        operation["responses"] = json!({ "200": response });
        let document = json!({"openapi": "3.1.0", "info": {"title": "It", "version": "1"},
            "paths": {"/orders": {"post": operation}},
            "components": {
                "headers": {
                    "Text": {"schema": {"$ref": "#/components/schemas/Text"}},
                    "Whole": {"schema": {"type": "integer"}, "required": true}},
                "schemas": {"Text": {"type": ["string", "null"], "maxLength": 5}}}});
        openapi_canonical::read(document.to_string().as_bytes(), "It").unwrap()
    });
    lines(&compare(&old, &new).unwrap().changes)
        .replace(&format!("POST /orders body as {MULTIPART}"), "form")
        .replace(&format!("POST /orders 200 as {MULTIPART}"), "form")
}

#[test]
fn headers_of_parts_are_compared_by_their_schemas_in_any_spelling() {
    let header = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    let inline = json!({"schema": {"type": "string", "nullable": true, "maxLength": 5}});
    let by_reference = json!({"schema": {"$ref": "#/components/schemas/Text"}});
    for is_sent in [true, false] {
        let same = [header("Text"), inline.clone(), by_reference.clone()];
        for (one, other) in same
            .iter()
            .flat_map(|one| same.iter().map(move |other| (one, other)))
        {
            let report =
                reported_for_headers(is_sent, &json!({"X-Id": one}), &json!({"x-id": other}));
            assert_eq!(report, "", "{one} {other}");
        }
        let ignored = json!({"Content-Type": header("Whole")});
        assert_eq!(reported_for_headers(is_sent, &json!({}), &ignored), "");
    }
    let longer = json!({"x-id": {"schema": {"type": ["string", "null"], "maxLength": 9}}});
    let old = json!({"X-Id": header("Text")});
    let loosened = "form.a header x-id: limit loosened `maxLength` from `5` to `9`";
    assert_eq!(
        reported_for_headers(true, &old, &longer),
        format!("{loosened} [no side]")
    );
    assert_eq!(
        reported_for_headers(false, &old, &longer),
        format!("{loosened} [readers]")
    );
    // A header is text: an integer and its text are the same to a sender.
    let whole = json!({"x-id": {"schema": {"type": "integer"}}});
    let text = json!({"x-id": {"schema": {"type": "string"}}});
    assert_eq!(
        reported_for_headers(true, &whole, &text),
        "form.a header x-id: another type that accepts the same text, from `integer` to `string` [no side]"
    );
    assert_eq!(
        reported_for_headers(false, &whole, &text),
        "form.a header x-id: type changed from `integer` to `string` [readers]"
    );
    assert_eq!(
        reported_for_headers(true, &whole, &json!({"X-ID": header("Whole")})),
        "form.a: header of a part now required `x-id` [callers]"
    );
}

#[test]
fn further_fields_of_a_form_are_text_too() {
    let form = |kind: &str| {
        let mut document = document(URL_ENCODED, &json!({}), &json!({}));
        document["components"]["schemas"]["Order"]["additionalProperties"] = json!({"type": kind});
        document
    };
    assert_eq!(
        lines(&changes(&form("integer"), &form("string"))),
        "POST /orders body as application/x-www-form-urlencoded{}: another type that accepts the same text, from `integer` to `string` [no side]"
    );
}
