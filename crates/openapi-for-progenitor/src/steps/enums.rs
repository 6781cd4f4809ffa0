//! Lists of values: only strings without duplicates, each with its own name in Rust; all other lists are dropped.
//!
//! Of numbers the generator makes types that refuse every unlisted value, and it fails for a list whose values do not
//! have its type.

use serde_json::{Value, json};

use crate::generated_names;
use openapi_canonical::json::{self, Object};
use openapi_canonical::locations;
use openapi_canonical::losses::Loss;

/// Keeps the lists that the generator supports.
pub(super) fn simplify(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let mut count = 0;
    locations::visit_all(document, &mut |location, schema| {
        let Some(before) = schema.get("enum").cloned() else {
            return;
        };
        let lost = simplify_one(schema);
        count += usize::from(schema.get("enum") != Some(&before));
        losses.extend(
            lost.map(|why| Loss::new(&location.pointer(), format!("the list of values: {why}"))),
        );
    });
    count
}

/// Returns the reason if the list cannot be kept.
fn simplify_one(schema: &mut Object) -> Option<&'static str> {
    drop_null(schema);
    let distinct = json::distinct(json::elements(schema, "enum"));
    let kind = json::string(schema, "type");
    let why = match kind {
        // An empty list describes no value.
        _ if distinct.is_empty() => None,
        Some("string") | None if !distinct.iter().all(Value::is_string) => {
            Some("not all of them are text")
        }
        Some("string") | None if has_shape(schema) => Some("there is more than a list"),
        Some("string") | None if !have_names(&distinct) => {
            Some("some of them have the same name in Rust")
        }
        Some("string") | None => {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("enum".to_owned(), Value::Array(distinct));
            return None;
        }
        Some(_) => Some("only text is kept as a list"),
    };
    schema.remove("enum");
    schema.remove("x-enum-varnames");
    why
}

/// Rewrites null in a list as `nullable`.
fn drop_null(schema: &mut Object) {
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return;
    };
    let before = values.len();
    values.retain(|value| !value.is_null());
    if values.len() < before {
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// True if a schema restricts its values further than a list of strings can.
fn has_shape(schema: &Object) -> bool {
    let shapes = ["$ref", "allOf", "anyOf", "items", "oneOf", "properties"];
    shapes.iter().any(|keyword| schema.contains_key(*keyword))
}

/// True if the generator finds a name for each value.
fn have_names(values: &[Value]) -> bool {
    let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    generated_names::variants(&texts).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_with_names_stays_a_list() {
        for (schema, expected, is_lost) in [
            (
                json!({"enum": ["a", "b", "a"]}),
                json!({"type": "string", "enum": ["a", "b"]}),
                false,
            ),
            (
                json!({"type": "string", "enum": ["+1", "-1"]}),
                json!({"type": "string", "enum": ["+1", "-1"]}),
                false,
            ),
            (
                json!({"type": "string", "enum": ["name", "-name"]}),
                json!({"type": "string", "enum": ["name", "-name"]}),
                false,
            ),
            (
                json!({"type": "string", "enum": ["asc", "ASC"]}),
                json!({"type": "string"}),
                true,
            ),
            (
                json!({"type": "string", "enum": ["🎲", "🎯"]}),
                json!({"type": "string"}),
                true,
            ),
            (
                json!({"type": "string", "enum": [true, "x"]}),
                json!({"type": "string"}),
                true,
            ),
            (
                json!({"type": "string", "enum": ["a", null]}),
                json!({"type": "string", "enum": ["a"], "nullable": true}),
                false,
            ),
            (
                json!({"type": "integer", "enum": [1, 2]}),
                json!({"type": "integer"}),
                true,
            ),
            (
                json!({"type": "array", "items": {}, "enum": ["a"]}),
                json!({"type": "array", "items": {}}),
                true,
            ),
            (json!({"enum": [1, "a"]}), json!({}), true),
            (
                json!({"type": "string", "enum": []}),
                json!({"type": "string"}),
                false,
            ),
        ] {
            let mut document = json!({"components": {"schemas": {"It": schema}}});
            let mut losses = Vec::new();
            simplify(&mut document, &mut losses);
            assert_eq!(document["components"]["schemas"]["It"], expected);
            assert_eq!(!losses.is_empty(), is_lost, "{schema}: {losses:?}");
        }
    }

    #[test]
    fn a_property_called_enum_is_a_property() {
        let schema =
            json!({"properties": {"enum": {"type": "integer"}}, "example": {"enum": [1, 1]}});
        let mut document = json!({"components": {"schemas": {"It": schema}}});
        assert_eq!(simplify(&mut document, &mut Vec::new()), 0);
        assert_eq!(document["components"]["schemas"]["It"], schema);
    }
}
