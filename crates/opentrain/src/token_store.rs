//! Where the token of an account is kept over restarts: a file, memory, or a store of your own.
//!
//! [`Client::claim`](crate::Client::claim) and [`Tokens::rotate`](crate::resources::Tokens::rotate) write to a store before they
//! depend on what they wrote. A token that the service shows once is saved before anything else happens with it.
//!
//! ```no_run
//! # async fn example(client: opentrain::Client) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! use opentrain::token_store::{FileTokenStore, TokenStore};
//!
//! let store = FileTokenStore::new("token.json");
//! if let Some(token) = store.load().await?.as_ref().and_then(|saved| saved.access_token()) {
//!     client.token().set(token)?;
//! }
//! # Ok(())
//! # }
//! ```

mod file;
mod kept;
mod memory;
mod saved;

use std::pin::Pin;
use std::sync::Arc;

pub use file::FileTokenStore;
pub(crate) use kept::Kept;
pub use memory::MemoryTokenStore;
pub use saved::SavedToken;
pub(crate) use saved::{Attempt, Registered, State};

/// Error of a store. The client shows it as the source of its own error.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// Future that a store returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Place for one [`SavedToken`], which survives restarts.
///
/// [`FileTokenStore`] and [`MemoryTokenStore`] are ready-made. A store of your own, such as a row of a database, has two methods.
/// `SavedToken` holds secrets: keep it where they may be kept.
///
/// ```
/// use opentrain::token_store::{SavedToken, StoreFuture, TokenStore};
/// # struct Row;
/// # impl Row {
/// #     async fn select(&self) -> Option<String> { None }
/// #     async fn update(&self, _: Option<u64>, _: u64, _: String) -> bool { true }
/// # }
///
/// struct Database(Row);
///
/// impl TokenStore for Database {
///     fn load(&self) -> StoreFuture<'_, Option<SavedToken>> {
///         Box::pin(async {
///             let json = self.0.select().await; // SELECT json FROM token
///             Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
///         })
///     }
///
///     fn replace<'a>(&'a self, expected: Option<&'a SavedToken>, new: &'a SavedToken) -> StoreFuture<'a, bool> {
///         Box::pin(async move {
///             let expected = expected.map(SavedToken::revision);
///             let json = serde_json::to_string(new)?;
///             // UPDATE token SET revision = $2, json = $3 WHERE revision = $1, or INSERT if nothing is expected
///             Ok(self.0.update(expected, new.revision(), json).await)
///         })
///     }
/// }
/// ```
pub trait TokenStore: Send + Sync {
    /// Reads what is kept. `None` if nothing was ever saved.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read. What is damaged is an error, never `None`: a new account would be registered.
    fn load(&self) -> StoreFuture<'_, Option<SavedToken>>;

    /// Replaces what is kept, whole or not at all, if it is as expected; `expected` is what [`load`](Self::load) returned or what was
    /// saved last. Returns false, and changes nothing, if another process has replaced it meanwhile.
    ///
    /// Compare [`SavedToken::revision`]: each replacement has another one. The future must end only when the value survives a
    /// loss of power.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written. What was kept is kept then.
    fn replace<'a>(
        &'a self,
        expected: Option<&'a SavedToken>,
        new: &'a SavedToken,
    ) -> StoreFuture<'a, bool>;
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load(&self) -> StoreFuture<'_, Option<SavedToken>> {
        self.as_ref().load()
    }

    fn replace<'a>(
        &'a self,
        expected: Option<&'a SavedToken>,
        new: &'a SavedToken,
    ) -> StoreFuture<'a, bool> {
        self.as_ref().replace(expected, new)
    }
}
