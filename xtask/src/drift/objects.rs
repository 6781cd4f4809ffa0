//! Objects: their fields, which of them must be there, and whether there may be others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::change::{Change, Direction};
use super::comparison::Comparison;
use super::kind::Kind;
use super::schemas;
use crate::document;
use crate::json::{self, Object};
use crate::reconcile::shape::Shape;

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let old = Fields::of(comparison.old, &old.schema, direction);
    let new = Fields::of(comparison.new, &new.schema, direction);
    let silence = match (old.are_told(), new.are_told()) {
        (true, true) | (false, false) => None,
        (true, false) => Some(comparison.silence(at, direction)),
        (false, true) => Some(comparison.word(at, direction)),
    };
    if let Some(change) = silence {
        return comparison.note(direction, change);
    }
    compare_told(comparison, at, direction, &old, &new);
}

/// Compares the fields that stand beside the forms of a choice and belong to all of them: there, none is as good as a word.
pub(super) fn compare_shared(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let old = Fields::of(comparison.old, &old.schema, direction);
    let new = Fields::of(comparison.new, &new.schema, direction);
    compare_told(comparison, at, direction, &old, &new);
}

fn compare_told(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Fields<'_>,
    new: &Fields<'_>,
) {
    if old.is_map() != new.is_map() {
        let name = |fields: &Fields<'_>| if fields.is_map() { "map" } else { "object" };
        let change = Change::new(at, Kind::TypeChanged).between(name(old), name(new));
        return comparison.note(direction, change);
    }
    compare_further_fields(comparison, at, direction, old, new);
    compare_fields(comparison, at, direction, old, new);
}

/// What an object says of its fields, as far as those go that are sent this way.
#[derive(Debug)]
struct Fields<'a> {
    by_name: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    /// Whether it has a list of those that are required, be it empty.
    tells_requirements: bool,
    further: Further<'a>,
}

/// What an object says of fields that it does not name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Further<'a> {
    Any,
    Refused,
    Of(&'a Value),
}

impl<'a> Fields<'a> {
    fn of(document: &Value, schema: &'a Object, direction: Direction) -> Fields<'a> {
        let (sent, others): (Vec<_>, Vec<_>) = json::entries(schema, "properties")
            .map(|(name, field)| (name.as_str(), field))
            .partition(|(_, field)| is_sent(document, field, direction));
        let others: BTreeSet<&str> = others.into_iter().map(|(name, _)| name).collect();
        let required = json::strings(schema, "required").into_iter();
        Fields {
            by_name: sent.into_iter().collect(),
            required: required.filter(|name| !others.contains(name)).collect(),
            tells_requirements: schema.contains_key("required"),
            further: match schema.get("additionalProperties") {
                Some(Value::Bool(false)) => Further::Refused,
                Some(of @ Value::Object(members)) if !members.is_empty() => Further::Of(of),
                _ => Further::Any,
            },
        }
    }

    fn are_told(&self) -> bool {
        !self.by_name.is_empty() || self.further != Further::Any
    }

    /// Whether all its values are of one form, under any names.
    fn is_map(&self) -> bool {
        self.by_name.is_empty() && matches!(self.further, Further::Of(_))
    }
}

/// A field that is only read is in no request, and one that is only written in no answer.
fn is_sent(document: &Value, field: &Value, direction: Direction) -> bool {
    let keyword = match direction {
        Direction::Request => "readOnly",
        Direction::Answer => "writeOnly",
    };
    let target = document::resolve(document, field);
    let parts = target.get("allOf").and_then(Value::as_array);
    let mut words = parts.into_iter().flatten().chain([field, target]);
    !words.any(|words| words.get(keyword) == Some(&Value::Bool(true)))
}

fn compare_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Fields<'_>,
    new: &Fields<'_>,
) {
    for (name, field) in &old.by_name {
        let Some(partner) = new.by_name.get(name) else {
            comparison.note(direction, Change::new(at, Kind::FieldRemoved).of(*name));
            continue;
        };
        compare_requirement(comparison, at, direction, name, (old, new));
        let inside = format!("{at}.{name}");
        schemas::compare(comparison, &inside, direction, field, partner);
    }
    for name in new
        .by_name
        .keys()
        .filter(|name| !old.by_name.contains_key(*name))
    {
        let kind = if new.required.contains(name) && !old.required.contains(name) {
            Kind::RequiredFieldAdded
        } else {
            Kind::FieldAdded
        };
        comparison.note(direction, Change::new(at, kind).of(*name));
    }
    let is_named =
        |name: &&&str| old.by_name.contains_key(**name) || new.by_name.contains_key(**name);
    for name in old
        .required
        .union(&new.required)
        .filter(|name| !is_named(name))
    {
        compare_requirement(comparison, at, direction, name, (old, new));
    }
}

fn compare_requirement(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    name: &str,
    (old, new): (&Fields<'_>, &Fields<'_>),
) {
    let is_told = new.tells_requirements || comparison.new_habits.tells_requirements(direction);
    let change = match (old.required.contains(name), new.required.contains(name)) {
        (false, true) => Change::new(at, Kind::FieldRequired).of(name),
        (true, false) if is_told => Change::new(at, Kind::FieldOptional).of(name),
        // A document that knows no such list denies nothing by it.
        (true, false) => Change::new(at, Kind::Untold).of("required"),
        _ => return,
    };
    comparison.note(direction, change);
}

fn compare_further_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Fields<'_>,
    new: &Fields<'_>,
) {
    let kind = match (old.further, new.further) {
        (Further::Refused, Further::Refused) => return,
        (_, Further::Refused) => Kind::FurtherFieldsRefused,
        (Further::Refused, _) => Kind::FurtherFieldsAllowed,
        (was, is) => {
            let anything = json!({});
            let schema = |further| match further {
                Further::Of(schema) => schema,
                Further::Any | Further::Refused => &anything,
            };
            let inside = format!("{at}{{}}");
            return schemas::compare(comparison, &inside, direction, schema(was), schema(is));
        }
    };
    comparison.note(direction, Change::new(at, kind));
}
