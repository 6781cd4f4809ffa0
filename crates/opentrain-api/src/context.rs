//! Settings of all requests of a client: the token, extra headers, limits of time and size.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use http::Method;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};

use crate::runtime::{BodyLimit, Error, RawResponse, masked_without, printable_without};
use crate::{ApiToken, Operation};

/// Default limit of the body of a response: 16 MiB.
pub(crate) const DEFAULT_BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Settings of all requests of a client. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    token: SharedToken,
    headers: HeaderMap,
    timeout: Option<Duration>,
    body_limit: usize,
}

impl Default for Context {
    fn default() -> Self {
        Self::new(SharedToken::default())
    }
}

impl Context {
    /// Returns a context that sends the token of the moment at which a request is sent.
    #[must_use]
    pub fn new(token: SharedToken) -> Self {
        Self {
            token,
            headers: HeaderMap::new(),
            timeout: None,
            body_limit: DEFAULT_BODY_LIMIT,
        }
    }

    /// Returns this context with another token.
    #[must_use]
    pub fn with_token(mut self, token: SharedToken) -> Self {
        self.token = token;
        self
    }

    /// Sends these headers too. They replace what would be sent under their names, but never the token.
    #[must_use]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the time limit of one request, from connecting to the end of the body.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits the bytes of the body of a response. A larger one is refused while it is read.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Returns the token that requests are sent with.
    #[must_use]
    pub fn token(&self) -> &SharedToken {
        &self.token
    }

    pub(crate) fn limit(&self) -> usize {
        self.body_limit
    }

    /// Sends a request as it is and reads the body of the response, up to the limit of this context.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::CommunicationError`] if no response came. A response with a body that could not be read is no error: its
    /// `fault` says so.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection. The request may have been carried out.
    pub async fn send(
        &self,
        http: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<RawResponse, Error<Infallible>> {
        let response = http.execute(request).await?;
        Ok(RawResponse::read_up_to(response, BodyLimit(self.body_limit)).await)
    }

    /// Puts token, headers and time limit on a request. A tokenless operation is sent no token, and a request without a body that
    /// could have one says that its length is 0.
    pub fn apply(&self, request: &mut reqwest::Request, operation: Option<&Operation>) {
        for (name, value) in &self.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        let tokenless = operation.is_some_and(|operation| operation.tokenless);
        request.headers_mut().remove(AUTHORIZATION);
        if let Some(value) = self.token.header().filter(|_| !tokenless) {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        // RFC 9110, 8.6: some servers refuse the request otherwise.
        let may_have_body = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        if may_have_body && request.body().is_none() {
            let zero = HeaderValue::from_static("0");
            request.headers_mut().insert(CONTENT_LENGTH, zero);
        }
        if let Some(timeout) = self.timeout {
            *request.timeout_mut() = Some(timeout);
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Header values are dropped: a caller's own may be secret.
        let headers: Vec<&HeaderName> = self.headers.keys().collect();
        f.debug_struct("Context")
            .field("token", &self.token)
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("body_limit", &self.body_limit)
            .finish()
    }
}

/// A token that can be exchanged while clients that send it live. Clones share it.
#[derive(Clone, Default)]
pub struct SharedToken(Arc<RwLock<Current>>);

#[derive(Default)]
struct Current {
    header: Option<HeaderValue>,
    changes: u64,
}

impl SharedToken {
    /// Shares a token.
    ///
    /// # Errors
    ///
    /// Fails if the token has characters that no header may hold.
    pub fn new(token: &ApiToken) -> Result<Self, InvalidToken> {
        let shared = Self::default();
        shared.set(token)?;
        Ok(shared)
    }

    /// Sends this token from the next request on.
    ///
    /// # Errors
    ///
    /// Fails if the token is empty or has characters that no header may hold; the old one stays.
    pub fn set(&self, token: &ApiToken) -> Result<(), InvalidToken> {
        let value = bearer(token)?;
        self.change(Some(value));
        Ok(())
    }

    /// Sends no token from the next request on.
    pub fn clear(&self) {
        self.change(None);
    }

    fn change(&self, header: Option<HeaderValue>) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        current.header = header;
        current.changes += 1;
    }

    /// Returns how often the token was set or cleared. If the number is the same before and after a request, the request was sent
    /// with the token that is still the current one.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.current().changes
    }

    /// True if a token is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.current().header.is_some()
    }

    /// Returns the text on one line, cut after this many characters, without this token and without each word that has the prefix of one
    /// of the service's secrets.
    #[must_use]
    pub fn printable<'a>(&self, text: &'a str, longest: usize) -> Cow<'a, str> {
        self.with_token(|token| printable_without(token, text, longest))
    }

    /// Returns the text without this token and without each word that has the prefix of one of the service's secrets. Its lines stay.
    #[must_use]
    pub fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.with_token(|token| masked_without(token, text))
    }

    /// Calls a function with the token; with an empty text if there is none.
    fn with_token<T>(&self, call: impl FnOnce(&[u8]) -> T) -> T {
        let current = self.current();
        let header = current.header.as_ref().map(HeaderValue::as_bytes);
        let token = header.and_then(|header| header.strip_prefix(BEARER.as_bytes()));
        call(token.unwrap_or_default())
    }

    fn header(&self) -> Option<HeaderValue> {
        self.current().header.clone()
    }

    fn current(&self) -> RwLockReadGuard<'_, Current> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Scheme of the `Authorization` header.
const BEARER: &str = "Bearer ";

fn bearer(token: &ApiToken) -> Result<HeaderValue, InvalidToken> {
    let usable = !token.expose().is_empty() && token.expose().bytes().all(|b| b.is_ascii_graphic());
    let value = HeaderValue::try_from(format!("{BEARER}{}", token.expose())).ok();
    let mut value = value.filter(|_| usable).ok_or(InvalidToken)?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for SharedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_set() { "[redacted]" } else { "none" };
        f.debug_tuple("SharedToken")
            .field(&format_args!("{state}"))
            .finish()
    }
}

/// The token is empty, or has characters that no header may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidToken;

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the API token is empty or has characters that a header may not hold (a line break, a space?)")
    }
}

impl std::error::Error for InvalidToken {}

#[cfg(test)]
mod tests {
    use super::{InvalidToken, SharedToken};
    use crate::ApiToken;

    #[test]
    fn a_token_never_shows_in_debug_output() {
        let token = ApiToken::from("ot_pat_example_0000");
        let shared = SharedToken::new(&token).unwrap();
        assert_eq!(
            format!("{token:?} {shared:?}"),
            "ApiToken([redacted]) SharedToken([redacted])"
        );
    }

    #[test]
    fn a_token_with_a_line_break_is_refused_and_the_old_one_stays() {
        let shared = SharedToken::new(&ApiToken::from("ot_pat_example_0000")).unwrap();
        assert_eq!(shared.set(&ApiToken::from("a\nb")), Err(InvalidToken));
        assert_eq!(shared.set(&ApiToken::from("")), Err(InvalidToken));
        assert!(shared.is_set());
        assert_eq!(shared.changes(), 1);
    }

    #[test]
    fn every_change_of_a_token_is_counted_for_all_clones() {
        let shared = SharedToken::default();
        let clone = shared.clone();
        shared.set(&ApiToken::from("ot_pat_example_0000")).unwrap();
        shared.set(&ApiToken::from("ot_pat_example_0001")).unwrap();
        clone.clear();
        assert_eq!((shared.changes(), clone.changes()), (3, 3));
    }
}
