//! Rotating the token: a new one is made, tried, saved and used, and the old one is revoked.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use opentrain_api::InvalidToken;

use super::rotation_name;
use crate::claim::salvage::Remains;
use crate::client::Client;
use crate::error::Error;
use crate::token_store::{Kept, Registered, State, TokenStore};
use crate::types::{ApiToken, CurrentToken, Timestamp, TokenId, TokenStatus};

/// Name of the operation in errors of the rotation itself.
const OPERATION: &str = "tokens_rotate";

/// Rotation of the token. See [`Tokens::rotate`](super::Tokens::rotate).
#[must_use = "a rotation does nothing until it is awaited"]
pub struct RotateToken {
    client: Client,
    store: Arc<dyn TokenStore>,
    name: Option<String>,
    expires_at: Option<Timestamp>,
}

/// New token, saved and in use by the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rotated {
    /// The new token.
    pub access_token: ApiToken,
    /// Record of the new token.
    pub id: TokenId,
    /// Tokens that were revoked: the old one, and what rotations that were stopped have left behind.
    pub revoked: Vec<TokenId>,
}

impl RotateToken {
    pub(super) fn new(client: &Client, store: Arc<dyn TokenStore>) -> Self {
        Self {
            client: client.clone(),
            store,
            name: None,
            expires_at: None,
        }
    }

    /// Sets the name of the new token; that of the old one unless set. ` (rotated from ID)` is added to it, and tells what to revoke if
    /// a rotation is stopped.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the expiry of the new token, which must lie in the future; none unless set, even if the old token has one.
    pub fn expires_at(mut self, instant: Timestamp) -> Self {
        self.expires_at = Some(instant);
        self
    }

    async fn run(self) -> crate::Result<Rotated> {
        let _change = self.client.announce_token_change();
        let mut kept = Kept::new(&self.client, &self.store, OPERATION);
        kept.load().await?;
        let old = self.client.auth().me().await?.token;
        let mut revoked = self.revoke_leftovers(&old).await?;
        // A store that cannot be written is found before there is a token to lose.
        if !kept.probe().await? {
            return Err(kept.overtaken());
        }
        let token = self.create(&old).await?;
        let new = match self.adopt(&mut kept, &old, &token).await {
            Ok(new) => new,
            Err(error) => {
                // The old token stays. If this fails too, the next rotation finds the new one by its name.
                let _ = self.client.agent_auth().revoke(&token).await;
                return Err(error);
            }
        };
        self.revoke(&old.id, &mut revoked).await?;
        Ok(Rotated {
            access_token: token,
            id: new,
            revoked,
        })
    }

    /// Revokes what earlier rotations have left behind when they were stopped: new tokens that were not saved, and the old one.
    async fn revoke_leftovers(&self, current: &CurrentToken) -> crate::Result<Vec<TokenId>> {
        let tokens = self.client.tokens().list().await?.items;
        let leftovers = tokens.iter().filter(|token| {
            let name = token.name.as_deref().unwrap_or_default();
            let label = current.label.as_deref().unwrap_or_default();
            let is_orphan = rotation_name::source(name) == Some(current.id.as_str());
            let is_predecessor = rotation_name::source(label) == Some(token.id.as_str());
            let is_active = token.status == TokenStatus::Active && token.id != current.id;
            is_active && (is_orphan || is_predecessor)
        });
        let mut revoked = Vec::new();
        for token in leftovers {
            self.revoke(&token.id, &mut revoked).await?;
        }
        Ok(revoked)
    }

    async fn create(&self, old: &CurrentToken) -> crate::Result<ApiToken> {
        let name = self.name.as_deref().or(old.label.as_deref());
        let name = rotation_name::of(name.unwrap_or_default(), old.id.as_str());
        let mut create = self.client.tokens().create().name(name);
        if let Some(expires_at) = self.expires_at {
            create = create.expires_at(expires_at);
        }
        match create.await {
            Ok(created) => Ok(created.token),
            Err(error) => {
                let salvaged = Remains::of(&error).and_then(|remains| remains.token("token"));
                salvaged.ok_or(error)
            }
        }
    }

    /// Tries the new token, saves it and gives it to the client. Returns its record.
    async fn adopt(
        &self,
        kept: &mut Kept,
        old: &CurrentToken,
        token: &ApiToken,
    ) -> crate::Result<TokenId> {
        let invalid = |error: InvalidToken| Error::invalid_request(OPERATION, error.to_string());
        let tried = self.client.with_token(token).map_err(invalid)?;
        let new = tried.auth().me().await?.token;
        check_scopes(old, &new)?;
        let state = match kept.state() {
            State::Registered(registered) => State::Registered(Box::new(Registered {
                access_token: token.clone(),
                ..*registered
            })),
            State::Blank | State::Active { .. } => State::Active {
                access_token: token.clone(),
                scopes: new.scopes,
            },
        };
        if kept.save(state).await? {
            Ok(new.id)
        } else {
            Err(kept.overtaken())
        }
    }

    /// Revokes a token. One that does not exist any more is as good as revoked.
    async fn revoke(&self, id: &TokenId, revoked: &mut Vec<TokenId>) -> crate::Result<()> {
        match self.client.tokens().revoke(id).await {
            Ok(_) => revoked.push(id.clone()),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Refuses a new token that may do less than the old one, as far as both are known.
fn check_scopes(old: &CurrentToken, new: &CurrentToken) -> crate::Result<()> {
    let (Some(had), Some(has)) = (&old.scopes, &new.scopes) else {
        return Ok(());
    };
    match had.iter().find(|scope| !has.contains(scope)) {
        None => Ok(()),
        Some(scope) => Err(Error::invalid_request(
            OPERATION,
            format!("the new token lacks the scope `{scope}` of the old one, which stays in use"),
        )),
    }
}

impl IntoFuture for RotateToken {
    type Output = crate::Result<Rotated>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for RotateToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotateToken")
            .field("client", &self.client)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
