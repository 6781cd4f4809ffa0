//! Salvage of a body whose errors lead to its bad elements: they are cut out of it, or repaired in it.

use std::borrow::Cow;

use opentrain_api::runtime::DecodeError;
use serde_json::value::RawValue;
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
    // With several lists, an element would be blamed for the faults of another list. Text that is not JSON has no elements.
    if lists.len() != 1 || serde_json::from_str::<&RawValue>(text).is_err() {
        return false;
    }
    let (mut body, mut error) = (Cow::Borrowed(text), error.clone());
    let mut rejected: Vec<(&str, BadElement)> = Vec::new();
    for _ in 0..FOUND_BY_PATH {
        let Some((list, index)) = suspect(&error, lists) else {
            return false;
        };
        let Some(element) = Element::find(&body, list, index) else {
            return false;
        };
        // Elements are read in their order: all that were cut out stood before this one.
        let index = index + rejected.iter().filter(|(of, _)| *of == list).count();
        error.path = in_list(list, index, &error.path);
        let Some((next, is_cut_out)) = examine(&body, &element, &error, attempt) else {
            return false;
        };
        if is_cut_out {
            let raw = String::from(&body[element.range()]);
            rejected.push((list, BadElement::new(index, error, raw)));
        }
        let so_far: Vec<BadElement> = rejected.iter().map(|(_, bad)| bad.clone()).collect();
        match attempt(&next, &so_far) {
            Ok(()) => return true,
            Err(next_error) => error = next_error,
        }
        body = Cow::Owned(next);
    }
    false
}

/// Returns the list and the index of the element that the path of an error leads to.
fn suspect(error: &DecodeError, lists: &[&'static str]) -> Option<(&'static str, usize)> {
    lists.iter().find_map(|list| {
        let rest = error.path.strip_prefix(list)?.strip_prefix('[')?;
        Some((*list, rest.split_once(']')?.0.parse().ok()?))
    })
}

/// Tries an element alone in its list. Returns the body with the element repaired; or the body without it, and true. `None` if the
/// element is not at fault.
fn examine(
    body: &str,
    element: &Element,
    error: &DecodeError,
    attempt: Attempt<'_>,
) -> Option<(String, bool)> {
    let raw = &body[element.range()];
    attempt(&element.alone(body, raw), &[]).err()?;
    let repaired = lenient::repair(raw);
    let repaired = repaired.filter(|text| attempt(&element.alone(body, text), &[]).is_ok());
    if let Some(text) = repaired {
        debug!(path = error.path, "read leniently");
        return Some((element.replaced(body, &text), false));
    }
    Some((element.removed(body), true))
}
