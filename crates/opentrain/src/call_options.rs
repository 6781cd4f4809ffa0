//! Options of one call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};

use crate::retry::RetryPolicy;

/// Options of one call. The settings of the client are the defaults.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) retry_policy: Option<Arc<dyn RetryPolicy>>,
    pub(crate) headers: HeaderMap,
    /// Header that was set although the client sets it itself.
    pub(crate) reserved: Option<HeaderName>,
}

impl CallOptions {
    /// Limits the time of one attempt.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits the time of all attempts together, with the waits between them.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Decides when a failed request is sent again.
    #[must_use]
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// Sends this header too. The call fails for a header that the client sets itself: those of the connection, the body and the token.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if RESERVED.contains(&name) {
            self.reserved = Some(name);
        } else {
            self.headers.insert(name, value);
        }
        self
    }
}

/// Headers that the client sets itself: target, framing and encoding of the request, and the token.
const RESERVED: [HeaderName; 13] = [
    header::AUTHORIZATION,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Header values stay out: a caller's own may be secret.
        let headers: Vec<&HeaderName> = self.headers.keys().collect();
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("total_timeout", &self.total_timeout)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

/// Adds the setters of [`CallOptions`] to a type with a field `options`.
macro_rules! option_setters {
    () => {
        /// Limits the time of one attempt, from connecting to the end of the body.
        pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options = self.options.timeout(timeout);
            self
        }

        /// Limits the time of all attempts together, with the waits between them.
        pub fn total_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options = self.options.total_timeout(timeout);
            self
        }

        /// Decides when a failed request is sent again. See [`retry`](crate::retry).
        pub fn retry_policy(mut self, policy: impl $crate::retry::RetryPolicy + 'static) -> Self {
            self.options = self.options.retry_policy(policy);
            self
        }

        /// Sends this header too. The call fails for a header that the client sets itself: those of the connection, the body and the token.
        pub fn header(mut self, name: ::http::HeaderName, value: ::http::HeaderValue) -> Self {
            self.options = self.options.header(name, value);
            self
        }
    };
}
pub(crate) use option_setters;

/// Lets a builder with a method `call(self) -> Call<T>` be awaited.
macro_rules! awaited_as_call {
    ($builder:ty => $value:ty) => {
        impl ::std::future::IntoFuture for $builder {
            type Output = $crate::Result<$value>;
            type IntoFuture = ::std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                self.call().into_future()
            }
        }
    };
}
pub(crate) use awaited_as_call;
