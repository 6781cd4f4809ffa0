//! Rewrites a document into one that the generator supports, with the meaning kept.
//!
//! progenitor 0.15 reads OpenAPI 3.0, and rejects or silently misreads much of what is legal there: several bodies per
//! operation, inline objects, constraints, optional bodies. Each step fixes one such problem and counts its changes.
//! The result is in canonical order, so that the order of keys in the sources does not matter.

mod all_of;
mod arguments;
mod choices;
mod enums;
mod errors;
mod hoist;
mod keywords;
mod limits;
mod not_generated;
mod nullable;
mod operation_ids;
mod order;
mod outline;
mod parameters;
mod paths;
mod properties;
mod reasons;
mod request_bodies;
mod responses;
mod successes;
mod texts;
mod three_state;
mod type_names;
mod unions;
mod well_formed;

use serde_json::Value;

use openapi_canonical::inline;
use openapi_canonical::json::Object;
use openapi_canonical::losses::Loss;

#[cfg(feature = "generator")]
pub(crate) use successes::no_content;

/// Step that changes a document and returns the number of changes.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Step without losses.
    Plain(fn(&mut Value) -> usize),
    /// Step that drops parts which the generator does not support, and reports them.
    Reporting(fn(&mut Value, &mut Vec<Loss>) -> usize),
}

use Step::{Plain, Reporting};

/// Steps in the order in which they run. Later ones rely on earlier ones.
const STEPS: [(&str, Step); 26] = [
    // First, so that invented names do not depend on the order of keys.
    ("sorted into canonical order", Plain(order::sort)),
    ("references outside schemas resolved", Plain(inline::inline)),
    ("malformed members taken out", Reporting(outline::fix)),
    ("malformed parts taken out", Reporting(well_formed::fix)),
    (
        "paths and their parameters made to agree",
        Reporting(paths::fix),
    ),
    (
        "forms of parameters and bodies not generated",
        Reporting(not_generated::report),
    ),
    ("lines of texts ended alike", Plain(texts::end_lines)),
    (
        "operation ids rewritten in snake case",
        Plain(operation_ids::rewrite),
    ),
    ("limits of requests noted", Plain(limits::note)),
    ("schema keywords dropped", Plain(keywords::strip)),
    ("choices rewritten as oneOf", Plain(unions::rewrite)),
    ("allOf lists folded", Reporting(all_of::fold)),
    (
        "lists of values made enums of text",
        Reporting(enums::simplify),
    ),
    (
        "parameters cut down to what is generated",
        Reporting(parameters::simplify),
    ),
    (
        "request bodies reduced to one media type",
        Plain(request_bodies::simplify),
    ),
    (
        "arguments disambiguated",
        Reporting(arguments::disambiguate),
    ),
    (
        "reasons of responses moved to their operation",
        Plain(reasons::collect),
    ),
    ("successes joined into one response", Plain(successes::join)),
    ("errors joined into one response", Plain(errors::join)),
    (
        "inline schemas hoisted into components",
        Plain(hoist::hoist),
    ),
    (
        "null moved from components to where they are used",
        Reporting(nullable::move_out),
    ),
    ("fields disambiguated", Reporting(properties::disambiguate)),
    // After the previous step, since variants are disambiguated by their fields.
    ("choices disambiguated", Reporting(choices::disambiguate)),
    ("types disambiguated", Plain(type_names::disambiguate)),
    (
        "request fields made three-state or plain",
        Plain(three_state::distinguish),
    ),
    ("sorted again", Plain(order::sort)),
];

/// Report of one step of the preparation.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// The step, such as `responses made components`.
    pub step: &'static str,
    /// Number of edits.
    pub count: usize,
    /// Parts that the generated client lacks.
    pub losses: Vec<Loss>,
}

/// Returns the document as the generator takes it, and a report of each step.
#[must_use]
pub fn normalise(mut document: Value) -> (Value, Vec<StepReport>) {
    let notes = STEPS
        .iter()
        .map(|(step, apply)| {
            let mut losses = Vec::new();
            let count = match apply {
                Plain(apply) => apply(&mut document),
                Reporting(apply) => apply(&mut document, &mut losses),
            };
            StepReport {
                step,
                count,
                losses,
            }
        })
        .collect();
    (document, notes)
}

/// Returns the schema that an `allOf` amounts to: the only part that shapes it, with the descriptions of the others; or
/// one schema made of all parts.
#[must_use]
pub fn open_all_of(source: &Value, schema: &Object) -> (Value, Object) {
    let merged = || (Value::Object(all_of::merged(source, schema)), Object::new());
    all_of::opened(schema).unwrap_or_else(merged)
}
