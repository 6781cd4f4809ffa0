//! The error of this crate: what failed, what the service said, and whether to try again.

mod api;
mod bad_element;
mod draft_fault;
mod envelope;
mod from_raw;
mod kind;
mod masked;
mod members;
mod oauth;
mod reason;
mod requested_wait;
mod tls_fault;
mod token_fault;
mod transport;

use std::fmt;
use std::iter;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::retry::RetryAdvice;
use crate::types::ApiToken;

pub use api::ApiError;
pub use bad_element::BadElement;
pub use draft_fault::DraftFault;
pub(crate) use from_raw::AttemptError;
#[cfg(test)]
pub(crate) use from_raw::FailedResponse;
pub use kind::{DecodeFault, ErrorKind};
pub(crate) use masked::Mask;
pub(crate) use members::Members;
pub use oauth::OAuthError;
pub use reason::Reason;
pub use token_fault::TokenFault;
pub use transport::TransportKind;

/// Reason why a call failed, with everything that helps to act on it.
///
/// `Display` is one line for this layer; [`source`](std::error::Error::source) goes on. Neither they nor `Debug` show a
/// token, headers or a body.
///
/// ```no_run
/// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
/// use opentrain::{ErrorKind, Reason};
///
/// match client.jobs().publish(&id).await {
///     Ok(published) => println!("open at {}", published.job_url),
///     Err(error) if error.is_not_found() => println!("no such job"),
///     Err(error) => match error.reason() {
///         Some(Reason::ModerationBlocked { reasons, .. }) => println!("rewrite it: {reasons:?}"),
///         Some(Reason::DailyLimit { limit, .. }) => println!("no more than {limit:?} a day"),
///         _ => return Err(error),
///     },
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    failure: AttemptError,
    operation: &'static str,
    attempts: u32,
    elapsed: Duration,
    advice: RetryAdvice,
}

impl Error {
    pub(crate) fn new(failure: AttemptError, operation: &'static str, advice: RetryAdvice) -> Self {
        Self(Box::new(Inner {
            failure,
            operation,
            attempts: 0,
            elapsed: Duration::ZERO,
            advice,
        }))
    }

    pub(crate) fn after(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    pub(crate) fn invalid_request(operation: &'static str, message: impl Into<String>) -> Self {
        Self::new(
            AttemptError::of(ErrorKind::InvalidRequest(message.into())),
            operation,
            RetryAdvice::No,
        )
    }

    /// Returns the kind of the failure.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.failure.kind
    }

    /// Returns the name of the operation that was called, such as `jobs_publish`.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.0.operation
    }

    /// Returns the status of the last response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.failure.status()
    }

    /// Returns the headers of the last response, if there was one. They may hold text that should not be logged.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        let response = self.0.failure.response.as_ref();
        response.map(|response| &response.headers)
    }

    /// Returns the body of the last response, as far as it arrived, if there was one. It may hold text that should not be logged, a
    /// secret that was sent among it.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        let response = self.0.failure.response.as_ref();
        response.map(|response| &response.body)
    }

    /// Returns the human-readable message in the body, with secrets masked. All forms of a failure body are read.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.failure.message.as_deref()
    }

    /// Returns the id of the request, to quote to support. `None` if the response had none.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.failure.request_id.as_deref()
    }

    /// Returns the token that was delivered and could not be saved: see [`TokenFault::NotSaved`]. It is delivered only once.
    #[must_use]
    pub fn into_token(self) -> Option<ApiToken> {
        match self.0.failure.kind {
            ErrorKind::Token(TokenFault::NotSaved { token, .. }) => Some(token),
            _ => None,
        }
    }

    /// Returns the number of requests that were sent, or tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the duration of the call, with the waits between its attempts.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns the wait that the service asked for, by header or by body. `None` if it asked for none.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.failure.retry_after
    }

    /// Returns the advice whether to call again, as data.
    #[must_use]
    pub fn retry_advice(&self) -> RetryAdvice {
        self.0.advice
    }

    /// True if the failure may pass: the same request may succeed later. [`retry_advice`](Self::retry_advice) says whether it is safe
    /// to send the request again.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.retry_advice(),
            RetryAdvice::Retry { .. } | RetryAdvice::CheckFirst { .. }
        )
    }

    /// Returns the refusal of the service. `None` if it has another form than the usual one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self.kind() {
            ErrorKind::Api(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the typed reason of the refusal. `None` if the service gave no reason.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.api()?.reason()
    }
}

/// Questions that callers ask most.
impl Error {
    fn has_status(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// True if the requested resource does not exist, or belongs to another account: status 404.
    ///
    /// # Troubleshooting
    ///
    /// The service responds with 404 for most resources of other accounts. Check that the id came from the same account and from
    /// the right field. A job that was closed is a 404 too: see [`ErrorKind::JobClosed`].
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// True if the token was not accepted: status 401.
    ///
    /// # Troubleshooting
    ///
    /// The token is missing, mistyped, expired or revoked. Every token from before a claim is revoked when the claim
    /// succeeds: use the one that the claim delivered.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// True if the account or the token may not do this: status 403.
    ///
    /// # Troubleshooting
    ///
    /// An operation has three gates: the token's scopes, the account's feature flags, and whether a human has
    /// claimed the account. [`reason`](Self::reason) names the closed gate: [`Reason::ScopeMissing`],
    /// [`Reason::FeatureDisabled`] or [`Reason::ClaimRequired`].
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// True if the current state of the resource does not allow the operation: status 409.
    ///
    /// # Troubleshooting
    ///
    /// [`reason`](Self::reason) describes the conflict. Mind [`Reason::ModerationBlocked`] on an edit of a live job: the
    /// edit was applied and the job was taken offline.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// True if a limit of the service was exceeded: status 429.
    ///
    /// # Troubleshooting
    ///
    /// The service has several limits. [`reason`](Self::reason) and [`kind`](Self::kind) name the limit that was exceeded:
    ///
    /// | limit | calls | recognized by |
    /// |---|---|---|
    /// | 120 requests a minute from one address | the four of [`Jobs`](crate::resources::Jobs) that need no token | no reason |
    /// | 20 published jobs in 24 hours, 3 before the account is claimed | [`publish`](crate::resources::Jobs::publish) | [`Reason::DailyLimit`] |
    /// | messages; the number is not documented | [`send`](crate::resources::Messages::send) | [`Reason::TooFast`], with the time to wait |
    /// | registrations and starts of a claim; the numbers are not documented | [`register`](crate::resources::AgentAuth::register), [`start_claim`](crate::resources::AgentAuth::start_claim) | [`ErrorKind::OAuth`] with `rate_limit_exceeded` |
    ///
    /// No limit per token is documented. [`retry_advice`](Self::retry_advice) distinguishes a short pause from the daily limit, which
    /// no retry gets past. The [client](crate::Client#limits) itself normally keeps to the first limit: a 429 for it means that
    /// other processes share the address.
    #[must_use]
    #[doc(alias = "rate limit")]
    #[doc(alias = "rate_limit")]
    #[doc(alias = "429")]
    #[doc(alias = "throttle")]
    #[doc(alias = "too many requests")]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// True if a human must claim the account first.
    ///
    /// # Troubleshooting
    ///
    /// Send a human to [`Reason::ClaimRequired`]'s `claim_url`, or start the claim ceremony.
    #[must_use]
    pub fn is_claim_required(&self) -> bool {
        matches!(self.reason(), Some(Reason::ClaimRequired { .. }))
    }

    /// True if the time ran out, for an attempt or for the whole call.
    ///
    /// # Troubleshooting
    ///
    /// The request may have been carried out all the same, unless [`attempts`](Self::attempts) is 0. Raise the limit with `timeout`
    /// or `total_timeout` of the call or of the client.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Transport {
                kind: TransportKind::Timeout,
                ..
            }
        )
    }

    /// True if no connection was established. No request was sent then.
    ///
    /// # Troubleshooting
    ///
    /// The name did not resolve, no server listens at the address, or a proxy is needed. Check the base URL first.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Transport {
                kind: TransportKind::Connect | TransportKind::Tls,
                ..
            }
        )
    }

    /// True if a response arrived that this version cannot read.
    ///
    /// # Troubleshooting
    ///
    /// [`ErrorKind::Decode`] gives the location in the JSON. If the service has changed, a newer version of this crate may read
    /// the response; until then [`Client::request`](crate::Client::request) returns it unchanged.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.kind(), ErrorKind::Decode(_))
    }
}

/// Returns an error and its causes in one line, for logs.
pub(crate) fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed: {}", self.operation(), self.kind())?;
        if let Some(status) = self.status() {
            write!(f, ", status {}", status.as_u16())?;
        }
        if let Some(request_id) = self.request_id() {
            write!(f, ", request id {request_id}")?;
        }
        if self.attempts() > 1 {
            write!(
                f,
                ", after {} attempts in {:.1?}",
                self.attempts(),
                self.elapsed()
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.operation())
            .field("kind", self.kind())
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts())
            .field("elapsed", &self.elapsed())
            .field("retry_advice", &self.retry_advice())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Transport { source, .. } => {
                source.as_ref().map(|source| source.as_ref() as _)
            }
            ErrorKind::Decode(fault) => Some(fault.error()),
            ErrorKind::Element(element) => Some(element.error()),
            ErrorKind::Token(fault) => fault.source(),
            _ => None,
        }
    }
}
