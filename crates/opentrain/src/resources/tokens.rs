//! The API tokens of the account.

mod create;
mod rotate;
mod rotation_name;

use std::sync::Arc;

use opentrain_api::public::operations;

use super::Tokens;
use crate::call::Call;
use crate::page::{Page, PageParts};
use crate::token_store::TokenStore;
use crate::types::{TokenId, TokenMetadata};

pub use create::CreateToken;
pub use rotate::{RotateToken, Rotated};

impl Tokens {
    /// Returns all tokens of the account, active, expired and revoked, without their secrets, all at once.
    ///
    /// The order is not documented. Any valid token will do, with any scopes; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/tokens/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// for token in client.tokens().list().await?.items {
    ///     println!("{} {:?} {:?}", token.id, token.name, token.preview);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 401.
    pub fn list(&self) -> Call<Page<TokenMetadata>> {
        let prepared = self.client.public().tokens_list_request();
        let operation = &operations::TOKENS_LIST;
        self.client
            .call_for_page(operation, prepared, &["tokens"], |body| {
                PageParts::unpaged(body.tokens)
            })
    }

    /// Creates a further token for the account, with at most the scopes of the token that asks.
    ///
    /// **The secret is shown only here**: store it before anything else. Every call creates another token, of which an
    /// account may have 25 that are active, so a call that may have created one is not repeated by retries. To replace the
    /// token in use, [`rotate`](Self::rotate) it. As scopes cannot grow, `payments:write`
    /// and `webhooks:manage` come from a token that a human creates in the app. Any valid token will do, with any scopes;
    /// works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/tokens/create/).
    ///
    /// ```no_run
    /// # fn store(_secret: &str) {}
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::Scope;
    ///
    /// let created = client.tokens().create().name("Nightly sync").scopes([Scope::JobsRead, Scope::ProposalsRead]).await?;
    /// store(created.token.expose());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::UnknownScopes`](crate::Reason::UnknownScopes), and for a name that is empty or longer than 120
    /// characters or an expiry that is past; 403 for scopes that the asking token does not have; 401. The refusal of a 26th
    /// token is not documented.
    pub fn create(&self) -> CreateToken {
        CreateToken::new(&self.client)
    }

    /// Revokes a token, at once and for good. It takes the id of the token's record: see
    /// [`AgentAuth::revoke`](super::AgentAuth::revoke) for the secret.
    ///
    /// Revoking the token in use makes the next call fail, and this call's own retries. The response to revoking again is not
    /// documented. Any valid token will do, with any scopes; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/tokens/revoke/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::TokenId;
    ///
    /// let token = client.tokens().revoke(&TokenId::from("tok_7Ab1")).await?;
    /// println!("{:?} is {} since {:?}", token.name, token.status, token.revoked_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for a token that does not exist or is another account's; 401.
    pub fn revoke(&self, id: &TokenId) -> Call<TokenMetadata> {
        let prepared = self.client.public().tokens_revoke_request(id);
        self.client
            .call(&operations::TOKENS_REVOKE, prepared)
            .map(|response| response.token)
    }

    /// Replaces the token in use by a new one with the same scopes: creates it, tries it, saves it in the store, gives it to the client
    /// and its clones, and revokes the old one.
    ///
    /// If the store keeps a token, that one is rotated; give the client the same token at each start, see
    /// [`token_store`](crate::token_store). A rotation that is stopped leaves two active tokens, one of which is saved. The name of a
    /// rotated token ends with ` (rotated from ID)`, by which the next rotation finds the other one and revokes it. Rotate a
    /// token in one process at a time.
    ///
    /// Any valid token will do, with any scopes; works before the account is claimed.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::token_store::FileTokenStore;
    ///
    /// let rotated = client.tokens().rotate(FileTokenStore::new("token.json")).await?;
    /// println!("now {}, without {:?}", rotated.id, rotated.revoked);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`](crate::ErrorKind::Token) if the store fails, and as [`list`](Self::list), [`create`](Self::create) and
    /// [`revoke`](Self::revoke) do. The old token stays in use unless the error is one of `tokens_revoke`: then the new token is
    /// saved and in use, and the next rotation revokes the old one.
    pub fn rotate(&self, store: impl TokenStore + 'static) -> RotateToken {
        RotateToken::new(&self.client, Arc::new(store))
    }
}
