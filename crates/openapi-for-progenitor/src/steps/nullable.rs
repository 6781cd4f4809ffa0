//! Moves null to where it is used: a component is never nullable, the locations that refer to it may be.
//!
//! For a nullable component the generator makes two types of one name, or an option under the component's name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::three_state::unwrapped;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::locations;
use openapi_canonical::losses::Loss;
use openapi_canonical::schema;

/// Moves null from every component to the locations that refer to it.
pub(super) fn move_out(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let nullable = nullable(schema::components_mut(document));
    if nullable.is_empty() {
        return 0;
    }
    report_bodies(document, &nullable, losses);
    let mut components = std::mem::take(schema::components_mut(document));
    for (name, component) in &mut components {
        let Some(members) = component.as_object_mut() else {
            continue;
        };
        if nullable.contains(name) {
            members.remove("nullable");
            *component = unwrapped(component.take());
        }
        // For a component that is only a reference, null moves to the locations that refer to it.
        if schema::component_of(component).is_none() {
            below(component, &nullable);
        }
    }
    *schema::components_mut(document) = components;
    nullable.len()
}

/// Removes null from a whole body, which the generator does not support.
fn report_bodies(document: &mut Value, nullable: &BTreeSet<String>, losses: &mut Vec<Loss>) {
    locations::for_each_root(document, &mut |location, root| {
        let segments = location.segments();
        let is_body = segments[0] == "paths" && segments[3] != "parameters";
        if is_body && leads_to(root, nullable) {
            losses.push(Loss::new(&location.pointer(), "that the whole may be null"));
        }
    });
}

/// Returns the nullable components: by themselves, by the component that they refer to, or by a variant.
fn nullable(components: &Object) -> BTreeSet<String> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut waiting = Vec::new();
    for (name, component) in components {
        let mut schemas = vec![component];
        while let Some(schema) = schemas.pop() {
            if schema["nullable"] == Value::Bool(true) {
                waiting.push(name.as_str());
            } else if let Some(target) = schema::component_of(schema) {
                users.entry(target).or_default().push(name);
            } else if let Some(choice) = schema.as_object().filter(|schema| is_choice(schema)) {
                schemas.extend(json::elements(choice, "oneOf"));
            }
        }
    }
    let mut found = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if found.insert(name.to_owned()) {
            waiting.extend(users.get(name).into_iter().flatten());
        }
    }
    found
}

/// True if a schema is a `oneOf` that is decoded by trial.
fn is_choice(schema: &Object) -> bool {
    schema.contains_key("oneOf") && !schema.contains_key(keys::BY_STATUS)
}

/// Marks every location below a schema that leads to one of the components.
fn below(schema: &mut Value, nullable: &BTreeSet<String>) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    let is_marked = |location: &Value| {
        let has_variant = |members: &Object| {
            let mut variants = json::elements(members, "oneOf").iter();
            is_choice(members) && variants.any(|variant| leads_to(variant, nullable))
        };
        leads_to(location, nullable) || location.as_object().is_some_and(has_variant)
    };
    for child in schema::children_mut(members) {
        let is_value = ["properties", "items", "additionalProperties"].contains(&child.keyword);
        if is_value && is_marked(child.schema) {
            mark(child.schema);
        } else if child.keyword != "not" {
            below(child.schema, nullable);
        }
    }
}

fn leads_to(location: &Value, nullable: &BTreeSet<String>) -> bool {
    schema::component_of(location).is_some_and(|name| nullable.contains(name))
}

fn mark(location: &mut Value) {
    if location.get("$ref").is_some() {
        *location = json!({ "allOf": [location.take()] });
    }
    location["nullable"] = json!(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_goes_to_where_a_component_is_used() {
        let (pay, alias) = (schema::reference_to("Pay"), schema::reference_to("Alias"));
        let text = json!({"type": "string"});
        let mut document = json!({"components": {"schemas": {
            "Pay": {"nullable": true, "oneOf": [text, {"type": "integer"}]},
            "Either": {"oneOf": [alias, text]}, "Alias": pay, "Loop": schema::reference_to("Loop"),
            "Job": {"type": "object", "nullable": "no", "properties": {"nullable": text, "a": pay, "b": {"allOf": [alias], "description": "d"},
                "list": {"type": "array", "items": pay}, "choice": {"oneOf": [alias, text]}}}}}});
        document["paths"]["/a"]["get"] = json!({
            "parameters": [{"schema": alias}], "requestBody": {"content": {"a/b": {"schema": text}}},
            "responses": {"2XX": {"content": {"a/b": {"schema": pay}}}}});
        let mut losses = Vec::new();
        assert_eq!(move_out(&mut document, &mut losses), 3);
        let reported = Loss::new(
            "/paths/~1a/get/responses/2XX/content/a~1b/schema",
            "that the whole may be null",
        );
        assert_eq!(losses, [reported]);
        let marked = json!({"allOf": [pay], "nullable": true});
        assert_eq!(
            document["components"]["schemas"],
            json!({
            "Pay": {"oneOf": [text, {"type": "integer"}]}, "Either": {"oneOf": [alias, text]}, "Alias": pay, "Loop": schema::reference_to("Loop"),
            "Job": {"type": "object", "nullable": "no", "properties": {"nullable": text, "a": marked,
                "b": {"allOf": [alias], "description": "d", "nullable": true},
                "list": {"type": "array", "items": marked}, "choice": {"oneOf": [alias, text], "nullable": true}}}})
        );
        assert_eq!(move_out(&mut document, &mut losses), 0);
    }

    #[test]
    fn null_at_the_end_of_a_long_chain_of_components_reaches_the_first() {
        let length = 20_000;
        let mut components: Object = (0..length)
            .map(|step| {
                let next = schema::reference_to(&format!("C{}", step + 1));
                (format!("C{step}"), next)
            })
            .collect();
        components.insert(format!("C{length}"), json!({"nullable": true}));
        assert_eq!(nullable(&components).len(), length + 1);
    }
}
