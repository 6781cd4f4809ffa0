//! An account without a human, and how a human takes it over.

mod register;

use opentrain_api::agent::operations;

use super::family;
use crate::call::Call;
use crate::types::{
    ApiToken, ClaimAttempt, ClaimRequest, ClaimToken, ExchangeTokenRequest, ExchangedToken,
    GrantType, RevokeTokenRequest,
};

pub use register::RegisterAgent;

family! {
    /// An account without a human, and how a human takes it over.
    AgentAuth, agent_auth
}

impl AgentAuth {
    /// Makes a fresh employer account without a human. Needs no token, and gives one that works at once, with six scopes.
    ///
    /// **Token and claim token are shown only here**: store both before anything else. A human can claim the account with the
    /// claim token for about 24 hours; after that, nobody can. Every call makes another account, so one that may have been made
    /// is not repeated by retries.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/agent-auth/register/).
    ///
    /// ```no_run
    /// # fn store(_token: &str, _claim_token: &str) {}
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = opentrain::Client::builder().build()?;
    /// let agent = client.agent_auth().register().agent_name("Hiring helper").await?;
    /// store(agent.access_token.expose(), agent.claim_token.expose());
    /// client.token().set(&agent.access_token)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth): 403 `anonymous_not_enabled` where registration is switched off;
    /// 429 `rate_limit_exceeded`; 400, 500.
    pub fn register(&self) -> RegisterAgent {
        RegisterAgent::new(&self.client)
    }

    /// Asks a human to claim the account that the claim token stands for. Needs no token.
    ///
    /// Show the human both the address and the code, since the mail can go astray; they sign in or up with exactly this e-mail,
    /// which must have no account yet. An attempt lives for 30 minutes. Asking again starts over with a new code, so an attempt
    /// that may have been made is not repeated by retries.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/agent-auth/claim/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, claim_token: opentrain::types::ClaimToken) -> opentrain::Result<()> {
    /// let attempt = client.agent_auth().start_claim(&claim_token, "pat@example.org").await?;
    /// println!("open {} and type {}", attempt.verification_uri.expose(), attempt.user_code.expose());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth): 400 `invalid_request` if claim token or e-mail are no good, the
    /// claim window is over, or the e-mail has an account already, which shows only in the
    /// [description](crate::OAuthError::description); 403 `anonymous_not_enabled`; 429 `rate_limit_exceeded`; 500.
    pub fn start_claim(
        &self,
        claim_token: &ClaimToken,
        email: impl Into<String>,
    ) -> Call<ClaimAttempt> {
        let body = ClaimRequest::new(claim_token.clone(), email.into());
        let prepared = self.client.agent().agent_start_claim_request(&body);
        self.client.call(&operations::AGENT_START_CLAIM, prepared)
    }

    /// Asks for the token of the account once a human has claimed it. Needs no token but the claim token.
    ///
    /// Ask every `interval` seconds of the [attempt](Self::start_claim); until the human is done, the answer is an error that
    /// says so. Once it is claimed, every earlier token of the account is revoked. **The new one is delivered once**: store it
    /// before anything else. A request that may have delivered it is not repeated by retries; a token that got lost can only be
    /// replaced in the app.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/agent-auth/token/).
    ///
    #[doc = concat!("```no_run\n# fn main() {}\n", include_str!("../docs/exchange_loop.rust"), "```")]
    ///
    /// # Errors
    ///
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth), with status 400: `authorization_pending`, go on asking;
    /// `slow_down`, go on asking less often; `expired_token`, the claim window of about 24 hours is over, so register again;
    /// `invalid_grant`, the claim token is unknown or the token was delivered before.
    pub fn exchange_token(&self, claim_token: &ClaimToken) -> Call<ExchangedToken> {
        let body = ExchangeTokenRequest::new(claim_token.clone(), GrantType::Claim);
        let prepared = self.client.agent().agent_exchange_token_request(&body);
        self.client
            .call(&operations::AGENT_EXCHANGE_TOKEN, prepared)
    }

    /// Revokes a token by its value, at once and for good. Having it is all that it takes.
    ///
    /// A token that is unknown or was revoked before gives the same answer, so revoking again is safe and retries do.
    /// [`Tokens::revoke`](super::Tokens::revoke) does it by the id of the token's record.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/agent-auth/revoke/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, old: opentrain::types::ApiToken) -> opentrain::Result<()> {
    /// client.agent_auth().revoke(&old).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth): 400 for an empty token; 500.
    pub fn revoke(&self, token: &ApiToken) -> Call<()> {
        let body = RevokeTokenRequest::new(token.clone());
        let prepared = self.client.agent().agent_revoke_token_request(&body);
        self.client
            .call_for_nothing(&operations::AGENT_REVOKE_TOKEN, prepared)
    }
}
