//! Joins the served document and the documentation: names by position from the documentation, schemas from the service.
//!
#![doc = include_str!("../README.md")]

mod bodies;
mod children;
mod divergence;
mod facing;
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
#[doc(hidden)]
pub mod resolved;
mod responses;
mod scalars;
mod schemas;
mod scope;
mod security;
mod sides;
mod split_off;
mod text;
mod unions;
mod uses;
mod variants;
mod votes;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use divergence::{Divergence, Resolution, contradictions};
use merger::Merger;
use observations::Observations;
use observe::observe;
use openapi_canonical::Document;
use openapi_canonical::json::Object;
use openapi_canonical::schema;
use sides::Sides;

/// Both documents as one.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// The documentation with the served schemas in it.
    pub document: Value,
    /// Every difference between the documents; some more than once.
    pub divergences: Vec<Divergence>,
}

/// Returns the number of documented operations that a served document has, and of all documented operations.
#[must_use]
pub fn coverage(served: &Document, documented: &Value) -> (usize, usize) {
    operations::coverage(served.as_value(), documented)
}

/// Joins both documents. `documented` is an OpenAPI 3.0 document, whose references may lead to any location in it.
#[must_use]
pub fn reconcile(served: &Document, documented: &Value) -> Reconciled {
    let sides = Sides::new(served.as_value(), documented);
    merge(&sides, &observe(&sides))
}

fn merge(sides: &Sides<'_>, observations: &Observations) -> Reconciled {
    let mut merger = Merger::new(sides, observations);
    let mut merged = frame(sides.documented);
    merged["info"] = info(sides.served, sides.documented);
    merged["paths"] = operations::merge_all(&mut merger);
    let mut schemas = schemas::merge_components(&mut merger);
    schemas.extend(merger.imports.schemas);
    *schema::components_mut(&mut merged) = schemas;
    Reconciled {
        document: merged,
        divergences: merger.notes.0,
    }
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
