//! Refusal of faults that can never hit a request, or whose response would be no HTTP.

use axum::http::Method;

use super::effect::Effect;
use super::{Fault, HitProbability, Selection};
use crate::error::MockErrorKind;
use crate::operation;

/// Statuses of a final response. Those below announce one; those above do not fit in the status line.
const STATUSES: std::ops::RangeInclusive<u16> = 200..=999;
/// Statuses of responses without a body.
const BODILESS: [u16; 3] = [204, 205, 304];
/// Bytes that end a header.
const BREAKS: [u8; 3] = [b'\r', b'\n', 0];

type Headers = [(String, Vec<u8>)];

/// Refuses a fault that can never hit a request, or whose response would be no HTTP.
///
/// # Errors
///
/// With a sentence about what is wrong, in which field, and what to change.
pub(super) fn check(fault: &Fault) -> Result<(), MockErrorKind> {
    let objection = objection_to_count(fault.first, fault.times);
    let objection = objection.or_else(|| objection_to_odds(fault.hit_probability?));
    let objection = objection.or_else(|| objection_to_aim(&fault.selection));
    let objection = objection.or_else(|| objection_to_idleness(fault));
    let objection = objection.or_else(|| objection_to(&fault.effect));
    objection.map_or(Ok(()), |sentence| {
        Err(MockErrorKind::InvalidFault(sentence))
    })
}

fn objection_to_count(first: u64, times: Option<u64>) -> Option<String> {
    let sentence = if first == 0 {
        "requests are counted from 1, so no fault can begin with the 0th (`nth`): give 1 for the first"
    } else if times == Some(0) {
        "a fault that hits 0 requests (`times`) has no effect: give it at least 1, or do not add it"
    } else {
        return None;
    };
    Some(sentence.to_owned())
}

fn objection_to_odds(hit_probability: HitProbability) -> Option<String> {
    let HitProbability { probability, .. } = hit_probability;
    let is_one = probability > 0.0 && probability <= 1.0;
    (!is_one).then(|| {
        format!("no fault hits with probability {probability} (`probability`): give a number above 0 and at most 1")
    })
}

fn objection_to_aim(selection: &Selection) -> Option<String> {
    let path = selection.path.as_deref().and_then(objection_to_path);
    let method = selection.method.as_deref();
    path.or_else(|| method.and_then(objection_to_method))
        .or_else(|| objection_to_contradiction(selection))
}

fn objection_to_path(path: &str) -> Option<String> {
    let advice = if !path.starts_with('/') {
        "begin it with `/`, as in `/jobs/{id}`"
    } else if path.contains(['?', '#']) {
        "remove the query and all that begins with `?` or `#`"
    } else {
        return None;
    };
    Some(format!(
        "no request has the path `{path}` (`path`): {advice}"
    ))
}

fn objection_to_method(method: &str) -> Option<String> {
    let is_one = Method::from_bytes(method.as_bytes()).is_ok();
    (!is_one).then(|| {
        let method = method.escape_debug();
        format!("no request has the method `{method}` (`method`): take one like `GET` or `POST`")
    })
}

/// Compares the method with the operation's own.
fn objection_to_contradiction(selection: &Selection) -> Option<String> {
    let (name, method) = (selection.operation.as_ref()?, selection.method.as_ref()?);
    let own = operation::find(name)?.method;
    (!own.eq_ignore_ascii_case(method)).then(|| {
        format!(
            "`{name}` is asked for with {own}, never with {method} (`method`): leave one of the two out"
        )
    })
}

fn objection_to_idleness(fault: &Fault) -> Option<String> {
    let is_idle = matches!(fault.effect, Effect::Unchanged) && fault.latency.is_zero();
    is_idle.then(|| {
        "a latency of 0 (`latencyMs`) has no effect: give it at least 1 ms, or another fault"
            .to_owned()
    })
}

fn objection_to(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Refusal(refusal) => objection_to_status("status", refusal.status, true)
            .or_else(|| objection_to_headers(&refusal.headers)),
        Effect::Response(response) => objection_to_status(
            "the response's status",
            response.status,
            !response.body.is_empty(),
        )
        .or_else(|| objection_to_headers(&response.headers)),
        // Raw bytes are never checked.
        Effect::Unchanged
        | Effect::Raw(_)
        | Effect::Cut(_)
        | Effect::TruncatedJson
        | Effect::UnknownShape(_)
        | Effect::NoResponse => None,
    }
}

fn objection_to_status(place: &str, status: u16, has_body: bool) -> Option<String> {
    if !STATUSES.contains(&status) {
        return Some(format!(
            "no response has the status {status} ({place}): take one from 200 to 999, or write the bytes yourself, with `raw`"
        ));
    }
    (has_body && BODILESS.contains(&status)).then(|| {
        format!(
            "a response with status {status} ({place}) has no body, and this one would have: take a `response` without a body, or write the bytes yourself, with `raw`"
        )
    })
}

fn objection_to_headers(headers: &Headers) -> Option<String> {
    let breaks = |bytes: &[u8]| bytes.iter().any(|byte| BREAKS.contains(byte));
    let is_invalid = |(name, value): &&(String, Vec<u8>)| {
        name.is_empty() || breaks(name.as_bytes()) || breaks(value)
    };
    let (name, _) = headers.iter().find(is_invalid)?;
    let name = name.escape_debug();
    Some(format!(
        "the header `{name}` would not stay one header: give it a name, and take line breaks and zero bytes out of it, or write the bytes yourself, with `raw`"
    ))
}
