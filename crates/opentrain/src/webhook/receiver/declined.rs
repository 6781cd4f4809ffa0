//! Deliveries that are not handled, or not recorded, and the status to respond with.

use std::error::Error;
use std::fmt;

use http::StatusCode;

use crate::webhook::VerifyError;
use crate::webhook::replay::BoxError;

/// Reason why a delivery must not be handled.
#[derive(Debug)]
#[non_exhaustive]
pub enum Declined {
    /// Delivery that was not verified. If it is [stale](VerifyError::stale), the reader of the feed was woken.
    Unverified(VerifyError),
    /// Delivery that was handled before.
    Duplicate,
    /// The store failed, so it is unknown if the delivery was handled before. The reader of the feed was woken.
    Store(BoxError),
    /// The body could not be read, or was too large.
    #[cfg(feature = "axum")]
    Unreadable(axum_core::extract::rejection::BytesRejection),
}

impl Declined {
    /// Returns the status to respond with: 204 for a duplicate and for a stale delivery, 401 for every other one that was not
    /// verified, 503 if the store failed, so that the service tries again.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Duplicate => StatusCode::NO_CONTENT,
            Self::Unverified(error) if error.stale().is_some() => StatusCode::NO_CONTENT,
            Self::Unverified(_) => StatusCode::UNAUTHORIZED,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            #[cfg(feature = "axum")]
            Self::Unreadable(rejection) => rejection.status(),
        }
    }
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unverified(_) => "the delivery was not verified",
            Self::Duplicate => "the delivery is a duplicate",
            Self::Store(_) => "the replay store failed",
            #[cfg(feature = "axum")]
            Self::Unreadable(_) => "the body of the delivery could not be read",
        })
    }
}

impl Error for Declined {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unverified(error) => Some(error),
            Self::Duplicate => None,
            Self::Store(error) => Some(&**error),
            #[cfg(feature = "axum")]
            Self::Unreadable(rejection) => Some(rejection),
        }
    }
}

/// Failure to record a delivery that was handled: if it comes again, it is handled again.
#[derive(Debug)]
pub struct Unrecorded(pub(super) BoxError);

impl Unrecorded {
    /// Returns the status to respond with: 204, since another attempt would be handled again.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }
}

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the delivery was handled but could not be recorded")
    }
}

impl Error for Unrecorded {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
