//! Joins parameters: those in the path by their position there, the others by name.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::facing::{Facing, Role};
use super::import::import as import_schema;
use super::matching::Pair;
use super::merger::Merger;
use super::pointers::below;
use super::schemas;
use super::sides::Sides;
use openapi_canonical::document::parameter_identity;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::parameters::{
    declared, is_parameter, is_written_plainly, rename, same, schema_of,
};
use openapi_canonical::positions::LocatedOperation;

/// Puts the documented parameters as they are served, and the new ones, into the joined operation.
pub(super) fn merge(merger: &mut Merger<'_>, pair: &Pair<'_, '_>, merged: &mut Object) {
    let pointer = below(&pair.pointer, &["parameters"]);
    let Matches {
        partners,
        unknown,
        has_nameless,
    } = matches(merger.sides, pair);
    note_nameless(merger, &pointer, has_nameless);
    let own = json::elements(pair.documented.operation, "parameters");
    let is_unspecified = unknown.is_empty() && partners.iter().all(Option::is_none);
    let mut parameters = Vec::new();
    for (parameter, partner) in own.iter().zip(partners) {
        let pointer = pointer_of(&pair.pointer, parameter);
        match partner {
            Some(partner) => parameters.push(merge_one(merger, &pointer, parameter, &partner)),
            None => {
                let kind = if is_unspecified {
                    Resolution::Filled
                } else {
                    Resolution::Absent
                };
                merger.notes.add(kind, &pointer, described(parameter));
                parameters.push(parameter.clone());
            }
        }
    }
    for parameter in &unknown {
        let is_required =
            parameter.get("required") == Some(&Value::Bool(true)) && !has_default(parameter);
        merger
            .notes
            .add_promise(Resolution::New, &pointer, described(parameter), is_required);
        let mut imported = import_one(merger, &pointer, parameter);
        // Callers that do not know the parameter omit it, and their calls stay as they are.
        if !is_required {
            if has_default(parameter) {
                imported["required"] = json!(false);
            }
            imported[keys::UNDOCUMENTED] = json!(true);
        }
        parameters.push(imported);
    }
    if !parameters.is_empty() {
        merged.insert("parameters".to_owned(), Value::Array(parameters));
    }
}

/// Returns the parameters that both documents have.
pub(super) fn locations(sides: &Sides<'_>, pair: &Pair<'_, '_>) -> Vec<Facing<'static>> {
    let own = json::elements(pair.documented.operation, "parameters").iter();
    let partners = own.zip(matches(sides, pair).partners);
    let both = partners.filter_map(|(parameter, partner)| {
        let pointer = pointer_of(&pair.pointer, parameter);
        Some(facing(sides, &pointer, parameter, &partner?))
    });
    both.collect()
}

fn pointer_of(operation: &str, parameter: &Value) -> String {
    below(operation, &["parameters", parameter_identity(parameter).1])
}

/// Served parameters of an operation, matched with the documented ones.
struct Matches {
    /// The served parameter for each documented one.
    partners: Vec<Option<Value>>,
    /// Served parameters that are not documented, by name.
    unknown: Vec<Value>,
    has_nameless: bool,
}

fn matches(sides: &Sides<'_>, pair: &Pair<'_, '_>) -> Matches {
    let (mut served, has_nameless) = all_of(sides, pair.served);
    rename(&mut served, pair.served.path, pair.documented.path);
    let mut partner = |parameter: &Value| {
        let index = served.iter().position(|other| same(parameter, other))?;
        Some(served.swap_remove(index))
    };
    let own = json::elements(pair.documented.operation, "parameters");
    let partners = own.iter().map(&mut partner).collect();
    served.sort_by_cached_key(|parameter| parameter_identity(parameter).1.to_owned());
    Matches {
        partners,
        unknown: served,
        has_nameless,
    }
}

fn described(parameter: &Value) -> String {
    format!("the parameter `{}`", parameter_identity(parameter).1)
}

/// Adds the parameters of a new operation.
pub(super) fn import(
    merger: &mut Merger<'_>,
    pointer: &str,
    imported: &mut Object,
    template: &str,
    located: &LocatedOperation<'_>,
) {
    let pointer = below(pointer, &["parameters"]);
    let (mut parameters, has_nameless) = all_of(merger.sides, located);
    note_nameless(merger, &pointer, has_nameless);
    rename(&mut parameters, located.path, template);
    parameters.sort_by_cached_key(|parameter| parameter_identity(parameter).1.to_owned());
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|parameter| import_one(merger, &pointer, parameter))
        .collect();
    if !parameters.is_empty() {
        imported.insert("parameters".to_owned(), Value::Array(parameters));
    }
}

/// Returns the operation's own parameters and those that its path shares, resolved; and true if one has no name or location.
fn all_of(sides: &Sides<'_>, located: &LocatedOperation<'_>) -> (Vec<Value>, bool) {
    let (named, nameless) = declared(sides.served, located);
    let parameters = named.into_iter().filter(is_parameter);
    (parameters.collect(), !nameless.is_empty())
}

fn note_nameless(merger: &mut Merger<'_>, pointer: &str, has_nameless: bool) {
    if has_nameless {
        let what = "a parameter without a name or a location, which is dropped";
        merger.notes.add(Resolution::New, pointer, what);
    }
}

/// Returns the schemas of a documented parameter and the served one.
fn facing(sides: &Sides<'_>, pointer: &str, documented: &Value, served: &Value) -> Facing<'static> {
    let anything = json!({});
    let pointer = below(pointer, &["schema"]);
    let shape = sides.served_at(&pointer, schema_of(served).unwrap_or(&anything));
    Facing {
        pointer,
        documented: Cow::Owned(documented.get("schema").cloned().unwrap_or(anything)),
        served: vec![shape],
        role: Role::Text {
            is_plain: is_written_plainly(served),
        },
    }
}

fn merge_one(merger: &mut Merger<'_>, pointer: &str, documented: &Value, served: &Value) -> Value {
    let mut merged = documented.clone();
    let facing = facing(merger.sides, pointer, documented, served);
    merged["schema"] = schemas::merge(merger, &facing);
    let flag = |parameter: &Value| parameter.get("required").and_then(Value::as_bool);
    let (was, is) = (flag(documented).unwrap_or(false), flag(served));
    match (was, is) {
        (true, Some(false)) => {
            let what =
                "documented as required, served as optional, kept required: it may always be sent";
            merger.notes.add(Resolution::Kept, pointer, what);
        }
        (false, Some(true)) if has_default(served) => {
            let what = "served as required and with a default, kept optional";
            merger
                .notes
                .add_promise(Resolution::Kept, pointer, what, true);
        }
        (false, Some(true)) => {
            merger.notes.add_required(pointer, true);
            merged["required"] = json!(true);
        }
        _ => {}
    }
    merged
}

/// True if the service has a value for a parameter that is absent, even if the document says that it is required.
fn has_default(parameter: &Value) -> bool {
    let is_in_path = parameter.get("in") == Some(&json!("path"));
    !is_in_path && schema_of(parameter).is_some_and(|schema| schema.get("default").is_some())
}

fn import_one(merger: &mut Merger<'_>, pointer: &str, parameter: &Value) -> Value {
    const KEPT: [&str; 4] = ["name", "in", "required", "description"];
    let kept = parameter
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| KEPT.contains(&key.as_str()));
    let mut imported: Object = kept
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let schema = schema_of(parameter).cloned().unwrap_or_else(|| json!({}));
    imported.insert("schema".to_owned(), import_schema(merger, pointer, &schema));
    Value::Object(imported)
}
