//! Joins what the documentation says of one place with what the served document says of it.

use serde_json::{Value, json};

use super::forks::fork;
use super::imports::import;
use super::merger::{Merger, below};
use super::shape::{Kind, Shape, weight};
use super::{kept, objects, scalars, unions};
use crate::divergence::Kind as Won;
use openapi_canonical::json::Object;
use openapi_canonical::schema;

/// Every documented component, as it is served.
pub(super) fn merge_components(merger: &mut Merger<'_>) -> Object {
    let Some(documented) = schema::components(merger.documented) else {
        return Object::new();
    };
    let mut schemas = Object::new();
    for (name, component) in documented {
        let pointer = below("/components/schemas", &[name]);
        let shapes = merger.shapes_of(name);
        schemas.insert(
            name.clone(),
            merge_structure(merger, &pointer, component, &shapes),
        );
    }
    schemas
}

/// The schema of one place. `shapes` is what the place is served as; several if what it is in is served in several ways.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shapes: &[Shape],
) -> Value {
    let kind = merger.documented_kind(documented);
    let told: Vec<Shape> = shapes
        .iter()
        .filter(|shape| !shape.is_silent())
        .cloned()
        .collect();
    if told.is_empty() {
        if kind != Kind::Silent && !shapes.is_empty() {
            merger.note(Won::Filled, pointer, "the schema");
        }
        return documented.clone();
    }
    let told = kept::without_fitting(merger, pointer, documented, told);
    if told.is_empty() {
        return merge_nullable(merger, pointer, documented.clone(), documented, shapes);
    }
    // A union accepts the values of each of its variants.
    let (fitting, other): (Vec<Shape>, Vec<Shape>) = told
        .into_iter()
        .partition(|shape| shape.kind() == kind || kind == Kind::Union);
    let merged = match other.first() {
        Some(first) if weight(&other) > weight(&fitting) || fitting.is_empty() => {
            overrule(merger, pointer, documented, first)
        }
        first => {
            if let Some(first) = first {
                note_minority(merger, pointer, name(&first.kind()), &other, shapes);
            }
            merge_fitting(merger, pointer, documented, &fitting)
        }
    };
    merge_nullable(merger, pointer, merged, documented, shapes)
}

/// Notes that some locations differ, and are too few to be followed.
fn note_minority(merger: &mut Merger<'_>, pointer: &str, what: &str, few: &[Shape], all: &[Shape]) {
    let (few, all) = (weight(few), weight(all));
    merger.note(
        Won::Overruled,
        pointer,
        format!("served as {what} in {few} of {all} places, kept as it is in the others"),
    );
}

fn merge_fitting(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shapes: &[Shape],
) -> Value {
    let Some(component) = schema::component_of(documented) else {
        return merge_structure(merger, pointer, documented, shapes);
    };
    for shape in shapes {
        merger.learn(component, shape);
    }
    let odd: Vec<Shape> = shapes
        .iter()
        .filter(|shape| merger.is_odd(component, shape))
        .cloned()
        .collect();
    if odd.is_empty() {
        return documented.clone();
    }
    if weight(&odd) * 2 > weight(shapes) {
        return fork(merger, pointer, documented, component, &odd);
    }
    note_minority(merger, pointer, "something else", &odd, shapes);
    documented.clone()
}

/// Merges the structure of a schema that is no reference.
pub(super) fn merge_structure(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shapes: &[Shape],
) -> Value {
    if schema::component_of(documented).is_some() {
        return merge_fitting(merger, pointer, documented, shapes);
    }
    let (Some(members), false) = (documented.as_object(), shapes.is_empty()) else {
        return documented.clone();
    };
    let mut merged = match merger.documented_kind(documented) {
        Kind::Object => objects::merge(merger, pointer, members, shapes),
        Kind::Array => merge_array(merger, pointer, members, shapes),
        Kind::Union => unions::merge(merger, pointer, members, shapes),
        Kind::Scalar(_) => scalars::merge(merger, pointer, members, shapes),
        Kind::Silent => members.clone(),
    };
    if !merged.contains_key("description") {
        let described = shapes
            .iter()
            .find_map(|shape| shape.schema.get("description"));
        merged.extend(described.map(|text| ("description".to_owned(), text.clone())));
    }
    Value::Object(merged)
}

fn merge_array(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    shapes: &[Shape],
) -> Object {
    let items: Vec<Shape> = shapes
        .iter()
        .filter_map(|shape| Some(shape.inner(merger.served, shape.schema.get("items")?)))
        .collect();
    let pointer = below(pointer, &["items"]);
    let anything = json!({});
    let own = documented.get("items").unwrap_or(&anything);
    // A missing description of elements means the same as an empty one.
    let items = if items.is_empty() {
        vec![Shape::default()]
    } else {
        items
    };
    let mut merged = documented.clone();
    merged.insert("items".to_owned(), merge(merger, &pointer, own, &items));
    merged
}

/// The served schema in the place of the documented one, of which only what is said in words stays.
fn overrule(merger: &mut Merger<'_>, pointer: &str, documented: &Value, shape: &Shape) -> Value {
    let (was, is) = (merger.documented_kind(documented), shape.kind());
    let what = format!("documented as {}, served as {}", name(&was), name(&is));
    merger.note(Won::Overruled, pointer, what);
    let served = shape.component.as_deref().map_or_else(
        || Value::Object(Object::clone(&shape.schema)),
        schema::reference_to,
    );
    let mut imported = import(merger, pointer, &served);
    let in_words = documented.as_object().into_iter().flatten();
    let in_words = in_words.filter(|(key, _)| {
        matches!(
            key.as_str(),
            "description" | "nullable" | "x-opentrain-unit"
        )
    });
    let in_words: Vec<_> = in_words
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if schema::referred(&imported).is_some() && !in_words.is_empty() {
        imported = json!({ "allOf": [imported] });
    }
    if let Some(members) = imported.as_object_mut() {
        members.extend(in_words);
    }
    imported
}

/// The name of a kind of value in a sentence.
pub(super) fn name(kind: &Kind) -> &str {
    match kind {
        Kind::Silent => "anything",
        Kind::Object => "an object",
        Kind::Array => "a list",
        Kind::Union => "one of several schemas",
        Kind::Scalar(name) => name,
    }
}

/// Joins the schema of a whole body. Where the documentation describes a value, a served null is no other type.
pub(super) fn merge_body(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    shape: Shape,
) -> Value {
    let shape = without_null(merger, pointer, documented, shape, "it is a whole body");
    merge(merger, pointer, documented, &[shape])
}

/// The shape without null, which is reported, unless the documentation has null too.
pub(super) fn without_null(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Value,
    mut shape: Shape,
    reason: &str,
) -> Shape {
    let is_documented = documented.get("nullable") == Some(&json!(true));
    if shape.nullable == Some(true)
        && !is_documented
        && merger.documented_kind(documented) != Kind::Silent
    {
        let what = format!("served as {MAY_BE_NULL}, kept as documented: {reason}");
        merger.note_promise(Won::Kept, pointer, what, merger.is_read(pointer));
        shape.nullable = None;
        shape.is_null_of_component = false;
    }
    shape
}

/// Decides whether a location may hold null: as served if most of the served schemas say so, else as documented.
fn merge_nullable(
    merger: &mut Merger<'_>,
    pointer: &str,
    merged: Value,
    documented: &Value,
    shapes: &[Shape],
) -> Value {
    let was = documented.get("nullable") == Some(&json!(true));
    let is_of_component = |shape: &Shape| !was && shape.is_null_of_component;
    if shapes.iter().any(is_of_component) {
        let what = format!("served as {MAY_BE_NULL} because its component is, kept as documented");
        merger.note_promise(Won::Kept, pointer, what, merger.is_read(pointer));
    }
    let said = |shape: &Shape| shape.nullable.filter(|_| !is_of_component(shape));
    let saying = |what| weight(shapes.iter().filter(|shape| said(shape) == what));
    let (may, never, silent) = (saying(Some(true)), saying(Some(false)), saying(None));
    if may + never == 0 {
        if was {
            merger.note(Won::Filled, pointer, "that it may be null");
        }
        return merged;
    }
    let all = may + never + silent;
    let is = 2 * (if was { may + silent } else { may }) >= all;
    let (is_told, few) = if was {
        (NEVER_NULL, never)
    } else {
        (MAY_BE_NULL, may)
    };
    if was && !is && merger.is_read(pointer) {
        let is_refused = merger.is_written(pointer);
        merger.note_promise(Won::Unrelied, pointer, KEPT_NULLABLE, is_refused);
        return merged;
    }
    if is != was {
        merger.note(Won::Overruled, pointer, format!("served as {is_told}"));
        return with_nullable(merged, is);
    }
    if few > 0 {
        let what = format!("served as {is_told} in {few} of {all} places, kept as documented");
        merger.note(Won::Overruled, pointer, what);
    }
    merged
}

/// Remark on a field that the service never makes null and the documentation does.
const KEPT_NULLABLE: &str = "served as never null, may be null for readers";
const MAY_BE_NULL: &str = "one that may be null";
const NEVER_NULL: &str = "one that is never null";

/// Lets a schema be null too, as it is served.
pub(super) fn add_null(merger: &mut Merger<'_>, pointer: &str, schema: &mut Value) {
    merger.note(Won::Overruled, pointer, format!("served as {MAY_BE_NULL}"));
    *schema = with_nullable(schema.take(), true);
}

fn with_nullable(schema: Value, is_nullable: bool) -> Value {
    let mut schema = if schema::referred(&schema).is_some() {
        json!({ "allOf": [schema] })
    } else {
        schema
    };
    if let Some(members) = schema.as_object_mut() {
        members.remove("nullable");
        if is_nullable {
            members.insert("nullable".to_owned(), json!(true));
        }
    }
    schema
}
