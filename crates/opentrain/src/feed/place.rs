//! Places of events in the feed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::event::{Event, UnreadableEvent};
use crate::types::{Cursor, EventId};

/// Place of an event in the feed. It shows as the event's number, or as the number before it and an index, such as `1041+1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The event has a number, which is also the cursor just after it.
    Numbered(u64),
    /// The event has no readable number.
    Unnumbered {
        /// Last number before the event; `None` at the beginning of the feed.
        after: Option<u64>,
        /// Index behind that number, from 1.
        index: u32,
        /// Fingerprint of the event's text: it stays the same when an event becomes visible before this one.
        text: u64,
    },
}

impl Place {
    /// Returns what the failures of the event are counted under.
    pub(crate) fn key(&self) -> EventKey {
        match self {
            Self::Numbered(number) => EventKey::Numbered(*number),
            Self::Unnumbered { text, .. } => EventKey::Unnumbered(*text),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered(number) => number.fmt(f),
            Self::Unnumbered { after, index, .. } => {
                write!(f, "{}+{index}", after.unwrap_or_default())
            }
        }
    }
}

/// Gives the elements of pages their places, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Placing {
    after: Option<u64>,
    index: u32,
}

impl Placing {
    /// Begins behind a cursor.
    pub(crate) fn behind(cursor: Option<&Cursor>) -> Self {
        Self {
            after: cursor.and_then(cursor_number),
            index: 0,
        }
    }

    /// Returns the place of the next element.
    pub(crate) fn place(&mut self, content: &Result<Event, UnreadableEvent>) -> Place {
        let (id, text) = match content {
            Ok(event) => (Some(&event.id), event.json()),
            Err(unreadable) => (unreadable.id(), unreadable.raw()),
        };
        if let Some(number) = id.and_then(event_number) {
            *self = Self {
                after: Some(number),
                index: 0,
            };
            return Place::Numbered(number);
        }
        self.index += 1;
        Place::Unnumbered {
            after: self.after,
            index: self.index,
            text: fingerprint(text),
        }
    }
}

/// Returns the number of an event, which is how its id is documented.
fn event_number(id: &EventId) -> Option<u64> {
    number(id.as_str())
}

/// Returns the number that a cursor is, as documented.
pub(crate) fn cursor_number(cursor: &Cursor) -> Option<u64> {
    number(cursor.as_str())
}

fn number(text: &str) -> Option<u64> {
    // `parse` would take a sign.
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok())?
}

/// Returns the FNV-1a hash of a text. It is stored, so it must be the same in every version and on every machine.
fn fingerprint(text: &str) -> u64 {
    // The order of the members and the white space depend on how the page around the event was read.
    let canonical = serde_json::from_str(text).map(|mut value: Value| {
        // Another crate of the program may have maps keep their order.
        value.sort_all_objects();
        value.to_string()
    });
    let canonical = canonical.as_deref().unwrap_or(text);
    canonical
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// Identity of an event in the checkpoint: its number, or `~` and the fingerprint of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EventKey {
    Numbered(u64),
    Unnumbered(u64),
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbered(number) => number.fmt(f),
            Self::Unnumbered(text) => write!(f, "~{text:016x}"),
        }
    }
}

impl FromStr for EventKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let key = match text.strip_prefix('~') {
            Some(hash) => u64::from_str_radix(hash, 16).ok().map(Self::Unnumbered),
            None => number(text).map(Self::Numbered),
        };
        key.ok_or("neither the number of an event nor a fingerprint")
    }
}

impl Serialize for EventKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{EventKey, Place, Placing, fingerprint};
    use crate::event::Event;
    use crate::types::Cursor;

    fn places(cursor: Option<&str>, elements: &[&str]) -> Vec<String> {
        let cursor = cursor.map(Cursor::from);
        let mut placing = Placing::behind(cursor.as_ref());
        let place = |json: &&str| placing.place(&Event::parse(json.as_bytes())).to_string();
        elements.iter().map(place).collect()
    }

    #[test]
    fn an_event_without_number_is_placed_behind_the_last_one_that_has_one() {
        let elements = [
            "{}",
            r#"{"id":"1041","type":"a"}"#,
            "7",
            r#"{"id":"evt_1","type":"a"}"#,
            r#"{"id":"1043"}"#,
            "{}",
        ];
        assert_eq!(
            places(Some("1040"), &elements),
            ["1040+1", "1041", "1041+1", "1041+2", "1043", "1043+1"]
        );
        assert_eq!(places(None, &["{}", "{}"]), ["0+1", "0+2"]);
        assert_eq!(places(Some("opaque"), &["{}"]), ["0+1"]);
        assert_eq!(places(None, &[r#"{"id":"+5","type":"a"}"#]), ["0+1"]);
    }

    #[test]
    fn a_fingerprint_depends_on_the_value_alone() {
        assert_eq!(
            fingerprint(r#"{ "b": 1, "a": 2 }"#),
            fingerprint(r#"{"a":2,"b":1}"#)
        );
        assert_ne!(fingerprint("{}"), fingerprint("[]"));
        assert_eq!(fingerprint("not json"), 0x5cf7_4153_161a_1a88);
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let unnumbered = Place::Unnumbered {
            after: None,
            index: 1,
            text: 0xbeef,
        };
        for key in [Place::Numbered(7).key(), unnumbered.key()] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        assert_eq!(unnumbered.key().to_string(), "~000000000000beef");
        for wrong in ["", "-1", "~", "~xyz", "18446744073709551616"] {
            assert!(wrong.parse::<EventKey>().is_err(), "{wrong}");
        }
    }
}
