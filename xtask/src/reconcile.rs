//! Joins the served document and the documentation: names by position from the documentation, shapes from the service.
//!
//! The result is the documented document with the served shapes put in. Where the served document is silent the
//! documented shape stays; where the two contradict each other the served one wins. So the names in the generated code
//! do not move when the server renames or inlines a component, and everything the server says of the wire is heard.

mod bodies;
mod forks;
mod imports;
mod kept;
mod merger;
mod objects;
mod oddities;
mod operations;
mod parameter_schemas;
mod parameters;
mod responses;
mod scalars;
mod schemas;
pub(crate) mod security;
pub(crate) mod shape;
mod unions;
mod uses;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::divergence::Divergence;
use merger::Merger;
use openapi_canonical::json::Object;
use openapi_canonical::schema;
use openapi_canonical::straighten::straighten;

/// How many of the documented operations a served document has, and how many there are.
pub(crate) fn coverage(served: &Value, documented: &Value) -> (usize, usize) {
    operations::coverage(&straighten(served), documented)
}

/// Both documents in one, and every place where they differ.
pub(crate) fn reconcile(served: &Value, documented: &Value) -> (Value, Vec<Divergence>) {
    let served = straighten(served);
    let mut merger = Merger::new(&served, documented);
    // What a component is served as is known only when every place that refers to it was seen, and a component's own
    // fields are such places. So: go over everything until nothing new turns up, then once more for good.
    loop {
        let seen = merger.seen();
        let reconciled = pass(&mut merger);
        if merger.seen() == seen {
            return (reconciled, merger.into_divergences());
        }
        merger.start_over();
    }
}

fn pass(merger: &mut Merger<'_>) -> Value {
    let mut reconciled = frame(merger.documented);
    reconciled["info"] = info(merger.served, merger.documented);
    reconciled["paths"] = operations::merge_all(merger);
    let mut schemas = schemas::merge_components(merger);
    schemas.extend(merger.take_imported());
    *schema::components_mut(&mut reconciled) = schemas;
    reconciled
}

/// A document without its operations and schemas, which are put together anew.
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
