//! Parts of responses with which a ceremony goes on.

use crate::types::{ApiToken, Scope, UserCode, VerificationUri};

/// Attempt as the service started it.
pub(super) struct Started {
    pub(super) verification_uri: VerificationUri,
    pub(super) user_code: UserCode,
    pub(super) email_sent: bool,
    pub(super) expires_in: Option<i64>,
    pub(super) interval: Option<i64>,
}

/// Token that was just delivered, with its scopes if they are known.
pub(super) struct Delivery {
    pub(super) token: ApiToken,
    pub(super) scopes: Option<Vec<Scope>>,
}
