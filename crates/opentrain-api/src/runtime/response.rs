//! Decoded response with its status and headers.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{ByteStream, Decode, Error, RawResponse, ResponseFault};

/// Decoded body with the status and the headers of its response. `Debug` shows no headers.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    /// Body of a failure, since it may hold more than its type; empty otherwise.
    body: Bytes,
}

impl<T: Decode> ResponseValue<T> {
    /// Reads and decodes a response.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::InvalidResponse`], which keeps the response.
    pub async fn from_response<E>(response: reqwest::Response) -> Result<Self, Error<E>> {
        let mut response = RawResponse::read(response).await;
        if response.fault.is_some() {
            return Err(Error::InvalidResponse(Box::new(response)));
        }
        match T::decode(response.status, &response.body) {
            Ok(value) => Ok(Self::new(value, response)),
            Err(error) => {
                response.fault = Some(ResponseFault::Undecodable(error));
                Err(Error::InvalidResponse(Box::new(response)))
            }
        }
    }
}

impl<T> ResponseValue<T> {
    pub(super) fn new(value: T, response: RawResponse) -> Self {
        let body = if response.status.is_success() {
            Bytes::new()
        } else {
            response.body
        };
        Self {
            value,
            status: response.status,
            headers: response.headers,
            body,
        }
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the id of the request, if the server sent one in `x-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns the bytes of a failure's body; empty for a success.
    pub fn error_body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the same response with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            body: self.body,
        }
    }

    pub(super) fn into_raw(self) -> RawResponse {
        RawResponse {
            status: self.status,
            headers: self.headers,
            body: self.body,
            fault: None,
        }
    }
}

impl ResponseValue<()> {
    #[doc(hidden)]
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the generated code hands it over"
    )]
    pub fn empty(response: reqwest::Response) -> Self {
        Self {
            value: (),
            status: response.status(),
            headers: response.headers().clone(),
            body: Bytes::new(),
        }
    }
}

impl ResponseValue<ByteStream> {
    #[doc(hidden)]
    #[must_use]
    pub fn stream(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self {
            value: ByteStream::new(response),
            status,
            headers,
            body: Bytes::new(),
        }
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for ResponseValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("status", &self.status)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

pub(super) fn request_id(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-request-id")?.to_str().ok()
}
