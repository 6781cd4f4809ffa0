//! Decisions about failed requests: which ones end a market feed, and which ones concern one job alone.

use http::StatusCode;
use serde::de::IgnoredAny;

use super::fetched::Fetched;
use crate::error::{AttemptError, BadElement, Error, ErrorKind};
use crate::retry::RetryAdvice;

/// True if the failure is waited out: it may pass by itself, or it comes from a gateway, a firewall or a login page and says nothing of
/// the request.
pub(super) fn is_waited_out(error: &Error) -> bool {
    error.is_transient() || matches!(error.kind(), ErrorKind::Status) || is_no_json(error)
}

/// True if the service itself refuses the request as one that it cannot serve.
pub(super) fn is_refused(error: &Error) -> bool {
    error.api().is_some() && error.status() == Some(StatusCode::BAD_REQUEST)
}

/// Returns what the failed read of a single job says of the job, or the failure if it says nothing of it.
pub(super) fn of_job(error: Error) -> Result<Fetched, Error> {
    match error.kind() {
        ErrorKind::JobClosed(_) => Ok(Fetched::Gone),
        ErrorKind::Api(_) if error.is_not_found() => Ok(Fetched::Gone),
        _ if is_waited_out(&error) => Err(error),
        // An id that the service refuses, or a body that this version cannot read: one job must not end the feed.
        ErrorKind::Decode(_) | ErrorKind::TooLarge { .. } | ErrorKind::InvalidRequest(_) => {
            Ok(Fetched::Unreadable(error))
        }
        _ if is_refused(&error) => Ok(Fetched::Unreadable(error)),
        _ => Err(error),
    }
}

/// Returns the error of an element that did not decode.
pub(super) fn of_element(element: BadElement, operation: &'static str) -> Error {
    let failure = AttemptError::of(ErrorKind::Element(element));
    Error::new(failure, operation, RetryAdvice::No)
}

/// True if a success has a body that is no JSON, such as the page of a network that wants a login.
fn is_no_json(error: &Error) -> bool {
    let ErrorKind::Decode(fault) = error.kind() else {
        return false;
    };
    serde_json::from_slice::<IgnoredAny>(fault.body()).is_err()
}
