//! What can be set for one call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};

use crate::retry::RetryPolicy;

/// What can be set for one call. A client's own settings are the defaults.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) retry_policy: Option<Arc<dyn RetryPolicy>>,
    pub(crate) headers: HeaderMap,
    /// A header that was asked for and cannot be set.
    pub(crate) reserved: Option<HeaderName>,
}

impl CallOptions {
    /// How long one attempt may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long all attempts and the waits between them may take.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// When a failed request is sent again.
    #[must_use]
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// Sends this header too. What belongs to the connection, the body or the token cannot be set: the call fails then.
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

/// Headers that have a place of their own: where the request goes, how it is framed, what it is sent with.
const RESERVED: [HeaderName; 10] = [
    header::AUTHORIZATION,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
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

/// The setters of [`CallOptions`], on whatever has a field `options`.
macro_rules! option_setters {
    () => {
        /// How long one attempt may take, from connecting to the end of the body.
        pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options = self.options.timeout(timeout);
            self
        }

        /// How long all attempts and the waits between them may take.
        pub fn total_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options = self.options.total_timeout(timeout);
            self
        }

        /// When a failed request is sent again. See [`retry`](crate::retry).
        pub fn retry_policy(mut self, policy: impl $crate::retry::RetryPolicy + 'static) -> Self {
            self.options = self.options.retry_policy(policy);
            self
        }

        /// Sends this header too. What belongs to the connection, the body or the token cannot be set: the call fails then.
        pub fn header(mut self, name: ::http::HeaderName, value: ::http::HeaderValue) -> Self {
            self.options = self.options.header(name, value);
            self
        }
    };
}
pub(crate) use option_setters;
