//! Requests to paths that this version has no method for.

use std::fmt;

use http::Method;
use opentrain_api::public;
use opentrain_api::runtime::{Decode, InvalidRequest, QueryParam};
use serde::Serialize;
use serde_json::Value;

use super::{Call, Decoder, OperationProfile};
use crate::client::Client;

impl Client {
    /// Starts a request to a path of the Public API, such as `/jobs/mine`, with the same token, retries and errors as every call.
    /// A path that begins with `/api/` is taken from the root of the service.
    ///
    /// A method that reads is repeated after a transient failure, any other only if the request was certainly not carried out.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::http::Method;
    ///
    /// let batches = client.request(Method::GET, "/verify/batches").query("limit", 5);
    /// let batches: serde_json::Value = batches.call().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "raw request")]
    #[doc(alias = "escape hatch")]
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request {
            client: self.clone(),
            method,
            path: path.into(),
            query: Vec::new(),
            body: Ok(None),
        }
    }
}

/// Request under construction. See [`Client::request`].
#[must_use = "a request does nothing until it is sent and awaited"]
pub struct Request {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, Value)>,
    body: Result<Option<Value>, String>,
}

impl Request {
    /// Adds a query parameter: a plain value, or a list of them, which is sent as the name repeated.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sends this value as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_value(body)
            .map(Some)
            .map_err(|_error| String::from("the body cannot be written as JSON"));
        self
    }

    /// Returns the call. It decodes into `T`: a type of your own, [`serde_json::Value`], or `()` for a response without a body.
    ///
    /// # Errors
    ///
    /// The call fails before it sends a request if the path could lead out of the API, if a query parameter holds an object or a
    /// list of lists, or if the body is a value that JSON cannot hold.
    pub fn call<T: Decode + Send + 'static>(self) -> Call<T> {
        let (client, profile) = (self.client.clone(), OperationProfile::unknown(&self.method));
        let request = self.build().map_err(InvalidRequest::new);
        let prepared = request.map(|request| (request, Decoder::whole(T::decode)));
        Call::new(&client, profile, prepared)
    }

    fn build(self) -> Result<reqwest::Request, String> {
        let url = url(&self.client, &self.path)?;
        let structured = |(_, value): &&(String, Value)| !is_plain_or_list(value);
        if let Some((name, _)) = self.query.iter().find(structured) {
            return Err(format!(
                "query parameter `{name}` must be a plain value or a list of them"
            ));
        }
        let mut builder = self.client.shared().http.request(self.method, url);
        for (name, value) in &self.query {
            builder = builder.query(&QueryParam::new(name, value));
        }
        if let Some(body) = self.body? {
            builder = builder.json(&body);
        }
        builder
            .build()
            .map_err(|error| InvalidRequest::from(error).to_string())
    }
}

fn is_plain_or_list(value: &Value) -> bool {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    value
        .as_array()
        .map_or_else(|| is_plain(value), |values| values.iter().all(is_plain))
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

fn url(client: &Client, path: &str) -> Result<String, String> {
    let graphic = path.bytes().all(|byte| byte.is_ascii_graphic());
    let plain = path.starts_with('/') && !path.contains(['?', '#', '\\']);
    let inside = path
        .split('/')
        .skip(1)
        .all(|segment| !matches!(decoded(segment).as_str(), "" | "." | ".."));
    let base = if path.starts_with("/api/") {
        ""
    } else {
        public::DOCUMENT.base_path
    };
    let url = client.shared().base_url.join(&format!("{base}{path}"));
    // A check for cases that the rules above miss: the URL must keep the path as it was given.
    let kept =
        reqwest::Url::parse(&url).is_ok_and(|url| url.path().ends_with(&format!("{base}{path}")));
    if graphic && plain && inside && kept && is_escaped(path) {
        return Ok(url);
    }
    // The error does not repeat the path: it may hold a query, and the query a secret.
    let rule = "the path must begin with `/`, be percent-encoded, and have no query, no empty segment and no `.` or `..`";
    Err(String::from(rule))
}

/// Returns the segment with `%2e` as a dot, since a URL reads both as a dot.
fn decoded(segment: &str) -> String {
    segment.to_ascii_lowercase().replace("%2e", ".")
}

/// True if every `%` begins an escape of two hexadecimal digits.
fn is_escaped(path: &str) -> bool {
    let mut escapes = path.split('%').skip(1);
    escapes.all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
