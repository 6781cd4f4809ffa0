//! Joins parameters: those in the path by their place there, the others by name.

use serde_json::{Value, json};

use super::imports;
use super::merger::{Merger, below};
use super::positions::{Place, parameter_names};
use super::schemas;
use crate::divergence::Kind as Won;
use crate::document::{self, parameter_identity};
use crate::json::{self, Object};

/// Puts the documented parameters as they are served, and the new ones, into the joined operation.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    merged: &mut Object,
    documented: &Place<'_>,
    served: &Place<'_>,
) {
    let mut waiting = all_of(merger.served, served);
    rename(&mut waiting, served.path, documented.path);
    let is_silent = waiting.is_empty();
    let mut parameters = Vec::new();
    for (index, parameter) in json::elements(merged, "parameters").iter().enumerate() {
        let pointer = below(pointer, &["parameters", &index.to_string()]);
        let partner = waiting
            .iter()
            .position(|other| same(parameter, other))
            .map(|index| waiting.swap_remove(index));
        parameters.push(match partner {
            Some(partner) => merge_one(merger, &pointer, parameter, &partner),
            None => {
                let kind = if is_silent { Won::Filled } else { Won::Absent };
                merger.note(
                    kind,
                    &pointer,
                    format!("the parameter `{}`", parameter_identity(parameter).1),
                );
                parameter.clone()
            }
        });
    }
    waiting.sort_by_cached_key(|parameter| parameter_identity(parameter).1.to_owned());
    for parameter in &waiting {
        let name = parameter_identity(parameter).1;
        merger.note(
            Won::New,
            &below(pointer, &["parameters"]),
            format!("the parameter `{name}`"),
        );
        parameters.push(import_one(merger, parameter));
    }
    if !parameters.is_empty() {
        merged.insert("parameters".to_owned(), Value::Array(parameters));
    }
}

/// The parameters of a new operation.
pub(super) fn import(
    merger: &mut Merger<'_>,
    imported: &mut Object,
    template: &str,
    place: &Place<'_>,
) {
    let mut parameters = all_of(merger.served, place);
    rename(&mut parameters, place.path, template);
    parameters.sort_by_cached_key(|parameter| parameter_identity(parameter).1.to_owned());
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|parameter| import_one(merger, parameter))
        .collect();
    if !parameters.is_empty() {
        imported.insert("parameters".to_owned(), Value::Array(parameters));
    }
}

/// The operation's own parameters and those that its path shares, resolved.
fn all_of(document: &Value, place: &Place<'_>) -> Vec<Value> {
    let resolved = |object| {
        json::elements(object, "parameters")
            .iter()
            .map(|one| document::resolve(document, one).clone())
    };
    let own: Vec<Value> = resolved(place.operation).collect();
    let is_own = |shared: &Value| {
        own.iter()
            .any(|own| parameter_identity(own) == parameter_identity(shared))
    };
    let shared: Vec<Value> = resolved(place.item)
        .filter(|shared| !is_own(shared))
        .collect();
    own.into_iter().chain(shared).collect()
}

/// Calls path parameters what the other template calls them.
fn rename(parameters: &mut [Value], from: &str, to: &str) {
    let (from, to) = (parameter_names(from), parameter_names(to));
    for parameter in parameters
        .iter_mut()
        .filter(|parameter| parameter_identity(parameter).0 == "path")
    {
        // A prefix may hold parameters on one side only; those nearest the end belong together.
        let from_the_end = from
            .iter()
            .rev()
            .position(|name| *name == parameter_identity(parameter).1);
        if let Some(name) = from_the_end.and_then(|index| to.iter().rev().nth(index)) {
            parameter["name"] = json!(name);
        }
    }
}

fn same(one: &Value, other: &Value) -> bool {
    let ((one_place, one_name), (other_place, other_name)) =
        (parameter_identity(one), parameter_identity(other));
    let is_header = one_place == "header";
    one_place == other_place
        && (one_name == other_name || is_header && one_name.eq_ignore_ascii_case(other_name))
}

fn merge_one(merger: &mut Merger<'_>, pointer: &str, documented: &Value, served: &Value) -> Value {
    let mut merged = documented.clone();
    let anything = json!({});
    let shape = merger.served_shape(schema_of(served).unwrap_or(&anything));
    let own = documented.get("schema").unwrap_or(&anything);
    merged["schema"] = schemas::merge(merger, &below(pointer, &["schema"]), own, &[shape]);
    let flag = |parameter: &Value| parameter.get("required").and_then(Value::as_bool);
    let (was, is) = (flag(documented).unwrap_or(false), flag(served));
    if let Some(is) = is.filter(|is| *is != was) {
        let what = if is {
            "documented as optional, served as required"
        } else {
            "documented as required, served as optional"
        };
        merger.note(Won::Overruled, pointer, what);
        merged["required"] = json!(is);
    }
    merged
}

fn schema_of(parameter: &Value) -> Option<&Value> {
    let in_content = || {
        parameter
            .get("content")?
            .as_object()?
            .values()
            .next()?
            .get("schema")
    };
    parameter.get("schema").or_else(in_content)
}

fn import_one(merger: &mut Merger<'_>, parameter: &Value) -> Value {
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
    imported.insert("schema".to_owned(), imports::import(merger, &schema));
    Value::Object(imported)
}
