//! Content of a store: the token of an account, and the state of its claim.

use serde::{Deserialize, Serialize};

use crate::types::{
    ApiToken, ClaimToken, RegistrationId, Scope, Timestamp, UserCode, VerificationUri,
};

/// Token of an account as a [`TokenStore`](super::TokenStore) keeps it, and the state of its claim.
///
/// It belongs to one service: another base URL refuses it. `Debug` shows no secret; serialising it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedToken {
    revision: u64,
    base_url: String,
    state: State,
}

/// Progress of a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum State {
    /// No account is registered. It is saved to try the store.
    Blank,
    /// An account is registered, and no human has claimed it.
    Registered(Box<Registered>),
    /// The token is that of a claimed account, or was not obtained by a claim.
    #[serde(rename_all = "camelCase")]
    Active {
        access_token: ApiToken,
        scopes: Option<Vec<Scope>>,
    },
}

/// Registration that waits to be claimed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registered {
    pub(crate) registration_id: Option<RegistrationId>,
    pub(crate) access_token: ApiToken,
    pub(crate) claim_token: ClaimToken,
    /// End of the claim window.
    pub(crate) claimable_until: Option<Timestamp>,
    /// Attempt that a human may be at, if one was started.
    pub(crate) attempt: Option<Attempt>,
}

/// Claim attempt that was shown to a human.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attempt {
    pub(crate) email: String,
    pub(crate) verification_uri: VerificationUri,
    pub(crate) user_code: UserCode,
    pub(crate) email_sent: bool,
    pub(crate) expires_at: Timestamp,
    /// Time between two polls, in seconds.
    pub(crate) interval: u64,
}

impl SavedToken {
    /// Returns a token that a human created in the app, to be saved for the service at this
    /// [base URL](crate::Client::base_url). It replaces what a store keeps: see [`after`](Self::after).
    #[must_use]
    pub fn new(base_url: impl Into<String>, token: impl Into<ApiToken>) -> Self {
        let state = State::Active {
            access_token: token.into(),
            scopes: None,
        };
        Self::with_state(base_url.into(), state)
    }

    /// Returns this value as the replacement of what was kept before it: with the next revision.
    #[must_use]
    pub fn after(mut self, kept: Option<&Self>) -> Self {
        self.revision = kept.map_or(0, Self::revision).saturating_add(1);
        self
    }

    /// Returns the token that requests are to be sent with. `None` if no account has been registered yet.
    #[must_use]
    pub fn access_token(&self) -> Option<&ApiToken> {
        match &self.state {
            State::Blank => None,
            State::Registered(registered) => Some(&registered.access_token),
            State::Active { access_token, .. } => Some(access_token),
        }
    }

    /// Returns the number of the replacement that saved it, from 1.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns the base URL of the service that the token is for.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn with_state(base_url: String, state: State) -> Self {
        Self {
            revision: 1,
            base_url,
            state,
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}
