//! The claim ceremony: an agent registers an account, and a human makes it theirs.
//!
//! [`Client::claim`] takes these steps, each saved in a [`TokenStore`] before the next:
//!
//! 1. Register an account. Its token works at once, for six scopes, and the client sends it from then on.
//! 2. Start an attempt and show the human an address and a code. An attempt ends after 30 minutes; then a new one is started and
//!    shown, as long as the claim window of about 24 hours is open.
//! 3. Ask for the token of the claimed account, as often as the service allows. Before each request the store is written, to see
//!    that it can be.
//! 4. Save the token. Then the client sends it.
//!
//! A program that is stopped anywhere goes on from the saved step when it is started again, with the same code on the human's screen.
//! Two processes may share a store: the token that one of them gets is used by both.
//!
//! **What can be lost.** The service sends the token once. If that response does not arrive, or the program is killed before it has
//! saved it, the claim ends with [`TokenFault::Lost`](crate::TokenFault::Lost), which says what a human can do. If the store fails just
//! then, the error has the token: [`Error::into_token`](crate::Error::into_token).
//!
//! The [guide](crate::guides::claiming_an_account) shows a whole program.

mod ceremony;
mod received;
pub(crate) mod salvage;
mod verdict;

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::slice;
use std::sync::Arc;

use opentrain_api::ScopeRule;

use crate::client::Client;
use crate::token_store::{Attempt, TokenStore};
use crate::types::{ApiToken, Scope, Timestamp, UserCode, VerificationUri};
use ceremony::Ceremony;

/// Claim of an account by a human, from registration to the saved token. See [`Client::claim`].
#[must_use = "a claim does nothing until it is awaited"]
pub struct Claim {
    client: Client,
    email: String,
    store: Arc<dyn TokenStore>,
    show: Show,
    agent_name: Option<String>,
    organization_name: Option<String>,
}

/// Function of the caller that shows a human what to do.
type Show = Box<dyn FnMut(&ClaimPrompt) + Send>;

impl Client {
    /// Registers an account, has it claimed by the human with this e-mail address, and saves its token: from whichever step the store
    /// says was reached.
    ///
    /// `show` tells the human where to go and which code to type, once for each attempt. See [the module](crate::claim) for the
    /// steps, for restarts and for what can be lost. The client is given the token of the registration, and then that of the claimed
    /// account. If the store keeps a token already, the client is given that one, and no request is sent.
    ///
    /// ```no_run
    /// # async fn example() -> opentrain::Result<()> {
    /// use opentrain::token_store::FileTokenStore;
    ///
    /// let client = opentrain::Client::builder().build()?;
    /// let claimed = client
    ///     .claim("pat@example.org", FileTokenStore::new("token.json"), |ask| {
    ///         println!("open {} and type {}", ask.verification_uri.expose(), ask.user_code.expose());
    ///     })
    ///     .agent_name("Hiring helper")
    ///     .await?;
    /// println!("still needs a token from the app for {:?}", claimed.lacking());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Token`](crate::ErrorKind::Token) if the store fails, the claim window is over, the address has an account, or the
    /// token went to a response that got lost; the service's refusals as they are. What may pass is waited out for as long as the
    /// account can be claimed, but for the registration, which is tried as every call is.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future is safe: awaiting the same claim again goes on. Only a store of your own whose `replace` takes time can
    /// lose the token, if the future is dropped in the middle of the last one; the client has the token even then.
    #[doc(alias = "device code")]
    #[doc(alias = "sign up")]
    pub fn claim<S, F>(&self, email: impl Into<String>, store: S, show: F) -> Claim
    where
        S: TokenStore + 'static,
        F: FnMut(&ClaimPrompt) + Send + 'static,
    {
        Claim {
            client: self.clone(),
            email: email.into(),
            store: Arc::new(store),
            show: Box::new(show),
            agent_name: None,
            organization_name: None,
        }
    }
}

impl Claim {
    /// Sets the label of the agent that the human reads on the claim page. It is sent with the registration.
    pub fn agent_name(mut self, name: impl Into<String>) -> Self {
        self.agent_name = Some(name.into());
        self
    }

    /// Sets the name of the new account's organization. It is sent with the registration.
    pub fn organization_name(mut self, name: impl Into<String>) -> Self {
        self.organization_name = Some(name.into());
        self
    }
}

impl IntoFuture for Claim {
    type Output = crate::Result<Claimed>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(Ceremony::new(self).run())
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Link and code that a human needs to claim the account. Show both address and code, even if `email_sent` is true: the mail can go astray.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimPrompt {
    /// Address that the human opens. It is a secret: its holder can try to claim the account.
    pub verification_uri: VerificationUri,
    /// Code that the human types there.
    pub user_code: UserCode,
    /// E-mail address that the human must sign in or up with.
    pub email: String,
    /// True if the service has sent a mail to the human.
    pub email_sent: bool,
    /// End of this attempt, by the service's clock. If the human is later, a new attempt is shown.
    pub expires_at: Timestamp,
}

impl From<&Attempt> for ClaimPrompt {
    fn from(attempt: &Attempt) -> Self {
        Self {
            verification_uri: attempt.verification_uri.clone(),
            user_code: attempt.user_code.clone(),
            email: attempt.email.clone(),
            email_sent: attempt.email_sent,
            expires_at: attempt.expires_at,
        }
    }
}

/// Token of an account, saved and in use by the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claimed {
    /// The token.
    pub access_token: ApiToken,
    /// Scopes of the token. `None` if the service omitted them.
    pub scopes: Option<Vec<Scope>>,
}

impl Claimed {
    /// Returns the known scopes that the token lacks; after a claim these are `payments:write` and `webhooks:manage`. `None` if its
    /// scopes are not known.
    ///
    /// Calls that need one of them want a token that a human creates in the app, where scopes can be picked.
    #[must_use]
    pub fn lacking(&self) -> Option<Vec<Scope>> {
        let granted: Vec<&str> = self.scopes.as_ref()?.iter().map(Scope::as_str).collect();
        let lacks =
            |scope: &&'static &str| !ScopeRule::all(slice::from_ref(*scope)).allows(&granted);
        let lacking = Scope::KNOWN.iter().filter(lacks);
        Some(lacking.map(|scope| Scope::from(*scope)).collect())
    }
}
