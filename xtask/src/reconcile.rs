//! Joins the served document and the documentation: names by position from the documentation, shapes from the service.
//!
//! The result is the documentation with the served schemas in it. Where the served document leaves a detail unspecified, the
//! documentation fills it in; where the two contradict each other, the served document wins. So the names in the generated code do
//! not change when the server renames or inlines a component.

mod bodies;
mod children;
mod divergence;
mod facing;
mod forks;
mod import;
mod imports;
mod kept;
mod matching;
mod merger;
mod nulls;
mod objects;
mod observations;
mod observe;
mod operations;
mod outliers;
mod parameters;
mod pointers;
pub(crate) mod resolved;
mod responses;
mod scalars;
mod schemas;
pub(crate) mod security;
mod sides;
mod text;
mod unions;
mod uses;
mod variants;
mod votes;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub(crate) use divergence::{Divergence, Resolution, contradictions};
use merger::Merger;
use observations::Observations;
use observe::observe;
use openapi_canonical::Document;
use openapi_canonical::json::Object;
use openapi_canonical::schema;
use sides::Sides;

/// Returns the number of documented operations that a served document has, and of all documented operations.
pub(crate) fn coverage(served: &Document, documented: &Value) -> (usize, usize) {
    operations::coverage(served.as_value(), documented)
}

/// Joins both documents, and returns every difference between them.
///
/// The first pass observes how each documented component is served, the second one joins by what was observed.
pub(crate) fn reconcile(served: &Document, documented: &Value) -> (Value, Vec<Divergence>) {
    let sides = Sides::new(served.as_value(), documented);
    merge(&sides, &observe(&sides))
}

fn merge(sides: &Sides<'_>, observations: &Observations) -> (Value, Vec<Divergence>) {
    let mut merger = Merger::new(sides, observations);
    let mut merged = frame(sides.documented);
    merged["info"] = info(sides.served, sides.documented);
    merged["paths"] = operations::merge_all(&mut merger);
    let mut schemas = schemas::merge_components(&mut merger);
    schemas.extend(merger.imports.schemas);
    *schema::components_mut(&mut merged) = schemas;
    (merged, merger.notes.0)
}

/// Returns a document without its operations and schemas, which are joined separately.
fn frame(document: &Value) -> Value {
    let members = document.as_object().into_iter().flatten();
    let kept = members.map(|(key, member)| {
        let member = match key.as_str() {
            "paths" => Value::Null,
            "components" => without_schemas(member),
            _ => member.clone(),
        };
        (key.clone(), member)
    });
    Value::Object(kept.collect())
}

fn without_schemas(components: &Value) -> Value {
    let members = components.as_object().into_iter().flatten();
    let kept = members.map(|(key, member)| {
        let is_kept = key != "schemas";
        (
            key.clone(),
            if is_kept { member.clone() } else { Value::Null },
        )
    });
    Value::Object(kept.collect())
}

/// Returns the served `info`, completed from the documentation.
fn info(served: &Value, documented: &Value) -> Value {
    let own = |document: &Value| {
        document
            .get("info")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let mut info: Object = own(documented);
    info.extend(
        own(served)
            .into_iter()
            .filter(|(key, _)| !key.starts_with("x-")),
    );
    Value::Object(info)
}
