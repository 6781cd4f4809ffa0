//! Joins two scalars of the same type: their format, and the values they may have.

use serde_json::{Value, json};

use super::merger::Merger;
use super::shape::Shape;
use crate::divergence::Kind as Won;
use crate::json::{self, Object};
use crate::names;

/// The documented scalar as it is served.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    shapes: &[Shape],
) -> Object {
    let mut merged = documented.clone();
    merge_format(merger, pointer, &mut merged, shapes);
    merge_values(merger, pointer, &mut merged, shapes);
    merged
}

fn merge_format(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, shapes: &[Shape]) {
    let was = json::string(merged, "format").map(str::to_owned);
    let is = shapes
        .iter()
        .find_map(|shape| json::string(&shape.schema, "format"));
    match (&was, is) {
        (Some(was), None) => merger.note(Won::Filled, pointer, format!("the format `{was}`")),
        (None, Some(is)) => merger.note(Won::New, pointer, format!("the format `{is}`")),
        (Some(was), Some(is)) if was != is => {
            merger.note(
                Won::Overruled,
                pointer,
                format!("documented with the format `{was}`, served with `{is}`"),
            );
        }
        _ => return,
    }
    if let Some(is) = is {
        merged.insert("format".to_owned(), json!(is));
    }
}

/// The documented values with their names, then the served ones that are not among them.
fn merge_values(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, shapes: &[Shape]) {
    let known: Vec<Value> = json::elements(merged, "enum").to_vec();
    let served = served_values(shapes);
    if served.is_empty() {
        if !known.is_empty() {
            merger.note(Won::Filled, pointer, "the list of values");
        }
        return;
    }
    for absent in known.iter().filter(|value| !served.contains(value)) {
        merger.note(Won::Absent, pointer, format!("the value {absent}"));
    }
    let unknown: Vec<Value> = served
        .into_iter()
        .filter(|value| !known.contains(value))
        .collect();
    if unknown.is_empty() {
        return;
    }
    for value in &unknown {
        merger.note(Won::New, pointer, format!("the value {value}"));
    }
    name_variants(merged, &known, &unknown);
    merged.insert(
        "enum".to_owned(),
        known.into_iter().chain(unknown).collect(),
    );
}

/// Every served value, but null, which says that the place is nullable and is no value.
fn served_values(shapes: &[Shape]) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for value in shapes
        .iter()
        .flat_map(|shape| json::elements(&shape.schema, "enum"))
    {
        if !value.is_null() && !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

/// Names for the new values beside the documented names, which must stay one for each value.
fn name_variants(merged: &mut Object, known: &[Value], unknown: &[Value]) {
    let Some(Value::Array(variants)) = merged.get_mut("x-enum-varnames") else {
        return;
    };
    if variants.len() != known.len() {
        return;
    }
    for value in unknown {
        let wanted = names::pascal(value.as_str().unwrap_or_default());
        let name = names::unique(&wanted, |taken| {
            variants.iter().any(|variant| variant == taken)
        });
        variants.push(json!(name));
    }
}
