//! Compares two OpenAPI documents: each change, the side that it breaks, and the reason.
//!
#![doc = include_str!("../README.md")]

mod bodies;
mod bounds;
mod budget;
mod change;
mod choices;
mod common_values;
#[doc(hidden)]
pub mod comparable;
mod comparison;
mod conditions;
mod contents;
mod contradictions;
mod credentials;
mod defaults;
mod deliveries;
mod described_aspects;
mod discriminators;
mod effective_schema;
mod effective_schemas;
mod format;
mod formats;
mod forms;
mod gained_values;
mod headers;
mod intersection;
mod kind;
mod limits;
mod listed_values;
#[doc(hidden)]
pub mod location;
mod normal_form;
mod objects;
mod operations;
mod overlaps;
mod pairing;
mod parameters;
mod pointers;
mod refused_fields;
mod refused_values;
#[doc(hidden)]
pub mod report;
mod responses;
mod rules;
mod schemas;
mod scopes;
mod servers;
mod texts;
mod uniform;
mod variant_groups;
mod variants;
mod whole_numbers;
mod widths;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use change::{Change, Finding};
pub use format::Format;
pub use kind::Kind;
pub use report::render;
pub use rules::rules;

use comparison::Comparison;
use deliveries::Deliveries;
use described_aspects::DescribedAspects;
use openapi_canonical::{Document, Result};

/// The differences between two documents.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The changes, breaking ones first.
    pub changes: Vec<Change>,
    /// JSON pointers to the differences that the comparison cannot judge. A schema that is too large to be compared
    /// completely has its reason after the pointer.
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
    let mut drift = differences(&old_form?, &new_form?);
    let not_read = old.rewrites().uncompared(new.rewrites());
    drift.not_compared.splice(..0, not_read);
    Ok(drift)
}

/// Returns every change from one document to another, breaking ones first. Both documents are as [`comparable`] makes them.
#[doc(hidden)]
#[must_use]
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    differences(old, new).changes
}

/// Returns every change from one document to another, breaking ones first, and the schemas that expand too far to be
/// compared. Both documents are as [`comparable`] makes them.
#[doc(hidden)]
#[must_use]
pub fn differences(old: &Value, new: &Value) -> Drift {
    compared(&Prepared::of(old), &Prepared::of(new)).into_drift()
}

/// A document as the comparison reads it.
#[derive(Debug)]
struct Prepared {
    document: Value,
    aspects: DescribedAspects,
    deliveries: Deliveries,
}

impl Prepared {
    fn of(document: &Value) -> Prepared {
        let mut document = uniform::rewrite(document);
        Prepared {
            aspects: DescribedAspects::of(&document),
            deliveries: deliveries::take(&mut document),
            document,
        }
    }
}

fn compared<'a>(old: &'a Prepared, new: &'a Prepared) -> Comparison<'a> {
    let mut comparison = Comparison::new(old, new);
    operations::compare(&mut comparison);
    deliveries::compare(&mut comparison, &old.deliveries, &new.deliveries);
    schemas::compare_pairs(&mut comparison);
    comparison
}
