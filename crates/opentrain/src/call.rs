//! A call: options first, then awaited.

mod answer;
mod options;
mod request;
mod run;
mod target;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use opentrain_api::Operation;
use opentrain_api::runtime::{Error as RawError, ResponseValue};

use crate::client::{Client, Wire};
use crate::clock::BoxFuture;

pub use answer::Answer;
pub use options::CallOptions;
pub(crate) use options::option_setters;
pub use request::Request;
pub(crate) use target::Target;

/// What one attempt gives.
pub(crate) type Sent<T> = Result<Received<T>, RawError<Infallible>>;

/// Sends one attempt. Called once for each: the request is made anew.
pub(crate) type Sender<T> = Arc<dyn Fn(Wire) -> BoxFuture<Sent<T>> + Send + Sync>;

/// A decoded answer.
pub(crate) struct Received<T> {
    pub(crate) value: T,
    pub(crate) status: http::StatusCode,
    pub(crate) request_id: Option<String>,
}

impl<T> From<ResponseValue<T>> for Received<T> {
    fn from(response: ResponseValue<T>) -> Self {
        let request_id = response.request_id().map(String::from);
        Self {
            status: response.status(),
            request_id,
            value: response.into_inner(),
        }
    }
}

/// One call of the service. Nothing is sent until it is awaited. A clone asks for the same again, with the same idempotency key
/// if it carries one.
///
/// ```no_run
/// # async fn example(client: opentrain::Client, id: opentrain::types::JobId) -> opentrain::Result<()> {
/// use std::time::Duration;
///
/// let job = client.jobs().get(&id).await?;
/// let job = client.jobs().get(&id).timeout(Duration::from_secs(5)).await?;
/// let answer = client.jobs().get(&id).with_response().await?;
/// println!("{} after {} attempts", answer.value().id, answer.attempts());
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
    target: Target,
    options: CallOptions,
    sender: Sender<T>,
}

impl<T: Send + 'static> Call<T> {
    pub(crate) fn new(client: &Client, target: Target, sender: Sender<T>) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            target,
            options,
            sender,
        }
    }

    /// A call that fails before anything is sent.
    pub(crate) fn refused(client: &Client, target: Target, message: String) -> Self {
        let refuse = move |_| {
            let error = RawError::InvalidRequest(message.clone());
            Box::pin(std::future::ready(Err(error))) as BoxFuture<Sent<T>>
        };
        Self::new(client, target, Arc::new(refuse))
    }

    pub(crate) fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    pub(crate) fn operation(&self) -> Cow<'static, str> {
        self.target.name.clone()
    }

    option_setters!();

    /// Keeps what came beside the value: status, request id, attempts, elapsed time.
    pub fn with_response(self) -> WithResponse<T> {
        WithResponse(self)
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            target: self.target.clone(),
            options: self.options.clone(),
            sender: Arc::clone(&self.sender),
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.target.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = crate::Result<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { run::run(self).await.map(Answer::into_value) })
    }
}

/// A call that keeps what came beside the value. See [`Call::with_response`].
#[must_use = "a call does nothing until it is awaited"]
pub struct WithResponse<T>(Call<T>);

impl<T> fmt::Debug for WithResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WithResponse").field(&self.0).finish()
    }
}

impl<T: Send + 'static> IntoFuture for WithResponse<T> {
    type Output = crate::Result<Answer<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run::run(self.0))
    }
}

impl Client {
    /// A call of an operation. `send` is the generated method, called once for each attempt.
    pub(crate) fn call<T, E, F, R>(&self, operation: &'static Operation, send: F) -> Call<T>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(Wire) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ResponseValue<T>, RawError<E>>> + Send + 'static,
    {
        Call::new(self, Target::of(operation), sender(send))
    }
}

/// A generated method as a sender.
pub(crate) fn sender<T, E, F, R>(send: F) -> Sender<T>
where
    T: Send + 'static,
    E: Send + 'static,
    F: Fn(Wire) -> R + Send + Sync + 'static,
    R: Future<Output = Result<ResponseValue<T>, RawError<E>>> + Send + 'static,
{
    Arc::new(move |wire| {
        let sent = send(wire);
        Box::pin(async move {
            match sent.await {
                Ok(response) => Ok(response.into()),
                Err(error) => Err(error.into_untyped().await),
            }
        })
    })
}
