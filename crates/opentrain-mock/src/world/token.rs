//! Bearer tokens: issuing, recognising and revoking them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use crate::api_failure::ApiFailure;
use crate::request::Caller;
use crate::scope;
use crate::time::wire;

/// Number of characters of a secret that its preview shows after the prefix and at the end.
const SHOWN: usize = 4;
const PREFIX: &str = "ot_pat_";

/// A token's record. The secret is the key under which it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) label: String,
    #[serde(deserialize_with = "scope::read_names")]
    pub(crate) scopes: Vec<&'static str>,
    preview: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

/// Settings of a new token.
pub(crate) struct NewToken {
    pub(crate) label: String,
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Token {
    /// True if the token still works.
    pub(crate) fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && !self.is_over(now)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| now >= at)
    }

    /// Revokes the token for good.
    pub(crate) fn revoke(&mut self, now: Timestamp) {
        self.revoked_at.get_or_insert(now);
    }

    fn status(&self, now: Timestamp) -> &'static str {
        if self.revoked_at.is_some() {
            "revoked"
        } else if self.is_over(now) {
            "expired"
        } else {
            "active"
        }
    }

    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        json!({
            "id": self.id,
            "name": self.label,
            "preview": self.preview,
            "scopes": self.scopes,
            "status": self.status(now),
            "organizationId": null,
            "createdAt": wire(self.created_at),
            "lastUsedAt": self.last_used_at.map(wire),
            "expiresAt": self.expires_at.map(wire),
            "revokedAt": self.revoked_at.map(wire),
        })
    }
}

impl World {
    /// Makes a token that never expires, and returns its secret.
    pub(crate) fn issue_token(
        &mut self,
        account: &str,
        label: &str,
        scopes: &[&'static str],
    ) -> String {
        let issue = NewToken {
            label: label.to_owned(),
            scopes: scopes.to_vec(),
            expires_at: None,
        };
        let (secret, _token) = self.add_token(account, issue);
        secret
    }

    /// Makes a token, and returns its secret and its record.
    pub(super) fn add_token(&mut self, account: &str, issue: NewToken) -> (String, &Token) {
        let secret = self.next_secret("ot_pat");
        let token = Token {
            id: self.next_id("tok"),
            account: account.to_owned(),
            label: issue.label,
            scopes: issue.scopes,
            preview: preview(&secret),
            created_at: self.now(),
            last_used_at: None,
            expires_at: issue.expires_at,
            revoked_at: None,
        };
        let token = self.saved.tokens.insert(&secret, token);
        (secret, token)
    }

    /// Returns the token of an `Authorization` header if it still works, and notes its use.
    pub(super) fn bearer(&mut self, authorization: Option<&str>) -> Result<&Token, ApiFailure> {
        let now = self.now();
        let bearer = authorization.and_then(bearer_secret);
        // A read is no change that has to be saved at once: the time is saved with the next change.
        self.traces += 1;
        let token = bearer.and_then(|secret| self.saved.uncounted().tokens.get_mut(secret));
        let token = token.filter(|token| token.is_active(now));
        let token = token.ok_or_else(ApiFailure::unauthorized)?;
        token.last_used_at = Some(now);
        Ok(token)
    }

    /// Returns the record of the caller's token.
    pub(super) fn token_of(&self, caller: &Caller) -> Result<&Token, ApiFailure> {
        let mut tokens = self.saved.tokens.iter();
        let token = tokens.find(|token| token.id == caller.token_id);
        token.ok_or_else(ApiFailure::unauthorized)
    }

    /// Revokes the token with this secret, if there is one.
    pub(super) fn revoke_secret(&mut self, secret: &str) {
        let now = self.now();
        if let Some(token) = self.saved.tokens.get_mut(secret) {
            token.revoke(now);
        }
    }

    /// Revokes all tokens of an account.
    pub(super) fn revoke_all(&mut self, account: &str) {
        let now = self.now();
        let is_own = |token: &Token| token.account == account;
        self.saved
            .tokens
            .change_all(is_own, |token| token.revoke(now));
    }
}

fn bearer_secret(header: &str) -> Option<&str> {
    let (scheme, secret) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(secret.trim())
}

/// Returns the start and the end of a secret, enough to recognise it.
fn preview(secret: &str) -> String {
    let bare = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let start: String = bare.chars().take(SHOWN).collect();
    let hidden = bare.chars().count().saturating_sub(SHOWN);
    let end: String = bare.chars().skip(hidden).collect();
    format!("{PREFIX}{start}********{end}")
}

#[cfg(test)]
mod tests {
    use super::preview;

    #[test]
    fn preview_shows_four_characters_at_each_end() {
        assert_eq!(
            preview("ot_pat_5e0d_secret_a93f"),
            "ot_pat_5e0d********a93f"
        );
    }
}
