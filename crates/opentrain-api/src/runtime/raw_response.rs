//! A response whose body was read, but not decoded.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::DecodeError;
use super::body::{BodyLimit, read_body};

/// Response whose body was read, but not decoded. `Debug` shows neither headers nor body.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it could be read.
    pub body: Bytes,
    /// Reason why the body cannot be used; `None` if it can.
    pub fault: Option<ResponseFault>,
}

/// Reason why the body of a response cannot be used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ResponseFault {
    /// The body did not decode.
    Undecodable(DecodeError),
    /// The body is larger than this many bytes.
    TooLarge(usize),
    /// The connection failed before the end of the body.
    Cut(Arc<reqwest::Error>),
}

impl RawResponse {
    /// Reads the body of a response, up to the limit of the [`Context`](crate::Context) that it was requested with.
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let limit = BodyLimit::of(&response);
        Self::read_up_to(response, limit).await
    }

    /// Reads the body of a response, up to a limit.
    pub(crate) async fn read_up_to(mut response: reqwest::Response, limit: BodyLimit) -> Self {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let (body, fault) = read_body(response, limit).await;
        Self {
            status,
            headers,
            body,
            fault,
        }
    }

    /// Returns the id of the request, if the server sent one in `x-request-id`.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        super::response::request_id(&self.headers)
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("body_length", &self.body.len())
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ResponseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undecodable(_) => f.write_str("the body did not decode"),
            Self::TooLarge(limit) => write!(f, "the body is larger than {limit} bytes"),
            Self::Cut(_) => f.write_str("the body broke off"),
        }
    }
}

impl std::error::Error for ResponseFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Undecodable(error) => Some(error),
            Self::TooLarge(_) => None,
            Self::Cut(error) => Some(error.as_ref()),
        }
    }
}
