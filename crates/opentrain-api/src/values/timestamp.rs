//! Instant, written as the API writes it.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use super::instant;

/// Instant in UTC. It is written with milliseconds, `2026-03-04T05:06:07.000Z`, as the API writes it.
///
/// A bare date is read as its midnight in UTC, as the API reads it, and a time without an offset as UTC. An instant outside of
/// the range of the type, for example the end of the year 9999, becomes the last one in it.
///
/// ```
/// use opentrain_api::Timestamp;
///
/// let posted: Timestamp = "2026-03-04T05:06:07Z".parse()?;
/// assert_eq!(posted.to_string(), "2026-03-04T05:06:07.000Z");
/// assert!(posted > "2026-03-04".parse()?);
/// let system: std::time::SystemTime = posted.into();
/// assert_eq!(Timestamp::from(system), posted);
/// # Ok::<(), opentrain_api::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// Returns the current time of the system's clock, to the millisecond as the API keeps it.
    #[must_use]
    pub fn now() -> Self {
        let now = jiff::Timestamp::now();
        Self(jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now))
    }

    /// Returns the instant as `jiff` has it.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        self.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant)
    }
}

impl From<Timestamp> for jiff::Timestamp {
    fn from(instant: Timestamp) -> Self {
        instant.0
    }
}

impl From<SystemTime> for Timestamp {
    fn from(instant: SystemTime) -> Self {
        let beyond = if instant < SystemTime::UNIX_EPOCH {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        Self(jiff::Timestamp::try_from(instant).unwrap_or(beyond))
    }
}

impl From<Timestamp> for SystemTime {
    fn from(instant: Timestamp) -> Self {
        instant.0.into()
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Reads ISO 8601: the basic form and 24:00 too, a comma for the point, and the signed years of six digits that JavaScript
    /// writes. Digits finer than a nanosecond are dropped; a leap second is the second before it.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        instant::read(text).map(Self).ok_or(InvalidTimestamp(()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Milliseconds at least; what is finer is kept rather than rounded away.
        if self.0.subsec_nanosecond() % 1_000_000 == 0 {
            write!(f, "{:.3}", self.0)
        } else {
            self.0.fmt(f)
        }
    }
}

json_text!(Timestamp, "date-time", "2026-03-04T05:06:07.000Z");

/// Error of a text that is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp(());

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not an instant such as `2026-03-04T05:06:07.000Z`, nor a date such as `2026-03-04`",
        )
    }
}

impl std::error::Error for InvalidTimestamp {}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use jiff::Timestamp as Jiff;

    use super::Timestamp;

    fn read(text: &str) -> Timestamp {
        let instant = text.parse();
        instant.unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn instants_are_written_as_the_api_writes_them() {
        for (text, written) in [
            ("2026-03-04T05:06:07.000Z", "2026-03-04T05:06:07.000Z"),
            ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07.000Z"),
            ("2026-03-04T07:06:07.120+02:00", "2026-03-04T05:06:07.120Z"),
            ("2026-03-04T05:06:07.123456Z", "2026-03-04T05:06:07.123456Z"),
            ("2026-03-04", "2026-03-04T00:00:00.000Z"),
            ("2026-03-04T05:06:07", "2026-03-04T05:06:07.000Z"),
            ("2026-03-04 05:06:07.123", "2026-03-04T05:06:07.123Z"),
        ] {
            assert_eq!(read(text).to_string(), written, "{text}");
        }
    }

    #[test]
    fn every_form_of_an_instant_is_read_in_every_year() {
        for year in ["1969", "2026", "0000", "9998", "+002026", "-000001"] {
            let plain = read(&format!("{year}-03-04T05:06:07.120Z"));
            for form in [
                "-03-04t05:06:07.12z",
                "-03-04 05:06:07,120",
                "-03-04T05:06:07.1200000000000000Z",
                "-03-04T05:06:07.1200000009Z",
                "-03-04T05:06:07.12+00:00",
                "-03-04T05:06:07.12-00:00",
                "-03-05T05:05:07.12+23:59",
                "-03-03T05:07:07.12-23:59",
                "-03-04T07:06:07.120+02",
                "-03-04T07:06:07.120+0200",
                "-03-04T07:06:37.120+02:00:30",
                "0304T050607.12Z",
            ] {
                assert_eq!(read(&format!("{year}{form}")), plain, "{year}{form}");
            }
            assert_eq!(
                read(&format!("{year}-03-04T05:06Z")),
                read(&format!("{year}-03-04T05:06:00Z"))
            );
        }
    }

    #[test]
    fn the_end_of_a_day_is_the_beginning_of_the_next() {
        for (end, beginning) in [
            ("2026-03-04T24:00", "2026-03-05"),
            ("2026-03-04T24:00:00.000Z", "2026-03-05"),
            ("2024-02-28T24:00:00Z", "2024-02-29"),
            ("2026-12-31T24:00:00+02:00", "2026-12-31T22:00:00Z"),
        ] {
            assert_eq!(read(end), read(beginning), "{end}");
        }
    }

    #[test]
    fn a_leap_second_is_the_second_before_it() {
        for text in ["2016-12-31T23:59:60Z", "2017-01-01T01:59:60+02:00"] {
            assert_eq!(read(text), read("2016-12-31T23:59:59Z"), "{text}");
        }
    }

    #[test]
    fn an_instant_that_cannot_be_held_is_the_first_or_the_last_one_that_can() {
        for (text, held) in [
            ("9999-12-31T23:59:59.999Z", Jiff::MAX),
            ("9999-12-31T23:59:59.999+00:00", Jiff::MAX),
            ("9999-12-31", Jiff::MAX),
            ("9999-12-31T24:00:00Z", Jiff::MAX),
            ("+275760-09-13T00:00:00.000Z", Jiff::MAX),
            ("+010000-02-29", Jiff::MAX),
            ("-271821-04-20T00:00:00.000Z", Jiff::MIN),
            ("-009999-01-01T00:00:00Z", Jiff::MIN),
        ] {
            assert_eq!(read(text).to_jiff(), held, "{text}");
            let written = read(text).to_string();
            assert_eq!(read(&written), read(text), "{written}");
        }
    }

    #[test]
    fn a_text_that_is_no_instant_is_refused_in_every_year() {
        for year in ["1969", "2026", "0000", "9999", "+275760", "-009999"] {
            for rest in [
                "-01-01T00:00:00Z garbage",
                "-01-01T00:00:00Zgarbage",
                "-01-01T00:00:00ZZ",
                "-01-01T00:00:00Z+00:00",
                "-01-01T00:00:00 ",
                "-01-01T00:00:00\n",
                "-01-01T00:00:00+99:99",
                "-01-01T00:00:00-25:59",
                "-01-01T00:00:00+24:00",
                "-01-01T00:00:00+02:60",
                "-01-01T00:00:00+2:00",
                "-01-01T00:00:00+",
                "-01-01T00:00:00+02:",
                "-01-01T00:00:00+02:00:60",
                "-01-01T00:00:00[UTC]",
                "-01-01T00:00:00-02:00[x]",
                "-01-01T24:00:01Z",
                "-01-01T24:00:00.001Z",
                "-01-01T24:01Z",
                "-01-01T25:00:00Z",
                "-01-01T00:60:00Z",
                "-01-01T00:00:61Z",
                "-01-01T05:06:60Z",
                "-01-01T23:59:60Z",
                "-01-31T23:59:60+02:00",
                "-01-01T00:00:00.Z",
                "-01-01T00:00:00.1.2Z",
                "-01-01T00:00.5Z",
                "-01-01T0000:00Z",
                "-01-01T00:0000Z",
                "-01-01T",
                "-01-01T0Z",
                "-01-01TZ",
                "-01-01Z",
                "-01-01X",
                "-01-01 ",
                "-13-01T00:00:00Z",
                "-00-01T00:00:00Z",
                "-01-00T00:00:00Z",
                "-02-30T00:00:00Z",
                "-04-31",
                "-0101",
                "01-01",
                "-1-1",
                "-01",
                "-W01-1",
                "-001",
                "",
            ] {
                let text = format!("{year}{rest}");
                assert!(text.parse::<Timestamp>().is_err(), "{text}");
            }
        }
    }

    #[test]
    fn a_text_that_is_no_date_is_refused() {
        for text in [
            "",
            "yesterday",
            "05:06:07",
            "-000000-01-01",
            "26-03-04",
            "+2026-03-04",
            "\u{2212}002026-03-04",
            "2026-02-29",
            "1900-02-29",
            " 2026-03-04",
            "２０２６-03-04",
            "1772600767000",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        for json in ["1772600767000", "null", "[\"2026-03-04\"]"] {
            assert!(serde_json::from_str::<Timestamp>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_fault_is_reported_where_its_value_is() {
        let json = "{\n  \"a\": \"2026-03-04\",\n  \"b\": \"soon\"\n\n}";
        let read = serde_json::from_str::<std::collections::BTreeMap<String, Timestamp>>(json);
        let error = read.unwrap_err();
        assert_eq!((error.line(), error.column()), (3, 13), "{error}");
    }

    #[test]
    fn instants_of_the_system_and_of_jiff_are_taken() {
        let instant = read("1969-12-31T23:59:58.5Z");
        let system = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(Timestamp::from(system), instant);
        assert_eq!(SystemTime::from(instant), system);
        assert_eq!(Timestamp::from(Jiff::from(instant)), instant);
        let far = Duration::from_secs(400_000 * 31_556_952);
        for (system, held) in [
            (SystemTime::UNIX_EPOCH.checked_add(far), Jiff::MAX),
            (SystemTime::UNIX_EPOCH.checked_sub(far), Jiff::MIN),
        ] {
            assert!(system.is_none_or(|system| Timestamp::from(system).to_jiff() == held));
        }
    }

    #[test]
    fn the_current_time_is_in_milliseconds() {
        assert_eq!(
            Timestamp::now().to_jiff().subsec_nanosecond() % 1_000_000,
            0
        );
    }
}
