//! A refusal of the agent endpoints, in the form that OAuth has.

use std::fmt;

use serde_json::Value;

use crate::types::OAuthErrorCode;

/// A refusal of registration, claim, token exchange or revocation.
///
/// Source: <https://www.opentrain.ai/docs/developers/api-reference/agent-auth/token/>.
#[derive(Clone, Debug)]
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
        match self.description() {
            Some(description) => write!(f, "{description} (`{}`)", self.code),
            None => write!(f, "`{}`", self.code),
        }
    }
}
