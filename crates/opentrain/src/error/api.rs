//! A refusal in the service's usual form.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::printable::printable;
use super::{Reason, reason};
use crate::types::ErrorCode;

/// How much of a server's sentence `Display` shows.
const MESSAGE_SHOWN: usize = 300;
/// How much of a code or a reason.
pub(super) const WORD_SHOWN: usize = 80;

/// A refusal: a code for programs, a sentence for people, and details that depend on the operation.
///
/// Source: <https://www.opentrain.ai/docs/developers/concepts/errors-pagination-limits>.
#[derive(Clone)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    reason: Option<Reason>,
    details: Value,
}

impl ApiError {
    /// Reads a failure's body. Lenient: whatever has a `code` is a refusal.
    pub(crate) fn read(status: StatusCode, body: &Value) -> Option<Self> {
        let code = ErrorCode::from(body.get("code")?.as_str()?);
        let message = body
            .get("error")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let details = body.get("details").cloned().unwrap_or_default();
        let reason = Reason::read(status, &details);
        Some(Self {
            code,
            message: String::from(message),
            reason,
            details,
        })
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &ErrorCode {
        &self.code
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why, typed, if the details say so.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// How long the window is that a limit is for, whatever the reason is called.
    pub(crate) fn window(&self) -> Option<Duration> {
        reason::window(&self.details)
    }

    /// How long to wait, whatever the reason is called.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        reason::retry_after(&self.details)
    }

    /// The details as they came: an object, a list of validation issues, or null.
    #[must_use]
    pub fn details(&self) -> &Value {
        &self.details
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = printable(&self.message, MESSAGE_SHOWN);
        write!(
            f,
            "{message} (`{}`",
            printable(self.code.as_str(), WORD_SHOWN)
        )?;
        if let Some(reason) = self.reason.as_ref().and_then(Reason::wire) {
            write!(f, ", `{}`", printable(reason, WORD_SHOWN))?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code)
            // The name alone: the fields come from the body.
            .field("reason", &self.reason.as_ref().and_then(Reason::wire))
            .finish_non_exhaustive()
    }
}
