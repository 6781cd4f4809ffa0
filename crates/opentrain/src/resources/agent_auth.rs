//! Agent accounts: registration, the claim by a human, revocation of tokens.

mod register;

use opentrain_api::agent::operations;

use super::AgentAuth;
use crate::call::Call;
use crate::types::{
    ApiToken, ClaimAttempt, ClaimRequest, ClaimToken, ExchangeTokenRequest, ExchangedToken,
    GrantType, RevokeTokenRequest,
};

pub use register::RegisterAgent;

impl AgentAuth {
    /// Creates a new employer account without a human owner. Needs no token, and returns one that works at once.
    ///
    /// The token has six scopes: `jobs:read`, `jobs:write`, `proposals:read`, `messages:read`, `payments:read` and
    /// `team:read`. **Token and claim token are shown only here**: store both before anything else. A human can claim the
    /// account for about 24 hours, see [`start_claim`](Self::start_claim); after that it can no longer be claimed. Every call
    /// creates another account, so a call that may have created one is not repeated by retries. [`Client::claim`](crate::Client::claim)
    /// does this and the rest of the ceremony.
    ///
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
    /// 429 `rate_limit_exceeded` after too many registrations, of which the number is not documented; 400
    /// `unsupported_identity_type`, which this method does not cause; 500 `server_error`.
    pub fn register(&self) -> RegisterAgent {
        RegisterAgent::new(&self.client)
    }

    /// Starts the ceremony in which a human claims the account. Needs no token: the claim token is the credential.
    ///
    /// Show the human both `verification_uri` and `user_code`, even if `email_sent` is true: the mail can go astray. They
    /// sign in or up with exactly this e-mail address, which must have no OpenTrain account yet, and type the code. Meanwhile
    /// poll [`exchange_token`](Self::exchange_token). An attempt lives for 30 minutes, within the claim window of about 24
    /// hours. Calling again starts over with a new code, so a call that may have started an attempt is not repeated by
    /// retries.
    ///
    /// A claim adds the scopes `proposals:write`, `messages:write` and `team:write`. **It does not give `payments:write` and
    /// `webhooks:manage`**: calls that need one of them want a token that a human creates in the app, where scopes can be
    /// picked.
    ///
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
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth): 400 `invalid_request` if claim token or e-mail address are
    /// missing or invalid, if the claim window is over, or if the address has an account already, which only the
    /// [description](crate::OAuthError::description) says (`email_already_registered`); 403 `anonymous_not_enabled`; 429
    /// `rate_limit_exceeded` after too many starts, of which the number is not documented; 500 `server_error`.
    pub fn start_claim(
        &self,
        claim_token: &ClaimToken,
        email: impl Into<String>,
    ) -> Call<ClaimAttempt> {
        let body = ClaimRequest::new(claim_token.clone(), email.into());
        let prepared = self.client.agent().agent_start_claim_request(&body);
        self.client.call(&operations::AGENT_START_CLAIM, prepared)
    }

    /// Returns the token of the account once a human has claimed it. Needs no token: the claim token is the credential.
    ///
    /// Poll every `interval` seconds of the [attempt](Self::start_claim); until the human has finished, the call fails with
    /// `authorization_pending`. When the claim succeeds, every earlier token of the account is revoked at once. **The new one
    /// is delivered once**: store it before anything else. A request that may have delivered it is not repeated by retries; a
    /// lost token can only be replaced in the app. The token has nine scopes: the six of [`register`](Self::register),
    /// `proposals:write`, `messages:write` and `team:write`, but neither `payments:write` nor `webhooks:manage`.
    ///
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/agent-auth/token/).
    ///
    #[doc = concat!("```no_run\n# fn main() {}\n", include_str!("../docs/exchange_loop.rust"), "```")]
    ///
    /// # Errors
    ///
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth), with status 400:
    ///
    /// - `authorization_pending`: the human has not finished; go on polling.
    /// - `slow_down`: polled faster than `interval`; poll less often.
    /// - `expired_token`: the claim window of about 24 hours is over; register again.
    /// - `invalid_grant`: the claim token is unknown, or the token was delivered before.
    /// - `unsupported_grant_type` and `invalid_request`: the form is incomplete, which this method does not cause.
    pub fn exchange_token(&self, claim_token: &ClaimToken) -> Call<ExchangedToken> {
        let body = ExchangeTokenRequest::new(claim_token.clone(), GrantType::Claim);
        let prepared = self.client.agent().agent_exchange_token_request(&body);
        self.client
            .call(&operations::AGENT_EXCHANGE_TOKEN, prepared)
    }

    /// Revokes a token by its value, at once and for good. Needs no other token: the value is the credential.
    ///
    /// A token that is unknown or was revoked before gives the same response, so revoking again is safe, and retries do.
    /// [`Tokens::revoke`](super::Tokens::revoke) revokes by the id of the token's record.
    ///
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
    /// All as [`ErrorKind::OAuth`](crate::ErrorKind::OAuth): 400 `invalid_request` for an empty token; 500 `server_error`.
    pub fn revoke(&self, token: &ApiToken) -> Call<()> {
        let body = RevokeTokenRequest::new(token.clone());
        let prepared = self.client.agent().agent_revoke_token_request(&body);
        self.client
            .call_for_nothing(&operations::AGENT_REVOKE_TOKEN, prepared)
    }
}
