//! The hand-written documents by the letter of their version: every example and default fits its schema, null included.

use std::collections::BTreeSet;

use jsonschema::Registry;
use serde_json::{Value, json};

use crate::support::repository_file;

const DOCUMENTS: [&str; 2] = ["spec/documented.json", "spec/agent-auth.json"];
/// Keywords whose value is an object with names of the document's own as its keys.
const NAMES: [&str; 6] = [
    "content",
    "headers",
    "paths",
    "properties",
    "responses",
    "schemas",
];
/// Keywords whose value is data.
const DATA: [&str; 5] = ["const", "default", "enum", "example", "examples"];

fn read(path: &str) -> Value {
    serde_json::from_str(&repository_file(path)).unwrap()
}

/// Calls `visit` with every object of a document that is not data, and with the JSON pointer to it.
fn walk(value: &Value, pointer: &str, visit: &mut impl FnMut(&str, &Value)) {
    if let Some(members) = value.as_object() {
        visit(pointer, value);
        for (key, member) in members {
            let inside = format!("{pointer}/{}", escaped(key));
            if NAMES.contains(&key.as_str()) {
                for (name, named) in member.as_object().into_iter().flatten() {
                    walk(named, &format!("{inside}/{}", escaped(name)), visit);
                }
            } else if !DATA.contains(&key.as_str()) && !key.starts_with("x-") {
                walk(member, &inside, visit);
            }
        }
    }
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        walk(element, &format!("{pointer}/{index}"), visit);
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Returns the examples and defaults of a document, each with the pointers to itself and to its schema.
fn values(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    walk(document, "", &mut |pointer, object| {
        let has_schema = object.get("schema").is_some();
        let schema = if has_schema {
            format!("{pointer}/schema")
        } else {
            pointer.to_owned()
        };
        for keyword in ["example", "default"] {
            if let Some(value) = object.get(keyword) {
                let itself = format!("{pointer}/{keyword}");
                found.push((itself, schema.clone(), value.clone()));
            }
        }
        let examples = object.get("examples");
        for (name, example) in examples.and_then(Value::as_object).into_iter().flatten() {
            let itself = format!("{pointer}/examples/{}", escaped(name));
            found.push((itself, schema.clone(), example["value"].clone()));
        }
        let listed = examples.and_then(Value::as_array).into_iter().flatten();
        for (index, example) in listed.enumerate() {
            let itself = format!("{pointer}/examples/{index}");
            found.push((itself, schema.clone(), example.clone()));
        }
    });
    found
}

/// Returns how many nulls are in a value.
fn nulls(value: &Value) -> usize {
    match value {
        Value::Null => 1,
        Value::Array(elements) => elements.iter().map(nulls).sum(),
        Value::Object(members) => members.values().map(nulls).sum(),
        _ => 0,
    }
}

/// Returns the faults of a value at a pointer, by the schema of the document alone.
fn faults(registry: &Registry<'_>, schema: &str, value: &Value) -> Vec<String> {
    let schema =
        json!({"$ref": format!("urn:document#{}", schema.replace('{', "%7B").replace('}', "%7D"))});
    let options = jsonschema::options()
        .with_registry(registry)
        .should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let faults = validator.iter_errors(value);
    faults
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect()
}

fn registry(document: &Value) -> Registry<'_> {
    let builder = Registry::new().add("urn:document", document).unwrap();
    builder.prepare().unwrap()
}

#[test]
fn every_example_and_every_default_fits_its_schema() {
    let (mut count, mut null_count) = (0, 0);
    for path in DOCUMENTS {
        let document = read(path);
        let registry = registry(&document);
        for (pointer, schema, value) in values(&document) {
            let found = faults(&registry, &schema, &value);
            assert!(found.is_empty(), "{path} {pointer}: {found:?}");
            count += 1;
            null_count += nulls(&value);
        }
    }
    assert!(
        count > 214 && null_count > 100,
        "{count} values, {null_count} nulls"
    );
}

#[test]
fn examples_are_found_by_name_and_in_lists_and_nulls_are_counted_wherever_they_are() {
    let document = json!({"content": {"a/b": {"schema": {"type": "integer", "examples": [1, "x", null]},
        "examples": {"a/b": {"value": "y"}}, "example": 2}}});
    let registry = registry(&document);
    let mut refused: Vec<String> = values(&document)
        .iter()
        .filter(|(_, schema, value)| !faults(&registry, schema, value).is_empty())
        .map(|(pointer, ..)| pointer.clone())
        .collect();
    refused.sort();
    let media = "/content/a~1b";
    let expected = ["/examples/a~1b", "/schema/examples/1", "/schema/examples/2"];
    assert_eq!(refused, expected.map(|inside| format!("{media}{inside}")));
    assert_eq!(values(&document).len(), 5);
    for (value, count) in [
        (json!(null), 1),
        (json!(":null"), 0),
        (json!([null, {"a": null, "b": ":null"}]), 2),
    ] {
        assert_eq!(nulls(&value), count, "{value}");
    }
}

/// `nullable` of OpenAPI 3.0 adds null to the `type` beside it alone. Since 3.1 the keyword has no effect.
#[test]
fn null_is_a_type_of_its_own() {
    let mut nullable = 0;
    for path in DOCUMENTS {
        let document = read(path);
        assert_eq!(document["openapi"], "3.1.0", "{path}");
        let registry = registry(&document);
        walk(&document, "", &mut |pointer, object| {
            assert_eq!(object.get("nullable"), None, "{path} {pointer}");
            let lists = |keyword: &str, null: &Value| {
                let listed = object.get(keyword).and_then(Value::as_array);
                listed.is_some_and(|all| all.contains(null))
            };
            let kinds = lists("type", &json!("null")) || lists("anyOf", &json!({"type": "null"}));
            if kinds {
                nullable += 1;
                let found = faults(&registry, pointer, &Value::Null);
                assert!(found.is_empty(), "{path} {pointer}: {found:?}");
            }
        });
    }
    assert!(nullable > 400, "{nullable}");
}

/// Words that say nothing of a value's meaning.
const FILLERS: [&str; 20] = [
    "a", "an", "and", "are", "as", "at", "by", "for", "in", "is", "it", "its", "of", "on", "only",
    "or", "that", "the", "to", "was",
];

/// Returns the words of a text in lower case: `FIXED_PRICE` has two.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// True if the meaning has two words that are neither fillers nor forms of words in the value: "Experts only." of `EXPERT` has none.
fn says_more(meaning: &str, value: &str) -> bool {
    let stem = |word: &str| word.chars().take(4).collect::<String>();
    let known: Vec<String> = words_of(value).iter().map(|word| stem(word)).collect();
    let further = words_of(meaning).into_iter();
    let further = further.filter(|word| !FILLERS.contains(&word.as_str()));
    let further: BTreeSet<String> = further
        .filter(|word| !known.contains(&stem(word)))
        .collect();
    further.len() >= 2
}

#[test]
fn a_meaning_that_only_repeats_the_value_is_found() {
    assert!(!says_more("Experts only.", "EXPERT"));
    assert!(!says_more("Fixed price for the work.", "FIXED_PRICE"));
    assert!(says_more("Fully consumed.", "DEPLETED"));
}

#[test]
fn every_value_of_an_enum_has_a_meaning() {
    for path in DOCUMENTS {
        let document = read(path);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let values = schema["enum"].as_array().into_iter().flatten();
            let values: Vec<&str> = values.map(|value| value.as_str().unwrap()).collect();
            let meanings = schema["x-opentrain-value-docs"].as_object();
            let described: Vec<&str> = meanings
                .into_iter()
                .flatten()
                .map(|(value, meaning)| {
                    let meaning = meaning.as_str().unwrap();
                    let is_whole = meaning.ends_with('.') && says_more(meaning, value);
                    assert!(is_whole, "{name}: {value}: {meaning}");
                    value.as_str()
                })
                .collect();
            assert!(
                values.len() == described.len()
                    && values.iter().all(|value| described.contains(value)),
                "{path}: {name} has the values {values:?}, and meanings of {described:?}"
            );
        }
    }
}
