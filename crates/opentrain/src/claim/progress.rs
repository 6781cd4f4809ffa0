//! What the store keeps of a claim, and the client's token that goes with it.

use std::sync::Arc;

use super::ceremony::{Delivery, OPERATION};
use crate::client::Client;
use crate::error::TokenFault;
use crate::token_store::{SavedToken, State, StoreError, TokenStore};
use crate::types::ApiToken;

/// How often a token is saved anew because other processes write to the store at the same time.
const MOST_CONFLICTS: u32 = 20;

/// Progress of a claim, as it is saved.
pub(super) struct Progress {
    client: Client,
    store: Arc<dyn TokenStore>,
    /// What the store keeps, as far as is known.
    saved: Option<SavedToken>,
    /// Token that the client was given.
    in_use: Option<ApiToken>,
}

/// Gives the client its new token at the end of its life: once it is saved, once that failed, and when the claim is dropped meanwhile.
struct Handover(Client, ApiToken);

impl Drop for Handover {
    fn drop(&mut self) {
        // A token that no header can hold is reported at the end of the claim.
        let _ = self.0.token().set(&self.1);
    }
}

impl Progress {
    pub(super) fn new(client: &Client, store: &Arc<dyn TokenStore>) -> Self {
        Self {
            client: client.clone(),
            store: Arc::clone(store),
            saved: None,
            in_use: None,
        }
    }

    /// Returns the state that is saved.
    pub(super) fn state(&self) -> State {
        let saved = self.saved.as_ref();
        saved.map_or(State::Blank, |saved| saved.state().clone())
    }

    /// Reads the store.
    pub(super) async fn load(&mut self) -> crate::Result<()> {
        let loaded = self.store.load().await;
        let loaded = loaded.map_err(|error| TokenFault::store(error).of(OPERATION))?;
        let base_url = loaded.as_ref().map(SavedToken::base_url);
        if let Some(base_url) = base_url.filter(|url| *url != self.client.base_url()) {
            let base_url = String::from(base_url);
            return Err(TokenFault::OtherService { base_url }.of(OPERATION));
        }
        self.saved = loaded;
        self.use_token();
        Ok(())
    }

    /// Writes what is saved once more, to see that the store can be written. Returns false if another process has written: what it
    /// wrote is read then.
    pub(super) async fn probe(&mut self) -> crate::Result<bool> {
        self.save(self.state()).await
    }

    /// Saves a state. Returns false if another process has written: what it wrote is read then.
    pub(super) async fn save(&mut self, state: State) -> crate::Result<bool> {
        match self.replace(state).await {
            Ok(true) => {
                self.use_token();
                Ok(true)
            }
            Ok(false) => self.load().await.map(|()| false),
            Err(error) => Err(TokenFault::store(error).of(OPERATION)),
        }
    }

    /// Saves the token that was just delivered, whatever other processes write meanwhile: nobody else has it.
    pub(super) async fn keep(&mut self, delivery: Delivery) -> crate::Result<()> {
        let Delivery { token, scopes } = delivery;
        let _handover = Handover(self.client.clone(), token.clone());
        let state = State::Active {
            access_token: token.clone(),
            scopes,
        };
        let not_saved = |error| Err(TokenFault::not_saved(token.clone(), error).of(OPERATION));
        for _ in 0..MOST_CONFLICTS {
            match self.replace(state.clone()).await {
                Ok(true) => return Ok(()),
                Ok(false) => match self.store.load().await {
                    Ok(loaded) => self.saved = loaded,
                    Err(error) => return not_saved(error),
                },
                Err(error) => return not_saved(error),
            }
        }
        not_saved(StoreError::from(
            "other processes write to the store all the time",
        ))
    }

    async fn replace(&mut self, state: State) -> Result<bool, StoreError> {
        let base_url = String::from(self.client.base_url());
        let new = SavedToken::with_state(base_url, state).after(self.saved.as_ref());
        let replaced = self.store.replace(self.saved.as_ref(), &new).await?;
        if replaced {
            self.saved = Some(new);
        }
        Ok(replaced)
    }

    /// Gives the client the token that is saved, if it is another one than before.
    fn use_token(&mut self) {
        let token = self.saved.as_ref().and_then(SavedToken::access_token);
        if let Some(token) = token.filter(|token| Some(*token) != self.in_use.as_ref()) {
            let _ = self.client.token().set(token);
            self.in_use = Some(token.clone());
        }
    }
}
