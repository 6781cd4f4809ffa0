//! Joins the schemas of the documentation with the served ones. All recursion over schemas in the second pass is here.

use serde_json::{Value, json};

use super::children::children;
use super::divergence::Resolution;
use super::facing::{Decision, Facing, decide, note_minority};
use super::import::import;
use super::merger::Merger;
use super::observations::Treatment;
use super::pointers::of_component;
use super::resolved::{ResolvedSchema, ValueKind};
use super::{nulls, objects, scalars, split_off, unions};
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Returns every documented component, joined with the schemas that it is served as.
pub(super) fn merge_components(merger: &mut Merger<'_>) -> Object {
    let documented = schema::components(merger.sides.documented);
    let mut schemas = Object::new();
    for (name, component) in documented.into_iter().flatten() {
        let shapes = merger.observations.schemas_of(name);
        let merged = merge_structure(merger, &of_component(name), component, &shapes);
        schemas.insert(name.clone(), merged);
    }
    schemas
}

/// Joins the schema of one location.
pub(super) fn merge(merger: &mut Merger<'_>, facing: &Facing<'_>) -> Value {
    let (pointer, documented) = (facing.pointer.as_str(), &*facing.documented);
    let (merged, shapes) = match decide(merger.sides, &mut merger.notes, facing) {
        Decision::Documented => return documented.clone(),
        Decision::Elements(elements) => {
            let mut merged = documented.clone();
            merged["items"] = merge(merger, &elements);
            return merged;
        }
        Decision::DocumentedBut(shapes) => (documented.clone(), shapes),
        Decision::Overruled(shape, shapes) => {
            (overrule(merger, pointer, documented, &shape), shapes)
        }
        Decision::Joined(fitting, shapes) => {
            (merge_fitting(merger, pointer, documented, &fitting), shapes)
        }
    };
    nulls::merge(&mut merger.at(pointer), merged, documented, &shapes)
}

/// Returns the served schema with the documented annotations.
fn overrule(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shape: &ResolvedSchema,
) -> Value {
    const KEPT: [&str; 3] = ["description", "nullable", keys::UNIT];
    let mut imported = import(merger, pointer, &shape.to_schema());
    let members = documented.as_object().into_iter().flatten();
    let kept = members.filter(|(key, _)| KEPT.contains(&key.as_str()));
    let kept: Vec<_> = kept
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if schema::referred(&imported).is_some() && !kept.is_empty() {
        imported = json!({ "allOf": [imported] });
    }
    if let Some(members) = imported.as_object_mut() {
        members.extend(kept);
    }
    imported
}

/// Joins a schema with served schemas of its kind.
fn merge_fitting(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shapes: &[ResolvedSchema],
) -> Value {
    let Some(component) = schema::component_of(documented) else {
        return merge_structure(merger, pointer, documented, shapes);
    };
    match merger.observations.treatment(component, shapes) {
        Treatment::Component => documented.clone(),
        Treatment::SplitOff(shapes) => split_off(merger, pointer, documented, component, &shapes),
        Treatment::Minority(outliers) => {
            note_minority(&mut merger.at(pointer), "another schema", &outliers, shapes);
            documented.clone()
        }
    }
}

/// Joins a schema by its keywords, unless it is a reference.
fn merge_structure(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shapes: &[ResolvedSchema],
) -> Value {
    if schema::component_of(documented).is_some() {
        return merge_fitting(merger, pointer, documented, shapes);
    }
    let (Some(members), false) = (documented.as_object(), shapes.is_empty()) else {
        return documented.clone();
    };
    let mut merged = members.clone();
    for child in children(merger.sides, pointer, documented, shapes) {
        put(&mut merged, &child.path, merge(merger, &child.facing));
    }
    match merger.sides.documented_kind(documented) {
        ValueKind::Object => objects::complete(merger, pointer, members, &mut merged, shapes),
        ValueKind::Union => unions::complete(merger, pointer, members, &mut merged, shapes),
        ValueKind::Scalar(_) => {
            scalars::merge(&mut merger.at(pointer), &mut merged, shapes);
        }
        ValueKind::Array | ValueKind::Unspecified => {}
    }
    if !merged.contains_key("description") {
        let described = shapes
            .iter()
            .find_map(|shape| shape.schema.get("description"));
        merged.extend(described.map(|text| ("description".to_owned(), text.clone())));
    }
    Value::Object(merged)
}

/// Replaces the schema at a path of one or two segments.
fn put(members: &mut Object, path: &[String], schema: Value) {
    match path {
        [keyword] => {
            members.insert(keyword.clone(), schema);
        }
        [keyword, rest @ ..] => {
            let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
            let inner = members.get_mut(keyword);
            if let Some(place) = inner.and_then(|inner| inner.pointer_mut(&json::pointer(&rest))) {
                *place = schema;
            }
        }
        [] => {}
    }
}

/// Makes a component for one location, which is served as another schema than the documented component, and refers to it.
fn split_off(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    component: &str,
    shapes: &[ResolvedSchema],
) -> Value {
    if let Some(name) = merger.open_splits.name(component, shapes) {
        return split_off::with_reference(documented, name);
    }
    let sides = merger.sides;
    let wanted = split_off::name_of_location(sides.documented, pointer);
    let name = merger.imports.free_name(sides, &wanted);
    let what = format!(
        "served as another schema than `{component}`; `{name}` is the component of this location alone"
    );
    merger.notes.add(Resolution::Overruled, pointer, what);
    // The name is reserved before the component is made, since the component may refer to itself.
    merger.imports.schemas.insert(name.clone(), Value::Null);
    merger.open_splits.open(component, shapes, &name);
    let own = split_off::common_part(sides, component, shapes);
    let made = merge_structure(merger, pointer, &own, shapes);
    merger.open_splits.close();
    merger.imports.schemas.insert(name.clone(), made);
    split_off::with_reference(documented, &name)
}
