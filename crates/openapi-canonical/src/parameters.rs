//! Parameters of an operation: those of its path included, references resolved, matched between documents.

use serde_json::{Value, json};

use crate::document::{self, parameter_identity};
use crate::json;
use crate::positions::{LocatedOperation, parameter_names};

/// Headers that OpenAPI says to ignore as parameters: other parts of a document describe them.
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Returns the operation's own parameters and those of its path, resolved. Malformed entries are skipped.
pub fn parameters_of(document: &Value, located: &LocatedOperation<'_>) -> Vec<Value> {
    let (named, _) = declared(document, located);
    named.into_iter().filter(is_parameter).collect()
}

/// Returns the declared parameters of an operation and its path, resolved: those with a name and a location, and the
/// malformed ones.
pub fn declared(document: &Value, located: &LocatedOperation<'_>) -> (Vec<Value>, Vec<Value>) {
    let resolved = |object| {
        json::elements(object, "parameters")
            .iter()
            .map(|one| document::resolve(document, one).clone())
    };
    let own: Vec<Value> = resolved(located.operation).collect();
    let is_own = |shared: &Value| {
        own.iter()
            .any(|own| parameter_identity(own) == parameter_identity(shared))
    };
    let shared: Vec<Value> = resolved(located.item)
        .filter(|shared| !is_own(shared))
        .collect();
    own.into_iter().chain(shared).partition(is_named)
}

fn is_named(parameter: &Value) -> bool {
    let (location, name) = parameter_identity(parameter);
    matches!(location, "path" | "query" | "header" | "cookie") && !name.is_empty()
}

#[must_use]
pub fn is_parameter(parameter: &Value) -> bool {
    let (location, name) = parameter_identity(parameter);
    location != "header" || !NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
}

/// Renames path parameters to their names in the other template.
pub fn rename(parameters: &mut [Value], from: &str, to: &str) {
    let (from, to) = (parameter_names(from), parameter_names(to));
    for parameter in parameters
        .iter_mut()
        .filter(|parameter| parameter_identity(parameter).0 == "path")
    {
        // A prefix may hold parameters on one side only; parameters are matched from the end.
        let from_the_end = from
            .iter()
            .rev()
            .position(|name| *name == parameter_identity(parameter).1);
        if let Some(name) = from_the_end.and_then(|index| to.iter().rev().nth(index)) {
            parameter["name"] = json!(name);
        }
    }
}

/// True if a server treats two parameters as the same one: same location and name, with names of headers in any case.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    let ((one_place, one_name), (other_place, other_name)) =
        (parameter_identity(one), parameter_identity(other));
    let is_header = one_place == "header";
    one_place == other_place
        && (one_name == other_name || is_header && one_name.eq_ignore_ascii_case(other_name))
}

/// True if the text of a single value is the value itself: the value is not wrapped in JSON or named by its style.
pub fn is_written_plainly(parameter: &Value) -> bool {
    let style = parameter.get("style").and_then(Value::as_str);
    let is_wrapped = matches!(style, Some("deepObject" | "label" | "matrix"));
    parameter.get("content").is_none() && !is_wrapped
}

/// Returns the schema of a parameter: its own, or that of its only media type.
#[must_use]
pub fn schema_of(parameter: &Value) -> Option<&Value> {
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
