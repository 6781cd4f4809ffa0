//! JSON pointers into the documentation.

use openapi_canonical::json;

/// Returns a pointer one or more steps further down.
pub(super) fn below(pointer: &str, segments: &[&str]) -> String {
    format!("{pointer}{}", json::pointer(segments))
}

/// Returns the pointer of a component.
pub(super) fn of_component(name: &str) -> String {
    below("/components/schemas", &[name])
}
