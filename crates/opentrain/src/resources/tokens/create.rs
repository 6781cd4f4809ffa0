//! `POST /tokens`.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use opentrain_api::public::operations;
use opentrain_api::runtime::Error as RawError;

use crate::call::{Call, CallOptions, Target, option_setters, sender};
use crate::client::Client;
use crate::types::{CreateTokenRequest, Scope, Timestamp, TokenCreated};

/// A token to be made. See [`Tokens::create`](super::Tokens::create).
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

    /// What to call it, at most 120 characters; `API token` unless set.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What it may do: unless set, all that the token may that asks. `X:write` includes `X:read`. Naming none fails, since it
    /// is not documented whether the service would take it for all.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// When it stops working; never unless set.
    pub fn expires_at(mut self, instant: Timestamp) -> Self {
        self.expires_at = Some(instant);
        self
    }

    /// The call, to be kept or to be given more options.
    pub fn call(self) -> Call<TokenCreated> {
        let body = Arc::new(body(self.name, self.scopes, self.expires_at));
        let sender = sender(move |wire| {
            let body = Arc::clone(&body);
            async move {
                match &*body {
                    Ok(body) => wire.public().tokens_create(body).await,
                    Err(message) => Err(RawError::InvalidRequest(String::from(*message))),
                }
            }
        });
        Call::new(&self.client, Target::of(&operations::TOKENS_CREATE), sender)
            .with_options(self.options)
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

impl IntoFuture for CreateToken {
    type Output = crate::Result<TokenCreated>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
