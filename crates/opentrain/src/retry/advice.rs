//! Verdict on a failure: is another attempt useful, and is it safe?

use std::time::Duration;

use http::StatusCode;

use crate::error::{AttemptError, ErrorKind, TransportKind};

/// Advice on calling again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum RetryAdvice {
    /// No: the same request fails the same way.
    No,
    /// Yes: it may succeed later, and repeating it is safe.
    Retry {
        /// Least wait before the next call: as long as the service asked, or a minute after a 429 that asks for no wait.
        after: Option<Duration>,
    },
    /// A repetition may succeed, but the first request may have been carried out: check before you repeat it.
    CheckFirst {
        /// Wait that the service asked for.
        after: Option<Duration>,
    },
    /// Not in this window: the limit allows a number of calls per window.
    NextWindow {
        /// Length of the window.
        window: Duration,
    },
}

/// Wait after a 429 that asks for none. The limits that are documented for less than a day are limits per minute.
const RATE_LIMIT_WINDOW: Duration = Duration::from_secs(60);

/// Returns the advice. `repeatable`: running the operation twice has the effect of running it once.
pub(crate) fn advise(failure: &AttemptError, repeatable: bool) -> RetryAdvice {
    let is_rate_limited = failure.status() == Some(StatusCode::TOO_MANY_REQUESTS);
    let unspecified = is_rate_limited.then_some(RATE_LIMIT_WINDOW);
    // No wait at all is no advice after a refusal for being too fast.
    let asked = failure
        .retry_after
        .filter(|asked| !is_rate_limited || !asked.is_zero());
    let after = asked.or(unspecified);
    match prospect(failure) {
        RetryProspect::Hopeless => RetryAdvice::No,
        RetryProspect::NextWindow(window) => RetryAdvice::NextWindow { window },
        RetryProspect::NotCarriedOut => RetryAdvice::Retry { after },
        RetryProspect::Transient if repeatable => RetryAdvice::Retry { after },
        RetryProspect::Transient => RetryAdvice::CheckFirst { after },
    }
}

/// Prospect of the next attempt after a failure.
enum RetryProspect {
    /// The next attempt fails the same way.
    Hopeless,
    /// The next attempt may succeed, and the failed one certainly had no effect.
    NotCarriedOut,
    /// The next attempt may succeed, but the failed one may have had its effect.
    Transient,
    /// The next attempt fails until the window is over.
    NextWindow(Duration),
}

fn prospect(failure: &AttemptError) -> RetryProspect {
    match &failure.kind {
        _ if failure.unsent => RetryProspect::NotCarriedOut,
        ErrorKind::LocalRateLimit { .. } => RetryProspect::NotCarriedOut,
        ErrorKind::Transport {
            kind: TransportKind::Connect,
            ..
        } => RetryProspect::NotCarriedOut,
        // Trying again does not fix a certificate.
        ErrorKind::Transport {
            kind: TransportKind::Tls,
            ..
        } => RetryProspect::Hopeless,
        ErrorKind::Transport { .. } => RetryProspect::Transient,
        ErrorKind::Api(error) => error
            .window()
            .map_or_else(|| by_status(failure.status()), RetryProspect::NextWindow),
        ErrorKind::OAuth(_) | ErrorKind::Status => by_status(failure.status()),
        // The response was cut off, although its length was right or not stated.
        ErrorKind::Decode(fault) if fault.error().ended_early => RetryProspect::Transient,
        ErrorKind::JobClosed(_)
        | ErrorKind::Decode(_)
        | ErrorKind::TooLarge { .. }
        | ErrorKind::InvalidRequest(_)
        | ErrorKind::RepeatedCursor
        | ErrorKind::Element(_)
        | ErrorKind::Token(_)
        | ErrorKind::DraftNotReady(_) => RetryProspect::Hopeless,
    }
}

/// Returns the prospect by status. 429 refuses a request before any work, and so does 425, after which RFC 8470 has the request sent
/// again once the handshake of TLS is over. A 5xx may come from a gateway after the service did
/// its work. 501 and 505 mean that the work will never be done; content networks send 520 to 524 if an origin fails to respond.
fn by_status(status: Option<StatusCode>) -> RetryProspect {
    match status.map(|status| status.as_u16()) {
        Some(425 | 429) => RetryProspect::NotCarriedOut,
        Some(408 | 500 | 502..=504 | 520..=524) => RetryProspect::Transient,
        _ => RetryProspect::Hopeless,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::{RetryAdvice, advise};
    use crate::error::{AttemptError, ErrorKind, FailedResponse};

    /// Returns the wait that is advised after a status whose response asks for so many seconds.
    fn wait(status: StatusCode, asked: u64) -> Option<Duration> {
        let response = FailedResponse {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let failure = AttemptError {
            retry_after: Some(Duration::from_secs(asked)),
            response: Some(Box::new(response)),
            ..AttemptError::of(ErrorKind::Status)
        };
        match advise(&failure, true) {
            RetryAdvice::Retry { after } => after,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wait_of_zero_is_none_only_after_a_429() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(wait(StatusCode::TOO_MANY_REQUESTS, 0), seconds(60));
        assert_eq!(wait(StatusCode::TOO_MANY_REQUESTS, 5), seconds(5));
        assert_eq!(wait(StatusCode::SERVICE_UNAVAILABLE, 0), seconds(0));
    }

    #[test]
    fn a_write_that_ran_out_of_time_before_it_was_sent_may_be_repeated() {
        let advice = advise(&AttemptError::timed_out(), false);
        assert_eq!(advice, RetryAdvice::Retry { after: None });
    }
}
