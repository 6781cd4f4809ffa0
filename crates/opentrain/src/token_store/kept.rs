//! Content of a store during a claim or a rotation, and the client's token that goes with it.

use std::sync::Arc;

use super::{SavedToken, State, StoreError, TokenStore};
use crate::client::Client;
use crate::error::{Error, TokenFault};
use crate::types::{ApiToken, Scope};

/// Limit on the attempts to save a token while other processes write to the store.
const MOST_CONFLICTS: u32 = 20;

/// Content of a store, as far as is known.
pub(crate) struct Kept {
    client: Client,
    store: Arc<dyn TokenStore>,
    /// Name of the operation in errors.
    operation: &'static str,
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

impl Kept {
    pub(crate) fn new(
        client: &Client,
        store: &Arc<dyn TokenStore>,
        operation: &'static str,
    ) -> Self {
        Self {
            client: client.clone(),
            store: Arc::clone(store),
            operation,
            saved: None,
            in_use: None,
        }
    }

    /// Returns the state that is saved.
    pub(crate) fn state(&self) -> State {
        let saved = self.saved.as_ref();
        saved.map_or(State::Blank, |saved| saved.state().clone())
    }

    /// Reads the store, and gives the client the token there.
    pub(crate) async fn load(&mut self) -> crate::Result<()> {
        let loaded = self.store.load().await;
        let loaded = loaded.map_err(|error| self.failed(error))?;
        let base_url = loaded.as_ref().map(SavedToken::base_url);
        if let Some(base_url) = base_url.filter(|url| *url != self.client.base_url()) {
            let base_url = String::from(base_url);
            return Err(TokenFault::OtherService { base_url }.of(self.operation));
        }
        self.saved = loaded;
        self.use_token();
        Ok(())
    }

    /// Writes what is saved once more, to see that the store can be written. Returns false if another process has written: what it
    /// wrote is read then.
    pub(crate) async fn probe(&mut self) -> crate::Result<bool> {
        self.save(self.state()).await
    }

    /// Saves a state, and gives the client its token. Returns false if another process has written: what it wrote is read then.
    pub(crate) async fn save(&mut self, state: State) -> crate::Result<bool> {
        match self.replace(state).await {
            Ok(true) => {
                self.use_token();
                Ok(true)
            }
            Ok(false) => self.load().await.map(|()| false),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Saves a token that was just delivered and that no other process has, even if others write meanwhile.
    pub(crate) async fn save_delivered(
        &mut self,
        token: ApiToken,
        scopes: Option<Vec<Scope>>,
    ) -> crate::Result<()> {
        let _handover = Handover(self.client.clone(), token.clone());
        let state = State::Active {
            access_token: token.clone(),
            scopes,
        };
        for _ in 0..MOST_CONFLICTS {
            let replaced = self.replace(state.clone()).await;
            let conflict = match replaced {
                Ok(true) => return Ok(()),
                Ok(false) => self.store.load().await,
                Err(error) => Err(error),
            };
            match conflict {
                Ok(loaded) => self.saved = loaded,
                Err(error) => return Err(TokenFault::not_saved(token, error).of(self.operation)),
            }
        }
        Err(TokenFault::not_saved(token, overtaken()).of(self.operation))
    }

    /// Returns the error of a store that another process writes to at the same time.
    pub(crate) fn overtaken(&self) -> Error {
        self.failed(overtaken())
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

    fn failed(&self, error: StoreError) -> Error {
        TokenFault::store(error).of(self.operation)
    }
}

fn overtaken() -> StoreError {
    StoreError::from("another process writes to the store at the same time")
}
