//! A value with the response that it came in.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

/// Value of a call with the response that it came in.
#[derive(Clone)]
pub struct Response<T> {
    pub(super) value: T,
    pub(super) head: ResponseHead,
}

/// Status, headers and id of a response: all but its value.
#[derive(Clone)]
pub(crate) struct ResponseHead {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
}

impl<T> Response<T> {
    /// Returns the value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value alone.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the headers. They may hold text that should not be logged.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the id of the request, if the service sent one in `x-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// Returns the number of requests that were sent.
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    /// Returns how long the call took, with the waits between its attempts.
    pub fn elapsed(&self) -> Duration {
        self.head.elapsed
    }
}

impl ResponseHead {
    pub(super) fn request_id(&self) -> Option<&str> {
        self.headers.get("x-request-id")?.to_str().ok()
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.head.status)
            .field("attempts", &self.head.attempts)
            .field("elapsed", &self.head.elapsed)
            .finish_non_exhaustive()
    }
}
