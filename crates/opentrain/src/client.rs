//! The client: what all calls share.

mod base_url;
mod builder;
mod environment;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderValue, USER_AGENT};
use opentrain_api::{Context, SharedToken, agent, public};

use crate::call::CallOptions;
use crate::clock::{Clock, Jitter};
use crate::limiter::Limiter;
use crate::retry::Budget;

pub(crate) use base_url::BaseUrl;
pub use builder::ClientBuilder;

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
/// Calls must be awaited within a tokio runtime with time and I/O. Redirects are not followed: the service answers with none.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: BaseUrl,
    pub(crate) token: SharedToken,
    pub(crate) user_agent: HeaderValue,
    pub(crate) body_limit: usize,
    pub(crate) defaults: CallOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) jitter: Arc<dyn Jitter>,
    pub(crate) budget: Budget,
    pub(crate) tokenless: Option<Limiter>,
}

impl Client {
    /// Sets up a client step by step.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client from the environment: the token from `OT_API_TOKEN` or `OPENTRAIN_API_TOKEN`, the base URL from
    /// `OT_API_BASE_URL`, `OPENTRAIN_API_BASE_URL` or `OPENTRAIN_BASE_URL` if one is set.
    ///
    /// # Errors
    ///
    /// Fails if there is no token, or the base URL is none that a token may be sent to.
    pub fn from_env() -> crate::Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// The token that requests are sent with. Setting it changes it for every clone of this client, from the next request on.
    #[must_use]
    pub fn token(&self) -> &SharedToken {
        &self.0.token
    }

    /// The URL that the service is reached at, without a path of the API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.base_url.as_str()
    }

    /// The generated client of the Public API: one request a call, no retries, no pages. Its signatures follow the service's
    /// document: where that adds a parameter, they change, in a release that says so.
    #[must_use]
    pub fn raw(&self) -> public::Client {
        self.wire(&self.0.defaults, None).public()
    }

    /// The generated client of the agent endpoints. See [`raw`](Self::raw).
    #[must_use]
    pub fn raw_agent(&self) -> agent::Client {
        self.wire(&self.0.defaults, None).agent()
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// What one attempt of a call is sent with.
    pub(crate) fn wire(&self, options: &CallOptions, timeout: Option<Duration>) -> Wire {
        let mut headers = HeaderMap::from_iter([(USER_AGENT, self.0.user_agent.clone())]);
        headers.extend(options.headers.clone());
        let context = Context::new(self.0.token.clone())
            .headers(headers)
            .body_limit(self.0.body_limit);
        let context = match timeout.or(options.timeout) {
            Some(timeout) => context.timeout(timeout),
            None => context,
        };
        Wire {
            http: self.0.http.clone(),
            base_url: self.0.base_url.clone(),
            context,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("token", self.token())
            .finish_non_exhaustive()
    }
}

/// What one attempt is sent with.
pub(crate) struct Wire {
    http: reqwest::Client,
    base_url: BaseUrl,
    context: Context,
}

impl Wire {
    pub(crate) fn public(&self) -> public::Client {
        let url = self.base_url.join(public::DOCUMENT.base_path);
        public::Client::new_with_client(&url, self.http.clone(), self.context.clone())
    }

    pub(crate) fn agent(&self) -> agent::Client {
        let url = self.base_url.join(agent::DOCUMENT.base_path);
        agent::Client::new_with_client(&url, self.http.clone(), self.context.clone())
    }
}
