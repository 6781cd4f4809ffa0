//! Names for statuses of responses.

use http::StatusCode;

use crate::names;

/// Returns the name of a status for the name of a component: `NotFound` for 404.
#[must_use]
pub fn reason(status: &str) -> String {
    let number = status.parse().ok();
    let phrase = number.and_then(|number| StatusCode::from_u16(number).ok()?.canonical_reason());
    match phrase {
        Some(phrase) => names::pascal(phrase),
        None => format!("Status{}", names::pascal(status).trim_start_matches('N')),
    }
}
