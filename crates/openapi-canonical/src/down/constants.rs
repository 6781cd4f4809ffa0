//! Rewrites of constants and lists of values.

use serde_json::{Value, json};

use super::conversion::Conversion;
use crate::json::{self, Object};

/// Keywords that a variant may have beside its constant and still count as a plain value.
const WORDS: [&str; 10] = [
    "$comment",
    "const",
    "deprecated",
    "description",
    "enum",
    "example",
    "examples",
    "nullable",
    "title",
    "type",
];

/// Rewrites a choice of constant strings as an enum: 3.1 uses such a choice to describe each value.
pub(super) fn join_choices(schema: &mut Object, conversion: &mut Conversion<'_>) {
    if schema.contains_key("enum") || schema.contains_key("const") {
        return;
    }
    for keyword in ["oneOf", "anyOf"] {
        let variants = json::elements(schema, keyword);
        let values: Option<Vec<Vec<&Value>>> = variants.iter().map(constant_strings).collect();
        let Some(values) = values.filter(|values| values.len() > 1) else {
            continue;
        };
        let distinct = json::distinct(values.into_iter().flatten());
        let is_nullable = |variant: &Value| {
            variant
                .as_object()
                .is_some_and(|variant| json::is_true(variant, "nullable"))
        };
        let is_nullable = variants.iter().any(is_nullable);
        schema.remove(keyword);
        if is_nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
        schema.insert("enum".to_owned(), Value::Array(distinct));
        schema.entry("type").or_insert(json!("string"));
        conversion.count("choices of constants rewritten as enum");
        return;
    }
}

/// Returns the values, if a schema is a list of constant strings, optionally with null, without further restrictions.
fn constant_strings(variant: &Value) -> Option<Vec<&Value>> {
    let members = variant.as_object()?;
    let listed = json::elements(members, "enum").iter();
    let values: Vec<&Value> = match members.get("const") {
        // Both apply.
        Some(value) => vec![value],
        None => listed.collect(),
    };
    let says_more = members
        .keys()
        .any(|key| !WORDS.contains(&key.as_str()) && !key.starts_with("x-"));
    let is_constant = |value: &&Value| value.is_string() || value.is_null();
    let has_text = values.iter().any(|value| value.is_string());
    (has_text && values.iter().all(is_constant) && !says_more).then_some(values)
}

/// Rewrites `const` as an enum of one value, and null in an enum as `nullable`.
pub(super) fn rewrite(schema: &mut Object, conversion: &mut Conversion<'_>) {
    if let Some(value) = schema.remove("const") {
        conversion.count("const rewritten as enum");
        let listed = schema.get("enum").and_then(Value::as_array);
        if listed.is_some_and(|listed| !listed.contains(&value)) {
            conversion.drop_part("that no value is both `const` and in `enum`");
        }
        schema.insert("enum".to_owned(), json!([value]));
    }
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return;
    };
    let before = values.len();
    values.retain(|value| !value.is_null());
    let (has_null, is_empty) = (values.len() < before, values.is_empty());
    if has_null {
        conversion.count("null in enum made nullable");
    }
    if has_null && is_empty {
        schema.remove("enum");
        schema.insert("type".to_owned(), json!("null"));
        return;
    }
    if has_null {
        schema.insert("nullable".to_owned(), json!(true));
    }
    infer_type(schema, conversion);
}

/// Adds the type of the values, since 3.0 generators assume an enum of strings.
fn infer_type(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let values = json::elements(schema, "enum");
    let Some(kind) = values.first().map(kind_of) else {
        return;
    };
    let is_of_one_kind = values.iter().all(|value| kind_of(value) == kind);
    let is_plain = !["$ref", "allOf", "anyOf", "oneOf", "type"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    if is_plain && is_of_one_kind {
        schema.insert("type".to_owned(), json!(kind));
        conversion.count("types of constants added");
    }
}

/// Returns JSON Schema's name for the type of a value.
#[must_use]
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_beside_a_list_is_the_constant_alone() {
        let variant = json!({"type": "string", "const": "a", "enum": ["a", "b"]});
        assert_eq!(constant_strings(&variant), Some(vec![&json!("a")]));
    }
}
