//! Votes of the locations in which an object is served on whether a property is required.

use super::resolved::{ResolvedSchema, weight};
use openapi_canonical::json;

/// Numbers of locations that vote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Votes {
    pub(super) required: usize,
    pub(super) optional: usize,
    pub(super) all: usize,
}

impl Votes {
    /// Counts the votes. An object without a `required` list does not vote, unless it lacks the property.
    pub(super) fn on(name: &str, shapes: &[ResolvedSchema]) -> Votes {
        let votes = |is_meant: fn(&str, &ResolvedSchema) -> bool| {
            weight(shapes.iter().filter(|shape| is_meant(name, shape)))
        };
        Votes {
            required: votes(|name, shape| json::strings(&shape.schema, "required").contains(&name)),
            optional: votes(|name, shape| {
                let required = json::strings(&shape.schema, "required");
                !shape.has_property(name) || !required.is_empty() && !required.contains(&name)
            }),
            all: weight(shapes),
        }
    }

    /// True if a property that is documented as required stays required: unless half of the locations disagree.
    pub(super) fn keep_required(self) -> bool {
        self.optional * 2 < self.all
    }

    /// True if most locations require the property.
    pub(super) fn are_for_required(self) -> bool {
        self.required * 2 > self.all
    }
}
