//! Turns inline objects, enums and unions into components with their own names.
//!
//! The generator would name them too, but merges types with equal names. Names are `<Parent><Property>` for a property,
//! `…Item` for the elements of a list.

use std::collections::VecDeque;

use serde_json::{Value, json};

use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;

/// Hoists every inline schema below every component. Schemas of bodies are components already.
pub(super) fn hoist(document: &mut Value) -> usize {
    let schemas = schema::components_mut(document);
    let mut waiting: VecDeque<String> = schemas.keys().cloned().collect();
    let mut count = 0;
    while let Some(name) = waiting.pop_front() {
        let mut schema = schemas.get_mut(&name).map(Value::take).unwrap_or_default();
        let mut found = Vec::new();
        hoist_below(&mut schema, &name, schemas, &mut found);
        schemas.insert(name, schema);
        count += found.len();
        for (name, component) in found {
            schemas.insert(name.clone(), component);
            waiting.push_back(name);
        }
    }
    count
}

type Found = Vec<(String, Value)>;

fn hoist_below(schema: &mut Value, name: &str, schemas: &Object, found: &mut Found) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    for child in schema::children_mut(schema) {
        let wanted = format!("{name}{}", names::pascal(&child.label()));
        let child = child.schema;
        if is_worth_a_name(child) {
            let is_taken = |taken: &str| {
                schemas.contains_key(taken) || found.iter().any(|(name, _)| name == taken)
            };
            let component = names::unique(&wanted, is_taken);
            found.push((component.clone(), replace(child, &component)));
        } else {
            hoist_below(child, &wanted, schemas, found);
        }
    }
}

fn is_worth_a_name(schema: &Value) -> bool {
    let Some(schema) = schema.as_object() else {
        return false;
    };
    let has_properties =
        json::object(schema, "properties").is_some_and(|properties| !properties.is_empty());
    has_properties
        || ["enum", "oneOf", "anyOf"]
            .iter()
            .any(|keyword| schema.contains_key(*keyword))
}

/// Replaces the schema by a reference, and keeps the keywords of the location: its description and `nullable`.
pub(super) fn replace(slot: &mut Value, component: &str) -> Value {
    let reference = schema::reference_to(component);
    let mut schema = slot.take();
    let is_nullable = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("nullable"))
        .is_some();
    let description = schema.get("description").cloned();
    if !is_nullable && description.is_none() {
        *slot = reference;
        return schema;
    }
    *slot = json!({ "allOf": [reference] });
    if let Some(description) = description {
        slot["description"] = description;
    }
    if is_nullable {
        slot["nullable"] = json!(true);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hoisted(schemas: &Value) -> Value {
        let mut document = json!({"components": {"schemas": schemas}});
        hoist(&mut document);
        document["components"]["schemas"].take()
    }

    #[test]
    fn objects_and_enums_get_names_at_every_depth() {
        let pay =
            json!({"type": "object", "properties": {"kind": {"type": "string", "enum": ["a"]}}});
        let list = json!({"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}});
        let schemas = hoisted(
            &json!({"Job": {"type": "object", "properties": {"pay_rate": pay, "bids": list}}}),
        );
        let names: Vec<_> = schemas
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            names,
            ["Job", "JobPayRate", "JobBidsItem", "JobPayRateKind"]
        );
        assert_eq!(
            schemas["Job"]["properties"],
            json!({"pay_rate": schema::reference_to("JobPayRate"),
            "bids": {"type": "array", "items": schema::reference_to("JobBidsItem")}})
        );
    }

    #[test]
    fn keywords_of_the_location_stay_there() {
        let status = json!({"type": "string", "enum": ["a"], "description": "d", "nullable": true});
        let schemas = hoisted(&json!({"Job": {"properties": {"status": status}}}));
        assert_eq!(
            schemas["Job"]["properties"]["status"],
            json!({"allOf": [schema::reference_to("JobStatus")], "description": "d", "nullable": true})
        );
        assert_eq!(
            schemas["JobStatus"],
            json!({"type": "string", "enum": ["a"], "description": "d"})
        );
    }

    #[test]
    fn names_never_collide_and_free_objects_stay() {
        let inline = json!({"properties": {"a": {"type": "string"}}});
        let schemas = hoisted(
            &json!({"Job": {"properties": {"pay": inline, "free": {"type": "object", "additionalProperties": true}}},
            "JobPay": {"type": "string"}}),
        );
        assert_eq!(
            schemas["Job"]["properties"]["pay"],
            schema::reference_to("JobPay2")
        );
        assert_eq!(schemas["JobPay2"], inline);
        assert_eq!(
            schemas["Job"]["properties"]["free"],
            json!({"type": "object", "additionalProperties": true})
        );
    }
}
