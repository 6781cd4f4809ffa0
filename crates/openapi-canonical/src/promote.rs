//! Makes components of schemas to which references lead.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::json::{self, Object};
use crate::locations::{self, Location};
use crate::names;
use crate::schema;

/// Adds components until each reference leads to one, and redirects the references to them.
///
/// `names` has the names of components by the pointers that lead to them. `target_of` returns the pointer that a reference means,
/// `is_stray` is true for a pointer that needs a component, and `add` adds the component for a pointer and returns its name. The pointers
/// are taken in their order as text, so that names do not depend on the order of keys.
pub(crate) fn promote(
    document: &mut Value,
    mut names: BTreeMap<String, String>,
    target_of: impl Fn(&Object) -> Option<String>,
    is_stray: impl Fn(&Value, &str) -> bool,
    mut add: impl FnMut(&mut Value, &str) -> String,
) {
    let mut targets = BTreeSet::new();
    locations::visit_all(document, &mut |_, schema| targets.extend(target_of(schema)));
    loop {
        targets.retain(|pointer| !names.contains_key(pointer) && is_stray(document, pointer));
        if targets.is_empty() {
            break;
        }
        // Only what was added has references that were not seen before.
        let mut found = BTreeSet::new();
        for pointer in targets {
            let name = add(document, &pointer);
            if let Some(added) = schema::components_mut(document).get_mut(&name) {
                let location = Location::Root(vec!["components", "schemas", &name]);
                locations::visit(added, &location, &mut |_, schema| {
                    found.extend(target_of(schema));
                });
            }
            names.insert(pointer, name);
        }
        targets = found;
    }
    locations::visit_all(document, &mut |_, schema| {
        let name = target_of(schema).and_then(|pointer| names.get(&pointer));
        if let Some(name) = name {
            let pointer = json::pointer(&["components", "schemas", name]);
            schema.insert("$ref".to_owned(), json!(schema::reference_at(&pointer)));
        }
    });
}

/// Returns a name made of a pointer: `PublicJobId` for `/components/schemas/PublicJob/properties/id`.
pub(crate) fn name_of(pointer: &str) -> String {
    const PARTS: [&str; 9] = [
        "$defs",
        "components",
        "content",
        "definitions",
        "paths",
        "properties",
        "responses",
        "schema",
        "schemas",
    ];
    let segments = pointer.split('/').map(json::unescape);
    segments
        .filter(|segment| !PARTS.contains(&segment.as_str()))
        .map(|segment| names::pascal(&segment))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::document;

    #[test]
    fn each_schema_of_a_long_chain_is_read_a_fixed_number_of_times() {
        const LINKS: usize = 500;
        let link = |index: usize| json!({"$ref": format!("#/definitions/{}", index + 1)});
        let mut definitions: Object = (0..LINKS)
            .map(|index| (index.to_string(), link(index)))
            .collect();
        definitions.insert(LINKS.to_string(), json!({"type": "string"}));
        let source = json!({
            "components": {"schemas": {"Whole": {"$ref": "#/definitions/0"}}},
            "definitions": definitions});
        let mut document = source.clone();
        let reads = Cell::new(0);
        let target_of = |schema: &Object| {
            reads.set(reads.get() + 1);
            document::pointer_of(json::string(schema, "$ref")?)
        };
        let add = |document: &mut Value, pointer: &str| {
            let name = format!("Link{}", pointer.rsplit('/').next().unwrap_or_default());
            let target = source.pointer(pointer).cloned().unwrap_or_default();
            schema::components_mut(document).insert(name.clone(), target);
            name
        };
        promote(
            &mut document,
            BTreeMap::new(),
            target_of,
            |_, pointer| pointer.starts_with("/definitions/"),
            add,
        );
        let components = &document["components"]["schemas"];
        assert_eq!(components["Whole"], schema::reference_to("Link0"));
        assert_eq!(components["Link499"], schema::reference_to("Link500"));
        assert_eq!(components["Link500"], json!({"type": "string"}));
        assert!(reads.get() <= 2 * (LINKS + 2), "{} reads", reads.get());
    }
}
