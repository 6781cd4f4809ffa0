//! Salvage of a body whose errors lead to its bad elements: they are cut out of it, or repaired in it.
//!
//! The body that is left decodes as a whole, and each element that was taken out is JSON, so the whole text is JSON.

use std::borrow::Cow;

use opentrain_api::runtime::DecodeError;
use serde::de::IgnoredAny;
use tracing::debug;

use super::element::Element;
use super::{Attempt, in_list, lenient};
use crate::error::BadElement;

/// Number of bad elements that are found by the paths of errors.
const FOUND_BY_PATH: usize = 4;

/// Attempts to decode a body without the few elements that the errors lead to. True if the last attempt succeeded with it.
pub(super) fn salvage(
    text: &str,
    lists: &[&'static str],
    error: &DecodeError,
    attempt: Attempt<'_>,
) -> bool {
    // With several lists, an element would be blamed for the faults of another list.
    let [list] = lists else {
        return false;
    };
    let (mut body, mut error) = (Cow::Borrowed(text), error.clone());
    let mut rejected = Vec::new();
    for _ in 0..FOUND_BY_PATH {
        let Some(index) = suspect(&error, list) else {
            return false;
        };
        let Some(element) = Element::find(&body, list, index) else {
            return false;
        };
        // Elements are read in their order: all that were cut out stood before this one.
        let index = index + rejected.len();
        error.path = in_list(list, index, &error.path);
        let Some((next, is_cut_out)) = examine(&body, &element, &error, attempt) else {
            return false;
        };
        if is_cut_out {
            let raw = String::from(&body[element.range()]);
            rejected.push(BadElement::new(index, error, raw));
        }
        match attempt(&next, &rejected) {
            Ok(()) => return true,
            Err(next_error) => error = next_error,
        }
        body = Cow::Owned(next);
    }
    false
}

/// Returns the index of the list's element that the path of an error leads to.
fn suspect(error: &DecodeError, list: &str) -> Option<usize> {
    let rest = error.path.strip_prefix(list)?.strip_prefix('[')?;
    rest.split_once(']')?.0.parse().ok()
}

/// Returns the body with the element repaired if it then decodes alone in its list; or the body without it, and true. `None` if the text
/// of the list is not JSON.
fn examine(
    body: &str,
    element: &Element,
    error: &DecodeError,
    attempt: Attempt<'_>,
) -> Option<(String, bool)> {
    let raw = &body[element.range()];
    serde_json::from_str::<IgnoredAny>(raw).ok()?;
    let repaired = lenient::repair(raw);
    let mut decodes = |text: &String| {
        let alone = element.alone(body, text);
        alone.is_some_and(|body| attempt(&body, &[]).is_ok())
    };
    if let Some(text) = repaired.filter(&mut decodes) {
        debug!(path = error.path, "read leniently");
        return Some((element.replaced(body, &text), false));
    }
    Some((element.removed(body)?, true))
}
