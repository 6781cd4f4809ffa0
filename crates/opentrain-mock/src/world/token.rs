//! Bearer tokens: issuing, recognising and revoking them.

use super::World;
use crate::call::Caller;
use crate::failure::ApiFailure;

/// A token's record. The secret is the key under which it is kept.
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) label: String,
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) revoked: bool,
}

impl World {
    /// Makes a token and gives its secret.
    pub(crate) fn issue_token(
        &mut self,
        account: &str,
        label: &str,
        scopes: &[&'static str],
    ) -> String {
        let secret = self.next_secret("ot_pat");
        let token = Token {
            id: self.next_id("tok"),
            account: account.to_owned(),
            label: label.to_owned(),
            scopes: scopes.to_vec(),
            revoked: false,
        };
        self.tokens.insert(secret.clone(), token);
        secret
    }

    /// The token in an `Authorization` header, if it is one and still works.
    pub(super) fn bearer(&self, authorization: Option<&str>) -> Result<&Token, ApiFailure> {
        let bearer = authorization.and_then(bearer_secret);
        let token = bearer.and_then(|secret| self.tokens.get(secret));
        let live = token.filter(|token| !token.revoked);
        live.ok_or_else(ApiFailure::unauthorized)
    }

    /// The record of the caller's token.
    pub(super) fn token_of(&self, caller: &Caller) -> Result<&Token, ApiFailure> {
        let mut tokens = self.tokens.iter();
        let token = tokens.find(|token| token.id == caller.token_id);
        token.ok_or_else(ApiFailure::unauthorized)
    }

    /// Revokes the token with this secret, if there is one.
    pub(super) fn revoke_secret(&mut self, secret: &str) {
        if let Some(token) = self.tokens.get_mut(secret) {
            token.revoked = true;
        }
    }

    /// Revokes all tokens of an account.
    pub(super) fn revoke_all(&mut self, account: &str) {
        let tokens = self.tokens.iter_mut();
        for token in tokens.filter(|token| token.account == account) {
            token.revoked = true;
        }
    }
}

fn bearer_secret(header: &str) -> Option<&str> {
    let (scheme, secret) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(secret.trim())
}
