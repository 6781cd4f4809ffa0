//! Completes a joined union: the variants that only one document has.

use serde_json::Value;

use super::divergence::Resolution;
use super::import::import;
use super::merger::Merger;
use super::pointers::below;
use super::resolved::ResolvedSchema;
use super::variants;
use openapi_canonical::json::{self, Object};

/// Completes a documented union whose variants are joined already: a variant that is not served stays, a new one comes last.
pub(super) fn complete(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Object,
    merged: &mut Object,
    shapes: &[ResolvedSchema],
) {
    let Some(pairs) = variants::pair(merger.sides, documented, shapes) else {
        merger
            .notes
            .add(Resolution::Filled, pointer, "the variants");
        return;
    };
    let pointer = below(pointer, &[pairs.keyword]);
    for (index, _) in (pairs.partners.iter().enumerate()).filter(|(_, served)| served.is_empty()) {
        let pointer = below(&pointer, &[&index.to_string()]);
        let is_refused = merger.sides.is_written(&pointer);
        merger
            .notes
            .add_promise(Resolution::Absent, &pointer, "a variant", is_refused);
    }
    let mut variants = json::elements(merged, pairs.keyword).to_vec();
    for unknown in pairs.unknown {
        let is_unknown = merger.sides.is_read(&pointer);
        merger
            .notes
            .add_promise(Resolution::New, &pointer, "a variant", is_unknown);
        variants.push(import(merger, &pointer, &unknown.to_schema()));
    }
    merged.insert(pairs.keyword.to_owned(), Value::Array(variants));
}
