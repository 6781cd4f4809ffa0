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
    /// account may have 25 that are active, so a call that may have created one is not repeated by retries. To rotate a
    /// token, create a new one, switch to it, [`revoke`](Self::revoke) the old one. As scopes cannot grow, `payments:write`
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
}
