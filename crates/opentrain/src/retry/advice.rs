//! The verdict on a failure: is it worth, and is it safe, to try again?

use std::time::Duration;

use http::StatusCode;

use crate::error::{AttemptError, ErrorKind, TransportKind};

/// Whether to call again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum RetryAdvice {
    /// No: the same request fails the same way.
    No,
    /// Yes: it may succeed later, and repeating it is safe.
    Retry {
        /// How long the service asked to wait.
        after: Option<Duration>,
    },
    /// It may succeed later, but the first request may have been carried out: look before you repeat it.
    CheckFirst {
        /// How long the service asked to wait.
        after: Option<Duration>,
    },
    /// Not in this window: the limit is so many per window.
    NextWindow {
        /// How long the window is.
        window: Duration,
    },
}

/// The verdict. `repeatable`: running the operation twice has the effect of running it once.
pub(crate) fn advise(failure: &AttemptError, repeatable: bool) -> RetryAdvice {
    let after = failure.retry_after;
    match prospect(failure) {
        Prospect::Hopeless => RetryAdvice::No,
        Prospect::NextWindow(window) => RetryAdvice::NextWindow { window },
        Prospect::NotCarriedOut => RetryAdvice::Retry { after },
        Prospect::Transient if repeatable => RetryAdvice::Retry { after },
        Prospect::Transient => RetryAdvice::CheckFirst { after },
    }
}

/// What a failure says of the next attempt.
enum Prospect {
    /// It fails the same way.
    Hopeless,
    /// It may succeed, and this one surely had no effect.
    NotCarriedOut,
    /// It may succeed, but this one may have had its effect.
    Transient,
    /// It fails until the window is over.
    NextWindow(Duration),
}

fn prospect(failure: &AttemptError) -> Prospect {
    match &failure.kind {
        _ if failure.unsent => Prospect::NotCarriedOut,
        ErrorKind::LocalRateLimit { .. } => Prospect::NotCarriedOut,
        ErrorKind::Transport {
            kind: TransportKind::Connect,
            ..
        } => Prospect::NotCarriedOut,
        // A certificate does not get better by asking again.
        ErrorKind::Transport {
            kind: TransportKind::Tls,
            ..
        } => Prospect::Hopeless,
        ErrorKind::Transport { .. } => Prospect::Transient,
        ErrorKind::Api(error) => error
            .window()
            .map_or_else(|| by_status(failure.status()), Prospect::NextWindow),
        ErrorKind::OAuth(_) | ErrorKind::Status => by_status(failure.status()),
        // The response was cut, although its length was right or not told.
        ErrorKind::Decode(fault) if fault.error().ended_early => Prospect::Transient,
        ErrorKind::JobClosed(_)
        | ErrorKind::Decode(_)
        | ErrorKind::TooLarge { .. }
        | ErrorKind::InvalidRequest(_)
        | ErrorKind::RepeatedCursor
        | ErrorKind::Element(_) => Prospect::Hopeless,
    }
}

/// 429 means refused at the door. A 5xx may come from a gateway after the service did its work. 501 and 505 say that it never
/// will be done; 520 to 524 are what a content network says of an origin that does not answer well.
fn by_status(status: Option<StatusCode>) -> Prospect {
    match status.map(|status| status.as_u16()) {
        Some(429) => Prospect::NotCarriedOut,
        Some(408 | 500 | 502..=504 | 520..=524) => Prospect::Transient,
        _ => Prospect::Hopeless,
    }
}
