//! The failure of one attempt, read from the response or from the error of the HTTP client.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use opentrain_api::SharedToken;
use opentrain_api::runtime::{DecodeError, Error as RawError, RawResponse, ResponseFault};

use super::envelope::{Envelope, Name};
use super::masked::Mask;
use super::requested_wait::requested_wait;
use super::{ApiError, DecodeFault, ErrorKind, OAuthError, TransportKind};
use crate::call::lenient;
use crate::types::JobId;

/// Number of characters of a job's id that are kept. Source: <https://www.opentrain.ai/docs/developers/api-reference/jobs/get/>.
const ID_SHOWN: usize = 64;

/// Failure of one attempt.
#[derive(Debug)]
pub(crate) struct AttemptError {
    pub(crate) kind: ErrorKind,
    pub(crate) request_id: Option<String>,
    pub(crate) message: Option<Arc<str>>,
    pub(crate) retry_after: Option<Duration>,
    /// True if no request was sent; this holds for several kinds.
    pub(crate) unsent: bool,
    pub(crate) response: Option<Box<FailedResponse>>,
}

/// Response of an attempt that failed, as it came.
pub(crate) struct FailedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl AttemptError {
    /// Returns a failure without a response.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        Self {
            kind,
            request_id: None,
            message: None,
            retry_after: None,
            unsent: false,
            response: None,
        }
    }

    /// Returns the failure of a call whose total time has run out before the next attempt.
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

    /// Returns the failure of a call for which the limiter had no room in time.
    pub(crate) fn held_back(after: Duration) -> Self {
        Self {
            retry_after: Some(after),
            ..Self::of(ErrorKind::LocalRateLimit { after })
        }
    }

    /// Returns the failure of an attempt that no response came for.
    pub(crate) fn without_response(error: RawError<Infallible>) -> Self {
        match error {
            RawError::InvalidRequest(message) => Self::of(ErrorKind::InvalidRequest(message)),
            RawError::CommunicationError(error) => {
                let kind = TransportKind::of(&error);
                Self::of(ErrorKind::Transport {
                    kind,
                    source: Some(Arc::new(error)),
                })
            }
            // The other errors of the raw client come with a response.
            _ => Self::of(ErrorKind::Status),
        }
    }

    /// Reads the failure from a response. `undecodable`: why the body of a success did not decode. `oauth`: the operation refuses in the
    /// OAuth form. A date in `Retry-After` is compared with `now`.
    pub(crate) fn of_response(
        response: RawResponse,
        undecodable: Option<DecodeError>,
        oauth: bool,
        now: SystemTime,
        token: &SharedToken,
    ) -> Self {
        let body = response.body.clone();
        let text = lenient::text(&body);
        let (mut envelope, mask) = (Envelope::new(&text), Mask(token));
        let request_id = envelope.identifier(Name::RequestId);
        let request_id = request_id.or_else(|| response.request_id());
        let request_id = request_id.map(|id| mask.request_id(id));
        let retry_after = requested_wait(&response.headers, envelope.waits(), now);
        // Only the body of a failure has a sentence: in a success, a title is a field like others.
        let is_failure = !response.status.is_success();
        let message = envelope.sentence().filter(|_| is_failure);
        let message = message.map(|sentence| Arc::from(mask.text(sentence)));
        let kind = kind(
            &response,
            undecodable,
            oauth,
            &mut envelope,
            message.clone(),
            mask,
        );
        Self {
            kind,
            request_id,
            message,
            retry_after,
            unsent: false,
            response: Some(Box::new(FailedResponse {
                status: response.status,
                headers: response.headers,
                body: response.body,
            })),
        }
    }

    /// True if no connection to the service came about.
    pub(crate) fn never_reached_the_service(&self) -> bool {
        let kind = match &self.kind {
            ErrorKind::InvalidRequest(_) => return true,
            ErrorKind::Transport { kind, .. } => *kind,
            _ => return false,
        };
        matches!(kind, TransportKind::Connect | TransportKind::Tls)
    }

    /// Returns the status of the response, if one came.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.response.as_ref().map(|response| response.status)
    }
}

impl std::fmt::Debug for FailedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FailedResponse")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

fn kind(
    response: &RawResponse,
    undecodable: Option<DecodeError>,
    oauth: bool,
    envelope: &mut Envelope,
    message: Option<Arc<str>>,
    mask: Mask<'_>,
) -> ErrorKind {
    // The status says that it is a failure, even if the body did not arrive.
    if !response.status.is_success() {
        return refusal(
            response.status,
            oauth,
            envelope,
            message.unwrap_or_default(),
            mask,
        );
    }
    match (&response.fault, undecodable) {
        (Some(ResponseFault::Cut(error)), _) => {
            let kind = if error.is_timeout() {
                TransportKind::Timeout
            } else {
                TransportKind::Body
            };
            ErrorKind::Transport {
                kind,
                source: Some(Arc::clone(error)),
            }
        }
        (Some(ResponseFault::TooLarge(limit)), _) => ErrorKind::TooLarge { limit: *limit },
        (_, Some(error)) => ErrorKind::Decode(DecodeFault::new(
            mask.decode_error(error),
            response.body.clone(),
        )),
        _ => ErrorKind::Status,
    }
}

fn refusal(
    status: StatusCode,
    oauth: bool,
    envelope: &mut Envelope,
    message: Arc<str>,
    mask: Mask<'_>,
) -> ErrorKind {
    if let Some(error) = ApiError::read(status, envelope, message, mask) {
        return ErrorKind::Api(error);
    }
    if let Some(error) = OAuthError::read(envelope, mask).filter(|_| oauth) {
        return ErrorKind::OAuth(error);
    }
    let is_closed = envelope.text(Name::Status) == Some("closed");
    let closed = status == StatusCode::NOT_FOUND && is_closed;
    match envelope.identifier(Name::Id).filter(|_| closed) {
        Some(id) => ErrorKind::JobClosed(JobId::from(&*mask.line(id, ID_SHOWN))),
        None => ErrorKind::Status,
    }
}
