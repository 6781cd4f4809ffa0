//! A refusal in the service's usual form.

use std::fmt;

use http::StatusCode;
use serde_json::Value;

use super::Reason;
use crate::types::ErrorCode;

/// How much of a server's sentence `Display` shows.
const MESSAGE_SHOWN: usize = 300;

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

    /// The details as they came: an object, a list of validation issues, or null.
    #[must_use]
    pub fn details(&self) -> &Value {
        &self.details
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printable = self
            .message
            .chars()
            .filter(|character| !character.is_control());
        let message: String = printable.take(MESSAGE_SHOWN).collect();
        write!(f, "{message} (`{}`", self.code)?;
        if let Some(reason) = self.reason.as_ref().and_then(Reason::wire) {
            write!(f, ", `{reason}`")?;
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
