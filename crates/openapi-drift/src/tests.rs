//! Single changes to a small document, and the changes that are reported for each.

mod accepted;
mod conditions;
mod cost;
mod deliveries;
mod discriminators;
mod fits;
mod formats;
mod forms;
mod further_fields;
mod gained_values;
mod headers;
mod impossible;
mod json_schema;
mod nulls;
mod operations;
mod overlaps;
mod pairing;
mod random_schemas;
mod ranges;
mod responses;
mod same_values;
mod schemas;
mod scopes;
mod spellings;
mod texts;
mod tuples;

use serde_json::{Value, json};

use super::{Change, Drift, changes, compare};

fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Bakery", "version": "1"},
        "servers": [{"url": "https://bakery.example/api"}],
        "security": [{"token": []}],
        "paths": {
            "/loaves": {
                "get": {
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                        {"name": "kinds", "in": "query", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}}],
                    "responses": {"200": response(&json!({"type": "array", "items": {"$ref": "#/components/schemas/Loaf"}})), "404": response(&json!({"$ref": "#/components/schemas/Failure"}))},
                    "x-opentrain-scopes": {"match": "all", "scopes": ["loaves:read"]}},
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loaf"}}}},
                    "responses": {"201": response(&json!({"$ref": "#/components/schemas/Loaf"}))},
                    "x-opentrain-scopes": {"match": "any", "scopes": ["loaves:write", "ovens:write"]}}},
            "/loaves/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "get": {"responses": {"200": response(&json!({"$ref": "#/components/schemas/Loaf"}))}}}},
        "components": {"schemas": {
            "Failure": {"type": "object", "properties": {"error": {"type": "string"}}},
            "Kind": {"type": "string", "enum": ["rye", "wheat"]},
            "Topping": {"oneOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "string"}]},
            "Seed": {"type": "object", "properties": {"seed": {"type": "string"}}},
            "Oven": {"type": "object", "required": ["heat"], "properties": {"heat": {"type": "number"}}},
            "Loaf": {
                "type": "object",
                "required": ["id", "kind"],
                "properties": {
                    "id": {"type": "string"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "grams": {"type": "integer"},
                    "baked": {"type": "string", "format": "date-time"},
                    "topping": {"$ref": "#/components/schemas/Topping"},
                    "inside": {"$ref": "#/components/schemas/Loaf"},
                    "oven": {"$ref": "#/components/schemas/Oven"},
                    "notes": {"type": "object", "additionalProperties": {"type": "string"}}}}}}})
}

fn response(schema: &Value) -> Value {
    json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
}

fn lines(changes: &[Change]) -> String {
    let line = |change: &Change| {
        let whom = change.broken().join("+");
        let whom = if whom.is_empty() { "no side" } else { &whom };
        let what = change.what(|text| format!("`{text}`"));
        let operations: Vec<&str> = change
            .reached_beyond_its_location()
            .map(String::as_str)
            .collect();
        format!(
            "{}: {what} [{whom}] {}",
            change.finding.location,
            operations.join(", ")
        )
        .trim_end()
        .to_owned()
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the report of an edit of the document.
fn reported(edit: impl FnOnce(&mut Value)) -> String {
    let (old, mut new) = (document(), document());
    edit(&mut new);
    lines(&changes(&old, &new))
}

/// Returns the reports of adding a value at a location, and of removing it again.
fn reported_both_ways(pointer: &str, value: Value) -> String {
    let (old, mut new) = (document(), document());
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = new.pointer_mut(parent).unwrap();
    if value.is_null() {
        parent.as_object_mut().unwrap().remove(key).unwrap();
    } else if let Some(list) = parent.as_array_mut() {
        list[key.parse::<usize>().unwrap()] = value;
    } else {
        parent[key.replace("~1", "/")] = value;
    }
    let there = lines(&changes(&old, &new));
    let back = lines(&changes(&new, &old));
    format!("{there}\n-- and back:\n{back}")
}

/// Compares two schemas, each with its components, as the body of a request, or of a response.
fn compared(is_sent: bool, pair: [(&Value, &Value); 2]) -> Drift {
    let [old, new] = pair.map(|(components, schema)| {
        let body = |schema: &Value| {
            json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
        };
        // Both directions describe types, fields and requirements somewhere.
        let described = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
        let described = body(&described);
        let operation = match is_sent {
            true => json!({"requestBody": body(schema), "responses": {"200": described}}),
            false => json!({"requestBody": described, "responses": {"200": body(schema)}}),
        };
        let other = json!({"requestBody": described, "responses": {"200": described}});
        let document = json!({"openapi": "3.1.0", "info": {"title": "It", "version": "1"},
            "paths": {"/a": {"post": operation}, "/b": {"post": other}},
            "components": {"schemas": components}});
        openapi_canonical::read(document.to_string().as_bytes(), "It").unwrap()
    });
    compare(&old, &new).unwrap()
}

/// Returns the reports of an edit of the body of a request, and of the body of a response.
fn reported_of_both(old: &Value, new: &Value) -> [String; 2] {
    let components = json!({
        "Null": {"type": ["string", "null"]}, "Whole": {"type": ["integer", "null"]}, "Plain": {"type": "integer"}});
    [true, false].map(|is_sent| {
        let pair = [old, new].map(|schema| (&components, schema));
        let report = lines(&compared(is_sent, pair).changes);
        report
            .replace("POST /a body: ", "")
            .replace("POST /a 200: ", "")
    })
}

#[track_caller]
fn check_both(old: &Value, new: &Value, callers: &str, readers: &str) {
    assert_eq!(
        reported_of_both(old, new),
        [callers, readers],
        "{old} to {new}"
    );
    assert_eq!(reported_of_both(new, new), ["", ""], "{new}");
}

/// Returns the report of each edit, under its name.
fn sections(edits: &[(&str, String)]) -> String {
    let section = |(name, report): &(&str, String)| format!("== {name}\n{report}\n");
    edits.iter().map(section).collect()
}

const LOAF: &str = "/components/schemas/Loaf/properties";

#[test]
fn other_descriptions_are_no_change() {
    let mut new = document();
    let text = new
        .to_string()
        .replace("schemas/Loaf", "schemas/LoafDto")
        .replace("\"Loaf\"", "\"LoafDto\"");
    let text = text
        .replace("{id}", "{loafId}")
        .replace("\"name\":\"id\"", "\"name\":\"loafId\"");
    new = serde_json::from_str(&text).unwrap();
    new["servers"][0]["url"] = json!("https://bakery.example");
    let paths = new["paths"].as_object().unwrap().clone();
    new["paths"] = paths
        .into_iter()
        .map(|(path, item)| (format!("/api{path}"), item))
        .collect();
    new["paths"]["/api/loaves"]["get"]["operationId"] = json!("listLoaves");
    new["components"]["schemas"]["Kind"]["description"] = json!("What it is of.");
    assert_eq!(lines(&changes(&document(), &new)), "");
}

#[test]
fn a_document_that_inlines_a_component_changes_nothing() {
    let mut new = document();
    let seed = new["components"]["schemas"]["Seed"].clone();
    new["components"]["schemas"]["Topping"]["oneOf"][0] = seed;
    let failure = new["components"]["schemas"]["Failure"].take();
    new["paths"]["/loaves"]["get"]["responses"]["404"] = response(&failure);
    new["components"]["schemas"]
        .as_object_mut()
        .unwrap()
        .remove("Failure");
    assert_eq!(lines(&changes(&document(), &new)), "");
}

#[test]
fn a_document_equals_itself() {
    let mut doubled = document();
    let parameters = doubled["paths"]["/loaves"]["get"]["parameters"]
        .as_array_mut()
        .unwrap();
    parameters.push(
        json!({"name": "limit", "in": "query", "required": true, "schema": {"type": "string"}}),
    );
    for document in [document(), doubled] {
        assert_eq!(lines(&changes(&document, &document)), "");
    }
}

#[test]
fn the_order_of_keys_is_irrelevant() {
    let mut sorted = document();
    sorted.sort_all_objects();
    assert_eq!(lines(&changes(&document(), &sorted)), "");
}
