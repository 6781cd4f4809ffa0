//! A refusal of the agent endpoints, in the form of OAuth.

use std::fmt;

use opentrain_api::runtime::printable;

use super::api::WORD_SHOWN;
use super::envelope::{Envelope, Name};
use super::masked::Mask;
use crate::types::OAuthErrorCode;

/// Refusal of registration, claim, token exchange or revocation.
///
/// Source: <https://www.opentrain.ai/docs/developers/api-reference/agent-auth/token/>.
#[derive(Clone)]
pub struct OAuthError {
    code: OAuthErrorCode,
    description: Option<String>,
}

impl OAuthError {
    /// Reads a failure's body. `None` if it does not name an error by a code.
    pub(super) fn read(envelope: &Envelope, mask: Mask<'_>) -> Option<Self> {
        let code = mask.line(envelope.identifier(Name::Error)?, WORD_SHOWN);
        let description = envelope.text(Name::ErrorDescription);
        Some(Self {
            code: OAuthErrorCode::from(&*code),
            description: description.map(|description| mask.text(description).into_owned()),
        })
    }

    /// Returns the code, such as `authorization_pending`.
    #[must_use]
    pub fn code(&self) -> &OAuthErrorCode {
        &self.code
    }

    /// Returns the human-readable description, with secrets masked. Some sub-cases differ in the description only, such as an e-mail
    /// address that has an account already.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The description may contain an e-mail address: only `description` returns it.
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
