//! A calendar date, written as the API writes it.

use std::fmt;
use std::str::FromStr;

use super::instant;

/// Calendar date without a time, `2026-04-01`.
///
/// The beginning of a day in UTC, `2026-04-01T00:00:00.000Z`, is read as its date, since the API writes dates back in that form.
///
/// ```
/// use opentrain_api::{Date, jiff};
///
/// let due: Date = "2026-04-01".parse()?;
/// assert_eq!(due, jiff::civil::date(2026, 4, 1).into());
/// assert_eq!(due.to_string(), "2026-04-01");
/// # Ok::<(), opentrain_api::InvalidDate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Returns the date as `jiff` has it.
    #[must_use]
    pub fn to_jiff(self) -> jiff::civil::Date {
        self.0
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

impl From<Date> for jiff::civil::Date {
    fn from(date: Date) -> Self {
        date.0
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        instant::read_date(text).map(Self).ok_or(InvalidDate(()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

json_text!(Date, "date", "2026-04-01");

/// Error of a text that is no calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate(());

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date such as `2026-04-01`")
    }
}

impl std::error::Error for InvalidDate {}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn dates_and_beginnings_of_days_are_read() {
        for (text, written) in [
            ("2026-04-01", "2026-04-01"),
            ("2026-04-01T00:00:00.000Z", "2026-04-01"),
            ("2026-04-01T02:00:00+02:00", "2026-04-01"),
            ("2026-03-31T24:00:00Z", "2026-04-01"),
            ("9999-12-31", "9999-12-31"),
            ("0000-02-29", "0000-02-29"),
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.to_string(), written, "{text}");
            let json = serde_json::to_string(&date).unwrap();
            assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), date);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "soon",
            "2026-02-29",
            "2026-04-31",
            "2026-04",
            "2026-04-01Z",
            "2026-04-01 ",
            "2026-04-01T05:00:00Z",
            "2026-04-01T00:00:00+02:00",
            "+010000-01-01",
            "-000000-01-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Date>("20260401").is_err());
    }
}
