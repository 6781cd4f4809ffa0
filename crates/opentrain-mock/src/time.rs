//! Instants as the wire writes and reads them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;

/// One day: the window of the publish cap, and the life of a claim window.
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes an instant in ISO 8601, UTC, with milliseconds: `2026-03-04T05:06:07.000Z`.
pub(crate) fn wire(instant: Timestamp) -> String {
    format!("{instant:.3}")
}

/// Writes an instant as the header `Date` has it: `Wed, 04 Mar 2026 05:06:07 GMT`.
pub(crate) fn http_date(instant: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new();
    let date = PRINTER.timestamp_to_rfc9110_string(&instant);
    // It fails only below the year 0, which HTTP cannot write.
    date.unwrap_or_default()
}

/// Returns the instant `by` later; the end of time if there is none.
pub(crate) fn later(instant: Timestamp, by: Duration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Returns the instant `by` earlier; the beginning of time if there is none.
pub(crate) fn earlier(instant: Timestamp, by: Duration) -> Timestamp {
    instant.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// Reads an instant, or a bare date as its midnight in UTC.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| midnight(text))
}

fn midnight(text: &str) -> Option<Timestamp> {
    let date: Date = text.parse().ok()?;
    let start = DateTime::from(date).to_zoned(TimeZone::UTC).ok()?;
    Some(start.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{http_date, parse, wire};
    use jiff::Timestamp;

    #[test]
    fn instants_are_written_with_milliseconds() {
        let read = |text| parse(text).map(wire);
        assert_eq!(
            read("2026-03-04T05:06:07Z").as_deref(),
            Some("2026-03-04T05:06:07.000Z")
        );
        assert_eq!(
            read("2026-03-04").as_deref(),
            Some("2026-03-04T00:00:00.000Z")
        );
        assert_eq!(read("soon"), None);
    }

    #[test]
    fn headers_have_whole_seconds_and_english_names() {
        let instant = Timestamp::constant(1_772_600_767, 999_000_000);
        assert_eq!(http_date(instant), "Wed, 04 Mar 2026 05:06:07 GMT");
    }
}
