//! Failures to obtain the token of an account, or to keep it.

use std::fmt;
use std::sync::Arc;

use super::{AttemptError, Error, ErrorKind};
use crate::retry::RetryAdvice;
use crate::token_store::StoreError;
use crate::types::ApiToken;

/// Failure of a store, as the store reported it.
type Source = Arc<dyn std::error::Error + Send + Sync>;

/// Reason why a claim or a rotation did not give a token that is saved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenFault {
    /// The token store failed. No token of a claimed account was lost: none had been requested, or the new one is revoked and the
    /// earlier one stays. A registration that was not saved is forgotten.
    #[non_exhaustive]
    Store {
        /// Failure of the store.
        source: Source,
    },
    /// The token was delivered, and then the store failed. Only this error has the token:
    /// [`Error::into_token`](crate::Error::into_token) returns it. The client sends it already.
    #[non_exhaustive]
    NotSaved {
        /// The token.
        token: ApiToken,
        /// Failure of the store.
        source: Source,
    },
    /// The stored token or registration belongs to another service: it is neither sent there nor replaced.
    #[non_exhaustive]
    OtherService {
        /// Base URL of that service.
        base_url: String,
    },
    /// The claim window, about 24 hours from the registration, closed before a human claimed the account. It can no longer be
    /// claimed. Remove what the store keeps, to register another account.
    WindowOver,
    /// The e-mail address has an OpenTrain account already. Claim with another address.
    AddressTaken,
    /// The account is claimed and its token was sent, in a response that did not arrive here. It is sent only once, and the earlier
    /// token is revoked: a human who signs in creates another one in the app, under *Settings → API keys*. Save it with
    /// [`SavedToken::new`](crate::token_store::SavedToken::new).
    Lost,
}

impl TokenFault {
    pub(crate) fn store(source: StoreError) -> Self {
        Self::Store {
            source: Arc::from(source),
        }
    }

    pub(crate) fn not_saved(token: ApiToken, source: StoreError) -> Self {
        let source = Arc::from(source);
        Self::NotSaved { token, source }
    }

    /// Returns the error of an operation that failed for this reason.
    pub(crate) fn of(self, operation: &'static str) -> Error {
        let failure = AttemptError::of(ErrorKind::Token(self));
        Error::new(failure, operation, RetryAdvice::No)
    }

    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store { source } | Self::NotSaved { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store { .. } => f.write_str("the token store failed; no token of a claimed account was lost"),
            Self::NotSaved { .. } => f.write_str(
                "the token was delivered but could not be saved: take it from this error with `into_token`, it is sent only once",
            ),
            Self::OtherService { base_url } => {
                write!(f, "the token store keeps the token of another service, `{base_url}`")
            }
            Self::WindowOver => f.write_str(
                "the claim window is over and the account can no longer be claimed: remove what the token store keeps, to register another one",
            ),
            Self::AddressTaken => f.write_str(
                "the e-mail address has an OpenTrain account already: claim with another address",
            ),
            Self::Lost => f.write_str(
                "the account is claimed, but the response with its token did not arrive, and it is sent only once: create a token in the app, under Settings > API keys",
            ),
        }
    }
}
