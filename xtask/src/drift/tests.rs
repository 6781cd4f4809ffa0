//! One change after another to a small document, and what is told of it.

use serde_json::{Value, json};

use super::change::{Direction, Kind};
use super::verdict::verdict;
use super::{Change, compare};

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
                    "responses": {"200": answer(&json!({"type": "array", "items": {"$ref": "#/components/schemas/Loaf"}})), "404": answer(&json!({"$ref": "#/components/schemas/Failure"}))},
                    "x-opentrain-scopes": {"match": "all", "scopes": ["loaves:read"]}},
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loaf"}}}},
                    "responses": {"201": answer(&json!({"$ref": "#/components/schemas/Loaf"}))},
                    "x-opentrain-scopes": {"match": "any", "scopes": ["loaves:write", "ovens:write"]}}},
            "/loaves/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "get": {"responses": {"200": answer(&json!({"$ref": "#/components/schemas/Loaf"}))}}}},
        "components": {"schemas": {
            "Failure": {"type": "object", "properties": {"error": {"type": "string"}}},
            "Kind": {"type": "string", "enum": ["rye", "wheat"]},
            "Topping": {"oneOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "string"}]},
            "Seed": {"type": "object", "properties": {"seed": {"type": "string"}}},
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
                    "notes": {"type": "object", "additionalProperties": {"type": "string"}}}}}}})
}

fn answer(schema: &Value) -> Value {
    json!({"description": "It.", "content": {"application/json": {"schema": schema}}})
}

fn lines(changes: &[Change]) -> String {
    let line = |change: &Change| {
        let whom = change.broken().join("+");
        let whom = if whom.is_empty() { "nobody" } else { &whom };
        let what = change.what(|text| format!("`{text}`"));
        let operations: Vec<&str> = change
            .reached_beyond_its_place()
            .map(String::as_str)
            .collect();
        format!(
            "{}: {what} [{whom}] {}",
            change.place,
            operations.join(", ")
        )
        .trim_end()
        .to_owned()
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What is told of an edit of the document.
fn told(edit: impl FnOnce(&mut Value)) -> String {
    let (old, mut new) = (document(), document());
    edit(&mut new);
    lines(&compare(&old, &new))
}

/// What is told of putting a value in a place, and of taking it out again.
fn told_both_ways(pointer: &str, value: Value) -> String {
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
    let there = lines(&compare(&old, &new));
    let back = lines(&compare(&new, &old));
    format!("{there}\n-- and back:\n{back}")
}

/// What was told of each edit, under its name.
fn sections(edits: &[(&str, String)]) -> String {
    let section = |(name, told): &(&str, String)| format!("== {name}\n{told}\n");
    edits.iter().map(section).collect()
}

const LOAF: &str = "/components/schemas/Loaf/properties";

#[test]
fn operations_come_and_go() {
    insta::assert_snapshot!(sections(&[
        (
            "an operation gone",
            told_both_ways("/paths/~1loaves~1{id}/get", Value::Null)
        ),
        (
            "an operation deprecated",
            told(|new| new["paths"]["/loaves"]["get"]["deprecated"] = json!(true))
        ),
    ]));
}

#[test]
fn other_words_for_the_same_are_no_change() {
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
    assert_eq!(lines(&compare(&document(), &new)), "");
}

#[test]
fn a_document_that_inlines_a_component_changes_nothing() {
    let mut new = document();
    let seed = new["components"]["schemas"]["Seed"].clone();
    new["components"]["schemas"]["Topping"]["oneOf"][0] = seed;
    let failure = new["components"]["schemas"]["Failure"].take();
    new["paths"]["/loaves"]["get"]["responses"]["404"] = answer(&failure);
    new["components"]["schemas"]
        .as_object_mut()
        .unwrap()
        .remove("Failure");
    assert_eq!(lines(&compare(&document(), &new)), "");
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
            told(with(
                json!({"name": "q", "in": "query", "schema": {"type": "string"}})
            ))
        ),
        (
            "a required header",
            told(with(
                json!({"name": "X-Till", "in": "header", "required": true, "schema": {"type": "string"}})
            ))
        ),
        (
            "no parameters",
            told(|new| *new.pointer_mut(parameters).unwrap() = json!([]))
        ),
        (
            "a parameter required",
            told_both_ways(&format!("{parameters}/0/required"), json!(true))
        ),
        (
            "a list in one text",
            told_both_ways(&format!("{parameters}/1/explode"), json!(false))
        ),
    ]));
}

#[test]
fn limits_and_defaults() {
    let limit = "/paths/~1loaves/get/parameters/0/schema";
    insta::assert_snapshot!(sections(&[
        (
            "a lower maximum",
            told_both_ways(&format!("{limit}/maximum"), json!(50))
        ),
        (
            "a minimum",
            told_both_ways(&format!("{limit}/minimum"), json!(1))
        ),
        (
            "a default",
            told_both_ways(&format!("{limit}/default"), json!(20))
        ),
        (
            "a pattern",
            told_both_ways(&format!("{LOAF}/id/pattern"), json!("^l"))
        ),
    ]));
}

#[test]
fn bodies_and_media_types() {
    let body = "/paths/~1loaves/post/requestBody";
    insta::assert_snapshot!(sections(&[
        ("no body", told_both_ways(body, Value::Null)),
        (
            "a required body",
            told_both_ways(&format!("{body}/required"), json!(true))
        ),
        (
            "a form for JSON",
            told(|new| {
                let content = new.pointer_mut(&format!("{body}/content")).unwrap();
                *content = json!({"application/x-www-form-urlencoded": content["application/json"].take()});
            })
        ),
    ]));
}

#[test]
fn statuses() {
    let responses = "/paths/~1loaves/get/responses";
    insta::assert_snapshot!(sections(&[
        (
            "another success",
            told_both_ways(
                &format!("{responses}/202"),
                json!({"description": "Later."})
            )
        ),
        (
            "no failure",
            told_both_ways(&format!("{responses}/404"), Value::Null)
        ),
        (
            "classes for statuses",
            told(|new| {
                let responses = new.pointer_mut(responses).unwrap();
                *responses =
                    json!({"2XX": responses["200"].take(), "default": responses["404"].take()});
            })
        ),
    ]));
}

#[test]
fn silence_is_no_denial() {
    insta::assert_snapshot!(sections(&[
        (
            "no responses",
            told_both_ways("/paths/~1loaves/get/responses", Value::Null)
        ),
        (
            "a response without content",
            told_both_ways(
                "/paths/~1loaves/get/responses/200",
                json!({"description": "It."})
            )
        ),
        (
            "an object without fields",
            told_both_ways("/components/schemas/Loaf", json!({"type": "object"}))
        ),
        (
            "no list of required fields",
            told_both_ways("/components/schemas/Loaf/required", Value::Null)
        ),
        (
            "a field without a type",
            told_both_ways(&format!("{LOAF}/kind"), json!({}))
        ),
    ]));
}

#[test]
fn fields() {
    insta::assert_snapshot!(sections(&[
        (
            "a field",
            told_both_ways(&format!("{LOAF}/price"), json!({"type": "number"}))
        ),
        (
            "another required field",
            told_both_ways(
                "/components/schemas/Loaf/required",
                json!(["id", "kind", "grams"])
            )
        ),
        (
            "no further fields",
            told_both_ways(
                "/components/schemas/Loaf/additionalProperties",
                json!(false)
            )
        ),
        (
            "a new required field",
            told(|new| {
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
            told_both_ways(&format!("{LOAF}/grams"), json!({"type": "number"}))
        ),
        (
            "text for an integer",
            told_both_ways(&format!("{LOAF}/grams"), json!({"type": "string"}))
        ),
        (
            "a list for an integer",
            told_both_ways(
                &format!("{LOAF}/grams"),
                json!({"type": "array", "items": {"type": "integer"}})
            )
        ),
        (
            "a date for an instant",
            told_both_ways(&format!("{LOAF}/baked/format"), json!("date"))
        ),
        (
            "an unknown format",
            told_both_ways(&format!("{LOAF}/baked/format"), json!("a word"))
        ),
        (
            "maps of numbers for maps of text",
            told_both_ways(
                &format!("{LOAF}/notes/additionalProperties"),
                json!({"type": "integer"})
            )
        ),
        (
            "null",
            told_both_ways(&format!("{LOAF}/grams/nullable"), json!(true))
        ),
    ]));
}

#[test]
fn values_and_variants() {
    insta::assert_snapshot!(sections(&[
        (
            "another value",
            told_both_ways(
                "/components/schemas/Kind/enum",
                json!(["rye", "wheat", "spelt"])
            )
        ),
        (
            "any text for a list of values",
            told_both_ways("/components/schemas/Kind/enum", Value::Null)
        ),
        (
            "another form",
            told_both_ways(
                "/components/schemas/Topping",
                json!({"oneOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "string"}, {"type": "integer"}]})
            )
        ),
        (
            "one form of two",
            told_both_ways(
                "/components/schemas/Topping",
                json!({"$ref": "#/components/schemas/Seed"})
            )
        ),
        (
            "another field in one form",
            told_both_ways(
                "/components/schemas/Seed/properties/seed",
                json!({"type": "integer"})
            )
        ),
    ]));
}

#[test]
fn gates() {
    let scopes = "/paths/~1loaves/get/x-opentrain-scopes/scopes";
    let choice = "/paths/~1loaves/post/x-opentrain-scopes";
    insta::assert_snapshot!(sections(&[
        (
            "another scope",
            told_both_ways(scopes, json!(["loaves:read", "ovens:read"]))
        ),
        (
            "another scope of several",
            told_both_ways(
                choice,
                json!({"match": "any", "scopes": ["loaves:write", "ovens:write", "till:write"]})
            )
        ),
        (
            "one scope for any of two",
            told_both_ways(choice, json!({"match": "all", "scopes": ["loaves:write"]}))
        ),
        (
            "no token",
            told_both_ways("/paths/~1loaves/get/security", json!([]))
        ),
        (
            "a feature",
            told_both_ways("/paths/~1loaves/get/x-opentrain-feature", json!("ovens"))
        ),
        (
            "a claimed account",
            told_both_ways(
                "/paths/~1loaves/get/x-opentrain-claimed-account",
                json!(true)
            )
        ),
        ("no scopes at all", told_both_ways(choice, Value::Null)),
    ]));
}

#[test]
fn the_order_of_keys_says_nothing() {
    let mut sorted = document();
    sorted.sort_all_objects();
    assert_eq!(lines(&compare(&document(), &sorted)), "");
}

#[test]
fn circles_end() {
    let mut new = document();
    new["components"]["schemas"]["Loaf"]["properties"]["inside"] =
        json!({"type": "array", "items": {"$ref": "#/components/schemas/Loaf"}});
    insta::assert_snapshot!(sections(&[(
        "a list for one",
        lines(&compare(&document(), &new))
    ),]));
}

#[test]
fn what_is_made_of_itself_comes_to_an_end() {
    let made_of_itself = |document: &mut Value| {
        document["components"]["schemas"]["Loaf"]["properties"]["slice"] = json!({"allOf": [
            {"$ref": "#/components/schemas/Loaf"},
            {"type": "object", "properties": {"thickness": {"type": "integer"}}}]});
    };
    let (mut old, mut new) = (document(), document());
    made_of_itself(&mut old);
    made_of_itself(&mut new);
    new["components"]["schemas"]["Loaf"]["properties"]["grams"] = json!({"type": "string"});
    let told = lines(&compare(&old, &new));
    assert!(told.starts_with("Loaf.grams: type changed"), "{told}");
    assert!(told.lines().count() < 4, "{told}");
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
    let changes = compare(&deep("string"), &deep("integer"));
    assert!((1..2_000).contains(&changes.len()), "{}", changes.len());
}

/// Whom each kind of change breaks: the policy of the report.
#[test]
fn what_breaks_whom() {
    let row = |kind: &Kind| {
        let cell = |direction| {
            let verdict = verdict(*kind, direction);
            let mark = if verdict.breaks { "BREAKS" } else { "fine" };
            format!("{mark}: {}", verdict.reason)
        };
        format!(
            "{kind:?}\n  request  {}\n  answer   {}",
            cell(Direction::Request),
            cell(Direction::Answer)
        )
    };
    let table: Vec<String> = Kind::ALL.iter().map(row).collect();
    insta::assert_snapshot!(table.join("\n"));
}
