//! Drops all keywords of schemas that do not shape a type.
//!
//! Constraints would make the generated types refuse what the server sends; titles rename types and merge those with
//! equal titles; defaults would be frozen into requests; unknown extensions could steer the generator. So this is a
//! list of keywords to keep, not of keywords to drop.

use serde_json::Value;

use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::formats;
use openapi_canonical::json::{self, Object};
use openapi_canonical::locations;

/// Keywords that stay. Our own extensions come from the documentation and stay too, except the evidence.
const KEPT: [&str; 16] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "deprecated",
    "description",
    "enum",
    "format",
    "items",
    "not",
    "nullable",
    "oneOf",
    "properties",
    "required",
    "type",
    "x-enum-varnames",
];

/// Drops every other keyword of every schema.
pub(super) fn strip(document: &mut Value) -> usize {
    let mut count = 0;
    locations::visit_all(document, &mut |_, schema| {
        let before = schema.len();
        schema.retain(|keyword, value| is_kept(keyword, value));
        if !has_kept_format(schema) {
            schema.remove("format");
        }
        count += before - schema.len();
    });
    count
}

fn is_kept(keyword: &str, value: &Value) -> bool {
    let says_nothing = match keyword {
        "additionalProperties" | "deprecated" | "nullable" => *value == Value::Bool(false),
        "required" => value.as_array().is_some_and(Vec::is_empty),
        _ => false,
    };
    let ours = keyword.starts_with(keys::PREFIX) && keyword != keys::EVIDENCE;
    !says_nothing && (ours || KEPT.contains(&keyword))
}

fn has_kept_format(schema: &Object) -> bool {
    let (Some(kind), Some(format)) = (json::string(schema, "type"), json::string(schema, "format"))
    else {
        return false;
    };
    formats::chooses_a_type(kind, format)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stripped(schema: &Value) -> Value {
        let mut document = json!({"components": {"schemas": {"It": schema}}});
        strip(&mut document);
        document["components"]["schemas"]["It"].clone()
    }

    #[test]
    fn constraints_and_generator_extensions_are_dropped() {
        let schema = json!({"type": "string", "format": "email", "minLength": 1, "pattern": "a", "title": "T", "default": "x",
            "example": "e", "deprecated": false, "x-rust-type": {"crate": "std"}, "x-opentrain-evidence": "sample",
            "x-opentrain-id": true, "description": "d"});
        assert_eq!(
            stripped(&schema),
            json!({"type": "string", "x-opentrain-id": true, "description": "d"})
        );
    }

    #[test]
    fn a_property_called_like_a_keyword_is_a_property() {
        let properties = json!({"default": {"type": "string"}, "title": {"type": "string"}, "example": {"type": "string"},
            "type": {"type": "string"}, "pattern": {"type": "string"}});
        let schema = json!({"type": "object", "properties": properties, "additionalProperties": false, "required": []});
        assert_eq!(
            stripped(&schema),
            json!({"type": "object", "properties": properties})
        );
    }

    #[test]
    fn data_is_not_rewritten() {
        let schema = json!({"type": "string", "enum": ["default", "title"], "x-opentrain-example": {"default": {"title": 1}}});
        assert_eq!(stripped(&schema), schema);
    }

    #[test]
    fn only_formats_that_choose_a_type_stay() {
        for (kind, format, stays) in [
            ("string", "date-time", true),
            ("string", "date", true),
            ("string", "decimal", false),
            ("number", "decimal", true),
            ("integer", "int64", true),
            ("integer", "unix", false),
            ("string", "uuid", false),
        ] {
            let kept = stripped(&json!({"type": kind, "format": format}))
                .get("format")
                .is_some();
            assert_eq!(kept, stays, "{kind} {format}");
        }
    }
}
