//! Events behind the position that are handled.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::MOST_HANDLED;
use crate::types::Timestamp;

/// Numbers of handled events, and the second in which each was handled.
///
/// It is written by time, as ranges: `{"2026-03-04T05:06:07.000Z": "1042-1050 1053"}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Handled(BTreeMap<u64, Timestamp>);

impl Handled {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.0.contains_key(&number)
    }

    /// Adds an event. One that is there keeps its time. True if it is new.
    pub(super) fn insert(&mut self, number: u64, at: Timestamp) -> bool {
        match self.0.entry(number) {
            Entry::Vacant(entry) => {
                entry.insert(full_second(at));
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// Removes the first event if it fits.
    pub(super) fn pop_first(&mut self, fits: impl Fn((u64, Timestamp)) -> bool) -> Option<u64> {
        let first = self.0.first_entry()?;
        let (number, at) = (*first.key(), *first.get());
        fits((number, at)).then(|| {
            first.remove();
            number
        })
    }
}

/// Rounds up, so that the overlap is never shorter than it is set.
fn full_second(at: Timestamp) -> Timestamp {
    let at = at.to_jiff();
    let second = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    jiff::Timestamp::from_second(second).map_or(at.into(), Timestamp::from)
}

impl Serialize for Handled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut by_time: BTreeMap<Timestamp, Ranges> = BTreeMap::new();
        for (number, at) in &self.0 {
            by_time.entry(*at).or_default().push(*number);
        }
        serializer.collect_map(
            by_time
                .into_iter()
                .map(|(at, ranges)| (at, ranges.to_text())),
        )
    }
}

impl<'de> Deserialize<'de> for Handled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut handled = BTreeMap::new();
        for (at, text) in BTreeMap::<Timestamp, String>::deserialize(deserializer)? {
            for range in text.split(' ') {
                let (first, last) = read_range(range)
                    .ok_or_else(|| de::Error::custom(format!("`{range}` is no range of events")))?;
                // No checkpoint holds more; a wrong range must not fill the memory.
                if last - first >= MOST_HANDLED as u64 || handled.len() > MOST_HANDLED {
                    return Err(de::Error::custom("too many events are handled"));
                }
                handled.extend((first..=last).map(|number| (number, at)));
            }
        }
        Ok(Self(handled))
    }
}

/// Ascending numbers as ranges.
#[derive(Default)]
struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    fn push(&mut self, number: u64) {
        match self.0.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => self.0.push((number, number)),
        }
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        for (first, last) in &self.0 {
            let separator = if text.is_empty() { "" } else { " " };
            let written = if first == last {
                write!(text, "{separator}{first}")
            } else {
                write!(text, "{separator}{first}-{last}")
            };
            written.expect("writing to a string succeeds");
        }
        text
    }
}

fn read_range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

/// Handled event without number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Unnumbered {
    /// Fingerprint of its text.
    pub(super) text: u64,
    /// Last number before it.
    pub(super) after: Option<u64>,
    /// True if it has been met in this round of pages: two events with the same text are two.
    #[serde(skip)]
    pub(super) met: bool,
}

impl Unnumbered {
    /// Makes the event of a page that has just been handled.
    pub(super) fn met(text: u64, after: Option<u64>) -> Self {
        Self {
            text,
            after,
            met: true,
        }
    }
}
