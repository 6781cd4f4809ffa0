//! Rewrites of lists of types, the type of null, and tuples.

use serde_json::{Value, json};

use super::constants::kind_of;
use super::conversion::Conversion;
use crate::json::{self, Object};

/// Limit on the number of types that restrict a value; a longer list means any value.
const MOST: usize = 4;

/// Keywords that restrict values of one type only.
const OWN: [(&str, &[&str]); 5] = [
    (
        "object",
        &[
            "additionalProperties",
            "maxProperties",
            "minProperties",
            "patternProperties",
            "properties",
            "propertyNames",
            "required",
        ],
    ),
    (
        "array",
        &[
            "items",
            "maxItems",
            "minItems",
            "prefixItems",
            "uniqueItems",
        ],
    ),
    ("string", &["format", "maxLength", "minLength", "pattern"]),
    ("number", &NUMBERS),
    ("integer", &NUMBERS),
];

const NUMBERS: [&str; 5] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "minimum",
    "multipleOf",
];

/// Rewrites a list of types as one type and `nullable`, or as a choice between types.
pub(super) fn simplify(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let mut kinds: Vec<String> = match schema.get("type") {
        Some(Value::String(kind)) if kind == "null" => vec![kind.clone()],
        Some(Value::String(kind)) if !is_type(kind) => {
            schema.remove("type");
            conversion.drop_part("a type that OpenAPI does not define");
            return;
        }
        Some(Value::Array(_)) => json::strings(schema, "type")
            .into_iter()
            .filter(|kind| is_type(kind))
            .map(str::to_owned)
            .collect(),
        _ => return,
    };
    let listed = json::elements(schema, "type").len();
    if listed > kinds.len() {
        conversion.drop_part("what in a list of types is no type");
    }
    schema.remove("type");
    conversion.count("lists of types and null rewritten as in 3.0");
    let has_null = kinds.iter().any(|kind| kind == "null");
    // Every integer is a number.
    let has_number = kinds.iter().any(|kind| kind == "number");
    kinds.retain(|kind| kind != "null" && !(has_number && kind == "integer"));
    let mut distinct: Vec<String> = Vec::new();
    for kind in kinds {
        if !distinct.contains(&kind) {
            distinct.push(kind);
        }
    }
    if has_null {
        schema.insert("nullable".to_owned(), json!(true));
    }
    settle(schema, &distinct, conversion);
}

/// True for a type of JSON Schema, but not for others that generators print, such as `Date` and `any`.
fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "array" | "boolean" | "integer" | "null" | "number" | "object" | "string"
    )
}

fn settle(schema: &mut Object, kinds: &[String], conversion: &mut Conversion<'_>) {
    let has_choice = schema.contains_key("oneOf") || schema.contains_key("anyOf");
    match kinds {
        [] if json::is_true(schema, "nullable") => {
            conversion.drop_part("that it is never but null");
        }
        [] => conversion.drop_part("a list of no types"),
        [only] => {
            schema.insert("type".to_owned(), json!(only));
        }
        _ if has_choice => conversion.drop_part("a list of types beside a choice"),
        many if many.len() > MOST => conversion.drop_part("a list of nearly all types"),
        many => split(schema, many, conversion),
    }
}

/// Builds a choice with a variant for each type, which takes the keywords of that type.
fn split(schema: &mut Object, kinds: &[String], conversion: &mut Conversion<'_>) {
    let source = schema.clone();
    let variants: Vec<Value> = kinds
        .iter()
        .filter_map(|kind| variant(&source, kind))
        .collect();
    for (_, keywords) in OWN {
        schema.retain(|keyword, _| !keywords.contains(&keyword.as_str()));
    }
    schema.remove("enum");
    schema.insert("oneOf".to_owned(), Value::Array(variants));
    conversion.count("several types rewritten as oneOf");
}

/// Returns the variant of a type. `None` if there is an enum without a value of the type.
fn variant(source: &Object, kind: &str) -> Option<Value> {
    let mut variant = Object::new();
    variant.insert("type".to_owned(), json!(kind));
    let keywords = OWN.iter().find(|(owner, _)| *owner == kind);
    for keyword in keywords.into_iter().flat_map(|(_, keywords)| *keywords) {
        if let Some(value) = source.get(*keyword) {
            variant.insert((*keyword).to_owned(), value.clone());
        }
    }
    if source.contains_key("enum") {
        let values = json::elements(source, "enum").iter();
        let own: Vec<&Value> = values
            .filter(|value| kind_of(value) == kind || kind == "number" && value.is_number())
            .collect();
        if own.is_empty() {
            return None;
        }
        variant.insert("enum".to_owned(), json!(own));
    }
    Some(Value::Object(variant))
}

/// Rewrites a tuple as a list whose elements have any of its types.
pub(super) fn join_tuple(schema: &mut Object, conversion: &mut Conversion<'_>) {
    // Before 3.1, a list in `items` had the same meaning.
    let has_list = schema.get("items").is_some_and(Value::is_array);
    let keyword = if has_list { "items" } else { "prefixItems" };
    let Some(Value::Array(prefix)) = schema.remove(keyword) else {
        return;
    };
    conversion.drop_part("which element of a list is of which type");
    let rest = rest_of_tuple(schema, has_list, prefix.len());
    let distinct = json::distinct(prefix.iter().chain(&rest));
    let items = match distinct.as_slice() {
        [] => json!({}),
        _ if distinct.iter().any(says_nothing) => json!({}),
        [only] => only.clone(),
        _ => json!({ "anyOf": distinct }),
    };
    schema.insert("items".to_owned(), items);
}

/// Returns the schema of the elements after those of a tuple; `None` if there are none. If it is unspecified, any
/// elements are allowed.
fn rest_of_tuple(schema: &mut Object, has_list: bool, length: usize) -> Option<Value> {
    let keyword = if has_list { "additionalItems" } else { "items" };
    let most = schema.get("maxItems").and_then(Value::as_u64);
    let is_full = most.is_some_and(|most| most <= length as u64);
    let rest = schema.remove(keyword);
    let rest = rest.or_else(|| schema.get("unevaluatedItems").cloned());
    rest.or(Some(json!({})))
        .filter(|rest| !is_full && *rest != Value::Bool(false))
}

fn says_nothing(schema: &Value) -> bool {
    *schema == json!(true) || *schema == json!({})
}
