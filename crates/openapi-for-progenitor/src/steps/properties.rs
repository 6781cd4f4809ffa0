//! Fields: each with its own name in Rust.
//!
//! `id` and `@id` are one field to the generator, which then writes both. One of them is kept: the one with the same
//! name in Rust and on the wire, else a required one, else the first.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::generated_names;
use openapi_canonical::json::{self, Object};
use openapi_canonical::locations;
use openapi_canonical::losses::Loss;

/// Names of fields that hold the properties which a schema does not list.
const REST: [&str; 2] = ["additional_properties", "extra"];

/// Drops fields whose names collide with others.
pub(super) fn disambiguate(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let before = losses.len();
    locations::visit_all(document, &mut |location, schema| {
        let lost = drop_unnamed(schema);
        losses.extend(
            lost.into_iter()
                .map(|what| Loss::new(&location.pointer(), what)),
        );
    });
    losses.len() - before
}

fn drop_unnamed(schema: &mut Object) -> Vec<String> {
    let mut lost = Vec::new();
    for (name, kept) in doubles(schema) {
        if let Some(properties) = json::object_mut(schema, "properties") {
            properties.remove(&name);
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|other| *other != *name);
            if required.is_empty() {
                schema.remove("required");
            }
        }
        lost.push(format!(
            "the property `{name}`, which in Rust has the same name as `{kept}`"
        ));
    }
    let takes_rest = schema
        .get("additionalProperties")
        .is_some_and(|rest| *rest != Value::Bool(false));
    let taken = json::entries(schema, "properties")
        .find(|(name, _)| REST.contains(&generated_names::field(name).as_str()));
    if let Some((name, _)) = taken.filter(|_| takes_rest) {
        lost.push(format!(
            "properties that are not listed: `{name}` has their name"
        ));
        schema.remove("additionalProperties");
    }
    lost
}

/// Returns the properties to drop, each with the property that keeps the name.
fn doubles(schema: &Object) -> Vec<(String, String)> {
    let required = json::strings(schema, "required");
    let mut by_field: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, _) in json::entries(schema, "properties") {
        by_field
            .entry(generated_names::field(name))
            .or_default()
            .push(name.as_str());
    }
    // A required property without a schema is a field too.
    for name in &required {
        let same = by_field.entry(generated_names::field(name)).or_default();
        if !same.iter().any(|other| other == name) {
            same.push(name);
        }
    }
    let mut found = Vec::new();
    for (field, mut same) in by_field.into_iter().filter(|(_, same)| same.len() > 1) {
        let is_described = |name: &str| {
            json::object(schema, "properties").is_some_and(|all| all.contains_key(name))
        };
        let rank = |name: &str| {
            (
                !is_described(name),
                name != field,
                !required.contains(&name),
            )
        };
        same.sort_by_key(|name| (rank(name), *name));
        let (kept, rest) = (same[0], &same[1..]);
        let pair = |name: &&str| ((*name).to_owned(), kept.to_owned());
        found.extend(rest.iter().map(pair));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn apart(schema: &Value) -> (Value, Vec<String>) {
        let mut document = json!({"components": {"schemas": {"It": schema}}});
        let mut losses = Vec::new();
        disambiguate(&mut document, &mut losses);
        let whats = losses.into_iter().map(|loss| loss.what).collect();
        (document["components"]["schemas"]["It"].take(), whats)
    }

    #[test]
    fn one_of_those_with_the_same_name_stays() {
        let text = json!({"type": "string"});
        let (schema, lost) = apart(&json!({"required": ["@id", "id", "userId"], "properties": {
            "@id": text, "ID": text, "id": text, "type": text, "2fa": text, "user_id": text, "userId": text, "aB": text, "a-b": text}}));
        assert_eq!(schema["required"], json!(["id"]));
        let kept: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(kept.len(), 5, "{kept:?}");
        assert_eq!(
            lost,
            [
                "the property `aB`, which in Rust has the same name as `a-b`",
                "the property `@id`, which in Rust has the same name as `id`",
                "the property `ID`, which in Rust has the same name as `id`",
                "the property `userId`, which in Rust has the same name as `user_id`",
            ]
        );
    }

    #[test]
    fn a_required_property_without_a_schema_is_a_field_too() {
        let text = json!({"type": "string"});
        let (schema, lost) =
            apart(&json!({"required": ["id", "name", "Name"], "properties": {"_id": text}}));
        assert_eq!(
            schema,
            json!({"required": ["name"], "properties": {"_id": text}})
        );
        assert_eq!(lost.len(), 2, "{lost:?}");
    }

    #[test]
    fn a_field_called_like_the_rest_is_kept_rather_than_the_rest() {
        let text = json!({"type": "string"});
        for name in ["extra", "additionalProperties"] {
            let (schema, lost) =
                apart(&json!({"properties": {name: text}, "additionalProperties": text}));
            assert_eq!(schema, json!({"properties": {name: text}}));
            assert_eq!(lost.len(), 1);
        }
        let fine = json!({"properties": {"other": text}, "additionalProperties": text});
        assert_eq!(apart(&fine), (fine, Vec::new()));
    }
}
