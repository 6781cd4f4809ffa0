//! An instant, written as the API writes it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant in UTC. It is written with milliseconds, `2026-03-04T05:06:07.000Z`, as the API writes it.
///
/// A bare date is read as its midnight in UTC, as the API reads it, and a time without an offset as UTC. An instant beyond what
/// can be held, such as the end of the year 9999, becomes the last one that can.
///
/// ```
/// use opentrain_api::Timestamp;
///
/// let posted: Timestamp = "2026-03-04T05:06:07Z".parse()?;
/// assert_eq!(posted.to_string(), "2026-03-04T05:06:07.000Z");
/// assert!(posted > "2026-03-04".parse()?);
/// # Ok::<(), opentrain_api::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The instant as `jiff` has it.
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

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        // A zone in brackets names a place, which is not for us to guess about.
        let named = text.contains('[');
        let instant = text.parse::<jiff::Timestamp>().ok().or_else(|| civil(text));
        instant
            .filter(|_| !named)
            .map(Self)
            .ok_or(InvalidTimestamp(()))
    }
}

/// A bare date, a time without an offset, or an instant before the first or after the last that can be held.
fn civil(text: &str) -> Option<jiff::Timestamp> {
    let local = without_offset(text);
    let bare = local.len() == "2026-03-04".len();
    let civil = if bare {
        DateTime::from(local.parse::<Date>().ok()?)
    } else {
        local.parse().ok()?
    };
    let beyond = || {
        if civil.year() < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        }
    };
    let had_offset = local.len() != text.len();
    match civil.to_zoned(TimeZone::UTC) {
        // An offset that was understood would have been taken before.
        Ok(_) if had_offset && civil.year().abs() < 9999 => None,
        Ok(_) if had_offset => Some(beyond()),
        Ok(zoned) => Some(zoned.timestamp()),
        Err(_) => Some(beyond()),
    }
}

/// The text before `Z` or a numeric offset.
fn without_offset(text: &str) -> &str {
    let time = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let offset = text[time..].find(['Z', 'z', '+', '-']);
    offset.map_or(text, |offset| &text[..time + offset])
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

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A text that is no instant.
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
    use super::Timestamp;

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
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn the_end_of_time_is_the_last_instant_and_no_error() {
        for text in [
            "9999-12-31T23:59:59.999Z",
            "9999-12-31T23:59:59.999+00:00",
            "9999-12-31",
        ] {
            let end: Timestamp = text.parse().unwrap();
            assert_eq!(end.to_jiff(), jiff::Timestamp::MAX, "{text}");
        }
        let start: Timestamp = "-009999-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(start.to_jiff(), jiff::Timestamp::MIN);
    }

    #[test]
    fn a_text_that_is_no_instant_is_refused() {
        for text in [
            "",
            "2026-03-04T05:06:07[Europe/Berlin]",
            "2026-03-04T05:06:07-02:00[x]",
            "2026-03-04T05:06:07+99:99",
            "2026-03-04X",
            "05:06:07",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert!("yesterday".parse::<Timestamp>().is_err());
        assert!("2026-13-04".parse::<Timestamp>().is_err());
    }
}
