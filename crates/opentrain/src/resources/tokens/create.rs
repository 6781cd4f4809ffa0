//! `POST /tokens`.

use opentrain_api::public::operations;
use opentrain_api::runtime::InvalidRequest;

use crate::call::Call;
use crate::call_options::{CallOptions, awaited_as_call, option_setters};
use crate::client::Client;
use crate::types::{CreateTokenRequest, Scope, Timestamp, TokenCreated};

/// Call that creates a token. See [`Tokens::create`](super::Tokens::create).
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct CreateToken {
    client: Client,
    options: CallOptions,
    name: Option<String>,
    scopes: Option<Vec<Scope>>,
    expires_at: Option<Timestamp>,
}

impl CreateToken {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            name: None,
            scopes: None,
            expires_at: None,
        }
    }

    option_setters!();

    /// Sets the name, 1 to 120 characters; `API token` unless set.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the scopes; those of the asking token unless set. `X:write` includes `X:read`. An empty list fails before anything is
    /// sent, since it is not documented whether the service would take it for all.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// Sets the expiry, which must lie in the future; none unless set.
    pub fn expires_at(mut self, instant: Timestamp) -> Self {
        self.expires_at = Some(instant);
        self
    }

    /// Turns it into a [`Call`], to be kept or to be given more options.
    pub fn call(self) -> Call<TokenCreated> {
        let body = body(self.name, self.scopes, self.expires_at).map_err(InvalidRequest::new);
        let prepared = body.and_then(|body| self.client.public().tokens_create_request(&body));
        let call = self.client.call(&operations::TOKENS_CREATE, prepared);
        call.with_options(self.options)
    }
}

fn body(
    name: Option<String>,
    scopes: Option<Vec<Scope>>,
    expires_at: Option<Timestamp>,
) -> Result<CreateTokenRequest, &'static str> {
    // What the service makes of an empty list is not documented; absent means every scope there is to give.
    if scopes.as_ref().is_some_and(Vec::is_empty) {
        return Err("the token is to have no scopes at all: name some, or do not call `scopes`");
    }
    let mut body = CreateTokenRequest::new();
    body.name = name;
    body.scopes = scopes;
    body.expires_at = expires_at;
    Ok(body)
}

awaited_as_call!(CreateToken => TokenCreated);
