//! Ages of stored responses, and the windows of changes that follow from them.

use std::time::Duration;

use crate::types::Timestamp;

/// Time for which caches send a response again.
pub(super) const FRESH: Duration = Duration::from_secs(300);
/// Greatest age of a response: five minutes, and an hour in which it is sent while it is revalidated.
pub(super) const OLDEST_RESPONSE: Duration = Duration::from_secs(300 + 3_600);

/// Returns where the next window starts.
///
/// Above the cap it is not documented which changes are dropped, nor what `until` says then: the smaller of `until` and the newest
/// change is never too late. Below it, windows overlap by the greatest age of a response; and no window starts after the newest change
/// that was seen, as the cap may count events of which only the latest of each job is shown.
pub(super) fn next_since(
    since: Timestamp,
    until: Timestamp,
    newest: Option<Timestamp>,
    is_cut: bool,
) -> Timestamp {
    match (is_cut, newest) {
        (true, None) => since,
        (true, Some(newest)) => newest.min(until),
        (false, newest) => {
            let overlapping = earlier(until, OLDEST_RESPONSE);
            newest.map_or(overlapping, |newest| newest.min(overlapping))
        }
    }
}

pub(super) fn later(instant: Timestamp, by: Duration) -> Timestamp {
    let later = instant.to_jiff().checked_add(by);
    later.unwrap_or(jiff::Timestamp::MAX).into()
}

pub(super) fn earlier(instant: Timestamp, by: Duration) -> Timestamp {
    let earlier = instant.to_jiff().checked_sub(by);
    earlier.unwrap_or(jiff::Timestamp::MIN).into()
}
