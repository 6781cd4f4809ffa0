//! Rewrites of `oneOf` and `anyOf` with null among the variants, and of references with siblings.

use serde_json::{Value, json};

use super::conversion::Conversion;
use super::impossible::is_anything;
use crate::document;
use crate::json::{self, Object};

/// Keywords of a single variant that the schema around it may repeat with another text.
const WORDS: [&str; 6] = [
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "title",
];

/// Limit on nested choices. Documents in use stay far below it.
const DEPTH: usize = 16;

/// Removes null and impossible schemas from the variants; a single variant replaces the choice.
pub(super) fn simplify(schema: &mut Object, conversion: &mut Conversion<'_>) {
    for _ in 0..DEPTH {
        let changed = ["oneOf", "anyOf"].map(|keyword| simplify_one(schema, keyword, conversion));
        if changed == [false; 2] {
            break;
        }
    }
}

fn simplify_one(schema: &mut Object, keyword: &str, conversion: &mut Conversion<'_>) -> bool {
    let variants = json::elements(schema, keyword);
    let is_impossible = |variant: &&Value| conversion.impossible.contains(variant);
    let impossible = variants.iter().filter(is_impossible).count();
    let kept: Vec<Value> = variants
        .iter()
        .filter(|variant| !is_impossible(variant) && !is_null(conversion.source, variant))
        .cloned()
        .collect();
    if kept.len() == variants.len() {
        return false;
    }
    let has_null = kept.len() + impossible < variants.len();
    let is_empty = kept.is_empty();
    schema.remove(keyword);
    match <[Value; 1]>::try_from(kept) {
        Ok([only]) => merge(schema, only),
        Err(kept) if kept.is_empty() => {}
        Err(kept) => {
            schema.insert(keyword.to_owned(), Value::Array(kept));
        }
    }
    if has_null {
        conversion.count("null among choices made nullable");
        schema.insert("nullable".to_owned(), json!(true));
    }
    if is_empty {
        conversion.drop_part(if has_null {
            "a choice of nothing but null"
        } else {
            "that nothing is allowed here"
        });
    }
    true
}

/// True if a schema fits null only.
fn is_null(source: &Value, variant: &Value) -> bool {
    let variant = document::resolve(source, variant);
    let is = |keyword: &str, values: [Value; 2]| {
        variant
            .get(keyword)
            .is_some_and(|value| values.contains(value))
    };
    is_null_in_3_0(variant)
        || is("type", [json!("null"), json!(["null"])])
        || is("enum", [json!([null]), json!([null])])
        || is("const", [Value::Null, Value::Null])
}

/// True for `{"nullable":true}` and `{"enum":["null"],"nullable":true}`, which generators for 3.0 emit as the variant of null.
fn is_null_in_3_0(variant: &Value) -> bool {
    let members = variant.as_object();
    let is_nullable = members.is_some_and(|members| json::is_true(members, "nullable"));
    is_nullable && (is_anything(variant) || *variant == json!({"enum": ["null"], "nullable": true}))
}

/// Replaces a choice by its single variant.
fn merge(schema: &mut Object, only: Value) {
    let contradicts = |members: &Object| {
        let mut keys = members.keys();
        keys.any(|key| schema.contains_key(key) && !WORDS.contains(&key.as_str()))
    };
    match only {
        Value::Object(members) if !members.contains_key("$ref") && !contradicts(&members) => {
            for (key, value) in members {
                schema.entry(key).or_insert(value);
            }
        }
        only => require(schema, only),
    }
}

/// Adds a part to `allOf`.
fn require(schema: &mut Object, part: Value) {
    let mut parts = vec![part];
    parts.extend_from_slice(json::elements(schema, "allOf"));
    schema.insert("allOf".to_owned(), Value::Array(parts));
}

/// Drops the siblings of a reference in a 3.0 document, where they have no meaning; except `nullable`, which generators
/// emit there with its usual meaning.
pub(super) fn drop_siblings(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let is_reference = schema.get("$ref").is_some_and(Value::is_string);
    if !is_reference || !document::is_of_3_0(conversion.source) {
        return;
    }
    let before = schema.len();
    let is_nullable = json::is_true(schema, "nullable");
    schema.retain(|key, _| key == "$ref" || key == "nullable" && is_nullable);
    if schema.len() < before {
        conversion.count("siblings of references, which mean nothing in 3.0, dropped");
    }
}

/// Moves a reference and its siblings into parts of `allOf`: in 3.0 a reference must stand alone.
pub(super) fn wrap_reference(schema: &mut Object, conversion: &mut Conversion<'_>) {
    if schema.len() < 2 || !schema.get("$ref").is_some_and(Value::is_string) {
        return;
    }
    if let Some(reference) = schema.shift_remove("$ref") {
        conversion.count("references with siblings wrapped in allOf");
        require(schema, json!({ "$ref": reference }));
    }
}

/// Makes a choice nullable if one of its variants is.
pub(super) fn lift_null(schema: &mut Object, conversion: &mut Conversion<'_>) {
    for keyword in ["oneOf", "anyOf"] {
        let variants = schema.get_mut(keyword).and_then(Value::as_array_mut);
        let mut nullable = variants
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
            .filter(|variant| variant.len() > 1 && json::is_true(variant, "nullable"))
            .map(|variant| variant.remove("nullable"));
        if nullable.next().is_some() {
            nullable.for_each(drop);
            schema.insert("nullable".to_owned(), json!(true));
            conversion.count("null of a choice lifted to the choices");
        }
    }
}
