//! Compares two OpenAPI documents: each change, the side that it breaks, and the reason.
//!
#![doc = include_str!("../README.md")]

mod bodies;
mod budget;
mod change;
mod choices;
#[doc(hidden)]
pub mod comparable;
mod comparison;
mod conditions;
mod contents;
mod credentials;
mod deliveries;
mod described_aspects;
mod effective_schema;
mod effective_schemas;
mod format;
mod formats;
mod headers;
mod intersection;
mod kind;
mod limits;
mod objects;
mod operations;
mod overlaps;
mod parameters;
#[doc(hidden)]
pub mod report;
mod responses;
mod rules;
mod schemas;
mod scopes;
mod servers;
mod texts;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use change::{Change, Finding};
pub use format::Format;
pub use kind::Kind;
pub use report::render;
pub use rules::rules;

use comparison::Comparison;
use described_aspects::DescribedAspects;
use openapi_canonical::straighten::straighten;
use openapi_canonical::{Document, Result};

/// The differences between two documents.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The changes, breaking ones first.
    pub changes: Vec<Change>,
    /// JSON pointers to the differences that the comparison cannot judge.
    pub not_compared: Vec<String>,
}

/// Compares two documents of one API.
///
/// # Errors
///
/// A reference that only the comparison follows leads to no part of its document.
pub fn compare(old: &Document, new: &Document) -> Result<Drift> {
    let [old_form, new_form] =
        [old, new].map(|document| comparable::convert(document.parsed(), document.name()));
    Ok(Drift {
        changes: changes(&old_form?, &new_form?),
        not_compared: old.rewrites().uncompared(new.rewrites()),
    })
}

/// Returns every change from one document to another, breaking ones first. Both documents are as [`comparable`] makes them.
#[doc(hidden)]
#[must_use]
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let (mut old, mut new) = (straighten(old), straighten(new));
    write_whole_numbers(&mut old);
    write_whole_numbers(&mut new);
    let habits = [&old, &new].map(DescribedAspects::of);
    let [old_deliveries, new_deliveries] = [&mut old, &mut new].map(deliveries::take);
    let mut comparison = Comparison::new(&old, &new, habits);
    operations::compare(&mut comparison);
    deliveries::compare(&mut comparison, &old_deliveries, &new_deliveries);
    schemas::compare_pairs(&mut comparison);
    let mut changes = comparison.into_changes();
    changes.sort_by_key(|change| !change.is_breaking());
    changes
}

/// Writes every whole number as one: `1.0` says what `1` says.
fn write_whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = number
                .as_f64()
                .filter(|value| number.is_f64() && value.fract() == 0.0);
            let whole = whole.and_then(|value| format!("{value:.0}").parse::<i64>().ok());
            if let Some(whole) = whole {
                *value = whole.into();
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(write_whole_numbers),
        Value::Object(members) => members.values_mut().for_each(write_whole_numbers),
        _ => {}
    }
}
