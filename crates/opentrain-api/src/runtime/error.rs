//! Error of the raw client, which keeps the response and never prints it.

use std::fmt;

use http::StatusCode;

use super::{InvalidPathParameter, InvalidRequest, RawResponse, ResponseValue};

/// Reason why a call failed. `E` is the operation's documented error body.
///
/// `Display` and `Debug` show neither headers nor bodies.
#[non_exhaustive]
pub enum Error<E = ()> {
    /// The request could not be made from its parameters, and was not sent.
    InvalidRequest(String),
    /// No response arrived: connecting, sending or waiting failed.
    CommunicationError(reqwest::Error),
    /// A failure, with its documented body.
    ErrorResponse(ResponseValue<E>),
    /// The body of the response cannot be used: not JSON, other JSON, too large, cut short. The status may be any.
    InvalidResponse(Box<RawResponse>),
    /// A status outside of 2xx, 4xx and 5xx. The body has not been read.
    UnexpectedResponse(reqwest::Response),
}

impl<E> Error<E> {
    /// Returns the status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::InvalidRequest(_) | Self::CommunicationError(_) => None,
            Self::ErrorResponse(response) => Some(response.status()),
            Self::InvalidResponse(response) => Some(response.status),
            Self::UnexpectedResponse(response) => Some(response.status()),
        }
    }

    /// True if the same request may succeed later: no response arrived, or one with a transient status: 408, 429, 500,
    /// 502 to 504, and 520 to 524, which content networks send for an origin. The body does not matter.
    ///
    /// [`crate::Idempotency`] says whether it is safe to repeat the request.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let transient =
            |status: StatusCode| matches!(status.as_u16(), 408 | 429 | 500 | 502..=504 | 520..=524);
        match self {
            Self::InvalidRequest(_) => false,
            Self::CommunicationError(error) => !error.is_builder(),
            _ => self.status().is_some_and(transient),
        }
    }

    /// Returns the same error without the operation's own type: its response is kept as bytes.
    ///
    /// Cancel safe: an unread body is lost if the future is dropped half-way.
    pub async fn into_untyped(self) -> Error<std::convert::Infallible> {
        match self {
            Self::InvalidRequest(message) => Error::InvalidRequest(message),
            Self::CommunicationError(error) => Error::CommunicationError(error),
            Self::ErrorResponse(response) => Error::InvalidResponse(Box::new(response.into_raw())),
            Self::InvalidResponse(response) => Error::InvalidResponse(response),
            Self::UnexpectedResponse(response) => {
                Error::InvalidResponse(Box::new(RawResponse::read(response).await))
            }
        }
    }
}

impl<E> From<reqwest::Error> for Error<E> {
    fn from(error: reqwest::Error) -> Self {
        if error.is_builder() {
            return InvalidRequest::from(error).into();
        }
        Self::CommunicationError(error.without_url())
    }
}

impl<E> From<InvalidRequest> for Error<E> {
    fn from(error: InvalidRequest) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

impl<E> From<InvalidPathParameter> for Error<E> {
    fn from(error: InvalidPathParameter) -> Self {
        InvalidRequest::from(error).into()
    }
}

impl<E> From<http::header::InvalidHeaderValue> for Error<E> {
    fn from(error: http::header::InvalidHeaderValue) -> Self {
        InvalidRequest::from(error).into()
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(message) => {
                f.debug_tuple("InvalidRequest").field(message).finish()
            }
            Self::CommunicationError(error) => {
                f.debug_tuple("CommunicationError").field(error).finish()
            }
            Self::InvalidResponse(response) => {
                f.debug_tuple("InvalidResponse").field(response).finish()
            }
            // Only the status: body and headers may hold secrets.
            Self::ErrorResponse(response) => f
                .debug_tuple("ErrorResponse")
                .field(&response.status())
                .finish(),
            Self::UnexpectedResponse(response) => f
                .debug_tuple("UnexpectedResponse")
                .field(&response.status())
                .finish(),
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.status()) {
            (Self::InvalidRequest(message), _) => write!(f, "invalid request: {message}"),
            (Self::InvalidResponse(_), Some(status)) => {
                write!(f, "unusable response with status {}", status.as_u16())
            }
            (_, Some(status)) => write!(f, "the service responded with status {}", status.as_u16()),
            (_, None) => f.write_str("no response"),
        }
    }
}

impl<E> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CommunicationError(error) => Some(error),
            Self::InvalidResponse(response) => response.fault.as_ref().map(|fault| fault as _),
            Self::InvalidRequest(_) | Self::ErrorResponse(_) | Self::UnexpectedResponse(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use crate::runtime::{RawResponse, ResponseValue};
    use http::StatusCode;

    #[test]
    fn a_status_is_retryable_by_the_documented_table_whatever_its_body() {
        let retryable = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524];
        for code in 100..=999 {
            let status = StatusCode::from_u16(code).unwrap();
            let raw = || RawResponse {
                status,
                headers: http::HeaderMap::new(),
                body: bytes::Bytes::new(),
                fault: None,
            };
            let mut moved = http::Response::new("");
            *moved.status_mut() = status;
            for error in [
                Error::InvalidResponse(Box::new(raw())),
                Error::ErrorResponse(ResponseValue::new((), raw())),
                Error::UnexpectedResponse(moved.into()),
            ] {
                assert_eq!(error.status(), Some(status));
                assert_eq!(error.is_retryable(), retryable.contains(&code), "{error:?}");
            }
        }
    }

    #[test]
    fn a_request_that_could_not_be_made_is_not_retryable() {
        let error = || reqwest::Client::new().get("/no/host").build().unwrap_err();
        for error in [
            Error::from(error()),
            Error::<()>::CommunicationError(error()),
        ] {
            assert!(
                error.status().is_none() && !error.is_retryable(),
                "{error:?}"
            );
        }
    }
}
