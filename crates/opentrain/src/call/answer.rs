//! A value with what came beside it.

use std::time::Duration;

use http::StatusCode;

/// A value with what came beside it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    pub(super) value: T,
    pub(super) status: StatusCode,
    pub(super) request_id: Option<String>,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
}

impl<T> Answer<T> {
    /// The value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value alone.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The request's id, if the service sent one in `x-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How many requests it took.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long it took, with the waits between the attempts.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
