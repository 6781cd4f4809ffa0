//! Comparison of parameters: path parameters by position, the others by location and name.

use serde_json::{Value, json};

use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::ValueKind;
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::{defaults, texts};
use openapi_canonical::document::{self, parameter_identity};
use openapi_canonical::json::{self, Object};
use openapi_canonical::parameters::{is_written_plainly, parameters_of, rename, same, schema_of};
use openapi_canonical::positions::LocatedOperation;

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    old: &LocatedOperation<'_>,
    new: &LocatedOperation<'_>,
) {
    let old_ones = distinct(parameters_of(comparison.old, old));
    let mut new_ones = distinct(parameters_of(comparison.new, new));
    rename(&mut new_ones, new.path, old.path);
    for parameter in &old_ones {
        let partner = new_ones.iter().find(|other| same(parameter, other));
        match partner {
            Some(partner) => compare_one(comparison, parameter, partner),
            // A parameter cannot be removed from a path that still has its position.
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

/// Keeps the first of several parameters that are the same to a server.
fn distinct(parameters: Vec<Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for parameter in parameters {
        if !found.iter().any(|other| same(&parameter, other)) {
            found.push(parameter);
        }
    }
    found
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required") == Some(&Value::Bool(true))
}

fn note(comparison: &mut Comparison<'_>, kind: Kind, parameter: &Value) {
    let finding = Finding::new(comparison.operation(), kind).of(parameter_identity(parameter).1);
    comparison.note(Direction::Request, finding);
}

fn compare_one(comparison: &mut Comparison<'_>, old: &Value, new: &Value) {
    let is_in_path = parameter_identity(old).0 == "path";
    match (is_required(old), is_required(new)) {
        _ if is_in_path => {}
        (false, true) => note(comparison, Kind::ParameterRequired, old),
        (true, false) => note(comparison, Kind::ParameterOptional, old),
        _ => {}
    }
    let is_deprecated = |parameter: &Value| parameter.get("deprecated") == Some(&Value::Bool(true));
    match (is_deprecated(old), is_deprecated(new)) {
        (false, true) => note(comparison, Kind::ParameterDeprecated, old),
        (true, false) => note(comparison, Kind::ParameterNoLongerDeprecated, old),
        _ => {}
    }
    let (location, name) = parameter_identity(old);
    let at = format!("{} {location} {name}", comparison.operation());
    let anything = json!({});
    let schema = |parameter| schema_of(parameter).unwrap_or(&anything).clone();
    let (old_schema, new_schema) = (schema(old), schema(new));
    let made = Made::of(&comparison.old_effective, &old_schema);
    let made = made.max(Made::of(&comparison.new_effective, &new_schema));
    let (was, is) = (serialisation(old, made), serialisation(new, made));
    if was != is {
        let finding = Finding::new(&at, Kind::SerialisationChanged).between(was, is);
        comparison.note(Direction::Request, finding);
    }
    compare_flags(comparison, &at, old, new);
    let schemas = (&old_schema, &new_schema);
    defaults::compare(
        comparison,
        &at,
        Direction::Request,
        schemas,
        is_required(old),
    );
    let is_plain = is_written_plainly(old) && is_written_plainly(new);
    texts::compare(comparison, &at, &old_schema, &new_schema, is_plain);
}

/// Compares whether reserved characters stay as they are, and whether the value may be empty, which only queries have.
fn compare_flags(comparison: &mut Comparison<'_>, at: &str, old: &Value, new: &Value) {
    let is_set = |parameter: &Value, flag: &str| parameter.get(flag) == Some(&Value::Bool(true));
    let kind = match (
        is_set(old, "allowEmptyValue"),
        is_set(new, "allowEmptyValue"),
    ) {
        (true, false) => Some(Kind::LimitTightened),
        (false, true) => Some(Kind::LimitLoosened),
        _ => None,
    };
    if let Some(kind) = kind {
        let finding = Finding::new(at, kind).of("allowEmptyValue");
        comparison.note(Direction::Request, finding);
    }
    let written = |parameter: &Value| match is_set(parameter, "allowReserved") {
        true => "reserved characters as they are",
        false => "reserved characters encoded",
    };
    let (was, is) = (written(old), written(new));
    if was != is {
        let finding = Finding::new(at, Kind::SerialisationChanged).between(was, is);
        comparison.note(Direction::Request, finding);
    }
}

/// Parts of a parameter that decide its serialisation.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Made {
    Single,
    Several,
    Named,
}

impl Made {
    fn of(effective: &EffectiveSchemas<'_>, schema: &Value) -> Made {
        let variants = effective.variants(&effective.of(schema));
        let made = variants.iter().map(|variant| match variant.kind() {
            ValueKind::Object => Made::Named,
            ValueKind::Array => Made::Several,
            _ => Made::Single,
        });
        made.max().unwrap_or(Made::Single)
    }
}

/// Describes the serialisation of a value: `form, each by itself`. For a single value, the style decides the prefix.
fn serialisation(parameter: &Value, made: Made) -> String {
    let empty = Object::new();
    let parameter = parameter.as_object().unwrap_or(&empty);
    if let Some((media_type, _)) = json::entries(parameter, "content").next() {
        return document::essence(media_type);
    }
    let is_form = matches!(json::string(parameter, "in"), Some("query" | "cookie"));
    let style = json::string(parameter, "style");
    let style = style.unwrap_or(if is_form { "form" } else { "simple" });
    let explode = parameter.get("explode").and_then(Value::as_bool);
    let can_be_by_itself = match style {
        "deepObject" => false,
        "simple" => made == Made::Named,
        _ => made != Made::Single,
    };
    match explode.unwrap_or(style == "form") {
        _ if made == Made::Single && is_form => "text".to_owned(),
        true if can_be_by_itself => format!("{style}, each by itself"),
        _ => style.to_owned(),
    }
}
