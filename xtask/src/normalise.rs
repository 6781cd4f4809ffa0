//! Gives the generator a document it can take, with the meaning kept.
//!
//! progenitor 0.15 reads OpenAPI 3.0 and chokes on, or silently misreads, much of what is legal there: several bodies
//! per operation, inline objects, constraints, optional bodies. Each step mends one such thing and says how often it
//! had to. The result is in canonical order, so that the order of keys in the sources does not matter.

mod all_of;
mod errors;
mod hoist;
mod keywords;
mod operation_ids;
mod order;
mod parameters;
mod reasons;
mod references;
mod request_bodies;
mod responses;
mod successes;
mod three_state;
mod unions;

use serde_json::Value;

use crate::json::Object;

/// Changes a document and counts how often it had to.
type Step = fn(&mut Value) -> usize;

/// The steps in the order in which they run. Later ones rely on earlier ones.
const STEPS: [(&str, Step); 14] = [
    // First, so that names made up on the way do not depend on the order of keys.
    ("sorted into canonical order", order::sort),
    ("references outside schemas resolved", references::inline),
    ("operation ids spelled in snake case", operation_ids::spell),
    ("schema keywords dropped", keywords::strip),
    ("choices spelled as oneOf", unions::spell),
    ("allOf lists folded", all_of::fold),
    (
        "parameters cut down to what is generated",
        parameters::simplify,
    ),
    (
        "request bodies reduced to one media type",
        request_bodies::simplify,
    ),
    (
        "reasons of responses moved to their operation",
        reasons::gather,
    ),
    ("successes joined into one answer", successes::join),
    ("errors joined into one answer", errors::join),
    ("inline schemas hoisted into components", hoist::hoist),
    (
        "request fields made three-state or plain",
        three_state::distinguish,
    ),
    ("sorted again", order::sort),
];

/// What one step did.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) step: &'static str,
    pub(crate) count: usize,
}

/// The document as the generator takes it, and what it took to get there.
pub(crate) fn normalise(mut document: Value) -> (Value, Vec<Note>) {
    let notes = STEPS
        .iter()
        .map(|(step, apply)| Note {
            step,
            count: apply(&mut document),
        })
        .collect();
    (document, notes)
}

/// Puts in what references outside schemas lead to.
pub(crate) fn inline_references(document: &mut Value) {
    references::inline(document);
}

/// What a status is called in the name of a component.
pub(crate) fn reason(status: &str) -> String {
    responses::reason(status)
}

/// What a schema with an `allOf` amounts to: the only part that shapes it, with what the others say of the place; or one
/// schema made of all parts.
pub(crate) fn open_all_of(source: &Value, schema: &Object) -> (Value, Object) {
    let merged = || {
        (
            Value::Object(all_of::merged(source, schema, &mut Vec::new())),
            Object::new(),
        )
    };
    all_of::opened(schema).unwrap_or_else(merged)
}
