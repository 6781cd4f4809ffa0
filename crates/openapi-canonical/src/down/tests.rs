//! Tests of each rewrite on the smallest schema that needs it.

mod keywords;
mod losses;
mod references;
mod versions;

use serde_json::{Value, json};

use super::convert;
use crate::losses::Rewrites;

fn with(schema: &Value) -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "It", "version": "1"}, "paths": {},
        "components": {"schemas": {"It": schema, "Pay": {"type": "object"}, "Nothing": {"type": "null"}}}})
}

fn converted(schema: &Value) -> (Value, Rewrites) {
    let (converted, mut rewrites) = convert(with(schema), "It").unwrap();
    rewrites
        .losses
        .retain(|loss| loss.pointer.starts_with("/components/schemas/It"));
    (converted["components"]["schemas"].clone(), rewrites)
}

/// Checks that a schema converts to the other one, with the given number of losses.
#[track_caller]
fn check(schema: &Value, expected: &Value, losses: usize) {
    let (mut schemas, rewrites) = converted(schema);
    assert_eq!(schemas["It"].take(), *expected, "{rewrites:#?}");
    assert_eq!(rewrites.losses.len(), losses, "{rewrites:#?}");
}
