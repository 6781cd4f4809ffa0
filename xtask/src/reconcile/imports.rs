//! Schemas that only the served document has, under names that collide with none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::merger::Merger;
use crate::json::Object;
use crate::names;
use crate::schema;

/// What came in so far.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// What each served component is called here that is not a documented one; filled at the first use.
    names: BTreeMap<String, String>,
    pub(super) schemas: Object,
}

/// A served schema as it can stand in our document: its references lead to what is the same here, its extensions are gone.
pub(super) fn import(merger: &mut Merger<'_>, schema: &Value) -> Value {
    if let Some(component) = schema::referred(schema) {
        let name = name_of(merger, component);
        return schema::reference_to(&name);
    }
    let mut imported = schema.clone();
    if let Some(members) = imported.as_object_mut() {
        // A server's extensions are not ours to obey; some would steer the generator.
        members.retain(|key, _| !key.starts_with("x-"));
        for (_, child) in schema::children_mut(members) {
            *child = import(merger, child);
        }
    }
    imported
}

/// What a served component is called here; brings it in if it is new.
fn name_of(merger: &mut Merger<'_>, served: &str) -> String {
    if let Some(name) = merger.counterpart(served) {
        return name.clone();
    }
    if merger.imports.names.is_empty() {
        merger.imports.names = free_names(merger);
    }
    let name = merger
        .imports
        .names
        .get(served)
        .cloned()
        .unwrap_or_else(|| names::pascal(served));
    if !merger.imports.schemas.contains_key(&name) {
        // It holds its place before it is read: it may refer to itself.
        merger.imports.schemas.insert(name.clone(), Value::Null);
        let component = schema::components(merger.served).and_then(|schemas| schemas.get(served));
        let imported = import(merger, &component.cloned().unwrap_or_default());
        merger.imports.schemas.insert(name.clone(), imported);
    }
    name
}

/// A name for every served component that may come in; all at once, so that it does not matter which comes in first.
fn free_names(merger: &Merger<'_>) -> BTreeMap<String, String> {
    let served = schema::components(merger.served)
        .into_iter()
        .flat_map(Object::keys);
    let served: BTreeSet<&String> = served
        .filter(|served| merger.counterpart(served).is_none())
        .collect();
    let mut taken = BTreeSet::new();
    let mut free_names = BTreeMap::new();
    for served in served {
        let is_taken = |name: &str| merger.is_documented(name) || taken.contains(name);
        let wanted = names::pascal(served);
        let wanted = if wanted.is_empty() || is_taken(&wanted) {
            format!("Served{wanted}")
        } else {
            wanted
        };
        let name = names::unique(&wanted, is_taken);
        taken.insert(name.clone());
        free_names.insert(served.clone(), name);
    }
    free_names
}
