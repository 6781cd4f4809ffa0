//! Makes components of schemas to which references lead.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::json::{self, Object};
use crate::names;
use crate::places;
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
    loop {
        let mut targets = BTreeSet::new();
        places::visit_all(document, &mut |_, schema| targets.extend(target_of(schema)));
        targets.retain(|pointer| !names.contains_key(pointer) && is_stray(document, pointer));
        if targets.is_empty() {
            break;
        }
        for pointer in targets {
            let name = add(document, &pointer);
            names.insert(pointer, name);
        }
    }
    places::visit_all(document, &mut |_, schema| {
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
