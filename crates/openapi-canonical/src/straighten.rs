//! Rewrites all references of the served document as plain references: each is in a schema and leads to a component.
//!
//! OpenAPI lets a reference lead anywhere: to a property of a component, into a path, through percent-encoding. The
//! targets of such references become components, so that all later code handles plain references only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::document;
use crate::inline;
use crate::json;
use crate::names::Taken;
use crate::promote::{name_of, promote};
use crate::schema;

/// Returns the document in plain form.
#[must_use]
pub fn straighten(source: &Value) -> Value {
    let mut document = source.clone();
    inline::inline(&mut document);
    let (names, mut taken) = component_names(source);
    let schemas = std::mem::take(schema::components_mut(&mut document));
    let own = schemas.into_iter().map(|(name, component)| {
        let known = names.get(&pointer_to(&name)).cloned();
        (known.unwrap_or(name), component)
    });
    *schema::components_mut(&mut document) = own.collect();
    let add = |document: &mut Value, pointer: &str| {
        let name = taken.take(&name_of(pointer));
        let target = source.pointer(pointer).cloned().unwrap_or_default();
        schema::components_mut(document).insert(name.clone(), target);
        name
    };
    promote(
        &mut document,
        names,
        |schema| target_of(source, schema),
        |_, _| true,
        add,
    );
    document
}

/// Returns the pointer that a reference means, following references that are no components themselves.
fn target_of(source: &Value, schema: &Map<String, Value>) -> Option<String> {
    const CHAIN: usize = 16;
    let mut pointer = document::pointer_of(json::string(schema, "$ref")?)?;
    for _ in 0..CHAIN {
        let target = source.pointer(&pointer)?.as_object()?;
        let next = json::string(target, "$ref").and_then(document::pointer_of);
        match next {
            Some(next) if component_at(&pointer).is_none() => pointer = next,
            _ => break,
        }
    }
    Some(pointer)
}

/// Returns the component that a pointer leads to, if it leads to a whole component.
fn component_at(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| json::unescape(name))
}

/// Returns the names of the components by pointer, and the names that are taken. A name stays the same unless a reference cannot contain it.
fn component_names(source: &Value) -> (BTreeMap<String, String>, Taken) {
    let components: BTreeSet<&String> = schema::components(source)
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    let (plain, unsupported): (Vec<&String>, Vec<&String>) =
        components.into_iter().partition(|name| is_plain(name));
    let mut taken: Taken = plain.iter().copied().collect();
    let mut names = BTreeMap::new();
    for name in plain {
        names.insert(pointer_to(name), name.clone());
    }
    for name in unsupported {
        let pointer = pointer_to(name);
        let name = taken.take(&name_of(&pointer));
        names.insert(pointer, name);
    }
    (names, taken)
}

fn pointer_to(component: &str) -> String {
    json::pointer(&["components", "schemas", component])
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '~', '%'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn straight(schema: &Value) -> Value {
        let job = json!({"type": "object", "properties": {"id": {"type": "string"}, "pay": schema::reference_to("a~1b"), "self": {"$ref": "#/components/schemas/Job/properties/list"},
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/Job/properties/list"}}}});
        let source = json!({
            "paths": {
                "/a": {"$ref": "#/paths/~1b"},
                "/b": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "boolean"}}}}}}}},
            "components": {"schemas": {"Job": job, "a/b": {"type": "number"}, "Page<Job>": {"type": "integer"}, "It": schema}}});
        let straight = straighten(&source);
        document::check_references(&straight, "It").unwrap();
        straight
    }

    #[test]
    fn every_reference_leads_to_a_component() {
        for (target, name, kind) in [
            ("#/components/schemas/Job", "Job", "object"),
            ("#/components/schemas/Job/properties/id", "JobId", "string"),
            (
                "#/components/schemas/Job/properties/list",
                "JobList",
                "array",
            ),
            (
                "#/components/schemas/Job/properties/self",
                "JobList",
                "array",
            ),
            ("#/components/schemas/a~1b", "AB", "number"),
            ("#/components/schemas/Page%3CJob%3E", "Page<Job>", "integer"),
            (
                "#/paths/~1b/get/responses/200/content/application~1json/schema",
                "BGetN200ApplicationJson",
                "boolean",
            ),
        ] {
            let mut document = straight(&json!({"items": {"$ref": target}}));
            let schemas = schema::components_mut(&mut document);
            assert_eq!(
                schemas["It"]["items"],
                schema::reference_to(name),
                "{target}"
            );
            assert_eq!(schemas[name]["type"], kind, "{target}");
        }
    }

    #[test]
    fn a_path_that_is_a_reference_is_that_path() {
        let document = straight(&json!({}));
        assert_eq!(document["paths"]["/a"], document["paths"]["/b"]);
    }
}
