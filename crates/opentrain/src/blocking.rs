//! Every call and every list without `async`: a client that brings its own runtime.
//!
//! Calls and lists are made as in the asynchronous client, and passed to [`Blocking`] instead of awaited.
//!
//! ```no_run
//! # fn example() -> opentrain::Result<()> {
//! use opentrain::blocking::Blocking;
//!
//! let client = Blocking::new(opentrain::Client::from_env()?)?;
//! let me = client.wait(client.auth().me())?;
//! for job in client.iter(client.jobs().search().query("audio").items()) {
//!     println!("{:?} for {:?}", job?.title, me.actor.full_name);
//! }
//! # Ok(())
//! # }
//! ```

use std::future::IntoFuture;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::{fmt, future};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::client::Client;
use crate::error::Error;

/// Client with a runtime of its own, which has one thread. Cloning is cheap; clones share both.
#[derive(Clone)]
pub struct Blocking {
    client: Client,
    runtime: Arc<OwnRuntime>,
}

/// Runtime that may be dropped anywhere, even by a task of another runtime.
struct OwnRuntime(Option<Runtime>);

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Blocking {
    /// Gives a client a runtime.
    ///
    /// # Errors
    ///
    /// Fails if the system does not grant the resources that a runtime needs.
    pub fn new(client: Client) -> crate::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let wrong = |error| {
            Error::invalid_request("blocking", format!("no runtime can be started: {error}"))
        };
        let runtime = OwnRuntime(Some(runtime.map_err(wrong)?));
        Ok(Self {
            client,
            runtime: Arc::new(runtime),
        })
    }

    /// Waits for a call, a list's first page, an approval, a report: for anything in this crate that can be awaited.
    ///
    /// # Errors
    ///
    /// Fails as the awaited future does. Also fails within another runtime, its `spawn_blocking` included; await there
    /// instead.
    pub fn wait<T, C>(&self, call: C) -> crate::Result<T>
    where
        C: IntoFuture<Output = crate::Result<T>>,
        C::IntoFuture: Send + 'static,
        T: Send + 'static,
    {
        self.block_on(call.into_future())?
    }

    /// Returns the items or pages of a list, one after the other. The iterator ends where the stream does. Within another runtime, it
    /// returns an error and ends.
    pub fn iter<T, S>(&self, stream: S) -> Iter<S>
    where
        S: Stream<Item = crate::Result<T>> + Unpin,
    {
        Iter {
            blocking: self.clone(),
            stream: Some(stream),
        }
    }

    fn block_on<F: Future>(&self, future: F) -> crate::Result<F::Output> {
        if Handle::try_current().is_ok() {
            let message =
                "this thread belongs to a runtime, which waiting could stop: await instead";
            return Err(Error::invalid_request("blocking", message));
        }
        let runtime = self
            .runtime
            .0
            .as_ref()
            .expect("it is taken out only when it is dropped");
        Ok(runtime.block_on(future))
    }
}

impl Deref for Blocking {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Iterator over a stream. See [`Blocking::iter`].
#[must_use = "an iterator does nothing until it is used"]
pub struct Iter<S> {
    blocking: Blocking,
    /// `None` once the stream has ended.
    stream: Option<S>,
}

impl<T, S> Iterator for Iter<S>
where
    S: Stream<Item = crate::Result<T>> + Unpin,
{
    type Item = crate::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let stream = self.stream.as_mut()?;
        let next = future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let item = self.blocking.block_on(next).unwrap_or_else(|error| {
            self.stream = None;
            Some(Err(error))
        });
        if item.is_none() {
            self.stream = None;
        }
        item
    }
}

impl<S> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter")
            .field("ended", &self.stream.is_none())
            .finish_non_exhaustive()
    }
}
