//! Pairs the operations of both documents by position, and the media types of their bodies.

use serde_json::Value;

use super::pointers::below;
use openapi_canonical::document;
use openapi_canonical::json;
use openapi_canonical::positions::{self, Index, LocatedOperation, Position};

/// Operations of both documents by position.
#[derive(Debug)]
pub(super) struct Operations<'a> {
    /// Path of the documented server's URL.
    pub(super) base: String,
    pub(super) documented: Index<'a>,
    pub(super) served: Index<'a>,
}

/// An operation that both documents have.
#[derive(Debug)]
pub(super) struct Pair<'i, 'a> {
    /// Pointer to the documented operation.
    pub(super) pointer: String,
    pub(super) method: &'static str,
    pub(super) documented: &'i LocatedOperation<'a>,
    pub(super) served: &'i LocatedOperation<'a>,
}

impl<'a> Operations<'a> {
    pub(super) fn of(served: &'a Value, documented: &'a Value) -> Operations<'a> {
        let base = positions::base_path(documented);
        let documented = positions::index(documented, &base);
        let served = positions::index_like(served, &documented, &base);
        Operations {
            base,
            documented,
            served,
        }
    }

    /// Returns the operations that both documents have.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair<'_, 'a>> {
        firsts(&self.documented).filter_map(|(position, documented)| {
            Some(Pair {
                pointer: below("/paths", &[documented.path, position.1]),
                method: position.1,
                documented,
                served: self.served.get(position)?.first()?,
            })
        })
    }

    /// Returns the operations of the first document that the second one lacks.
    pub(super) fn only_in<'i>(
        one: &'i Index<'a>,
        other: &'i Index<'a>,
    ) -> impl Iterator<Item = (&'i Position, &'i LocatedOperation<'a>)> {
        firsts(one).filter(|(position, _)| !other.contains_key(*position))
    }
}

/// Returns the operation that counts at each position.
pub(super) fn firsts<'i, 'a>(
    index: &'i Index<'a>,
) -> impl Iterator<Item = (&'i Position, &'i LocatedOperation<'a>)> {
    index
        .iter()
        .filter_map(|(position, located)| Some((position, located.first()?)))
}

/// A media type of a body, and its Media Type Object.
pub(super) type Media<'a> = (&'a String, &'a Value);

/// Returns the documented media type that the client is generated from, independent of the order of keys.
pub(super) fn chosen_media(body: &Value) -> Option<Media<'_>> {
    let rank = |media_type: &str| match class(media_type) {
        "JSON" => 0,
        "form" => 1,
        _ => 2,
    };
    media(body).min_by_key(|(name, _)| (rank(name), *name))
}

/// Returns the served media type of the same class as the documented one, or one of another class if there is none.
pub(super) fn matching_media<'a>(body: &'a Value, documented: &str) -> Option<Media<'a>> {
    media(body).min_by_key(|(name, _)| (class(name) != class(documented), *name))
}

/// Returns the media types of a body.
pub(super) fn media(body: &Value) -> impl Iterator<Item = Media<'_>> {
    let body = body.as_object().into_iter();
    body.flat_map(|body| json::entries(body, "content"))
}

/// Classifies a media type: JSON, a form or another one.
pub(super) fn class(media_type: &str) -> &str {
    match media_type {
        _ if document::is_json(media_type) => "JSON",
        _ if document::is_form(media_type) => "form",
        other => other,
    }
}
