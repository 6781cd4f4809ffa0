//! A request of an operation that was not sent yet.

use std::fmt;

use http::StatusCode;

use super::{Decode, DecodeError, InvalidPathParameter};

/// Function that decodes the body of a success.
pub type DecodeBody<T> = fn(StatusCode, &[u8]) -> Result<T, DecodeError>;

/// Request of an operation that was not sent yet, with the function that decodes its success.
///
/// Token and headers of the [`Context`](crate::Context) are not on it yet: [`Context::apply`](crate::Context::apply) adds them.
pub struct PreparedRequest<T> {
    request: reqwest::Request,
    decode: DecodeBody<T>,
}

impl<T: Decode> PreparedRequest<T> {
    #[doc(hidden)]
    #[must_use]
    pub fn new(request: reqwest::Request) -> Self {
        Self {
            request,
            decode: T::decode,
        }
    }
}

impl<T> PreparedRequest<T> {
    /// Returns the request with another body. Its headers stay.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<reqwest::Body>) -> Self {
        *self.request.body_mut() = Some(body.into());
        self
    }

    /// Returns the request alone.
    #[must_use]
    pub fn into_request(self) -> reqwest::Request {
        self.request
    }

    /// Returns the request and the function that decodes the body of a success.
    #[must_use]
    pub fn into_parts(self) -> (reqwest::Request, DecodeBody<T>) {
        (self.request, self.decode)
    }
}

impl<T> fmt::Debug for PreparedRequest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a query with private text, the headers a secret.
        f.debug_struct("PreparedRequest")
            .field("method", self.request.method())
            .finish_non_exhaustive()
    }
}

/// Parameters that no request can be made from. `Display` says which rule they break, without their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest(String);

impl InvalidRequest {
    /// Describes what is wrong with the parameters. The description must not contain their values.
    #[must_use]
    pub fn new(description: impl Into<String>) -> Self {
        Self(description.into())
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidRequest {}

impl From<InvalidPathParameter> for InvalidRequest {
    fn from(error: InvalidPathParameter) -> Self {
        Self(error.to_string())
    }
}

impl From<http::header::InvalidHeaderValue> for InvalidRequest {
    fn from(_: http::header::InvalidHeaderValue) -> Self {
        Self::new("a header parameter has characters that a header may not hold")
    }
}

impl From<reqwest::Error> for InvalidRequest {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        Self(cause.unwrap_or_else(|| error.to_string()))
    }
}
