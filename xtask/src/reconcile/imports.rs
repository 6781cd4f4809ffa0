//! Schemas that only the served document has, under names that collide with none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::merger::{Merger, below};
use crate::divergence::Kind as Won;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names::{self, Taken};
use openapi_canonical::schema;

use crate::divergence::KEPT_OPTIONAL;

/// Components imported from the served document so far.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// New names of served components that are not documented; filled at the first use.
    names: BTreeMap<String, String>,
    /// The names of everything that came in or may come in.
    taken: Taken,
    pub(super) schemas: Object,
}

impl Imports {
    /// A name for something that comes in; `is_documented` says which it must not have.
    pub(super) fn free_name(
        &mut self,
        wanted: &str,
        is_documented: impl Fn(&str) -> bool,
    ) -> String {
        self.taken.take_unless(wanted, is_documented)
    }
}

/// A served schema as it can stand in our document: its references lead to what is the same here, its extensions are
/// gone, and readers do not insist on anything but an id and what tells one
/// form from another. `pointer` is where it comes to stand.
pub(super) fn import(merger: &mut Merger<'_>, pointer: &str, schema: &Value) -> Value {
    let is_read = merger.is_read(pointer);
    import_for(merger, pointer, schema, is_read)
}

fn import_for(merger: &mut Merger<'_>, pointer: &str, schema: &Value, is_read: bool) -> Value {
    if let Some(component) = schema::referred(schema) {
        let name = name_of(merger, component);
        return schema::reference_to(&name);
    }
    let mut imported = schema.clone();
    if let Some(members) = imported.as_object_mut() {
        // A server's extensions are not ours to obey; some would steer the generator.
        members.retain(|key, _| !key.starts_with("x-"));
        if is_read {
            relax(merger, pointer, members);
        }
        for (_, child) in schema::children_mut(members) {
            *child = import_for(merger, pointer, child, is_read);
        }
    }
    imported
}

/// Makes all fields of an undocumented object optional but its id and its discriminator, which a reader needs.
fn relax(merger: &mut Merger<'_>, pointer: &str, object: &mut Object) {
    let (kept, optional): (Vec<String>, Vec<String>) = json::strings(object, "required")
        .into_iter()
        .map(str::to_owned)
        .partition(|name| name == "id" || is_constant(merger.served, object, name));
    if optional.is_empty() {
        return;
    }
    let optional: BTreeSet<String> = optional.into_iter().collect();
    merger.note(
        Won::New,
        pointer,
        format!("{KEPT_OPTIONAL}: {}", names::listed(&optional)),
    );
    if kept.is_empty() {
        object.remove("required");
    } else {
        object.insert("required".to_owned(), json!(kept));
    }
}

/// True if a field can have one value only, so that it can be a discriminator.
fn is_constant(served: &Value, object: &Object, name: &str) -> bool {
    let field = json::object(object, "properties").and_then(|fields| fields.get(name));
    let field = field.map(|field| document::resolve(served, field));
    let values = field
        .and_then(|field| field.get("enum"))
        .and_then(Value::as_array);
    values.is_some_and(|values| values.len() == 1)
}

/// Returns the new name of a served component; imports the component if it is new.
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
        let component = component.cloned().unwrap_or_default();
        let pointer = below("/components/schemas", &[&name]);
        let is_read = merger.is_served_to_readers(served);
        let imported = import_for(merger, &pointer, &component, is_read);
        merger.imports.schemas.insert(name.clone(), imported);
    }
    name
}

/// A name for every served component that may come in; all at once, so that it does not matter which comes in first.
fn free_names(merger: &mut Merger<'_>) -> BTreeMap<String, String> {
    let served = schema::components(merger.served)
        .into_iter()
        .flat_map(Object::keys);
    let served: BTreeSet<&String> = served
        .filter(|served| merger.counterpart(served).is_none())
        .collect();
    let mut taken = std::mem::take(&mut merger.imports.taken);
    let mut free_names = BTreeMap::new();
    for served in served {
        let is_documented = |name: &str| merger.is_documented(name);
        let wanted = names::pascal(served);
        let is_free = !wanted.is_empty() && !is_documented(&wanted) && !taken.contains(&wanted);
        let wanted = if is_free {
            wanted
        } else {
            format!("Served{wanted}")
        };
        let name = taken.take_unless(&wanted, is_documented);
        free_names.insert(served.clone(), name);
    }
    merger.imports.taken = taken;
    free_names
}
