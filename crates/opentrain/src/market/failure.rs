//! Decisions about failed requests: which ones end a market feed, which ones concern one job alone, and how long to wait.

use std::time::Duration;

use http::StatusCode;
use serde::de::IgnoredAny;

use super::sync::Fetched;
use crate::error::{AttemptError, BadElement, Error, ErrorKind};
use crate::retry::{Backoff, PolicyInput, RetryAdvice, RetryPolicy};

/// Shortest wait after a failure, and the bound of the first random time on top.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Bound that the random times grow to.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Longest wait that the service may ask for.
const LONGEST_REQUESTED_WAIT: Duration = Duration::from_secs(15 * 60);

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
pub(super) fn of_element(element: BadElement, operation: &str) -> Error {
    let failure = AttemptError::of(ErrorKind::Element(element));
    Error::new(failure, operation, RetryAdvice::No)
}

/// Returns how long to wait after so many failures in a row, this one included: as long as the service asks, up to 15 minutes, and a
/// random time on top that grows.
pub(super) fn wait_after(error: &Error, failures: u32, fraction: f64) -> Duration {
    let asked = match error.retry_advice() {
        RetryAdvice::Retry { after } => after,
        _ => error.retry_after(),
    };
    let backoff = Backoff::default()
        .first_delay(FIRST_WAIT)
        .max_delay(LONGEST_WAIT)
        .max_wait(LONGEST_REQUESTED_WAIT);
    let wait = backoff.delay(&PolicyInput {
        attempts: failures,
        retry_after: asked.map(|asked| asked.min(LONGEST_REQUESTED_WAIT)),
        ..PolicyInput::first(fraction)
    });
    FIRST_WAIT + wait.unwrap_or(LONGEST_REQUESTED_WAIT)
}

/// True if a success has a body that is no JSON, such as the page of a network that wants a login.
fn is_no_json(error: &Error) -> bool {
    let ErrorKind::Decode(fault) = error.kind() else {
        return false;
    };
    serde_json::from_slice::<IgnoredAny>(fault.body()).is_err()
}
