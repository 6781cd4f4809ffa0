//! Names for statuses of responses.

use http::StatusCode;

use crate::names;

/// Returns the name of a status for the name of a component: `NotFound` for 404, `ClientError` for `4XX`.
#[must_use]
pub fn reason(status: &str) -> String {
    let number = status.parse().ok();
    let phrase = number.and_then(|number| StatusCode::from_u16(number).ok()?.canonical_reason());
    match (phrase, status) {
        (Some(phrase), _) => names::pascal(phrase),
        (None, "4XX") => "ClientError".to_owned(),
        (None, "5XX") => "ServerError".to_owned(),
        (None, _) => format!("Status{}", names::pascal(status).trim_start_matches('N')),
    }
}
