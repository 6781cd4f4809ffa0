//! Fields that one part of a schema describes and another one refuses.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use crate::comparable::REFUSED_FIELDS;
use openapi_canonical::json::{self, Object};

/// Compares the fields that one part of a schema describes and another one refuses. Those that the other schema did not accept either are
/// no change.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Object, &Object),
) {
    let accepts = |schema: &Object, field: &str| {
        let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let fields = json::object(schema, "properties");
        !is_closed || fields.is_some_and(|fields| fields.contains_key(field))
    };
    let refused_by_one = |one: &Object, other: &Object| {
        let others: BTreeSet<&str> = json::strings(other, REFUSED_FIELDS).into_iter().collect();
        let mut fields = json::strings(one, REFUSED_FIELDS).into_iter();
        fields.any(|field| !others.contains(field) && accepts(other, field))
    };
    const KEYWORD: &str = "additionalProperties";
    if refused_by_one(new, old) {
        comparison.note(
            direction,
            Finding::new(at, Kind::ConditionAdded).of(KEYWORD),
        );
    }
    if refused_by_one(old, new) {
        comparison.note(
            direction,
            Finding::new(at, Kind::ConditionRemoved).of(KEYWORD),
        );
    }
}
