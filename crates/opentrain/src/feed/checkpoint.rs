//! Checkpoint of a feed: its position, and the handled events of the overlap.

mod account;
mod handled;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::CheckpointError;
use super::place::{EventKey, Place, cursor_number};
use crate::types::{Cursor, Timestamp};

pub(crate) use account::AccountIds;
use handled::{Handled, Unnumbered};

/// Format that this version reads and writes.
const FORMAT: u32 = 1;
/// Most events that are kept as handled. Beyond it, the position moves although the overlap is not over.
pub(crate) const MOST_HANDLED: usize = 10_000;

/// Progress of a feed, as a [store](super::CheckpointStore) keeps it: JSON.
///
/// It holds a position, behind which everything is read again; the events behind it that are handled already; failures of handlers
/// that go on; and the server and the account that it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checkpoint {
    format: u32,
    base_url: String,
    account: AccountIds,
    /// Last position up to which all events are handled. `None` is the beginning.
    position: Option<Cursor>,
    /// Events behind the position that are handled, and when.
    handled: Handled,
    /// Events behind the position that are handled and have no number.
    unnumbered: Vec<Unnumbered>,
    /// Failures of events that are not handled yet.
    failures: BTreeMap<EventKey, u32>,
    /// Number of the last dead letter.
    dead_letters: u64,
}

impl Checkpoint {
    pub(crate) fn new(base_url: &str, account: AccountIds, position: Option<Cursor>) -> Self {
        Self {
            format: FORMAT,
            base_url: String::from(base_url),
            account,
            position,
            handled: Handled::default(),
            unnumbered: Vec::new(),
            failures: BTreeMap::new(),
            dead_letters: 0,
        }
    }

    /// Reads a checkpoint. `store` says where it was, for the error.
    ///
    /// # Errors
    ///
    /// Fails if the text is no whole checkpoint, or one of a newer format.
    pub fn parse(json: &str, store: &str) -> Result<Self, CheckpointError> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let unreadable = |error| CheckpointError::unreadable(store, error);
        let Header { format } = serde_json::from_str(json).map_err(unreadable)?;
        if format != FORMAT {
            return Err(CheckpointError::UnknownFormat { format });
        }
        serde_json::from_str(json).map_err(unreadable)
    }

    /// Returns the JSON that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and instants can be written as JSON")
    }

    /// Returns the cursor up to which everything is handled; `None` for the beginning. Events behind it may be handled as well.
    #[must_use]
    pub fn position(&self) -> Option<&Cursor> {
        self.position.as_ref()
    }

    /// Checks that the checkpoint is the account's at this server, and learns ids that the account did not have before.
    pub(crate) fn check_owner(
        &mut self,
        base_url: &str,
        account: &AccountIds,
    ) -> Result<(), CheckpointError> {
        if self.base_url != base_url || !self.account.is_same(account) {
            return Err(CheckpointError::Foreign {
                stored: format!("{} at {}", self.account, self.base_url),
                current: format!("{account} at {base_url}"),
            });
        }
        self.account.learn(account);
        Ok(())
    }

    /// Begins a round of pages at the position: no event without number has been met in it.
    pub(crate) fn begin_round(&mut self) {
        self.unnumbered
            .iter_mut()
            .for_each(|event| event.met = false);
    }

    /// Meets an event of a page in its order. True if it is not handled yet.
    pub(crate) fn is_new(&mut self, place: &Place) -> bool {
        match place {
            Place::Numbered(number) => !self.is_passed(*number) && !self.handled.contains(*number),
            Place::Unnumbered { after, text, .. } => {
                let mut known = self.unnumbered.iter_mut();
                let known = known.find(|event| !event.met && event.text == *text);
                let Some(event) = known else {
                    return true;
                };
                (event.met, event.after) = (true, *after);
                false
            }
        }
    }

    fn is_passed(&self, number: u64) -> bool {
        let position = self.position.as_ref().and_then(cursor_number);
        position.is_some_and(|position| number <= position)
    }

    /// Keeps that an event is handled.
    pub(crate) fn handle(&mut self, place: &Place, now: Timestamp) {
        self.failures.remove(&place.key());
        match place {
            Place::Numbered(number) => {
                self.pass(*number, now);
            }
            Place::Unnumbered { after, text, .. } => {
                self.unnumbered.push(Unnumbered::met(*text, *after));
            }
        }
        while self.handled.len() + self.unnumbered.len() > MOST_HANDLED
            && let Some(first) = self.handled.pop_first(|_| true)
        {
            self.move_to(first);
        }
    }

    /// Keeps that everything that is visible up to a number is handled. True if that is new.
    pub(crate) fn pass(&mut self, number: u64, now: Timestamp) -> bool {
        !self.is_passed(number) && self.handled.insert(number, now)
    }

    /// Moves the position over the events up to `walked`, which have all been met, that were handled at `horizon` or before. Without
    /// a horizon, over all of them. True if it moves.
    pub(crate) fn release(&mut self, walked: u64, horizon: Option<Timestamp>) -> bool {
        let is_due = |at| horizon.is_none_or(|horizon| at <= horizon);
        let is_released = |(number, at)| number <= walked && is_due(at);
        let mut last = None;
        while let Some(number) = self.handled.pop_first(is_released) {
            last = Some(number);
        }
        if let Some(number) = last {
            self.move_to(number);
        }
        last.is_some()
    }

    fn move_to(&mut self, number: u64) {
        self.position = Some(Cursor::from(number.to_string()));
        self.unnumbered
            .retain(|event| event.after.is_some_and(|after| after >= number));
        self.failures
            .retain(|key, _| !matches!(key, EventKey::Numbered(other) if *other <= number));
    }

    /// Sets the position to a cursor behind everything that has been met in this round. Without numbers there is no overlap.
    pub(crate) fn jump_to(&mut self, position: Option<Cursor>) {
        self.position = position;
        self.unnumbered.retain(|event| !event.met);
    }

    /// Returns how often the handler of an event has failed.
    pub(crate) fn failures(&self, place: &Place) -> u32 {
        self.failures.get(&place.key()).copied().unwrap_or_default()
    }

    /// Counts a failure of the handler of an event, and returns how many there are.
    pub(crate) fn count_failure(&mut self, place: &Place) -> u32 {
        let count = self.failures.entry(place.key()).or_default();
        *count = count.saturating_add(1);
        *count
    }

    /// Returns the number of the next dead letter.
    pub(crate) fn number_dead_letter(&mut self) -> u64 {
        self.dead_letters += 1;
        self.dead_letters
    }
}

#[cfg(test)]
mod tests;
