//! Turns schemas into components if references lead to them and they have no location in the 3.0 form.
//!
//! These are `$defs`, and schemas below a keyword that was dropped or rearranged.

use std::collections::BTreeMap;

use serde_json::Value;

use super::impossible::Impossible;
use super::schema;
use crate::document;
use crate::json::{self, Object};
use crate::losses::Rewrites;
use crate::names;
use crate::promote::{name_of, promote};
use crate::schema as schemas;

/// Members whose contents the 3.0 form drops or rearranges.
const REARRANGED: [&str; 17] = [
    "$defs",
    "anyOf",
    "contains",
    "contentSchema",
    "definitions",
    "dependentSchemas",
    "else",
    "if",
    "not",
    "oneOf",
    "pathItems",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Adds the components, and redirects the references to them.
pub(super) fn hoist(
    document: &mut Value,
    source: &Value,
    impossible: &Impossible<'_>,
    rewrites: &mut Rewrites,
) {
    let is_stray = |document: &Value, pointer: &str| {
        source.pointer(pointer).is_some()
            && (is_rearranged(pointer) || document.pointer(pointer).is_none())
    };
    let add = |document: &mut Value, pointer: &str| {
        let mut target = source.pointer(pointer).cloned().unwrap_or_default();
        schema::convert(&mut target, pointer, source, impossible, rewrites);
        let components = schemas::components_mut(document);
        let name = free_name(&wanted(pointer), &target, components);
        components.insert(name.clone(), target);
        rewrites.count("definitions hoisted into components");
        name
    };
    promote(document, BTreeMap::new(), target_of, is_stray, add);
}

fn target_of(members: &Object) -> Option<String> {
    document::pointer_of(json::string(members, "$ref")?)
}

/// True if a pointer may lead to another location in the 3.0 form. A pointer to a component is stable for any name.
fn is_rearranged(pointer: &str) -> bool {
    let is_inside = pointer.starts_with("/components/") || pointer.starts_with("/paths/");
    let is_component = pointer
        .strip_prefix("/components/schemas/")
        .is_some_and(|name| !name.contains('/'));
    let has_rearranged = || pointer.split('/').any(|part| REARRANGED.contains(&part));
    !is_inside || !is_component && has_rearranged()
}

/// Returns the name of a definition; for other schemas, a name made of the whole pointer.
fn wanted(pointer: &str) -> String {
    let segments: Vec<String> = pointer.split('/').map(json::unescape).collect();
    let is_plain = |name: &str| {
        let mut characters = name.chars();
        characters.all(|character| character.is_ascii_alphanumeric() || "._-".contains(character))
    };
    if let [.., parent, name] = segments.as_slice()
        && ["$defs", "definitions"].contains(&parent.as_str())
        && !name.is_empty()
        && is_plain(name)
    {
        return name.clone();
    }
    let name = name_of(pointer);
    if name.is_empty() {
        "Definition".to_owned()
    } else {
        name
    }
}

/// Merges equal definitions in several schemas into one component.
fn free_name(wanted: &str, target: &Value, components: &Object) -> String {
    names::unique(wanted, |name| {
        components.get(name).is_some_and(|taken| taken != target)
    })
}
