//! Requests that no method is there for: the way to what this version does not know yet.

use std::fmt;
use std::sync::Arc;

use http::Method;
use opentrain_api::public;
use opentrain_api::runtime::{
    ClientHooks, ClientInfo, Decode, Error as RawError, OperationInfo, QueryParam, ResponseValue,
};
use serde::Serialize;
use serde_json::Value;

use super::{Call, Sent, Target};
use crate::client::{Client, Wire};
use crate::error::Error;

impl Client {
    /// A request to a path of the Public API, such as `/jobs/mine`, with the same token, retries and errors as every call.
    /// A path that begins with `/api/` is taken from the root of the service.
    ///
    /// Only methods that read are repeated after a failure.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::http::Method;
    ///
    /// let list: serde_json::Value = client.request(Method::GET, "/verify/batches").query("limit", 5).send()?.await?;
    /// # Ok(())
    /// # }
    /// ```
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

/// A request under construction. See [`Client::request`].
#[must_use = "a request does nothing until it is sent and awaited"]
pub struct Request {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, Value)>,
    body: Result<Option<Value>, String>,
}

impl Request {
    /// Adds a query parameter. A list is sent as the name repeated.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sends this value as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_value(body)
            .map(Some)
            .map_err(|error| error.to_string());
        self
    }

    /// The call, which decodes into `T`: a type of your own, or [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// Fails if the path could lead out of the API, or the body is nothing that JSON can hold.
    pub fn send<T: Decode + Send + 'static>(self) -> crate::Result<Call<T>> {
        let target = Target::unknown(&self.method);
        let wrong = |message: String| Error::invalid_request("request", message);
        let url = url(&self.client, &self.path).map_err(wrong)?;
        let body = self.body.map_err(wrong)?;
        let parts = Arc::new(Parts {
            method: self.method,
            url,
            query: self.query,
            body,
        });
        let sender = Arc::new(move |wire: Wire| Box::pin(send(wire, Arc::clone(&parts))) as _);
        Ok(Call::new(&self.client, target, sender))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

struct Parts {
    method: Method,
    url: String,
    query: Vec<(String, Value)>,
    body: Option<Value>,
}

fn url(client: &Client, path: &str) -> Result<String, String> {
    let plain = path.starts_with('/') && !path.contains(['?', '#', '\\']);
    let inside = path
        .split('/')
        .skip(1)
        .all(|segment| !matches!(decoded(segment).as_str(), "" | "." | ".."));
    if !plain || !inside {
        return Err(format!(
            "path {path:?} must begin with `/` and have no query, no empty segment and no `.` or `..`"
        ));
    }
    let base = if path.starts_with("/api/") {
        ""
    } else {
        public::DOCUMENT.base_path
    };
    Ok(client.shared().base_url.join(&format!("{base}{path}")))
}

/// Dots may be written as `%2e`, which a URL takes for dots all the same.
fn decoded(segment: &str) -> String {
    segment.to_ascii_lowercase().replace("%2e", ".")
}

async fn send<T: Decode>(wire: Wire, parts: Arc<Parts>) -> Sent<T> {
    let client = &wire.public();
    let mut builder = client.client().request(parts.method.clone(), &parts.url);
    for (name, value) in &parts.query {
        builder = builder.query(&QueryParam::new(name, value));
    }
    if let Some(body) = &parts.body {
        builder = builder.json(body);
    }
    let mut request = builder.build()?;
    let info = OperationInfo { operation_id: "" };
    client.pre(&mut request, &info).await?;
    let response = client.exec(request, &info).await?;
    if response.status().is_success() {
        return ResponseValue::from_response(response).await.map(Into::into);
    }
    Err(RawError::<()>::UnexpectedResponse(response)
        .into_untyped()
        .await)
}
