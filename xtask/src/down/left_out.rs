//! Keywords that 3.0 has no words for. Each place is told.

use serde_json::{Value, json};

use super::place::Place;
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

/// Drops what is only a condition on values; the type is the same without it.
pub(super) fn drop(schema: &mut Object, place: &mut Place<'_>) {
    for keyword in CONDITIONS {
        if schema.remove(keyword).is_some() {
            place.leave_out(format!("the condition `{keyword}`"));
        }
    }
    drop_patterns(schema, place);
}

/// Properties by pattern are additional ones: of that type if all that is said of any says the same, else of any.
fn drop_patterns(schema: &mut Object, place: &mut Place<'_>) {
    let Some(patterns) = schema.remove("patternProperties") else {
        return;
    };
    place.leave_out("the patterns of `patternProperties`");
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

/// Where 3.0 takes no boolean for a schema.
pub(super) fn simplify_booleans(schema: &mut Object, place: &mut Place<'_>) {
    if let Some(properties) = json::object_mut(schema, "properties") {
        properties.retain(|name, property| {
            let is_forbidden = *property == Value::Bool(false);
            if is_forbidden {
                place.leave_out(format!("that there is no property `{name}`"));
            }
            !is_forbidden
        });
    }
    if let Some(Value::Bool(is_anything)) = schema.get("items") {
        if !is_anything {
            place.leave_out("that the list is empty");
        }
        place.count("boolean schemas spelled out");
        schema.insert("items".to_owned(), json!({}));
    }
}
