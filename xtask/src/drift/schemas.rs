//! Schemas in the same place of both documents.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change::{Change, Direction};
use super::comparison::Comparison;
use super::kind::Kind;
use super::{formats, limits, objects, unions};
use crate::reconcile::shape::{self, Shape};

/// Compares what a place holds. `at` is what the place is called unless it is a component.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Value,
    new: &Value,
) {
    if comparison.are_same(old, new) {
        return;
    }
    let old = Shape::of(comparison.old, old);
    let new = Shape::of(comparison.new, new);
    compare_shapes(comparison, at, direction, &old, &new);
}

pub(super) fn compare_shapes(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let silence = match (old.is_silent(), new.is_silent()) {
        (true, true) => return,
        (false, true) => Some(comparison.silence(at, direction)),
        (true, false) => Some(comparison.word(at, direction)),
        (false, false) => None,
    };
    if let Some(change) = silence {
        return comparison.note(direction, change);
    }
    let was_nullable = unions::is_nullable(comparison.old, old);
    let is_nullable = unions::is_nullable(comparison.new, new);
    let mut note = |kind| comparison.note(direction, Change::new(at, kind));
    match (was_nullable, is_nullable) {
        (false, true) => note(Kind::NullAllowed),
        (true, false) => note(Kind::NullRefused),
        _ => {}
    }
    if comparison.begin(direction, old, new) {
        compare_kinds(comparison, at, direction, old, new);
        comparison.leave();
    }
}

fn compare_kinds(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let inside = owner(old, new).map_or(at, String::as_str);
    match (old.kind(), new.kind()) {
        (shape::Kind::Union, _) | (_, shape::Kind::Union) => {
            unions::compare(comparison, inside, direction, old, new);
        }
        (shape::Kind::Object, shape::Kind::Object) => {
            objects::compare(comparison, inside, direction, old, new);
        }
        (shape::Kind::Array, shape::Kind::Array) => {
            let anything = json!({});
            let items = |shape: &Shape| shape.schema.get("items").unwrap_or(&anything).clone();
            let inside = format!("{inside}[]");
            compare(comparison, &inside, direction, &items(old), &items(new));
        }
        (shape::Kind::Scalar(was), shape::Kind::Scalar(is)) => {
            compare_scalars(comparison, inside, direction, (old, &was), (new, &is));
        }
        (was, is) => {
            let change = Change::new(at, Kind::TypeChanged).between(name(&was), name(&is));
            comparison.note(direction, change);
            return;
        }
    }
    limits::compare(comparison, inside, direction, &old.schema, &new.schema);
}

/// The component that a change is told of. The component of what is no choice is but an arm of what is one.
fn owner<'a>(old: &'a Shape, new: &'a Shape) -> Option<&'a String> {
    let is_union = |shape: &Shape| shape.kind() == shape::Kind::Union;
    match (is_union(old), is_union(new)) {
        (true, false) => old.component.as_ref(),
        (false, true) => new.component.as_ref(),
        _ => old.component.as_ref().or(new.component.as_ref()),
    }
}

fn name(kind: &shape::Kind) -> String {
    match kind {
        shape::Kind::Silent => "anything".to_owned(),
        shape::Kind::Object => "object".to_owned(),
        shape::Kind::Array => "array".to_owned(),
        shape::Kind::Union => "choice".to_owned(),
        shape::Kind::Scalar(scalar) => scalar.clone(),
    }
}

fn compare_scalars(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, was): (&Shape, &str),
    (new, is): (&Shape, &str),
) {
    if was != is {
        let kind = match (was, is) {
            ("integer", "number") => Kind::TypeWidened,
            ("number", "integer") => Kind::TypeNarrowed,
            _ => Kind::TypeChanged,
        };
        comparison.note(direction, Change::new(at, kind).between(was, is));
        return;
    }
    formats::compare(comparison, at, direction, old, new);
    compare_values(comparison, at, direction, old, new);
}

fn compare_values(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let (was, is) = match (values(old), values(new)) {
        (Some(was), Some(is)) => (was, is),
        (Some(_), None) => return comparison.note(direction, Change::new(at, Kind::Opened)),
        (None, Some(_)) => return comparison.note(direction, Change::new(at, Kind::Closed)),
        (None, None) => return,
    };
    for value in is.difference(&was) {
        comparison.note(direction, Change::new(at, Kind::ValueAdded).of(value));
    }
    for value in was.difference(&is) {
        comparison.note(direction, Change::new(at, Kind::ValueRemoved).of(value));
    }
}

/// The values that a place is limited to, but for null, which is told by itself.
fn values(shape: &Shape) -> Option<BTreeSet<String>> {
    let values = shape.schema.get("enum")?.as_array()?;
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let told = values.iter().filter(|value| !value.is_null());
    Some(told.map(text).collect())
}
