//! Drops keywords that have no equivalent in 3.0, and reports each location.

use serde_json::{Value, json};

use super::conversion::Conversion;
use super::impossible::{Impossible, is_anything};
use crate::json::{self, Object};

const CONDITIONS: [&str; 15] = [
    "additionalItems",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "not",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Drops keywords that only add a condition on values; the type is the same without them.
pub(super) fn drop(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let telling: Vec<&str> = CONDITIONS
        .into_iter()
        .filter(|keyword| schema.contains_key(*keyword) && !is_always_met(schema, keyword))
        .collect();
    for keyword in telling {
        conversion.drop_part(format!("the condition `{keyword}`"));
    }
    schema.retain(|keyword, _| !CONDITIONS.contains(&keyword.as_str()));
    drop_patterns(schema, conversion);
}

/// True if a condition of a schema holds for every value, so that dropping it loses no restriction.
pub fn is_always_met(schema: &Object, keyword: &str) -> bool {
    let Some(value) = schema.get(keyword) else {
        return true;
    };
    let has = |keyword: &str| schema.contains_key(keyword);
    let is_empty = || match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    match keyword {
        "propertyNames" => is_any_text(value),
        "not" => Impossible::of(&Value::Null).contains(value),
        "additionalItems" => {
            is_anything(value) || !schema.get("items").is_some_and(Value::is_array)
        }
        "unevaluatedItems" | "unevaluatedProperties" => is_anything(value),
        "contains" => schema.get("minContains") == Some(&json!(0)) && !has("maxContains"),
        "maxContains" => !has("contains"),
        "minContains" => !has("contains") || [json!(0), json!(1)].contains(value),
        "contentSchema" => is_anything(value),
        "if" => !has("then") && !has("else"),
        "then" | "else" => !has("if") || is_anything(value),
        "dependencies" | "dependentRequired" | "dependentSchemas" | "patternProperties"
        | "prefixItems" => is_empty(),
        _ => false,
    }
}

/// True if every property name fits, since names are text.
fn is_any_text(schema: &Value) -> bool {
    let Some(members) = schema.as_object() else {
        return is_anything(schema);
    };
    let mut without_type = members.clone();
    let kind = without_type.remove("type");
    let is_text = |kind: &Value| *kind == json!("string") || has_string(kind);
    kind.as_ref().is_none_or(is_text) && is_anything(&Value::Object(without_type))
}

fn has_string(kinds: &Value) -> bool {
    let kinds = kinds.as_array().into_iter().flatten();
    kinds.into_iter().any(|kind| kind == "string")
}

/// Rewrites `patternProperties` as additional properties: with the common schema if all are equal, else of any type.
fn drop_patterns(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let Some(patterns) = schema.remove("patternProperties") else {
        return;
    };
    conversion.drop_part("the patterns of `patternProperties`");
    let mut schemas = patterns.as_object().into_iter().flatten();
    let only = match (schemas.next(), schemas.next()) {
        (Some((_, only)), None) if !schema.contains_key("properties") => only.clone(),
        _ => json!(true),
    };
    let others = schema.get("additionalProperties");
    let is_same = others.is_none_or(|others| *others == Value::Bool(false) || *others == only);
    let all = if is_same { only } else { json!(true) };
    schema.insert("additionalProperties".to_owned(), all);
}

/// Replaces a boolean schema where 3.0 requires an object.
pub(super) fn simplify_booleans(schema: &mut Object, conversion: &mut Conversion<'_>) {
    if let Some(properties) = json::object_mut(schema, "properties") {
        properties.retain(|name, property| {
            let is_forbidden = conversion.impossible.contains(property);
            if is_forbidden {
                conversion.drop_part(format!("that there is no property `{name}`"));
            }
            !is_forbidden
        });
    }
    let of = |schema: &Object, keyword: &str| {
        let inner = schema.get(keyword);
        inner.map(|inner| (inner.is_boolean(), conversion.impossible.contains(inner)))
    };
    if let Some((_, true)) = of(schema, "additionalProperties") {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    if let Some((is_boolean, is_impossible)) =
        of(schema, "items").filter(|found| found.0 || found.1)
    {
        if is_impossible {
            conversion.drop_part("that the list is empty");
        }
        if is_boolean {
            conversion.count("boolean schemas rewritten as objects");
        }
        schema.insert("items".to_owned(), json!({}));
    }
}
