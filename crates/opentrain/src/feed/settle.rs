//! Outcome of a delivered event: committed, failed or dead; and of a feed that ends.

use std::mem;

use tracing::warn;

use super::Feed;
use super::dead_letter::DeadLetter;
use super::decide::wait_before_redelivery;
use super::error::{CheckpointError, FeedError};
use super::page::{Item, Page};
use super::state::{Held, State};
use super::status::FeedPhase;
use crate::error::with_causes;
use crate::event::{Event, UnreadableEvent};
use crate::types::Timestamp;

/// Content of an event, or the reason why there is none.
pub(super) type Content = Result<Event, UnreadableEvent>;

impl Feed {
    /// Returns the events that wait to be handled: those that are replayed, or else the rest of the page.
    pub(super) fn waiting(&self) -> Box<dyn Iterator<Item = &Content> + Send + '_> {
        if !self.replays.is_empty() {
            return Box::new(self.replays.iter().map(|replay| &replay.content));
        }
        let items = self.page().into_iter().flat_map(|page| &page.items);
        Box::new(items.map(|item| &item.content))
    }

    fn page(&self) -> Option<&Page> {
        match &self.state {
            State::Delivering(_, page) => Some(page),
            _ => None,
        }
    }

    /// Returns how often the handler of the first event that waits has failed.
    pub(super) fn failures_of_first(&self) -> u32 {
        if let Some(replay) = self.replays.front() {
            return replay.letter.failures;
        }
        let first = self.page().and_then(|page| page.items.front());
        let held = self.held.as_ref().zip(first);
        held.map_or(0, |(held, item)| held.checkpoint.failures(&item.place))
    }

    /// Keeps that the first events that wait are handled, and saves it.
    pub(super) async fn commit_first(&mut self, count: usize) -> Result<(), CheckpointError> {
        let now = self.now();
        let Some(held) = &mut self.held else {
            return Ok(());
        };
        if !self.replays.is_empty() {
            let count = count.min(self.replays.len());
            let replayed = self.replays.drain(..count);
            let numbers = replayed.map(|replay| replay.letter.number);
            held.unsaved.replayed.extend(numbers);
        } else if let State::Delivering(_, page) = &mut self.state {
            let count = count.min(page.items.len());
            for item in page.items.drain(..count) {
                held.handle(&item, now, self.settings.overlap);
            }
        }
        held.unsaved.is_dirty = true;
        self.save().await
    }

    /// Counts a failure of the handler of the first event that waits, and saves it. The event comes again, or is given up.
    pub(super) async fn fail_first(&mut self, reason: String) -> Result<(), CheckpointError> {
        if self.replays.pop_front().is_some() {
            // The letter is still there.
            return Ok(());
        }
        let now = self.now();
        let (State::Delivering(_, page), Some(held)) = (&mut self.state, &mut self.held) else {
            return Ok(());
        };
        let Some(item) = page.items.front() else {
            return Ok(());
        };
        let failures = held.checkpoint.count_failure(&item.place);
        held.unsaved.is_dirty = true;
        if failures < self.settings.dead_letter_after {
            let wait = wait_before_redelivery(failures, self.fraction());
            self.pause(wait, FeedPhase::Retrying);
        } else if let Some(item) = page.items.pop_front() {
            let letter = letter(held, &item, reason, failures, now);
            warn!(place = %item.place, failures, "an event was given up");
            held.unsaved.buried.push(letter);
            held.handle(&item, now, self.settings.overlap);
            self.monitor.update(|status| status.dead_letters += 1);
        }
        self.save().await
    }

    /// Keeps the checkpoint for longer.
    pub(super) async fn renew(&self) -> Result<(), CheckpointError> {
        match &self.held {
            Some(held) => self.store.renew(held.epoch).await,
            None => Ok(()),
        }
    }

    /// Returns the epoch of the checkpoint that the feed has, if an error leaves it of use to another feed. A store that failed is not
    /// asked again.
    pub(super) fn epoch_to_give_back(&self, error: &FeedError) -> Option<u64> {
        match (error, &self.state) {
            (FeedError::Checkpoint(CheckpointError::Failed { .. }), _) => None,
            (_, State::Identifying { epoch, .. }) => Some(*epoch),
            _ => self.held.as_ref().map(|held| held.epoch),
        }
    }

    /// Gives the checkpoint back, if the feed is about to end, and returns the error that ends it.
    pub(super) async fn give_back(&mut self) -> Option<FeedError> {
        let State::GivingBack { epoch, .. } = self.state else {
            return None;
        };
        if let Err(error) = self.store.give_back(epoch).await {
            warn!(error = %with_causes(&error), "the checkpoint is not given back and stays held for its time");
        }
        match mem::replace(&mut self.state, State::Ended) {
            State::GivingBack { error, .. } => Some(error),
            _ => None,
        }
    }

    async fn save(&mut self) -> Result<(), CheckpointError> {
        let saved = self.flush().await;
        match &saved {
            Ok(()) => {}
            Err(error) if error.is_fenced() => self.lose(),
            Err(_) => self.end(),
        }
        saved
    }
}

fn letter(
    held: &mut Held,
    item: &Item,
    reason: String,
    failures: u32,
    at: Timestamp,
) -> DeadLetter {
    let (id, event) = match &item.content {
        Ok(event) => (Some(&event.id), event.json()),
        Err(unreadable) => (unreadable.id(), unreadable.raw()),
    };
    DeadLetter {
        number: held.checkpoint.number_dead_letter(),
        place: item.place.to_string(),
        event_id: id.cloned(),
        event: String::from(event),
        reason,
        failures,
        at,
    }
}
