//! Joins parameters: those in the path by their place there, the others by name.

use serde_json::{Value, json};

use super::merger::{Merger, below};
use super::{imports, parameter_schemas};
use crate::divergence::Kind as Won;
use openapi_canonical::document::parameter_identity;
use openapi_canonical::json::{self, Object};
use openapi_canonical::parameters::{
    declared, is_parameter, is_written_plainly, rename, same, schema_of,
};
use openapi_canonical::positions::Place;

/// Marks what may be left out and is in no documentation.
const UNDOCUMENTED: &str = "x-opentrain-undocumented";

/// Puts the documented parameters as they are served, and the new ones, into the joined operation.
pub(super) fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    merged: &mut Object,
    documented: &Place<'_>,
    served: &Place<'_>,
) {
    let pointer = below(pointer, &["parameters"]);
    let mut served_ones = all_of(merger, &pointer, served);
    rename(&mut served_ones, served.path, documented.path);
    let own = json::elements(merged, "parameters").to_vec();
    let (partners, strangers) = pair(&own, served_ones);
    let is_silent = strangers.is_empty() && partners.iter().all(Option::is_none);
    let mut parameters = Vec::new();
    for (parameter, partner) in own.iter().zip(partners) {
        let pointer = below(&pointer, &[parameter_identity(parameter).1]);
        match partner {
            Some(partner) => parameters.push(merge_one(merger, &pointer, parameter, &partner)),
            None => {
                let kind = if is_silent { Won::Filled } else { Won::Absent };
                merger.note(kind, &pointer, described(parameter));
                parameters.push(parameter.clone());
            }
        }
    }
    for parameter in &strangers {
        let is_required = parameter.get("required") == Some(&Value::Bool(true));
        merger.note_promise(Won::New, &pointer, described(parameter), is_required);
        let mut imported = import_one(merger, &pointer, parameter);
        // A caller that does not know it omits it, so that such calls are to stay as they are.
        if !is_required {
            imported[UNDOCUMENTED] = json!(true);
        }
        parameters.push(imported);
    }
    if !parameters.is_empty() {
        merged.insert("parameters".to_owned(), Value::Array(parameters));
    }
}

/// The served parameter for each documented one, and the others by name.
fn pair(own: &[Value], mut served: Vec<Value>) -> (Vec<Option<Value>>, Vec<Value>) {
    let mut partner = |parameter: &Value| {
        let index = served.iter().position(|other| same(parameter, other))?;
        Some(served.swap_remove(index))
    };
    let partners = own.iter().map(&mut partner).collect();
    served.sort_by_cached_key(|parameter| parameter_identity(parameter).1.to_owned());
    (partners, served)
}

fn described(parameter: &Value) -> String {
    format!("the parameter `{}`", parameter_identity(parameter).1)
}

/// The parameters of a new operation.
pub(super) fn import(
    merger: &mut Merger<'_>,
    pointer: &str,
    imported: &mut Object,
    template: &str,
    place: &Place<'_>,
) {
    let pointer = below(pointer, &["parameters"]);
    let mut parameters = all_of(merger, &pointer, place);
    rename(&mut parameters, place.path, template);
    parameters.sort_by_cached_key(|parameter| parameter_identity(parameter).1.to_owned());
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|parameter| import_one(merger, &pointer, parameter))
        .collect();
    if !parameters.is_empty() {
        imported.insert("parameters".to_owned(), Value::Array(parameters));
    }
}

/// The operation's own parameters and those that its path shares, resolved. What is no parameter is left out.
fn all_of(merger: &mut Merger<'_>, pointer: &str, place: &Place<'_>) -> Vec<Value> {
    let (named, nameless) = declared(merger.served, place);
    if !nameless.is_empty() {
        let what = "a parameter without a name or a place, which is left out";
        merger.note(Won::New, pointer, what);
    }
    named.into_iter().filter(is_parameter).collect()
}

fn merge_one(merger: &mut Merger<'_>, pointer: &str, documented: &Value, served: &Value) -> Value {
    let mut merged = documented.clone();
    let anything = json!({});
    let inside = below(pointer, &["schema"]);
    let shape = merger.served_at(&inside, schema_of(served).unwrap_or(&anything));
    let own = documented.get("schema").unwrap_or(&anything);
    let is_plain = is_written_plainly(served);
    merged["schema"] = parameter_schemas::merge(merger, &inside, own, shape, is_plain);
    let flag = |parameter: &Value| parameter.get("required").and_then(Value::as_bool);
    let (was, is) = (flag(documented).unwrap_or(false), flag(served));
    match (was, is) {
        (true, Some(false)) => {
            let what =
                "documented as required, served as optional, kept required: it may always be sent";
            merger.note(Won::Kept, pointer, what);
        }
        (false, Some(true)) => {
            merger.note_required(pointer, true);
            merged["required"] = json!(true);
        }
        _ => {}
    }
    merged
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
    imported.insert(
        "schema".to_owned(),
        imports::import(merger, pointer, &schema),
    );
    Value::Object(imported)
}
