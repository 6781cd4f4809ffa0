//! What changed between two documents of one API, and whom it breaks: callers, who send, or readers of what is answered.
//!
//! Operations are matched by position and schemas by the places that they stand in, so that other names for components,
//! operations and path parameters are no change. A document that has no words for something at all, such as the fields of
//! answers, is not taken to deny it.

mod answers;
mod bodies;
mod change;
mod comparison;
mod contents;
mod credentials;
mod formats;
mod gates;
mod habits;
mod kind;
mod limits;
mod objects;
mod operations;
mod parameters;
mod schemas;
mod servers;
mod unions;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub(crate) use change::Change;
pub(crate) use kind::Kind;

use crate::straighten::straighten;
use comparison::Comparison;

/// Every change from one document to another, both in their 3.0 form; those that break something first.
pub(crate) fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let (old, new) = (straighten(old), straighten(new));
    let mut comparison = Comparison::new(&old, &new);
    operations::compare(&mut comparison);
    let mut changes = comparison.into_changes();
    changes.sort_by_key(|change| !change.is_breaking());
    changes
}
