//! The client: what all calls share.

mod base_url;
mod builder;
mod environment;
mod token_change;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentrain_api::{ApiToken, Context, InvalidToken, SharedToken, agent, public};

use crate::call_options::CallOptions;
use crate::clock::{Clock, Jitter};
use crate::retry::RetryBudget;
use crate::tokenless_limiter::TokenlessLimiter;

pub(crate) use base_url::BaseUrl;
pub use builder::ClientBuilder;
pub use token_change::TokenChange;
pub(crate) use token_change::TokenChanges;

/// A client of the OpenTrain AI API. Cheap to clone; clones share connections, token, retry budget and limits.
///
/// ```no_run
/// # async fn example() -> opentrain::Result<()> {
/// let client = opentrain::Client::from_env()?;
/// let me = client.auth().me().await?;
/// println!("{:?}", me.actor.email);
/// # Ok(())
/// # }
/// ```
///
/// Calls must be awaited within a tokio runtime with time and I/O. Redirects are not followed: the service sends none.
///
/// # Limits
///
/// The four calls that need no token, [`search`](crate::resources::Jobs::search), [`get`](crate::resources::Jobs::get),
/// [`facets`](crate::resources::Jobs::facets) and [`changes`](crate::resources::Jobs::changes), are limited to 120 requests a
/// minute from one address. The documentation does not say whether they share that number. The client counts them together and
/// stays below the limit by itself: it delays a call until there is room. Its clones count together with it, other processes
/// behind the same address do not; [`without_tokenless_limit`](ClientBuilder::without_tokenless_limit) switches the delay off.
///
/// The service's other limits show only in a 429: see [`Error::is_rate_limited`](crate::Error::is_rate_limited).
#[derive(Clone)]
pub struct Client(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    /// Time limit that the HTTP client has for every request, if it is known.
    pub(crate) http_timeout: Option<Duration>,
    pub(crate) base_url: BaseUrl,
    pub(crate) token: SharedToken,
    pub(crate) token_changes: TokenChanges,
    pub(crate) context: Context,
    pub(crate) public: public::Client,
    pub(crate) agent: agent::Client,
    pub(crate) defaults: CallOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) jitter: Arc<dyn Jitter>,
    pub(crate) budget: RetryBudget,
    pub(crate) tokenless: Option<TokenlessLimiter>,
}

impl Client {
    /// Sets up a client step by step.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Makes a client from the environment: the token from `OT_API_TOKEN` or `OPENTRAIN_API_TOKEN`, the base URL from
    /// `OT_API_BASE_URL`, `OPENTRAIN_API_BASE_URL` or `OPENTRAIN_BASE_URL` if one is set.
    ///
    /// # Errors
    ///
    /// Fails if there is no token, or the base URL is none that a token may be sent to.
    #[doc(alias = "environment")]
    #[doc(alias = "OT_API_TOKEN")]
    #[doc(alias = "OPENTRAIN_API_TOKEN")]
    #[doc(alias = "login")]
    pub fn from_env() -> crate::Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns the token that requests are sent with. Setting it changes it for every clone of this client, from the next request on.
    #[must_use]
    #[doc(alias = "bearer")]
    #[doc(alias = "api key")]
    #[doc(alias = "credentials")]
    pub fn token(&self) -> &SharedToken {
        &self.0.token
    }

    /// Announces that the token is about to be replaced, for as long as the returned value is kept.
    ///
    /// A successful claim revokes every earlier token before the new one is delivered, so requests fail with 401 meanwhile.
    /// An announced change tells a [feed](crate::feed) and other waits to go on until the new token is there. The client's own
    /// [claim](Self::claim) and [rotation](crate::resources::Tokens::rotate) announce theirs; a program that replaces the token by other
    /// means keeps one from before the old token may be revoked until the new one is [set](Self::token).
    pub fn announce_token_change(&self) -> TokenChange {
        self.0.token_changes.announce()
    }

    /// True while a change of the token is [announced](Self::announce_token_change). A 401 is no reason to give up then.
    #[must_use]
    pub fn is_token_changing(&self) -> bool {
        self.0.token_changes.is_pending()
    }

    /// Returns the URL of the service, without a path of the API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.base_url.as_str()
    }

    /// Returns the generated client of the Public API: one request a call, no retries, no pages. Its signatures follow the service's
    /// document: where that adds a parameter, they change, in a release that says so.
    #[must_use]
    pub fn raw(&self) -> public::Client {
        self.0.public.clone()
    }

    /// Returns the generated client of the agent endpoints. See [`raw`](Self::raw).
    #[must_use]
    pub fn raw_agent(&self) -> agent::Client {
        self.0.agent.clone()
    }

    /// Returns a client with the same settings and connections that sends another token.
    ///
    /// # Errors
    ///
    /// Fails if the token has characters that no header may hold.
    pub(crate) fn with_token(&self, token: &ApiToken) -> Result<Self, InvalidToken> {
        let shared = &self.0;
        let token = SharedToken::new(token)?;
        let context = shared.context.clone().with_token(token.clone());
        let timeout = shared.defaults.timeout;
        let (public, agent) = raw_clients(&shared.http, &shared.base_url, &context, timeout);
        Ok(Self(Arc::new(Shared {
            http: shared.http.clone(),
            http_timeout: shared.http_timeout,
            base_url: shared.base_url.clone(),
            token,
            token_changes: TokenChanges::default(),
            context,
            public,
            agent,
            defaults: shared.defaults.clone(),
            clock: Arc::clone(&shared.clock),
            jitter: Arc::clone(&shared.jitter),
            budget: RetryBudget::default(),
            tokenless: None,
        })))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// Returns the generated client of the Public API, which makes the requests.
    pub(crate) fn public(&self) -> &public::Client {
        &self.0.public
    }

    /// Returns the generated client of the agent endpoints, which makes the requests.
    pub(crate) fn agent(&self) -> &agent::Client {
        &self.0.agent
    }
}

/// Returns the generated clients of the service at a base URL.
fn raw_clients(
    http: &reqwest::Client,
    base_url: &BaseUrl,
    context: &Context,
    timeout: Option<Duration>,
) -> (public::Client, agent::Client) {
    let context = match timeout {
        Some(timeout) => context.clone().timeout(timeout),
        None => context.clone(),
    };
    let (public, agent) = (public::DOCUMENT.base_path, agent::DOCUMENT.base_path);
    let (public, agent) = (base_url.join(public), base_url.join(agent));
    (
        public::Client::new_with_client(&public, http.clone(), context.clone()),
        agent::Client::new_with_client(&agent, http.clone(), context),
    )
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("token", self.token())
            .finish_non_exhaustive()
    }
}
