//! Objects: their fields, which of them must be there, and whether there may be others.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Change, Direction, Kind};
use super::comparison::Comparison;
use super::schemas;
use crate::json;
use crate::reconcile::shape::Shape;

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    compare_further_fields(comparison, at, direction, old, new);
    match (old.has_properties(), new.has_properties()) {
        (true, true) => compare_fields(comparison, at, direction, old, new),
        (true, false) => comparison.note(direction, Change::new(at, Kind::Silenced)),
        (false, true) => comparison.note(direction, Change::new(at, Kind::Specified)),
        (false, false) => {}
    }
}

fn compare_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let required = Required::of(new);
    for (name, field) in json::entries(&old.schema, "properties") {
        let Some(partner) = field_of(new, name) else {
            comparison.note(direction, Change::new(at, Kind::FieldRemoved).of(name));
            continue;
        };
        compare_requirement(
            comparison,
            at,
            direction,
            name,
            (&Required::of(old), &required),
        );
        let inside = format!("{at}.{name}");
        schemas::compare(comparison, &inside, direction, field, partner);
    }
    for (name, _) in json::entries(&new.schema, "properties") {
        if field_of(old, name).is_none() {
            let kind = if required.has(name) {
                Kind::RequiredFieldAdded
            } else {
                Kind::FieldAdded
            };
            comparison.note(direction, Change::new(at, kind).of(name));
        }
    }
}

fn field_of<'a>(shape: &'a Shape, name: &str) -> Option<&'a Value> {
    json::object(&shape.schema, "properties")?.get(name)
}

/// The names of the fields that must be there; nothing if the schema says nothing of that.
#[derive(Debug)]
struct Required<'a>(Option<BTreeSet<&'a str>>);

impl<'a> Required<'a> {
    fn of(shape: &'a Shape) -> Required<'a> {
        let is_told = shape.schema.contains_key("required");
        Required(is_told.then(|| {
            json::strings(&shape.schema, "required")
                .into_iter()
                .collect()
        }))
    }

    fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|names| names.contains(name))
    }

    fn is_told(&self) -> bool {
        self.0.is_some()
    }
}

fn compare_requirement(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    name: &str,
    (old, new): (&Required<'_>, &Required<'_>),
) {
    let kind = match (old.has(name), new.has(name)) {
        (false, true) => Kind::FieldRequired,
        // A schema without the list does not deny what it was told before.
        (true, false) if new.is_told() => Kind::FieldOptional,
        (true, false) => {
            let change = Change::new(at, Kind::Silenced).of("required");
            return comparison.note(direction, change);
        }
        _ => return,
    };
    comparison.note(direction, Change::new(at, kind).of(name));
}

fn compare_further_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let further = |shape: &Shape| shape.schema.get("additionalProperties").cloned();
    let is_refused = |further: &Option<Value>| *further == Some(Value::Bool(false));
    let (was, is) = (further(old), further(new));
    match (is_refused(&was), is_refused(&is)) {
        (false, true) => {
            comparison.note(direction, Change::new(at, Kind::FurtherFieldsRefused));
        }
        (true, false) => {
            comparison.note(direction, Change::new(at, Kind::FurtherFieldsAllowed));
        }
        _ => {}
    }
    if let (Some(was @ Value::Object(_)), Some(is @ Value::Object(_))) = (was, is) {
        schemas::compare(comparison, &format!("{at}{{}}"), direction, &was, &is);
    }
}
