//! Comparison of request bodies.

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::contents;
use super::kind::{Direction, Kind};
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};

pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Object, new: &Object) {
    let old = body_of(comparison.old, old);
    let new = body_of(comparison.new, new);
    let is_required = |body: &Object| json::is_true(body, "required");
    let kind = match (&old, &new) {
        (None, Some(new)) if is_required(new) => Some(Kind::RequiredBodyAdded),
        (None, Some(_)) => Some(Kind::BodyAdded),
        (Some(_), None) => Some(Kind::BodyRemoved),
        (Some(old), Some(new)) if is_required(new) && !is_required(old) => Some(Kind::BodyRequired),
        (Some(old), Some(new)) if is_required(old) && !is_required(new) => Some(Kind::BodyOptional),
        _ => None,
    };
    if let Some(kind) = kind {
        let finding = Finding::new(comparison.operation(), kind);
        comparison.note(Direction::Request, finding);
    }
    if let (Some(old), Some(new)) = (old, new) {
        let at = format!("{} body", comparison.operation());
        contents::compare(comparison, &at, Direction::Request, old, new);
    }
}

fn body_of<'a>(document: &'a Value, operation: &'a Object) -> Option<&'a Object> {
    document::resolve(document, operation.get("requestBody")?).as_object()
}
