//! Meaning of a response for the ceremony, and the wait that follows.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::retry::RetryAdvice;
use crate::types::OAuthErrorCode;

/// Pause between two polls unless the service names one.
const INTERVAL: Duration = Duration::from_secs(5);
/// Growth of the pause after `slow_down`. Source: RFC 8628, 3.5.
pub(super) const SLOW_DOWN: Duration = Duration::from_secs(5);
/// Pause that grows with failures ends here, unless the service asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Meaning of a refused request for the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The human has not finished.
    Pending,
    /// The human has not finished, and the request came too soon.
    TooFast,
    /// The response is not the service's, or the failure may pass: whether the token was delivered shows in the next response.
    Passing(Passing),
    /// The claim window is over, or perhaps the attempt alone.
    Expired,
    /// The token was delivered before.
    Delivered,
    /// A refusal that does not pass.
    Refused,
}

/// Failure that may pass, and the wait that the service asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passing {
    pub(super) asked: Option<Duration>,
}

impl Verdict {
    pub(super) fn of(error: &Error) -> Self {
        if let ErrorKind::OAuth(refusal) = error.kind() {
            match refusal.code() {
                OAuthErrorCode::AuthorizationPending => return Self::Pending,
                OAuthErrorCode::SlowDown => return Self::TooFast,
                OAuthErrorCode::ExpiredToken => return Self::Expired,
                OAuthErrorCode::InvalidGrant => return Self::Delivered,
                _ => {}
            }
        }
        Passing::of(error).map_or(Self::Refused, Self::Passing)
    }
}

impl Passing {
    /// Returns the failure if it may pass: an outage, or a page of a gateway or a firewall with any status.
    pub(super) fn of(error: &Error) -> Option<Self> {
        let is_of_gateway = matches!(
            error.kind(),
            ErrorKind::Status | ErrorKind::Decode(_) | ErrorKind::TooLarge { .. }
        );
        match error.retry_advice() {
            RetryAdvice::Retry { after } | RetryAdvice::CheckFirst { after } => {
                Some(Self { asked: after })
            }
            _ => is_of_gateway.then_some(Self { asked: None }),
        }
    }

    /// Returns the pause after this failure, the last of so many in a row. A wait that the service asks for is spread by `fraction`.
    pub(super) fn pause(self, interval: Duration, failures: u32, fraction: f64) -> Duration {
        let grown = interval.saturating_mul(1 << failures.min(8));
        let grown = grown.min(LONGEST_PAUSE.max(interval));
        self.asked.map_or(grown, |asked| {
            asked.max(grown).saturating_add(grown.mul_f64(fraction))
        })
    }
}

/// Returns the pause between two polls from a number of seconds; the usual one if it is not above zero.
pub(super) fn interval(seconds: Option<i64>) -> Duration {
    let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.filter(|seconds| *seconds > 0);
    seconds.map_or(INTERVAL, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Passing, interval};

    #[test]
    fn pauses_grow_with_failures_to_a_minute_and_keep_the_wishes_of_the_service() {
        let pause = |asked: Option<u64>, failures| {
            let asked = asked.map(Duration::from_secs);
            let pause = Passing { asked }.pause(Duration::from_secs(5), failures, 0.5);
            pause.as_secs_f64()
        };
        let grown: Vec<f64> = (1..=5).map(|failures| pause(None, failures)).collect();
        assert_eq!(grown, [10.0, 20.0, 40.0, 60.0, 60.0]);
        assert_eq!(pause(Some(600), 1), 605.0);
        assert_eq!(pause(Some(1), 1), 15.0);
        assert_eq!(pause(None, u32::MAX), 60.0);
    }

    #[test]
    fn an_interval_is_never_zero() {
        let seconds = [Some(7), Some(0), Some(-3), None];
        assert_eq!(
            seconds.map(|seconds| interval(seconds).as_secs()),
            [7, 5, 5, 5]
        );
    }
}
