//! Salvage of tokens from a success that did not decode: a missing side field must not cost a token that is sent once.
//!
//! Members that arrived whole are read one by one, in a body that is cut too. A value that is cut is none.

use serde::de::DeserializeOwned;

use super::received::{Delivery, Started};
use crate::call::lenient;
use crate::error::{Error, Members};
use crate::token_store::Registered;
use crate::types::{ApiToken, ClaimToken};

/// Body of a success that did not decode.
pub(crate) struct Remains(String);

impl Remains {
    /// Returns the body of the response that an error is about. `None` unless its status is a success.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        let status = error.status()?;
        let body = error.body().filter(|_| status.is_success())?;
        Some(Self(lenient::text(body).into_owned()))
    }

    /// Reads a member by itself. `None` if it is missing, cut, null or of another type.
    pub(crate) fn member<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let members = Members::read(&self.0);
        let text = members.get(name)?;
        let repaired = lenient::repair(text);
        serde_json::from_str(repaired.as_deref().unwrap_or(text)).ok()
    }

    /// Reads a token. `None` if the member is no text or an empty one.
    pub(crate) fn token(&self, name: &str) -> Option<ApiToken> {
        let token: Option<ApiToken> = self.member(name);
        token.filter(|token| !token.expose().is_empty())
    }
}

/// Reads a registration, which is worth something if both of its tokens are there.
pub(super) fn registration(error: &Error) -> Option<Registered> {
    let remains = Remains::of(error)?;
    let claim_token: Option<ClaimToken> = remains.member("claim_token");
    Some(Registered {
        registration_id: remains.member("registration_id"),
        access_token: remains.token("access_token")?,
        claim_token: claim_token.filter(|token| !token.expose().is_empty())?,
        claimable_until: remains.member("claim_token_expires_at"),
        attempt: None,
    })
}

/// Reads an attempt, which can be shown to a human if address and code are there.
pub(super) fn started(error: &Error) -> Option<Started> {
    let remains = Remains::of(error)?;
    Some(Started {
        verification_uri: remains.member("verification_uri")?,
        user_code: remains.member("user_code")?,
        email_sent: remains.member("email_sent").unwrap_or(false),
        expires_in: remains.member("expires_in"),
        interval: remains.member("interval"),
    })
}

/// Reads the token of a claimed account.
pub(super) fn delivery(error: &Error) -> Option<Delivery> {
    let remains = Remains::of(error)?;
    Some(Delivery {
        token: remains.token("access_token")?,
        scopes: remains.member("scopes"),
    })
}
