//! Setting up a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, HeaderValue, USER_AGENT};
use opentrain_api::{ApiToken, Context, SharedToken};
use reqwest::redirect::Policy;

use super::environment::{Environment, NO_TOKEN};
use super::{BaseUrl, Client, Shared, TokenChanges, raw_clients};
use crate::call_options::CallOptions;
use crate::clock::{Clock, Jitter, SystemClock, system_jitter};
use crate::error::Error;
use crate::retry::{Backoff, RetryBudget, RetryPolicy, RetryPolicyExt};
use crate::tokenless_limiter::{TOKENLESS_PER_MINUTE, TokenlessLimiter};

/// The service.
const DEFAULT_BASE_URL: &str = "https://app.opentrain.ai";
/// Operation that errors in the settings name.
const OPERATION: &str = "client";

/// Sets up a [`Client`]. What is not set has a sensible default.
///
/// ```no_run
/// # fn example() -> opentrain::Result<()> {
/// use std::time::Duration;
///
/// let client = opentrain::Client::builder()
///     .token("ot_pat_example_0000")
///     .app_name("night-shift/1.4")
///     .timeout(Duration::from_secs(10))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    token: Option<ApiToken>,
    app_name: Option<String>,
    http: Option<reqwest::Client>,
    proxy: Option<reqwest::Proxy>,
    connect_timeout: Duration,
    body_limit: usize,
    defaults: CallOptions,
    clock: Arc<dyn Clock>,
    jitter: Arc<dyn Jitter>,
    tokenless_limit: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        let defaults = CallOptions::default()
            .timeout(Duration::from_secs(30))
            .total_timeout(Duration::from_secs(120))
            .retry_policy(Backoff::default().at_most(3));
        Self {
            base_url: String::from(DEFAULT_BASE_URL),
            token: None,
            app_name: None,
            http: None,
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            body_limit: 16 * 1024 * 1024,
            defaults,
            clock: Arc::new(SystemClock),
            jitter: Arc::new(system_jitter),
            tokenless_limit: true,
        }
    }
}

impl ClientBuilder {
    /// Starts from the environment: see [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// Fails if no variable holds a token, or one holds what is no text.
    pub fn from_env() -> crate::Result<Self> {
        let environment = Environment::read(|name| std::env::var_os(name));
        let environment =
            environment.map_err(|message| Error::invalid_request(OPERATION, message))?;
        let token = environment
            .token
            .ok_or_else(|| Error::invalid_request(OPERATION, NO_TOKEN))?;
        let builder = Self::default().token(token.trim());
        Ok(match environment.base_url {
            Some(base_url) => builder.base_url(base_url),
            None => builder,
        })
    }

    /// Sets the API token, `ot_pat_…`. Without one, only the endpoints that need none can be called.
    pub fn token(mut self, token: impl Into<ApiToken>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sets the URL of the service, `https://app.opentrain.ai` unless set. `http://` is for this machine only.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Adds the name of your program, and its version if you like, to the end of the user agent: `night-shift/1.4`.
    pub fn app_name(mut self, app_name: impl Into<String>) -> Self {
        self.app_name = Some(app_name.into());
        self
    }

    /// Sends through this HTTP client: for a proxy, certificates or DNS of your own. Its redirect policy, its proxy
    /// and its time limit for connecting are its own then.
    #[doc(alias = "certificate")]
    #[doc(alias = "tls")]
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Sends through this proxy. Without one, the system's proxy variables count, but for a service on this machine.
    #[doc(alias = "proxies")]
    #[doc(alias = "HTTPS_PROXY")]
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Limits the time for connecting: 10 seconds unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Limits the time of one attempt of a call, from connecting to the end of the body: 30 seconds unless set.
    #[doc(alias = "deadline")]
    #[doc(alias = "time limit")]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.defaults = self.defaults.timeout(timeout);
        self
    }

    /// Limits the time of a call with all its attempts and waits: 2 minutes unless set.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.defaults = self.defaults.total_timeout(timeout);
        self
    }

    /// Decides when a failed request is sent again: up to 3 attempts with [`Backoff`] unless set. See [`retry`](crate::retry).
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.defaults = self.defaults.retry_policy(policy);
        self
    }

    /// Limits the size of a response body, in bytes: 16 MiB unless set.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Switches off the delay of calls to the tokenless endpoints, which take 120 requests a minute from one address.
    pub fn without_tokenless_limit(mut self) -> Self {
        self.tokenless_limit = false;
        self
    }

    /// Takes time and waits from this clock: for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes randomness from this source: for tests.
    pub fn jitter(mut self, jitter: impl Jitter + 'static) -> Self {
        self.jitter = Arc::new(jitter);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Fails, with one sentence that says how to fix it, if the base URL is no URL that a token may be sent to, if token or app
    /// name have characters that a header may not hold, or if the TLS library does not start.
    pub fn build(self) -> crate::Result<Client> {
        let wrong = |message: String| Error::invalid_request(OPERATION, message);
        let base_url = BaseUrl::parse(&self.base_url).map_err(wrong)?;
        let token = shared_token(self.token.as_ref()).map_err(wrong)?;
        let user_agent = user_agent(self.app_name.as_deref()).map_err(wrong)?;
        let mut headers = vec![(USER_AGENT, user_agent)];
        let timeout = self.defaults.timeout;
        let (http, http_timeout) = match self.http {
            Some(http) => (http, None),
            None => {
                // No decoder is built in: a compressed body could not be read.
                headers.push((ACCEPT_ENCODING, HeaderValue::from_static("identity")));
                let http = http_client(self.connect_timeout, timeout, self.proxy, &base_url);
                (http.map_err(wrong)?, timeout)
            }
        };
        let tokenless = self
            .tokenless_limit
            .then(|| TokenlessLimiter::new(TOKENLESS_PER_MINUTE, Duration::from_secs(60)));
        let headers = HeaderMap::from_iter(headers);
        let context = Context::new(token.clone())
            .headers(headers)
            .body_limit(self.body_limit);
        let (public, agent) = raw_clients(&http, &base_url, &context, timeout);
        Ok(Client(Arc::new(Shared {
            public,
            agent,
            http,
            http_timeout,
            base_url,
            token,
            token_changes: TokenChanges::default(),
            context,
            defaults: self.defaults,
            clock: self.clock,
            jitter: self.jitter,
            budget: RetryBudget::default(),
            tokenless,
        })))
    }
}

fn shared_token(token: Option<&ApiToken>) -> Result<SharedToken, String> {
    let shared = token.map(SharedToken::new).transpose();
    shared
        .map(Option::unwrap_or_default)
        .map_err(|error| error.to_string())
}

fn user_agent(app_name: Option<&str>) -> Result<HeaderValue, String> {
    let own = concat!("opentrain-rust/", env!("CARGO_PKG_VERSION"));
    let text = app_name.map_or_else(|| String::from(own), |app_name| format!("{own} {app_name}"));
    let message = |_| {
        format!(
            "the app name {:?} has characters that a header may not hold",
            app_name.unwrap_or_default()
        )
    };
    HeaderValue::try_from(text).map_err(message)
}

/// Follows no redirects, for a write would become a read and count as done, and another host would see the body. Goes through no
/// proxy to this machine, for the token would be seen there.
fn http_client(
    connect_timeout: Duration,
    timeout: Option<Duration>,
    proxy: Option<reqwest::Proxy>,
    base_url: &BaseUrl,
) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(Policy::none());
    let builder = match timeout {
        Some(timeout) => builder.timeout(timeout),
        None => builder,
    };
    let builder = match proxy {
        Some(proxy) => builder.proxy(proxy),
        None if base_url.is_loopback() => builder.no_proxy(),
        None => builder,
    };
    builder
        .build()
        .map_err(|error| format!("the HTTP client does not start: {error}"))
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may still hold credentials here; `build` refuses those.
        f.debug_struct("ClientBuilder")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}
