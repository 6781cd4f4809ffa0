//! The API tokens of the account.

mod create;

use opentrain_api::public::operations;

use super::family;
use crate::call::Call;
use crate::page::{Page, PageParts};
use crate::types::{TokenId, TokenMetadata};

pub use create::CreateToken;

family! {
    /// The API tokens of the account.
    Tokens, tokens
}

impl Tokens {
    /// All tokens of the account, active, expired and revoked, without their secrets. All at once.
    ///
    /// Any valid token will do, before the account is claimed too.
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

    /// Makes a further token for the account. It can do at the most what the token can that asks for it.
    ///
    /// **The secret is shown only here**: store it before anything else. Every call makes another token, of which an account may
    /// have 25 that are active, so one that may have been made is not repeated by retries. To rotate a token, make a new one,
    /// switch to it, [`revoke`](Self::revoke) the old one. Any valid token will do, before the account is claimed too.
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
    /// [`Reason::UnknownScopes`](crate::Reason::UnknownScopes); 403 for scopes that the asking token does not have; 400 for a
    /// name that is empty or too long, or an expiry that is past; 401. How a 26th token is refused is not documented.
    pub fn create(&self) -> CreateToken {
        CreateToken::new(&self.client)
    }

    /// Revokes a token, at once and for good. Takes the id of its record, not the secret: see
    /// [`AgentAuth::revoke`](super::AgentAuth::revoke) for that.
    ///
    /// Revoking the token in use makes the next call fail, this one's own retries too. What revoking again answers is not
    /// documented. Any valid token will do, before the account is claimed too.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/tokens/revoke/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::TokenId) -> opentrain::Result<()> {
    /// let token = client.tokens().revoke(&id).await?;
    /// println!("{:?} is {} since {:?}", token.name, token.status, token.revoked_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for one of another account too; 401.
    pub fn revoke(&self, id: &TokenId) -> Call<TokenMetadata> {
        let prepared = self.client.public().tokens_revoke_request(id);
        self.client
            .call(&operations::TOKENS_REVOKE, prepared)
            .map(|response| response.token)
    }
}
