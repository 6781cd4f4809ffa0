//! Types and values that a schema states, in any spelling.

use serde_json::Value;

use crate::listed_values::is_of_type;
use openapi_canonical::json::{self, Object};

/// Returns the types of a schema.
pub(super) fn types(schema: &Object) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Returns the values that a schema lists, as far as both keywords list them. `None` if it lists none.
pub(super) fn values(schema: &Object) -> Option<Vec<&Value>> {
    let listed = schema.get("enum").and_then(Value::as_array);
    match (schema.get("const"), listed) {
        (None, None) => None,
        (None, Some(listed)) => Some(listed.iter().collect()),
        (Some(constant), None) => Some(vec![constant]),
        (Some(constant), Some(listed)) => {
            Some(listed.iter().filter(|value| *value == constant).collect())
        }
    }
}

/// Returns the listed values that are of the type of their schema. `None` if a schema lists none.
pub(super) fn values_of_type(schema: &Object) -> Option<Vec<&Value>> {
    let types = types(schema);
    let is_nullable = json::is_true(schema, "nullable");
    let mut values = values(schema)?;
    values.retain(|value| {
        let is_of_type = types.is_empty() || types.iter().any(|kind| is_of_type(kind, value));
        is_of_type || is_nullable && value.is_null()
    });
    Some(values)
}
