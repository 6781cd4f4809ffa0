//! One change after another to a small document, and what is told of it.

use serde_json::{Value, json};

use super::change::Direction;
use super::kind::Kind;
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
            "the same maximum, itself excluded",
            told_both_ways(&format!("{limit}/exclusiveMaximum"), json!(true))
        ),
        (
            "a higher maximum, itself excluded",
            told(|new| {
                let limit = new.pointer_mut(limit).unwrap();
                limit["exclusiveMaximum"] = json!(true);
                limit["maximum"] = json!(101);
            })
        ),
        (
            "a length beyond what a float can tell",
            told(|new| {
                let id = new.pointer_mut(&format!("{LOAF}/id")).unwrap();
                id["maxLength"] = json!(9_007_199_254_740_993_u64);
            })
        ),
        (
            "at least none",
            told(|new| {
                let id = new.pointer_mut(&format!("{LOAF}/id")).unwrap();
                id["minLength"] = json!(0);
            })
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

/// What is told of an edit of a form that stands beside the JSON.
fn told_of_two_forms(edit: impl FnOnce(&mut Value)) -> String {
    let mut old = document();
    old["paths"]["/loaves"]["post"]["requestBody"]["content"]["multipart/form-data"] =
        json!({"schema": {"type": "object", "properties": {"grams": {"type": "integer"}}}});
    let mut new = old.clone();
    edit(&mut new["paths"]["/loaves"]["post"]["requestBody"]["content"]["multipart/form-data"]);
    lines(&compare(&old, &new))
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
        (
            "another field in one form of two",
            told_of_two_forms(|form| {
                form["schema"]["properties"]["grams"] = json!({"type": "string"});
            })
        ),
        (
            "a part of a form written otherwise",
            told_of_two_forms(|form| {
                form["encoding"] = json!({"grams": {"contentType": "text/plain"}});
            })
        ),
    ]));
}

/// What is told if an operation goes from the one set of answers to the other.
fn told_of_answers(old: &[(&str, &str)], new: &[(&str, &str)]) -> String {
    let with = |answers: &[(&str, &str)]| {
        let mut document = document();
        let answers = answers.iter().map(|(status, field)| {
            let schema = json!({"type": "object", "properties": {*field: {"type": "string"}}});
            ((*status).to_owned(), answer(&schema))
        });
        document["paths"]["/loaves/{id}"]["get"]["responses"] = answers.collect();
        document
    };
    lines(&compare(&with(old), &with(new)))
}

#[test]
fn statuses_told_in_other_ways() {
    let (loaf, failure) = ("loaf", "error");
    insta::assert_snapshot!(sections(&[
        (
            "only the failures are left",
            told_of_answers(
                &[("200", loaf), ("default", failure)],
                &[("default", failure)]
            )
        ),
        (
            "one answer for all",
            told_of_answers(&[("200", loaf)], &[("default", failure)])
        ),
        (
            "a success beside all others",
            told_of_answers(&[("default", loaf)], &[("default", failure), ("201", loaf)])
        ),
        (
            "a success for a class of them",
            told_of_answers(&[("2XX", loaf)], &[("200", loaf)])
        ),
        (
            "a failure for a class of them",
            told_of_answers(
                &[("200", loaf), ("4XX", failure)],
                &[("200", loaf), ("404", loaf)]
            )
        ),
        (
            "a class for a failure",
            told_of_answers(
                &[("200", loaf), ("404", failure)],
                &[("200", loaf), ("4xx", failure)]
            )
        ),
        (
            "a failure of its own beside all others",
            told_of_answers(
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
fn silence_of_a_part_takes_back_what_was_promised() {
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
            told_both_ways("/components/schemas/Seed", json!({"type": "object"}))
        ),
        (
            "a map for an object",
            told_both_ways(
                "/components/schemas/Seed",
                json!({"type": "object", "additionalProperties": {"type": "string"}})
            )
        ),
        (
            "an object with no fields at all",
            told_both_ways(
                "/components/schemas/Seed",
                json!({"type": "object", "additionalProperties": false})
            )
        ),
        (
            "a map of anything",
            told_both_ways(&format!("{LOAF}/notes/additionalProperties"), json!(true))
        ),
        (
            "no list of required fields",
            told_both_ways("/components/schemas/Oven/required", Value::Null)
        ),
        (
            "a field without a type",
            told_both_ways(&format!("{LOAF}/kind"), json!({}))
        ),
    ]));
}

/// Takes something out wherever it is.
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
fn silence_of_a_whole_document_is_no_denial() {
    let silent = |keyword: &str| {
        let mut new = document();
        without(&mut new, keyword);
        let there = lines(&compare(&document(), &new));
        let back = lines(&compare(&new, &document()));
        format!("{there}\n-- and back:\n{back}")
    };
    insta::assert_snapshot!(sections(&[
        ("no contents", silent("content")),
        ("no responses", silent("responses")),
        ("no fields", silent("properties")),
        ("no required fields", silent("required")),
        ("no credentials", silent("security")),
        ("no servers", silent("servers")),
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
            "a required name without a field",
            told_both_ways(
                "/components/schemas/Loaf/required",
                json!(["id", "kind", "price"])
            )
        ),
        (
            "a field that is only read",
            told_both_ways(&format!("{LOAF}/id/readOnly"), json!(true))
        ),
        (
            "a field that is only written",
            told_both_ways(&format!("{LOAF}/grams/writeOnly"), json!(true))
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
            "a narrower number",
            told_both_ways(&format!("{LOAF}/grams/format"), json!("int32"))
        ),
        (
            "the width that it has anyway",
            told(|new| {
                new["components"]["schemas"]["Loaf"]["properties"]["grams"]["format"] =
                    json!("int64");
            })
        ),
        (
            "an exact number",
            told_both_ways(
                "/components/schemas/Oven/properties/heat/format",
                json!("decimal")
            )
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
fn choices_in_choices_and_fields_beside_them() {
    insta::assert_snapshot!(sections(&[
        (
            "a choice in a choice",
            told(|new| {
                new["components"]["schemas"]["Topping"] = json!({"oneOf": [
                    {"anyOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "string"}]}]});
            })
        ),
        (
            "another form in a choice in a choice",
            told(|new| {
                new["components"]["schemas"]["Topping"] = json!({"oneOf": [
                    {"oneOf": [{"$ref": "#/components/schemas/Seed"}, {"type": "integer"}]}, {"type": "string"}]});
            })
        ),
        (
            "null by one of the forms",
            told(|new| {
                new["components"]["schemas"]["Topping"]["oneOf"][1]["nullable"] = json!(true);
            })
        ),
        (
            "a field beside the forms",
            told_both_ways(
                "/components/schemas/Topping/properties",
                json!({"salt": {"type": "boolean"}})
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

/// What is told if a choice goes from the one discriminator to the other.
fn told_of_discriminators(old: Value, new: Value) -> String {
    let with = |discriminator: Value| {
        let mut document = document();
        let form = json!({"type": "object", "properties": {"kind": {"type": "string"}, "sort": {"type": "string"}}});
        let schemas = &mut document["components"]["schemas"];
        schemas["Nut"] = form.clone();
        schemas["Seed"] = form;
        schemas["Topping"] = json!({"discriminator": discriminator,
            "oneOf": [{"$ref": "#/components/schemas/Seed"}, {"$ref": "#/components/schemas/Nut"}]});
        document
    };
    lines(&compare(&with(old), &with(new)))
}

#[test]
fn discriminators() {
    let by = |field: &str, seed: &str, nut: &str| {
        json!({"propertyName": field, "mapping": {
            seed: "#/components/schemas/Seed", nut: "#/components/schemas/Nut"}})
    };
    insta::assert_snapshot!(sections(&[
        (
            "another field",
            told_of_discriminators(by("kind", "SEED", "NUT"), by("sort", "SEED", "NUT"))
        ),
        (
            "other values",
            told_of_discriminators(by("kind", "SEED", "NUT"), by("kind", "SEED", "KERNEL"))
        ),
        (
            "values the other way round",
            told_of_discriminators(by("kind", "SEED", "NUT"), by("kind", "NUT", "SEED"))
        ),
        (
            "no word of it",
            told_of_discriminators(by("kind", "SEED", "NUT"), Value::Null)
        ),
    ]));
}

/// What is told if all operations go from the one list of credentials to the other.
fn told_of_credentials(old: Value, new: Value) -> String {
    let with = |security: Value| {
        let mut document = document();
        document["security"] = security;
        for (_, item) in document["paths"].as_object_mut().unwrap() {
            item["get"]
                .as_object_mut()
                .unwrap()
                .remove("x-opentrain-scopes");
        }
        document["paths"]["/loaves"]
            .as_object_mut()
            .unwrap()
            .remove("post");
        document["components"]["securitySchemes"] = json!({
            "token": {"type": "http", "scheme": "Bearer"}, "sameToken": {"type": "http", "scheme": "bearer"},
            "till": {"type": "apiKey", "in": "header", "name": "X-Till"},
            "baker": {"type": "oauth2", "flows": {
                "clientCredentials": {"tokenUrl": "https://bakery.example/token", "scopes": {}}}},
            "visitor": {"type": "oauth2", "flows": {
                "clientCredentials": {"tokenUrl": "https://bakery.example/token", "scopes": {}},
                "implicit": {"authorizationUrl": "https://bakery.example/ask", "scopes": {}}}}});
        document
    };
    lines(&compare(&with(old), &with(new)))
}

#[test]
fn credentials() {
    let token = || json!([{"token": []}]);
    insta::assert_snapshot!(sections(&[
        (
            "another name for the same",
            told_of_credentials(token(), json!([{"sameToken": []}]))
        ),
        ("none", told_of_credentials(token(), json!([]))),
        (
            "none or some",
            told_of_credentials(token(), json!([{"token": []}, {}]))
        ),
        (
            "another",
            told_of_credentials(token(), json!([{"till": []}]))
        ),
        (
            "a second one",
            told_of_credentials(token(), json!([{"token": [], "till": []}]))
        ),
        (
            "either",
            told_of_credentials(token(), json!([{"till": []}, {"token": []}]))
        ),
        (
            "one of the two",
            told_of_credentials(json!([{"till": []}, {"token": []}]), token())
        ),
        (
            "the same in another order",
            told_of_credentials(
                json!([{"till": []}, {"token": []}]),
                json!([{"token": []}, {"till": []}])
            )
        ),
        (
            "a scope",
            told_of_credentials(
                json!([{"baker": ["read"]}]),
                json!([{"baker": ["read", "write"]}])
            )
        ),
        (
            "one way to obtain it of two",
            told_of_credentials(json!([{"visitor": []}]), json!([{"baker": []}]))
        ),
        (
            "a further way to obtain it",
            told_of_credentials(json!([{"baker": []}]), json!([{"visitor": []}]))
        ),
    ]));
}

#[test]
fn servers() {
    let server = "/servers/0/url";
    insta::assert_snapshot!(sections(&[
        (
            "another host",
            told_both_ways(server, json!("https://bread.example/api"))
        ),
        (
            "another path",
            told_both_ways(server, json!("https://bakery.example/v2"))
        ),
        (
            "another server before it",
            told(|new| {
                let old = new["servers"][0].take();
                new["servers"] = json!([{"url": "https://test.bakery.example/api"}, old]);
            })
        ),
        ("a path alone", told_both_ways(server, json!("/api"))),
    ]));
}

#[test]
fn nothing_changed_between_a_document_and_itself() {
    let mut doubled = document();
    let parameters = doubled["paths"]["/loaves"]["get"]["parameters"]
        .as_array_mut()
        .unwrap();
    parameters.push(
        json!({"name": "limit", "in": "query", "required": true, "schema": {"type": "string"}}),
    );
    for document in [document(), doubled] {
        assert_eq!(lines(&compare(&document, &document)), "");
    }
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
            let verdict = kind.verdict(direction);
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
