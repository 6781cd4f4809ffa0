//! Defaults of omitted values.

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use openapi_canonical::parameter_text::text_of;

/// Compares the defaults of a field or a parameter. `was_required` is true if it was always sent, so that its default
/// had no effect. A text and a number with the same text are equal: another type is reported as that.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Value, &Value),
    was_required: bool,
) {
    if direction == Direction::Request && was_required || comparison.are_same(old, new) {
        return;
    }
    let was = comparison.old_effective.of(old).default.clone();
    let is = comparison.new_effective.of(new).default.clone();
    if was.as_ref().map(text_of) != is.as_ref().map(text_of) {
        let [was, is] = [was, is].map(|default| default.map(|default| default.to_string()));
        let finding = Finding::new(at, Kind::DefaultChanged);
        comparison.note(direction, finding.was_and_is(was, is));
    }
}
