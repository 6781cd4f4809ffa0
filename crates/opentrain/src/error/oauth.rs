//! A refusal of the agent endpoints, in the form that OAuth has.

use std::fmt;

use serde_json::Value;

use super::api::WORD_SHOWN;
use super::printable::printable;
use crate::types::OAuthErrorCode;

/// A refusal of registration, claim, token exchange or revocation.
///
/// Source: <https://www.opentrain.ai/docs/developers/api-reference/agent-auth/token/>.
#[derive(Clone)]
pub struct OAuthError {
    code: OAuthErrorCode,
    description: Option<String>,
}

impl OAuthError {
    /// Reads a failure's body: whatever names an `error` without a `code`.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let code = body
            .get("error")?
            .as_str()
            .filter(|_| body.get("code").is_none())?;
        let description = body.get("error_description").and_then(Value::as_str);
        Some(Self {
            code: OAuthErrorCode::from(code),
            description: description.map(String::from),
        })
    }

    /// The code, such as `authorization_pending`.
    #[must_use]
    pub fn code(&self) -> &OAuthErrorCode {
        &self.code
    }

    /// The sentence for people. Some sub-cases show only here, such as an e-mail that has an account already.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The description may name an address: it is for `description`.
        write!(
            f,
            "the service refused (`{}`)",
            printable(self.code.as_str(), WORD_SHOWN)
        )
    }
}

impl fmt::Debug for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthError")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
