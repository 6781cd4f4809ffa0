//! Reader of an instant's text: ISO 8601 as programs write it, with JavaScript's six-digit years.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

const DAY: i64 = 86_400;

/// Seconds of 400 years of 365.2425 days, after which the calendar repeats.
const CYCLE: i64 = 146_097 * DAY;

/// Reads a date, with or without a time, with or without an offset. `None` if the text is no instant.
///
/// An instant that `jiff` cannot hold becomes the first or the last one that it can.
pub(super) fn read(text: &str) -> Option<jiff::Timestamp> {
    let mut reader = Reader::new(text);
    let midnight = midnight(reader.date()?)?;
    let (time, offset) = match reader.take(b"Tt ") {
        Some(_) => (reader.time()?, reader.offset()?),
        None => (Time::default(), 0),
    };
    let seconds = midnight + time.seconds - offset;
    let is_instant = reader.rest.is_empty() && (!time.is_leap || ends_a_month(seconds));
    is_instant.then(|| clamped(seconds, time.nanoseconds))
}

/// Reads a date, or an instant that is the beginning of a date in UTC. `None` for any other text.
pub(super) fn read_date(text: &str) -> Option<Date> {
    let mut reader = Reader::new(text);
    let (year, month, day) = reader.date()?;
    if reader.rest.is_empty() {
        return Date::new(year.try_into().ok()?, month, day).ok();
    }
    let instant = TimeZone::UTC.to_datetime(read(text)?);
    (instant.time() == jiff::civil::Time::midnight()).then(|| instant.date())
}

/// Returns the seconds from 1970 to the beginning of a day. `None` if the day is not in the calendar.
fn midnight((year, month, day): (i64, i8, i8)) -> Option<i64> {
    let date = Date::new(year.rem_euclid(400).try_into().ok()?, month, day).ok()?;
    let midnight = TimeZone::UTC.to_timestamp(DateTime::from(date)).ok()?;
    Some(midnight.as_second() + year.div_euclid(400) * CYCLE)
}

/// Time of the day. A leap second counts as the second before it.
#[derive(Default)]
struct Time {
    seconds: i64,
    nanoseconds: i32,
    is_leap: bool,
}

/// Unread part of the text.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
        }
    }

    /// Reads `2026-03-04`, `20260304` or `+002026-03-04` as year, month and day.
    fn date(&mut self) -> Option<(i64, i8, i8)> {
        let sign = self.take(b"+-");
        let year = self.number(if sign.is_some() { 6 } else { 4 })?;
        if sign == Some(b'-') && year == 0 {
            return None;
        }
        let year = if sign == Some(b'-') { -year } else { year };
        let separated = self.take(b"-").is_some();
        let month = self.number(2)?;
        if separated {
            self.take(b"-")?;
        }
        let day = self.number(2)?;
        Some((year, month.try_into().ok()?, day.try_into().ok()?))
    }

    /// Reads `05:06:07.123`, `05:06`, `05` or the same without colons. `24:00` is the end of the day.
    fn time(&mut self) -> Option<Time> {
        let hour = self.number(2)?;
        let (minute, second) = self.minute_and_second()?;
        let nanoseconds = match second {
            Some(_) if self.take(b".,").is_some() => self.fraction()?,
            _ => 0,
        };
        let second = second.unwrap_or(0);
        let is_end = (hour, minute, second, nanoseconds) == (24, 0, 0, 0);
        let is_leap = second == 60;
        let in_range = (hour < 24 || is_end) && minute < 60 && (second < 60 || is_leap);
        in_range.then(|| Time {
            seconds: hour * 3600 + minute * 60 + second - i64::from(is_leap),
            nanoseconds,
            is_leap,
        })
    }

    /// Reads `Z`, `+02:00`, `+0200` or `+02` as seconds east of UTC; no offset is UTC.
    fn offset(&mut self) -> Option<i64> {
        if self.take(b"Zz").is_some() {
            return Some(0);
        }
        let Some(sign) = self.take(b"+-") else {
            return Some(0);
        };
        let hour = self.number(2)?;
        let (minute, second) = self.minute_and_second()?;
        let second = second.unwrap_or(0);
        let seconds = hour * 3600 + minute * 60 + second;
        let in_range = hour < 24 && minute < 60 && second < 60;
        in_range.then_some(if sign == b'-' { -seconds } else { seconds })
    }

    /// Reads what follows an hour: both with a colon before them, or both without. The minute is 0 if it is omitted.
    fn minute_and_second(&mut self) -> Option<(i64, Option<i64>)> {
        let separated = self.take(b":").is_some();
        if !separated && !self.is_digit() {
            return Some((0, None));
        }
        let minute = self.number(2)?;
        let more = if separated {
            self.take(b":").is_some()
        } else {
            self.is_digit()
        };
        let second = if more { Some(self.number(2)?) } else { None };
        Some((minute, second))
    }

    /// Reads the digits after the point as nanoseconds; further digits are dropped.
    fn fraction(&mut self) -> Option<i32> {
        let length = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        let digits = digits.iter().map(|digit| i32::from(digit - b'0'));
        let nine = digits.chain(std::iter::repeat(0)).take(9);
        (length > 0).then(|| nine.fold(0, |number, digit| number * 10 + digit))
    }

    /// Reads exactly this number of digits.
    fn number(&mut self, length: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(length)?;
        let is_number = digits.iter().all(u8::is_ascii_digit);
        self.rest = rest;
        let digits = digits.iter().map(|digit| i64::from(digit - b'0'));
        is_number.then(|| digits.fold(0, |number, digit| number * 10 + digit))
    }

    fn take(&mut self, one_of: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        let found = one_of.contains(first);
        if found {
            self.rest = rest;
        }
        found.then_some(*first)
    }

    fn is_digit(&self) -> bool {
        self.rest.first().is_some_and(u8::is_ascii_digit)
    }
}

/// True if the next second begins a month in UTC: leap seconds are placed there.
fn ends_a_month(seconds: i64) -> bool {
    let next =
        jiff::Timestamp::from_second(seconds + 1).map(|next| TimeZone::UTC.to_datetime(next));
    next.is_ok_and(|next| next.day() == 1 && next.time() == jiff::civil::Time::midnight())
}

fn clamped(seconds: i64, nanoseconds: i32) -> jiff::Timestamp {
    let beyond = if seconds < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    };
    jiff::Timestamp::new(seconds, nanoseconds).unwrap_or(beyond)
}
