//! From what the raw client reports to what a user is told.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use opentrain_api::runtime::{Answer, AnswerFault, Error as RawError};
use serde_json::Value;

use super::printable::printable;
use super::{ApiError, DecodeFault, ErrorKind, OAuthError, TransportKind};
use crate::types::JobId;

/// How much of a request's id is kept.
const REQUEST_ID_SHOWN: usize = 128;
/// The longest wait that is taken at its word: a day. What is longer is an error of the service.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// One attempt that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Nothing was sent, whatever the kind.
    pub(crate) unsent: bool,
}

impl Failure {
    /// A failure without an answer.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        Self {
            kind,
            status: None,
            request_id: None,
            retry_after: None,
            unsent: false,
        }
    }

    /// The total time limit of a call has run out before the next attempt.
    pub(crate) fn timed_out() -> Self {
        let kind = ErrorKind::Transport {
            kind: TransportKind::Timeout,
            source: None,
        };
        Self {
            unsent: true,
            ..Self::of(kind)
        }
    }

    /// The limiter had no room for as long as the call may take.
    pub(crate) fn held_back(after: Duration) -> Self {
        Self {
            retry_after: Some(after),
            ..Self::of(ErrorKind::HeldBack { after })
        }
    }

    /// Reads what the raw client reports. `oauth`: the operation refuses in the OAuth form. `now` is what a date in
    /// `Retry-After` is compared with.
    pub(crate) fn read(
        error: RawError<std::convert::Infallible>,
        oauth: bool,
        now: SystemTime,
    ) -> Self {
        match error {
            RawError::InvalidRequest(message) => Self::of(ErrorKind::InvalidRequest(message)),
            RawError::CommunicationError(error) => {
                let kind = TransportKind::of(&error);
                Self::of(ErrorKind::Transport {
                    kind,
                    source: Some(Arc::new(error)),
                })
            }
            RawError::InvalidResponse(answer) => Self::answered(*answer, oauth, now),
            // `into_untyped` has read every other answer, so this does not come.
            _ => Self::of(ErrorKind::Status),
        }
    }

    fn answered(answer: Answer, oauth: bool, now: SystemTime) -> Self {
        let status = Some(answer.status);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let request_id = body.get("requestId").and_then(Value::as_str);
        let request_id = request_id.or_else(|| answer.request_id());
        let request_id = request_id.map(|id| printable(id, REQUEST_ID_SHOWN));
        let by_header = retry_after(&answer.headers, now);
        let kind = kind(answer, oauth, &body);
        let retry_after = by_header.or_else(|| by_body(&kind));
        let retry_after = retry_after.map(|wait| wait.min(LONGEST_WAIT));
        Self {
            kind,
            status,
            request_id,
            retry_after,
            unsent: false,
        }
    }
}

fn kind(answer: Answer, oauth: bool, body: &Value) -> ErrorKind {
    // A failure says by its status what it is, even if its body did not arrive.
    if !answer.status.is_success() {
        return refusal(answer.status, oauth, body);
    }
    match answer.fault {
        Some(AnswerFault::Cut(error)) => {
            let kind = if error.is_timeout() {
                TransportKind::Timeout
            } else {
                TransportKind::Body
            };
            ErrorKind::Transport {
                kind,
                source: Some(error),
            }
        }
        Some(AnswerFault::TooLarge(limit)) => ErrorKind::TooLarge { limit },
        Some(AnswerFault::Undecodable(error)) => {
            ErrorKind::Decode(DecodeFault::new(error, answer.body))
        }
        _ => ErrorKind::Status,
    }
}

fn refusal(status: StatusCode, oauth: bool, body: &Value) -> ErrorKind {
    if let Some(error) = ApiError::read(status, body) {
        return ErrorKind::Api(error);
    }
    if let Some(error) = OAuthError::read(body).filter(|_| oauth) {
        return ErrorKind::OAuth(error);
    }
    let closed = status == StatusCode::NOT_FOUND && body["status"] == "closed";
    match body["id"].as_str().filter(|_| closed) {
        Some(id) => ErrorKind::JobClosed(JobId::from(id)),
        None => ErrorKind::Status,
    }
}

fn by_body(kind: &ErrorKind) -> Option<Duration> {
    match kind {
        ErrorKind::Api(error) => error.retry_after(),
        _ => None,
    }
}

/// `Retry-After`, in seconds or as a date. A date that has passed means now.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::retry_after;
    use http::{HeaderMap, HeaderValue, header::RETRY_AFTER};
    use std::time::{Duration, SystemTime};

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        let read = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
            retry_after(&headers, now)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::from_secs(7))
        );
        assert_eq!(read("Sun, 06 Nov 1994 08:49:20 GMT"), Some(Duration::ZERO));
        assert_eq!(read("-3"), None);
        assert_eq!(read("soon"), None);
    }
}
