//! Wait that a response asks for before the next request, by its headers and its body.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use serde_json::Value;

/// Longest wait that is accepted: a day. A longer one counts as a day, even one that exceeds every number type.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Returns the longest wait that is asked for by any `Retry-After` header or by `in_body`, numbers of seconds. `None` if
/// none of them can be read.
///
/// A date is compared with the response's own `Date`, so that a wrong clock of this machine does not matter, or else with `now`.
/// A date that has passed is a wait of zero.
pub(super) fn requested_wait<'a>(
    headers: &HeaderMap,
    in_body: impl IntoIterator<Item = &'a Value>,
    now: SystemTime,
) -> Option<Duration> {
    let sent = || {
        let sent = headers.get(DATE).and_then(|value| value.to_str().ok());
        sent.and_then(date).unwrap_or(now)
    };
    let lines = headers.get_all(RETRY_AFTER).iter();
    let lines = lines.filter_map(|value| value.to_str().ok());
    let in_headers = lines.filter_map(|line| longest_in_line(line, sent()));
    let in_body = in_body.into_iter().filter_map(seconds);
    in_headers.chain(in_body).max()
}

/// Returns the longest wait of a header line, which may be a list of seconds and dates.
fn longest_in_line(line: &str, sent: SystemTime) -> Option<Duration> {
    let parts: Vec<&str> = line.split(',').collect();
    // Two of the three forms of a date have a comma in them.
    let pairs = parts.windows(2).map(|pair| pair.join(","));
    let dates = pairs.filter_map(|pair| date(&pair));
    let dates = dates.chain(parts.iter().filter_map(|part| date(part)));
    let waits = dates.map(|date| bounded(date.duration_since(sent).unwrap_or_default()));
    let seconds = parts.iter().filter_map(|part| rounded_up(part));
    waits.chain(seconds.map(of_seconds)).max()
}

fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// Reads a number of seconds, or its text, as a wait.
pub(super) fn seconds(value: &Value) -> Option<Duration> {
    whole_number(value).map(of_seconds)
}

/// Reads a number, or its text, as a whole number: rounded up, and capped at the largest one. `None` if it is
/// negative or no number.
pub(super) fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => rounded_up(&number.to_string()),
        Value::String(text) => rounded_up(text),
        _ => None,
    }
}

fn rounded_up(text: &str) -> Option<u64> {
    // Quotes, parameters and the unit are no part of a number, but are written beside it.
    let text = text.split(';').next().unwrap_or_default().trim();
    let text = text.trim_matches('"').trim_end_matches(['s', 'S']).trim();
    // Signs, `inf` and `nan` are numbers for Rust too.
    let is_number = text.starts_with(|first: char| first.is_ascii_digit());
    let number: f64 = text.parse().ok().filter(|_| is_number)?;
    // The conversion saturates at the largest whole number.
    Some(number.ceil() as u64)
}

fn of_seconds(seconds: u64) -> Duration {
    bounded(Duration::from_secs(seconds))
}

fn bounded(wait: Duration) -> Duration {
    wait.min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::{requested_wait, whole_number};
    use http::header::{DATE, HeaderName, RETRY_AFTER};
    use http::{HeaderMap, HeaderValue};
    use serde_json::{Value, json};
    use std::time::{Duration, SystemTime};

    const DAY: u64 = 24 * 3600;
    /// Seven seconds before the dates that the tests ask for.
    const NOW: Duration = Duration::from_secs(784_111_770);

    fn wait_at(now: Duration, headers: &[(HeaderName, &str)], body: &Value) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        let wait = requested_wait(&map, [body], SystemTime::UNIX_EPOCH + now);
        wait.map(|wait| wait.as_secs())
    }

    fn by_headers(lines: &[&str]) -> Option<u64> {
        let headers: Vec<_> = lines.iter().map(|line| (RETRY_AFTER, *line)).collect();
        wait_at(NOW, &headers, &Value::Null)
    }

    #[test]
    fn seconds_are_rounded_up_and_bounded_by_a_day() {
        let read = |line| by_headers(&[line]);
        for (line, seconds) in [
            ("7", 7),
            (" 7 ", 7),
            ("0", 0),
            ("30.0", 30),
            ("1.5", 2),
            ("0.001", 1),
            ("1e2", 100),
            ("86400", DAY),
            ("86401", DAY),
            ("18446744073709551615", DAY),
            ("18446744073709551616", DAY),
            ("1e400", DAY),
            ("\"30\"", 30),
            ("30;x=1", 30),
            ("30s", 30),
            ("5 s", 5),
        ] {
            assert_eq!(read(line), Some(seconds), "{line}");
        }
    }

    #[test]
    fn text_that_is_no_wait_is_ignored() {
        for line in [
            "", ",", "-3", "-0.5", "+3", "soon", "inf", "NaN", "0x10", "1_000",
        ] {
            assert_eq!(by_headers(&[line]), None, "{line}");
        }
        assert_eq!(by_headers(&[]), None);
    }

    #[test]
    fn the_longest_of_several_waits_counts() {
        assert_eq!(by_headers(&["5, 10"]), Some(10));
        assert_eq!(by_headers(&["10,5"]), Some(10));
        assert_eq!(by_headers(&["5", "soon", "10.5", "2"]), Some(11));
        assert_eq!(by_headers(&["soon, 5"]), Some(5));
        assert_eq!(
            by_headers(&["5, Sun, 06 Nov 1994 08:49:37 GMT, 3"]),
            Some(7)
        );
        assert_eq!(
            by_headers(&["Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:39 GMT"]),
            Some(9)
        );
    }

    #[test]
    fn dates_are_read_in_all_three_forms() {
        for line in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(by_headers(&[line]), Some(7), "{line}");
        }
        assert_eq!(by_headers(&["Sun, 06 Nov 1994 08:49:20 GMT"]), Some(0));
        assert_eq!(by_headers(&["Fri, 31 Dec 9999 23:59:59 GMT"]), Some(DAY));
    }

    #[test]
    fn dates_are_compared_with_the_date_of_the_response() {
        let wait = |now, date| {
            let retry_after = (RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT");
            wait_at(now, &[(DATE, date), retry_after], &Value::Null)
        };
        let years = Duration::from_secs(3 * 365 * DAY);
        for now in [NOW, NOW + years, NOW - years] {
            assert_eq!(wait(now, "Sun, 06 Nov 1994 08:49:25 GMT"), Some(12));
        }
        assert_eq!(wait(NOW, "yesterday"), Some(7));
    }

    #[test]
    fn the_body_is_read_like_a_header_and_the_longer_wait_counts() {
        let by_body = |seconds: Value| wait_at(NOW, &[], &seconds);
        for (value, seconds) in [
            (json!(11), 11),
            (json!(2.5), 3),
            (json!("30"), 30),
            (json!(1e20), DAY),
            (json!(u64::MAX), DAY),
        ] {
            assert_eq!(by_body(value.clone()), Some(seconds), "{value}");
        }
        for value in [json!(-1), json!(null), json!([5]), json!("soon")] {
            assert_eq!(by_body(value.clone()), None, "{value}");
        }
        let both = |header, body| wait_at(NOW, &[(RETRY_AFTER, header)], &body);
        assert_eq!(both("5", json!(9)), Some(9));
        assert_eq!(both("9", json!(5)), Some(9));
        assert_eq!(both("soon", json!(5)), Some(5));
    }

    #[test]
    fn whole_numbers_may_be_written_with_a_fraction() {
        assert_eq!(whole_number(&json!(24.0)), Some(24));
        assert_eq!(whole_number(&json!(1e20)), Some(u64::MAX));
    }
}
