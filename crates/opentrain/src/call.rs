//! A call: options first, then awaited.

mod compression;
mod decoder;
pub(crate) mod lenient;
mod operation_profile;
mod request;
mod response;
mod run;
mod salvage;
mod telemetry;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;

use http::HeaderMap;
use http::header::HeaderName;
use opentrain_api::Operation;
use opentrain_api::runtime::{InvalidRequest, PreparedRequest};

use crate::call_options::{CallOptions, option_setters};
use crate::client::Client;

pub(crate) use decoder::{Beside, Decoder};
pub(crate) use operation_profile::OperationProfile;
pub use request::Request;
pub use response::Response;

/// Number of headers for which a request has room beside its own: those of the client and those that the HTTP client adds.
const HEADERS_OF_CLIENT: usize = 5;

/// Call of the service. It sends no request until it is awaited. A clone sends the same request again, with the same idempotency
/// key if the request has one.
///
/// ```no_run
/// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
/// use std::time::Duration;
///
/// let job = client.jobs().get(&id).await?;
/// let job = client.jobs().get(&id).timeout(Duration::from_secs(5)).await?;
/// let response = client.jobs().get(&id).with_response().await?;
/// println!("{} after {} attempts", response.value().id, response.attempts());
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// It must be awaited within a tokio runtime with time and I/O; anywhere else, polling it panics.
///
/// # Cancel safety
///
/// Dropping the future ends the call. A request that was already sent may be carried out all the same.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    client: Client,
    profile: OperationProfile,
    options: CallOptions,
    prepared: Result<Prepared<T>, InvalidRequest>,
}

/// Request of a call and the decoder of its success.
struct Prepared<T> {
    unsigned: Arc<Unsigned>,
    decoder: Decoder<T>,
}

/// Request without the token and the headers that every request of the client has.
struct Unsigned {
    /// The request, without headers.
    request: reqwest::Request,
    headers: HeaderMap,
}

impl Unsigned {
    fn new(mut request: reqwest::Request) -> Self {
        let headers = mem::take(request.headers_mut());
        Self { request, headers }
    }

    /// Returns the request with its own headers, and with room for the client's. `None` if its body is a stream.
    fn to_request(&self) -> Option<reqwest::Request> {
        let mut request = self.request.try_clone()?;
        let mut headers = HeaderMap::with_capacity(self.headers.len() + HEADERS_OF_CLIENT);
        for (name, value) in &self.headers {
            headers.append(HeaderName::clone(name), value.clone());
        }
        *request.headers_mut() = headers;
        Some(request)
    }
}

impl<T: Send + 'static> Call<T> {
    pub(crate) fn new(
        client: &Client,
        profile: OperationProfile,
        prepared: Result<(reqwest::Request, Decoder<T>), InvalidRequest>,
    ) -> Self {
        let prepared = prepared.map(|(request, decoder)| Prepared {
            unsigned: Arc::new(Unsigned::new(request)),
            decoder,
        });
        Self {
            client: client.clone(),
            profile,
            options: client.shared().defaults.clone(),
            prepared,
        }
    }

    pub(crate) fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Returns a call whose value is changed once it has come.
    pub(crate) fn map<U: Send + 'static>(self, change: fn(T) -> U) -> Call<U> {
        let prepared = self.prepared.map(|prepared| Prepared {
            unsigned: prepared.unsigned,
            decoder: prepared.decoder.map(change),
        });
        Call {
            client: self.client,
            profile: self.profile,
            options: self.options,
            prepared,
        }
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.profile.name()
    }

    option_setters!();

    /// Keeps the response beside the value: status, headers, request id, attempts, elapsed time.
    pub fn with_response(self) -> WithResponse<T> {
        WithResponse(self)
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            profile: self.profile,
            options: self.options.clone(),
            prepared: self.prepared.clone(),
        }
    }
}

impl<T> Clone for Prepared<T> {
    fn clone(&self) -> Self {
        Self {
            unsigned: Arc::clone(&self.unsigned),
            decoder: self.decoder.clone(),
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.profile.name())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = crate::Result<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { run::run(self).await.map(Response::into_value) })
    }
}

/// Call that keeps the response beside the value. See [`Call::with_response`].
#[must_use = "a call does nothing until it is awaited"]
pub struct WithResponse<T>(Call<T>);

impl<T> fmt::Debug for WithResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WithResponse").field(&self.0).finish()
    }
}

impl<T: Send + 'static> IntoFuture for WithResponse<T> {
    type Output = crate::Result<Response<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run::run(self.0))
    }
}

impl Client {
    /// Returns the call of an operation, with the request that the generated client made for it.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        operation: &'static Operation,
        prepared: Result<PreparedRequest<T>, InvalidRequest>,
    ) -> Call<T> {
        let prepared = prepared.map(|prepared| {
            let (request, decode) = prepared.into_parts();
            (request, Decoder::whole(decode))
        });
        Call::new(self, OperationProfile::of(operation), prepared)
    }

    /// Returns the call of an operation without a result: the body of a success is ignored.
    pub(crate) fn call_for_nothing<T: 'static>(
        &self,
        operation: &'static Operation,
        prepared: Result<PreparedRequest<T>, InvalidRequest>,
    ) -> Call<()> {
        let prepared = prepared.map(|prepared| {
            let decoder = Decoder::whole(|_, _| Ok(()));
            (prepared.into_request(), decoder)
        });
        Call::new(self, OperationProfile::of(operation), prepared)
    }
}
