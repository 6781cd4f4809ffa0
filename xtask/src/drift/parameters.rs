//! Parameters: those in the path by their place there, the others by where they are sent and their name.

use serde_json::{Value, json};

use super::change::{Change, Direction, Kind};
use super::comparison::Comparison;
use super::schemas;
use crate::document::parameter_identity;
use crate::json::{self, Object};
use crate::reconcile::parameters::{parameters_of, rename, same, schema_of};
use crate::reconcile::positions::Place;

pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Place<'_>, new: &Place<'_>) {
    let old_ones = parameters_of(comparison.old, old);
    let mut new_ones = parameters_of(comparison.new, new);
    rename(&mut new_ones, new.path, old.path);
    for parameter in &old_ones {
        let partner = new_ones.iter().find(|other| same(parameter, other));
        match partner {
            Some(partner) => compare_one(comparison, parameter, partner),
            // A parameter cannot be gone from a path that has its place.
            None if parameter_identity(parameter).0 == "path" => {}
            None => note(comparison, Kind::ParameterRemoved, parameter),
        }
    }
    let is_known = |other: &Value| old_ones.iter().any(|parameter| same(parameter, other));
    for parameter in new_ones.iter().filter(|other| !is_known(other)) {
        match parameter_identity(parameter).0 {
            "path" => {}
            _ if is_required(parameter) => {
                note(comparison, Kind::RequiredParameterAdded, parameter);
            }
            _ => note(comparison, Kind::ParameterAdded, parameter),
        }
    }
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required") == Some(&Value::Bool(true))
}

fn note(comparison: &mut Comparison<'_>, kind: Kind, parameter: &Value) {
    let change = Change::new(comparison.operation(), kind).of(parameter_identity(parameter).1);
    comparison.note(Direction::Request, change);
}

fn compare_one(comparison: &mut Comparison<'_>, old: &Value, new: &Value) {
    let is_in_path = parameter_identity(old).0 == "path";
    match (is_required(old), is_required(new)) {
        _ if is_in_path => {}
        (false, true) => note(comparison, Kind::ParameterRequired, old),
        (true, false) => note(comparison, Kind::ParameterOptional, old),
        _ => {}
    }
    let (place, name) = parameter_identity(old);
    let at = format!("{} {place} {name}", comparison.operation());
    let (was, is) = (serialisation(old), serialisation(new));
    if was != is {
        let change = Change::new(&at, Kind::SerialisationChanged).between(was, is);
        comparison.note(Direction::Request, change);
    }
    let anything = json!({});
    let schema = |parameter| schema_of(parameter).unwrap_or(&anything).clone();
    schemas::compare(
        comparison,
        &at,
        Direction::Request,
        &schema(old),
        &schema(new),
    );
}

/// How several values, or an object, are written: `form, each by itself`.
fn serialisation(parameter: &Value) -> String {
    let empty = Object::new();
    let parameter = parameter.as_object().unwrap_or(&empty);
    let usual = match json::string(parameter, "in") {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    let style = json::string(parameter, "style").unwrap_or(usual);
    let explode = parameter.get("explode").and_then(Value::as_bool);
    if explode.unwrap_or(style == "form") {
        format!("{style}, each by itself")
    } else {
        style.to_owned()
    }
}
