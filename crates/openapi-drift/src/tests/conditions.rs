//! Conditions on values, which are compared in the form that `comparable` gives them.

use serde_json::{Value, json};

use super::{changes, lines, sections};
use crate::comparable;

/// Returns a document with the schema `Order`, which is in a request and in a response, and with the schema `Line`.
pub(super) fn document(order: Value) -> Value {
    let content = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}});
    let mut response = content.clone();
    response["description"] = json!("It.");
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders/{id}": {"post": {"requestBody": content, "responses": {"200": response}}}},
        "components": {"schemas": {
            "Line": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}}});
    document["components"]["schemas"]["Order"] = order;
    document
}

/// Returns an object schema with further keywords.
pub(super) fn order(keywords: Value) -> Value {
    let schema =
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    with(schema, keywords)
}

/// Returns a list schema with further keywords.
fn list(keywords: Value) -> Value {
    with(json!({"type": "array"}), keywords)
}

fn with(mut schema: Value, keywords: Value) -> Value {
    let members = schema.as_object_mut().unwrap();
    if let Value::Object(keywords) = keywords {
        members.extend(keywords);
    }
    schema
}

pub(super) fn strings() -> Value {
    json!({"type": "string"})
}

pub(super) fn integers() -> Value {
    json!({"type": "integer"})
}

pub(super) fn reported(old: &Value, new: &Value) -> String {
    let [old, new] = [old, new].map(|document| comparable::convert(document, "It").unwrap());
    lines(&changes(&old, &new))
}

/// Returns the changes from one schema to the other, and back.
fn both_ways(old: Value, new: Value) -> String {
    let [old, new] = [old, new].map(document);
    format!(
        "{}\n-- and back:\n{}",
        reported(&old, &new),
        reported(&new, &old)
    )
}

/// Returns the changes after the schema `Line` got a required field and another type of its id.
pub(super) fn with_another_line(document: &Value) -> String {
    let mut new = document.clone();
    new["components"]["schemas"]["Line"] = json!({"type": "object", "required": ["id", "sum"], "properties": {
        "id": {"type": "integer"}, "sum": {"type": "number"}}});
    reported(document, &new)
}

pub(super) fn line() -> Value {
    json!({"$ref": "#/components/schemas/Line"})
}

#[test]
fn conditions_of_objects() {
    let needs_b = || json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}});
    insta::assert_snapshot!(sections(&[
        ("a condition", both_ways(order(json!({})), order(needs_b()))),
        (
            "what follows from it",
            both_ways(
                order(needs_b()),
                order(json!({"if": {"required": ["a"]}, "then": {"required": ["b", "a"]}}))
            )
        ),
        (
            "what it asks",
            both_ways(
                order(needs_b()),
                order(json!({"if": {"required": ["b"]}, "then": {"required": ["b", "a"]}}))
            )
        ),
        (
            "a value that is refused",
            both_ways(
                order(json!({"not": {"required": ["a"]}})),
                order(json!({"not": {"required": ["b"]}}))
            )
        ),
    ]));
}

#[test]
fn conditions_of_fields() {
    insta::assert_snapshot!(sections(&[
        (
            "fields that need others",
            both_ways(
                order(json!({"dependentRequired": {"a": ["b"]}})),
                order(json!({"dependentRequired": {"a": ["c", "b"]}}))
            )
        ),
        (
            "schemas of dependent fields",
            both_ways(
                order(json!({"dependentSchemas": {"a": {"required": ["b"]}}})),
                order(json!({"dependentSchemas": {"a": {"required": ["b", "c"]}}}))
            )
        ),
        (
            "fields by pattern",
            both_ways(
                order(json!({"patternProperties": {"^x": strings()}})),
                order(json!({"patternProperties": {"^x": integers()}}))
            )
        ),
        (
            "names of fields",
            both_ways(
                order(json!({"propertyNames": {"maxLength": 9}})),
                order(json!({"propertyNames": {"maxLength": 8}}))
            )
        ),
        (
            "no other fields",
            both_ways(
                order(json!({})),
                order(json!({"unevaluatedProperties": false}))
            )
        ),
    ]));
}

#[test]
fn conditions_of_lists_and_texts() {
    insta::assert_snapshot!(sections(&[
        (
            "elements by their place",
            both_ways(
                list(json!({"prefixItems": [strings(), integers()]})),
                list(json!({"prefixItems": [integers(), strings()]}))
            )
        ),
        (
            "an element that must be there",
            both_ways(
                list(json!({"contains": strings(), "minContains": 1})),
                list(json!({"contains": integers(), "minContains": 2}))
            )
        ),
        (
            "text that holds another document",
            both_ways(
                json!({"type": "string", "contentMediaType": "application/json", "contentSchema": strings()}),
                json!({"type": "string", "contentMediaType": "text/csv", "contentSchema": integers()})
            )
        ),
    ]));
}

#[test]
fn what_a_condition_refers_to_is_compared() {
    let of = |keywords: Value| with_another_line(&document(order(keywords)));
    insta::assert_snapshot!(sections(&[
        (
            "then",
            of(json!({"if": {"required": ["a"]}, "then": line()}))
        ),
        ("not", of(json!({"not": line()}))),
        (
            "a field below",
            of(json!({"dependentSchemas": {"a": {"properties": {"line": line()}}}}))
        ),
        (
            "a part",
            of(json!({"allOf": [{"if": {"required": ["a"]}, "else": line()}]}))
        ),
        (
            "a variant",
            of(json!({"oneOf": [{"title": "none"}, {"required": ["a"], "not": line()}]}))
        ),
    ]));
}

/// Returns a document in which the conditions of a schema lead back to the schema.
#[test]
fn circles_of_conditions_end() {
    let circle = |keywords: Value| {
        order(
            json!({"if": {"required": ["a"]}, "then": {"properties": {"in": {"$ref": "#/components/schemas/Order"}}},
            "not": {"$ref": "#/components/schemas/Order/properties/in"}, "properties": {"in": order(keywords)}}),
        )
    };
    let itself = json!({"not": {"$ref": "#/components/schemas/Order"}});
    insta::assert_snapshot!(sections(&[
        ("nothing", both_ways(circle(json!({})), circle(json!({})))),
        (
            "below",
            both_ways(circle(itself.clone()), circle(json!({"minProperties": 1})))
        ),
        ("itself", both_ways(itself, order(json!({})))),
    ]));
}

#[test]
fn the_same_condition_in_other_words_is_no_change() {
    let then = |then: Value| order(json!({"if": {"required": ["a"]}, "then": then}));
    let inlined = json!({"type": "object", "title": "Line", "required": ["id"], "properties": {"id": {"type": ["string"]}}});
    for (old, new) in [
        (then(line()), then(inlined)),
        (
            order(json!({"not": {"required": ["a"], "description": "No."}})),
            order(json!({"not": {"required": ["a"]}})),
        ),
        (
            order(json!({"dependentRequired": {"a": ["b", "c"]}})),
            order(json!({"dependentRequired": {"a": ["c", "b"]}})),
        ),
        // Conditions that every value meets.
        (
            order(json!({})),
            order(json!({"propertyNames": {"type": "string"}})),
        ),
        (
            order(json!({})),
            order(json!({"then": {"required": ["a"]}})),
        ),
        (order(json!({})), order(json!({"if": {"required": ["a"]}}))),
        (
            order(json!({})),
            order(json!({"not": false, "dependentRequired": {}})),
        ),
        (
            order(json!({})),
            order(json!({"unevaluatedProperties": true})),
        ),
        // A property with the name of a keyword.
        (
            order(json!({"properties": {"not": {"type": "string", "description": "It."}}})),
            order(json!({"properties": {"not": {"type": "string"}}})),
        ),
    ] {
        assert_eq!(both_ways(old, new), "\n-- and back:\n");
    }
}
