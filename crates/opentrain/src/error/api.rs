//! A refusal in the service's usual form.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use opentrain_api::runtime::printable;
use serde_json::Value;

use super::envelope::{Envelope, Name};
use super::masked::Mask;
use super::{Reason, reason};
use crate::types::ErrorCode;

/// Number of characters of the service's message that `Display` shows.
const MESSAGE_SHOWN: usize = 300;
/// Number of characters of a code or a reason that are shown.
pub(super) const WORD_SHOWN: usize = 80;

/// Refusal: a code for programs, a message for humans, and details that depend on the operation.
///
/// Source: <https://www.opentrain.ai/docs/developers/concepts/errors-pagination-limits>.
#[derive(Clone)]
pub struct ApiError {
    code: ErrorCode,
    message: Arc<str>,
    reason: Option<Reason>,
    details: Value,
}

impl ApiError {
    /// Reads a failure's body, whose sentence is masked already. `None` if it has no code.
    pub(super) fn read(
        status: StatusCode,
        envelope: &mut Envelope,
        message: Arc<str>,
        mask: Mask<'_>,
    ) -> Option<Self> {
        let code = mask.line(envelope.identifier(Name::Code)?, WORD_SHOWN);
        let code = ErrorCode::from(&*code);
        let mut details = envelope.take_details();
        mask.value(&mut details);
        let reason = Reason::read(status, &details);
        Some(Self {
            code,
            message,
            reason,
            details,
        })
    }

    /// Returns the code.
    #[must_use]
    pub fn code(&self) -> &ErrorCode {
        &self.code
    }

    /// Returns the human-readable message, with secrets masked; empty if there is none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the typed reason of the refusal. `None` if the details name none.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// Returns the window that a limit is for, if the details name one. The name of the reason does not matter.
    pub(crate) fn window(&self) -> Option<Duration> {
        reason::window(&self.details)
    }

    /// Returns the details: an object, a list of validation issues, or null. Secrets are masked in them.
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
        f.write_str(")")?;
        match &self.reason {
            Some(Reason::DailyLimit { limit, window }) => daily_limit(*limit, *window, f),
            Some(Reason::TooFast { retry_after }) => {
                write!(f, "; wait {} s", retry_after.as_secs_f32())
            }
            _ => Ok(()),
        }
    }
}

fn daily_limit(limit: Option<u64>, window: Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let hours = window.as_secs() / 3600;
    match limit {
        Some(limit) => write!(f, "; at most {limit} in {hours} hours"),
        None => write!(f, "; a limit of {hours} hours is used up"),
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("code", &self.code)
            // Only the name: the fields come from the body.
            .field(
                "reason",
                &self
                    .reason
                    .as_ref()
                    .and_then(Reason::wire)
                    .map(|reason| printable(reason, WORD_SHOWN)),
            )
            .finish_non_exhaustive()
    }
}
