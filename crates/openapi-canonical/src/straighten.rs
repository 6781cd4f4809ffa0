//! Rewrites all references of the served document as plain references: each is in a schema and leads to a component.
//!
//! OpenAPI lets a reference lead anywhere: to a property of a component, into a path, through percent-encoding. The
//! targets of such references become components, so that all later code handles plain references only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::document;
use crate::inline;
use crate::json;
use crate::names::{self, Taken};
use crate::schema;

/// Returns the document in plain form.
#[must_use]
pub fn straighten(source: &Value) -> Value {
    let mut document = source.clone();
    inline::inline(&mut document);
    let mut names = Names::new(source);
    let schemas = std::mem::take(schema::components_mut(&mut document));
    let own = schemas.into_iter();
    *schema::components_mut(&mut document) = own
        .map(|(name, component)| (names.of_component(&name), component))
        .collect();
    loop {
        let strange = strange_targets(source, &mut document, &names);
        if strange.is_empty() {
            break;
        }
        for pointer in strange {
            let name = names.add(&pointer);
            let target = source.pointer(&pointer).cloned().unwrap_or_default();
            schema::components_mut(&mut document).insert(name, target);
        }
    }
    schema::visit_all(&mut document, &mut |schema| {
        if let Some(target) = target_of(source, schema).and_then(|pointer| names.get(&pointer)) {
            schema.insert(
                "$ref".to_owned(),
                json!(format!("{}{target}", schema::SCHEMAS)),
            );
        }
    });
    document
}

/// Returns the targets of references that are no components yet, sorted as text, so that names do not depend on the
/// order of keys.
fn strange_targets(source: &Value, document: &mut Value, names: &Names) -> BTreeSet<String> {
    let mut strange = BTreeSet::new();
    schema::visit_all(document, &mut |schema| {
        let target = target_of(source, schema);
        strange.extend(target.filter(|pointer| names.get(pointer).is_none()));
    });
    strange
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

/// Returns the component name of every target of a reference.
struct Names {
    by_pointer: BTreeMap<String, String>,
    taken: Taken,
}

impl Names {
    /// Returns the names of the components, which stay the same unless a reference cannot contain the name.
    fn new(source: &Value) -> Names {
        let components: BTreeSet<&String> = schema::components(source)
            .into_iter()
            .flat_map(Map::keys)
            .collect();
        let (plain, strange): (Vec<&String>, Vec<&String>) =
            components.into_iter().partition(|name| is_plain(name));
        let mut names = Names {
            by_pointer: BTreeMap::new(),
            taken: plain.iter().copied().collect(),
        };
        for name in plain {
            names.by_pointer.insert(pointer_to(name), name.clone());
        }
        for name in strange {
            names.add(&pointer_to(name));
        }
        names
    }

    fn get(&self, pointer: &str) -> Option<&String> {
        self.by_pointer.get(pointer)
    }

    fn of_component(&self, name: &str) -> String {
        let known = self.get(&pointer_to(name));
        known.cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Returns the name for a pointer: `PublicJobId` for `/components/schemas/PublicJob/properties/id`.
    fn add(&mut self, pointer: &str) -> String {
        const PARTS: [&str; 7] = [
            "components",
            "content",
            "paths",
            "properties",
            "responses",
            "schema",
            "schemas",
        ];
        let segments = pointer.split('/').map(json::unescape);
        let wanted: String = segments
            .filter(|segment| !PARTS.contains(&segment.as_str()))
            .map(|segment| names::pascal(&segment))
            .collect();
        let name = self.taken.take(&wanted);
        self.by_pointer.insert(pointer.to_owned(), name.clone());
        name
    }
}

fn pointer_to(component: &str) -> String {
    json::pointer(&["components", "schemas", component])
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '~', '%'])
}

#[cfg(test)]
mod tests {
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
