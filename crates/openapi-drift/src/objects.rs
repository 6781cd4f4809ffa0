//! Comparison of objects: their fields, which of them are required, and whether further fields are allowed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::defaults;
use super::described_aspects::Aspect;
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use openapi_canonical::json::{self, Object};

/// Comparison of a field: its location, its name, and both schemas. Fields that an object does not name have no name.
pub(super) type CompareField<'a> =
    &'a dyn Fn(&mut Comparison<'_>, &str, Option<&str>, (&Value, &Value));

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Object, &Object),
    compare_field: CompareField<'_>,
) {
    let old = Fields::of(&comparison.old_effective, old, direction);
    let new = Fields::of(&comparison.new_effective, new, direction);
    if !old.are_refused() && !new.are_refused() {
        let described = (old.are_described(), new.are_described());
        let aspect = Aspect::Fields;
        if let Some(finding) = comparison.description_change(at, direction, aspect, described) {
            comparison.note(direction, finding);
            return compare_requirements(comparison, at, direction, &old, &new);
        }
    }
    if old.is_map() && new.is_record() || old.is_record() && new.is_map() {
        let name = |fields: &Fields<'_>| if fields.is_map() { "map" } else { "object" };
        let finding = Finding::new(at, Kind::TypeChanged).between(name(&old), name(&new));
        return comparison.note(direction, finding);
    }
    compare_further_fields(comparison, at, direction, (&old, &new), compare_field);
    compare_fields(comparison, at, direction, (&old, &new), compare_field);
}

/// Fields of an object that are sent in one direction.
#[derive(Debug)]
struct Fields<'a> {
    by_name: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    /// Fields that no value fits, so that they must be absent.
    forbidden: BTreeSet<&'a str>,
    /// True if the object names any field, including those that are not sent in this direction.
    names_fields: bool,
    /// True if the object has a `required` list, even an empty one.
    lists_requirements: bool,
    further: Further<'a>,
}

/// Description of the fields that an object does not name.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Further<'a> {
    Any,
    Refused,
    Of(&'a Value),
}

impl<'a> Fields<'a> {
    fn of(
        effective: &EffectiveSchemas<'_>,
        schema: &'a Object,
        direction: Direction,
    ) -> Fields<'a> {
        let (sent, others): (Vec<_>, Vec<_>) = json::entries(schema, "properties")
            .map(|(name, field)| (name.as_str(), field))
            .partition(|(_, field)| is_sent(effective, field, direction));
        let others: BTreeSet<&str> = others.into_iter().map(|(name, _)| name).collect();
        let required = json::strings(schema, "required").into_iter();
        let (forbidden, sent): (Vec<_>, Vec<_>) = sent
            .into_iter()
            .partition(|(_, field)| is_impossible(effective, field));
        Fields {
            forbidden: forbidden.into_iter().map(|(name, _)| name).collect(),
            names_fields: json::object(schema, "properties").is_some_and(|all| !all.is_empty()),
            by_name: sent.into_iter().collect(),
            required: required.filter(|name| !others.contains(name)).collect(),
            lists_requirements: schema.contains_key("required"),
            further: match schema.get("additionalProperties") {
                Some(Value::Bool(false)) => Further::Refused,
                Some(of) if is_impossible(effective, of) => Further::Refused,
                Some(of @ Value::Object(members)) if !members.is_empty() => Further::Of(of),
                _ => Further::Any,
            },
        }
    }

    fn are_described(&self) -> bool {
        self.names_fields || self.further != Further::Any
    }

    /// Returns the fields that this object or another one describes.
    fn all_names<'b>(&'b self, other: &'b Fields<'a>) -> BTreeSet<&'a str> {
        let all = self.by_name.keys().chain(other.by_name.keys());
        all.copied().collect()
    }

    /// Returns the fields that only this object describes or requires.
    fn names_without<'b>(&'b self, other: &'b Fields<'_>) -> impl Iterator<Item = &'a str> + 'b {
        let is_there = |name: &str| other.by_name.contains_key(name) || other.requires_any(name);
        self.by_name
            .keys()
            .copied()
            .filter(move |name| !is_there(name))
    }

    /// True if the object requires a field without a schema of its own.
    fn requires_any(&self, name: &str) -> bool {
        self.required.contains(name) && !self.forbidden.contains(name)
    }

    /// Returns the schema of the fields that the object does not name.
    fn schema_of_rest(&self) -> &'a Value {
        match self.further {
            Further::Of(schema) => schema,
            Further::Any | Further::Refused => &Value::Bool(true),
        }
    }

    /// True if the object may have a field of that name.
    fn accepts(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
            || !self.forbidden.contains(name) && self.further != Further::Refused
    }

    /// True if the object has no field.
    fn are_refused(&self) -> bool {
        !self.names_fields && self.further == Further::Refused
    }

    /// True if the object names fields and has no schema for others.
    fn is_record(&self) -> bool {
        self.names_fields && !matches!(self.further, Further::Of(_))
    }

    /// True if all values of the object have one schema, under any names.
    fn is_map(&self) -> bool {
        !self.names_fields && matches!(self.further, Further::Of(_))
    }
}

/// True if a field occurs in this direction: a read-only field is in no request, and a write-only field is in no
/// response.
fn is_sent(effective: &EffectiveSchemas<'_>, field: &Value, direction: Direction) -> bool {
    let field = effective.of(field);
    match direction {
        Direction::Request => !field.is_read_only,
        Direction::Response => !field.is_write_only,
    }
}

/// True if no value fits a field, not even null.
fn is_impossible(effective: &EffectiveSchemas<'_>, field: &Value) -> bool {
    let is_without_null = || !effective.takes_null(field);
    effective.of(field).is_impossible() && is_without_null()
}

fn compare_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Fields<'_>, &Fields<'_>),
    compare_field: CompareField<'_>,
) {
    let mut compare_pair = |name: &str, field: &Value, partner: &Value| {
        compare_requirement(comparison, at, direction, name, (old, new));
        let inside = format!("{at}.{name}");
        let pair = (field, partner);
        defaults::compare(
            comparison,
            &inside,
            direction,
            pair,
            old.required.contains(name),
        );
        compare_field(comparison, &inside, Some(name), pair);
    };
    for name in old.all_names(new) {
        match (old.by_name.get(name), new.by_name.get(name)) {
            (Some(field), Some(partner)) => compare_pair(name, field, partner),
            (Some(field), None) if new.requires_any(name) => {
                compare_pair(name, field, new.schema_of_rest());
            }
            (None, Some(partner)) if old.requires_any(name) => {
                compare_pair(name, old.schema_of_rest(), partner);
            }
            _ => {}
        }
    }
    for name in old.names_without(new) {
        compare_removed(comparison, at, direction, name, (old, new), compare_field);
    }
    for name in new.names_without(old) {
        compare_added(comparison, at, direction, name, (old, new), compare_field);
    }
    for name in new.forbidden.difference(&old.forbidden) {
        if old.accepts(name) && !old.by_name.contains_key(name) {
            comparison.note(direction, Finding::new(at, Kind::FieldForbidden).of(*name));
        }
    }
    for name in old.forbidden.difference(&new.forbidden) {
        if new.accepts(name) && !new.by_name.contains_key(name) {
            comparison.note(direction, Finding::new(at, Kind::FieldAllowed).of(*name));
        }
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

/// Compares a field that only the old object describes. In the new one it may be one of the further fields.
fn compare_removed(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    name: &str,
    (old, new): (&Fields<'_>, &Fields<'_>),
    compare_field: CompareField<'_>,
) {
    match new.further {
        Further::Of(schema) if !new.forbidden.contains(name) => {
            comparison.note(direction, Finding::new(at, Kind::FieldOfRest).of(name));
            compare_requirement(comparison, at, direction, name, (old, new));
            let inside = format!("{at}.{name}");
            compare_field(comparison, &inside, Some(name), (old.by_name[name], schema));
        }
        _ => comparison.note(direction, Finding::new(at, Kind::FieldRemoved).of(name)),
    }
}

/// Compares a field that only the new object describes. In the old one it may have been one of the further fields.
fn compare_added(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    name: &str,
    (old, new): (&Fields<'_>, &Fields<'_>),
    compare_field: CompareField<'_>,
) {
    let kind = if new.required.contains(name) {
        Kind::RequiredFieldAdded
    } else {
        Kind::FieldAdded
    };
    comparison.note(direction, Finding::new(at, kind).of(name));
    if let Further::Of(schema) = old.further
        && !old.forbidden.contains(name)
    {
        let inside = format!("{at}.{name}");
        compare_field(comparison, &inside, Some(name), (schema, new.by_name[name]));
    }
}

/// Compares the requirements of objects of which only one describes fields.
fn compare_requirements(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Fields<'_>,
    new: &Fields<'_>,
) {
    for name in new.required.difference(&old.required) {
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
    let is_described = new.lists_requirements
        || comparison
            .new_aspects
            .describes(direction, Aspect::Required);
    let finding = match (old.required.contains(name), new.required.contains(name)) {
        (false, true) => Finding::new(at, Kind::FieldRequired).of(name),
        (true, false) if is_described => Finding::new(at, Kind::FieldOptional).of(name),
        // A missing list is no evidence if the document never uses such a list.
        (true, false) => Finding::new(at, Kind::DescribedNowhere).of(Aspect::Required.name()),
        _ => return,
    };
    comparison.note(direction, finding);
}

fn compare_further_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Fields<'_>, &Fields<'_>),
    compare_field: CompareField<'_>,
) {
    let kind = match (old.further, new.further) {
        (Further::Refused, Further::Refused) => return,
        (Further::Of(_), Further::Refused) => Kind::FurtherFieldsRemoved,
        (_, Further::Refused) => Kind::FurtherFieldsRefused,
        (Further::Refused, _) => Kind::FurtherFieldsAllowed,
        _ => {
            let inside = format!("{at}{{}}");
            let pair = (old.schema_of_rest(), new.schema_of_rest());
            return compare_field(comparison, &inside, None, pair);
        }
    };
    comparison.note(direction, Finding::new(at, kind));
}
