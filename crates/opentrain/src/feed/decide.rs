//! Decisions of the feed, without I/O: what ends it, how long it waits, where it goes on.

use std::time::Duration;

use http::StatusCode;

use super::error::FeedError;
use super::place::cursor_number;
use crate::error::{Error, ErrorKind};
use crate::retry::{Backoff, PolicyInput, RetryAdvice, RetryPolicy};
use crate::types::Cursor;

/// Longest wait that the service may ask for.
const LONGEST_REQUESTED_WAIT: Duration = Duration::from_secs(15 * 60);
/// Bound of the first wait after a failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Bound that the waits grow to.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// State of the token that a request was refused with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// The client still has this token, and no change is announced.
    Current,
    /// A change is announced.
    Changing,
}

/// Returns the error that ends the feed, or the failure if it is to be waited out.
///
/// A refusal counts only in the service's own form: a firewall or a gateway knows nothing of the token.
pub(super) fn ending(error: Error, token: Token) -> Result<FeedError, Error> {
    if matches!(error.kind(), ErrorKind::InvalidRequest(_)) {
        return Ok(FeedError::BadRequest(error));
    }
    let status = error.api().and(error.status());
    match status {
        Some(StatusCode::FORBIDDEN) => Ok(FeedError::Forbidden(error)),
        Some(StatusCode::UNAUTHORIZED) if token == Token::Current => {
            Ok(FeedError::Unauthorized(error))
        }
        Some(StatusCode::BAD_REQUEST) => Ok(FeedError::BadRequest(error)),
        _ => Err(error),
    }
}

/// Returns how long to wait after so many failures in a row, this one included: as long as the service asks, up to 15 minutes, and a
/// random time on top that grows.
pub(crate) fn wait_after(error: &Error, failures: u32, fraction: f64) -> Duration {
    let asked = match error.retry_advice() {
        RetryAdvice::Retry { after } => after,
        _ => error.retry_after(),
    };
    growing_wait(asked, failures, fraction)
}

/// Returns how long to wait before an event whose handler has failed is delivered again.
pub(super) fn wait_before_redelivery(failures: u32, fraction: f64) -> Duration {
    growing_wait(None, failures, fraction)
}

fn growing_wait(asked: Option<Duration>, failures: u32, fraction: f64) -> Duration {
    let input = PolicyInput {
        attempts: failures,
        retry_after: asked.map(|asked| asked.min(LONGEST_REQUESTED_WAIT)),
        ..PolicyInput::first(fraction)
    };
    // Half of it always passes: without a wait that is asked for, full jitter could come down to none.
    let half = Backoff::default()
        .first_delay(FIRST_WAIT / 2)
        .max_delay(LONGEST_WAIT / 2)
        .max_wait(LONGEST_REQUESTED_WAIT);
    let least = half.delay(&PolicyInput {
        fraction: 1.0,
        retry_after: None,
        ..input
    });
    let spread = half.delay(&input);
    least.unwrap_or(LONGEST_WAIT) + spread.unwrap_or(LONGEST_REQUESTED_WAIT)
}

/// Returns an interval with jitter: from three to five quarters of it.
pub(crate) fn spread_interval(interval: Duration, fraction: f64) -> Duration {
    (interval / 4)
        .saturating_mul(3)
        .saturating_add((interval / 2).mul_f64(fraction))
}

/// Next step after a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next page is polled at once: there is more, and the cursor has moved.
    AtOnce(Cursor),
    /// The end of what is visible: a new round begins later.
    Later,
}

/// Decides what follows a page from the cursor that was sent and the one just behind the page.
///
/// An empty page repeats the cursor that was sent, so its cursor alone says nothing; and a page that is empty because its events are
/// filtered is followed only if its cursor moved.
pub(super) fn after_page(sent: Option<&Cursor>, end: Option<Cursor>, has_more: bool) -> Next {
    match end {
        Some(end) if has_more && has_moved(sent, &end) => Next::AtOnce(end),
        _ => Next::Later,
    }
}

fn has_moved(sent: Option<&Cursor>, next: &Cursor) -> bool {
    let Some(sent) = sent else {
        return true;
    };
    match (cursor_number(sent), cursor_number(next)) {
        (Some(sent), Some(next)) => next > sent,
        _ => next != sent,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Next, after_page, growing_wait, spread_interval, wait_before_redelivery};
    use crate::types::Cursor;

    fn next(sent: Option<&str>, end: Option<&str>, has_more: bool) -> Option<String> {
        let sent = sent.map(Cursor::from);
        match after_page(sent.as_ref(), end.map(Cursor::from), has_more) {
            Next::AtOnce(cursor) => Some(cursor.to_string()),
            Next::Later => None,
        }
    }

    #[test]
    fn a_page_is_followed_if_there_is_more_and_the_cursor_moved_on() {
        assert_eq!(next(None, Some("9"), true).as_deref(), Some("9"));
        assert_eq!(next(Some("9"), Some("10"), true).as_deref(), Some("10"));
        assert_eq!(next(Some("b"), Some("a"), true).as_deref(), Some("a"));
        for (sent, end, has_more) in [
            (Some("9"), Some("10"), false),
            (Some("10"), Some("10"), true),
            (Some("10"), Some("9"), true),
            (Some("10"), Some("010"), true),
            (Some("a"), Some("a"), true),
            (Some("9"), None, true),
            (None, None, true),
        ] {
            assert_eq!(next(sent, end, has_more), None, "{sent:?} {end:?}");
        }
    }

    #[test]
    fn waits_grow_to_a_minute_and_half_of_each_is_certain() {
        let seconds = |failures, fraction| wait_before_redelivery(failures, fraction).as_secs_f64();
        for (failures, least, most) in [
            (1, 0.5, 1.0),
            (2, 1.0, 2.0),
            (7, 30.0, 60.0),
            (u32::MAX, 30.0, 60.0),
        ] {
            assert!((seconds(failures, 0.0) - least).abs() < 1e-9);
            assert!((seconds(failures, 1.0) - most).abs() < 1e-9);
        }
    }

    #[test]
    fn a_requested_wait_is_kept_up_to_its_bound_and_never_shortened() {
        for (asked, kept) in [(0, 0), (61, 61), (900, 900), (901, 900), (u64::MAX, 900)] {
            let (asked, kept) = (Duration::from_secs(asked), Duration::from_secs(kept));
            let wait = growing_wait(Some(asked), 1, 0.0);
            assert_eq!(wait, kept + Duration::from_millis(500));
        }
    }

    #[test]
    fn an_interval_is_spread_by_a_quarter_to_either_side() {
        let interval = Duration::from_secs(40);
        let spread = [0.0, 0.5, 1.0].map(|fraction| spread_interval(interval, fraction).as_secs());
        assert_eq!(spread, [30, 40, 50]);
        assert!(spread_interval(Duration::MAX, 0.9) > Duration::from_secs(1 << 60));
    }
}
