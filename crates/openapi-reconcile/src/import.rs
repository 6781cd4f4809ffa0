//! Imports schemas that only the served document has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::divergence::{KEPT_OPTIONAL, Resolution};
use super::merger::Merger;
use super::pointers::of_component;
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;
use openapi_canonical::schema;

/// Returns a served schema for the joined document: its references lead to the counterparts of their targets, its extensions are gone, and
/// readers require only an id and discriminators. `pointer` is its location in the joined document.
pub(super) fn import(merger: &mut Merger<'_>, pointer: &str, schema: &Value) -> Value {
    let is_read = merger.sides.is_read(pointer);
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
        for child in schema::children_mut(members) {
            *child.schema = import_for(merger, pointer, child.schema, is_read);
        }
    }
    imported
}

/// Makes all fields of an undocumented object optional but its id and its discriminator, which a reader needs.
fn relax(merger: &mut Merger<'_>, pointer: &str, object: &mut Object) {
    let (kept, optional): (Vec<String>, Vec<String>) = json::strings(object, "required")
        .into_iter()
        .map(str::to_owned)
        .partition(|name| name == "id" || is_constant(merger.sides.served, object, name));
    if optional.is_empty() {
        return;
    }
    let optional: BTreeSet<String> = optional.into_iter().collect();
    merger.notes.add(
        Resolution::New,
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
    let (sides, observations) = (merger.sides, merger.observations);
    if let Some(name) = observations.counterpart(sides, served) {
        return name.clone();
    }
    let name = merger.imports.name_of(sides, observations, served);
    if !merger.imports.schemas.contains_key(&name) {
        // The name is reserved before the component is read, since the component may refer to itself.
        merger.imports.schemas.insert(name.clone(), Value::Null);
        let component = schema::components(sides.served).and_then(|schemas| schemas.get(served));
        let component = component.cloned().unwrap_or_default();
        let is_read = sides.is_served_to_readers(served);
        let imported = import_for(merger, &of_component(&name), &component, is_read);
        merger.imports.schemas.insert(name.clone(), imported);
    }
    name
}
