//! The kinds of failure.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use opentrain_api::runtime::DecodeError;

use super::transport::describe;
use super::{ApiError, BadElement, DraftFault, OAuthError, TokenFault, TransportKind};
use crate::types::JobId;

/// Kind of a failure.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service refused, in its usual form.
    Api(ApiError),
    /// The agent endpoints refused, in the OAuth form.
    OAuth(OAuthError),
    /// The job exists, but is no longer listed: closed, archived or unlisted.
    JobClosed(JobId),
    /// The response is a failure, and its body has no documented form, such as a gateway's HTML page.
    Status,
    /// The response cannot be read by this version, though its status promised a documented body.
    Decode(DecodeFault),
    /// No response arrived, or not all of it.
    #[non_exhaustive]
    Transport {
        /// Part of the transport that failed.
        kind: TransportKind,
        /// Error of the HTTP client.
        source: Option<Arc<reqwest::Error>>,
    },
    /// The body of the response is larger than the client takes; see [`ClientBuilder::body_limit`](crate::ClientBuilder::body_limit).
    #[non_exhaustive]
    TooLarge {
        /// Largest body that the client takes, in bytes.
        limit: usize,
    },
    /// No request was sent: the limit of the endpoints that need no token is used up for longer than the call may take.
    #[non_exhaustive]
    LocalRateLimit {
        /// Time until the limit has room again.
        after: Duration,
    },
    /// The request could not be made, and was not sent. The text says how to fix the parameters.
    InvalidRequest(String),
    /// A list named a cursor for the second time, so it would never end.
    RepeatedCursor,
    /// An element of a list did not decode. The other elements did, so reading on is safe.
    Element(BadElement),
    /// A claim or a rotation did not give a token that is saved.
    Token(TokenFault),
    /// A draft that was asked about did not become ready to be published.
    DraftNotReady(Box<DraftFault>),
}

impl ErrorKind {
    /// Returns the kind as one word, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Api(_) => "api",
            Self::OAuth(_) => "oauth",
            Self::JobClosed(_) => "job_closed",
            Self::Status => "status",
            Self::Decode(_) => "decode",
            Self::Transport { kind, .. } => kind.name(),
            Self::TooLarge { .. } => "too_large",
            Self::LocalRateLimit { .. } => "local_rate_limit",
            Self::InvalidRequest(_) => "invalid_request",
            Self::RepeatedCursor => "repeated_cursor",
            Self::Element(_) => "element",
            Self::Token(_) => "token",
            Self::DraftNotReady(_) => "draft_not_ready",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::OAuth(error) => error.fmt(f),
            Self::JobClosed(id) => write!(f, "job `{id}` is no longer listed"),
            Self::Status => {
                f.write_str("the response is none of the service's documented failures")
            }
            Self::Decode(_) => f.write_str("the response did not decode"),
            Self::Transport { kind, source } => describe(*kind, source.as_deref(), f),
            Self::TooLarge { limit } => {
                write!(f, "the body of the response is larger than {limit} bytes")
            }
            Self::LocalRateLimit { after } => {
                write!(
                    f,
                    "held back for {after:.1?}, to stay below the limit of 120 requests a minute to the endpoints that need no token"
                )
            }
            Self::InvalidRequest(message) => write!(f, "invalid request: {message}"),
            Self::Element(element) => element.fmt(f),
            Self::Token(fault) => fault.fmt(f),
            Self::DraftNotReady(fault) => fault.fmt(f),
            Self::RepeatedCursor => f.write_str("the list names a cursor that it has named before"),
        }
    }
}

/// Response that did not decode: location, cause, and the bytes.
#[derive(Clone)]
pub struct DecodeFault {
    error: DecodeError,
    body: Bytes,
}

impl DecodeFault {
    pub(crate) fn new(error: DecodeError, body: Bytes) -> Self {
        Self { error, body }
    }

    /// Returns the location in the JSON, such as `jobs[3].pay.currency`; empty for the whole document.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.error.path
    }

    /// Returns the location and the cause, without the value.
    #[must_use]
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// Returns the body as it arrived. It may hold text that should not be logged.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for DecodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeFault")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
