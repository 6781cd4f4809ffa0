//! The caller's tokens: list, create, revoke.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::World;
use super::token::NewToken;
use super::token::Token;
use crate::api_failure::ApiFailure;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::scope;
use crate::time;

/// Number of active tokens that an account may have.
const CAP: usize = 25;
/// The longest name, in characters.
const NAME_CAP: usize = 120;
/// Name of a token without a given one.
const NAME: &str = "API token";

impl World {
    /// Handles `GET /tokens` with active, expired and revoked tokens, newest first.
    pub(super) fn tokens_list(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let tokens = self.saved.tokens.iter().rev();
        let own = tokens.filter(|token| token.account == caller.account);
        let tokens: Vec<_> = own.map(|token| token.to_json(request.now)).collect();
        Ok(Success::ok(json!({ "tokens": tokens })))
    }

    /// Handles `POST /tokens`. The secret is shown only here. Without a body the token is a copy of the caller's.
    pub(super) fn tokens_create(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let body = request.optional_object()?;
        let own = self.token_of(caller)?.scopes.clone();
        let issue = NewToken {
            label: name(&body)?,
            scopes: scopes(&body, &own)?.unwrap_or(own),
            expires_at: expiry(&body, request.now)?,
        };
        self.check_token_cap(caller, request.now)?;
        let (secret, token) = self.add_token(&caller.account, issue);
        let metadata = token.to_json(request.now);
        Ok(Success::created(json!({
            "token": secret,
            "tokenType": "bearer",
            "metadata": metadata,
        })))
    }

    /// Handles `DELETE /tokens/{tokenId}`: revokes the token at once and for good.
    pub(super) fn tokens_revoke(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let is_it = |token: &Token| token.id == request.id && token.account == caller.account;
        let own = self.saved.tokens.find_mut(is_it);
        let token = own.ok_or_else(|| {
            ApiFailure::not_found("Token not found").with(json!({ "tokenId": request.id }))
        })?;
        token.revoke(request.now);
        Ok(Success::ok(json!({ "token": token.to_json(request.now) })))
    }

    fn check_token_cap(&self, caller: &Caller, now: Timestamp) -> Result<(), ApiFailure> {
        let tokens = self.saved.tokens.iter();
        let active = |token: &&Token| token.account == caller.account && token.is_active(now);
        if tokens.filter(active).count() < CAP {
            return Ok(());
        }
        let error = format!("An account has at most {CAP} active tokens; revoke one first");
        Err(ApiFailure::bad_request(error))
    }
}

fn name(body: &Map<String, Value>) -> Result<String, ApiFailure> {
    let Some(given) = body.get("name") else {
        return Ok(NAME.to_owned());
    };
    let name = given.as_str().unwrap_or_default().trim();
    if name.is_empty() || name.chars().count() > NAME_CAP {
        let error = "name must be a text of 1 to 120 characters";
        return Err(ApiFailure::bad_request(error));
    }
    Ok(name.to_owned())
}

/// Returns the requested scopes, each once, or `None` without such a field.
fn scopes(
    body: &Map<String, Value>,
    granted: &[&'static str],
) -> Result<Option<Vec<&'static str>>, ApiFailure> {
    let Some(given) = body.get("scopes") else {
        return Ok(None);
    };
    let names = given.as_array().and_then(|names| texts(names));
    let names = names.ok_or_else(|| ApiFailure::bad_request("scopes must be a list of scopes"))?;
    check_known(&names)?;
    let mut scopes: Vec<_> = names.into_iter().filter_map(scope::find).collect();
    let mut seen = Vec::new();
    scopes.retain(|scope| {
        let is_new = !seen.contains(scope);
        seen.push(*scope);
        is_new
    });
    check_covered(&scopes, granted)?;
    Ok(Some(scopes))
}

fn texts(names: &[Value]) -> Option<Vec<&str>> {
    names.iter().map(Value::as_str).collect()
}

fn check_known(names: &[&str]) -> Result<(), ApiFailure> {
    let names = names.iter();
    let unknown: Vec<_> = names.filter(|name| scope::find(name).is_none()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let details = json!({ "unknownScopes": unknown, "supportedScopes": scope::ALL });
    Err(ApiFailure::bad_request("Unknown scopes").with(details))
}

fn check_covered(scopes: &[&str], granted: &[&str]) -> Result<(), ApiFailure> {
    if scopes.iter().all(|scope| scope::covers(granted, scope)) {
        return Ok(());
    }
    let error = "The scopes go beyond those of this token";
    Err(ApiFailure::forbidden(error))
}

fn expiry(body: &Map<String, Value>, now: Timestamp) -> Result<Option<Timestamp>, ApiFailure> {
    let given = match body.get("expiresAt") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().and_then(time::parse),
    };
    let future = given.filter(|at| *at > now);
    future.map(Some).ok_or_else(|| {
        let error = "expiresAt must be an instant in the future, in ISO 8601";
        ApiFailure::bad_request(error)
    })
}
