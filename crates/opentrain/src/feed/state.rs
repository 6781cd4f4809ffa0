//! States of a feed.

use std::time::{Duration, Instant};

use super::checkpoint::Checkpoint;
use super::dead_letter::DeadLetter;
use super::error::FeedError;
use super::page::{Item, Page};
use super::place::Place;
use super::status::FeedPhase;
use crate::event::{Event, UnreadableEvent};
use crate::types::{Cursor, Timestamp};

/// Next step of a feed.
#[derive(Debug)]
pub(super) enum State {
    /// Asks the store for the checkpoint. Waits while another feed has it; a failing store ends the feed.
    Acquiring,
    /// Asks whose the token is, and checks that the checkpoint is that account's. A request that fails is sent again; a foreign
    /// checkpoint ends the feed.
    Identifying {
        epoch: u64,
        loaded: Option<Box<Checkpoint>>,
    },
    /// Reads a page without delivering it, to begin with the events that come from now on. A request that fails is sent again.
    Draining(Option<Cursor>),
    /// Begins a round of pages at the position.
    Beginning,
    /// Polls a page of the round. A request that fails is sent again; after a change of the token, the account is checked again.
    Polling(Round),
    /// Delivers the events of a page. Once none is left, the round goes on or ends.
    Delivering(Round, Page),
    /// Gives the checkpoint back, then returns the error.
    GivingBack { epoch: u64, error: FeedError },
    /// The feed is over: its last result was an error.
    Ended,
}

/// One way from the position to the end of what is visible.
#[derive(Clone, Debug)]
pub(super) struct Round {
    pub(super) started: Timestamp,
    /// Cursor of the page that is polled or delivered.
    pub(super) cursor: Option<Cursor>,
}

/// Checkpoint that the feed holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) epoch: u64,
    pub(super) checkpoint: Checkpoint,
    /// Changes of the client's token when the account was checked.
    pub(super) token_changes: u64,
    pub(super) unsaved: Unsaved,
}

/// Changes that the store does not have yet.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    pub(super) is_dirty: bool,
    pub(super) buried: Vec<DeadLetter>,
    pub(super) replayed: Vec<u64>,
}

/// Wait before the next step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    pub(super) until: Instant,
    /// Phase of the feed meanwhile. Only an idle feed can be woken.
    pub(super) phase: FeedPhase,
}

/// Dead letter that is delivered again.
#[derive(Debug)]
pub(super) struct Replay {
    pub(super) letter: DeadLetter,
    pub(super) content: Result<Event, UnreadableEvent>,
}

impl Replay {
    pub(super) fn new(letter: DeadLetter) -> Self {
        let content = letter.parse();
        Self { letter, content }
    }
}

impl Held {
    /// Keeps that an event is handled. Without an overlap, the position moves at once.
    pub(super) fn handle(&mut self, item: &Item, now: Timestamp, overlap: Duration) {
        self.checkpoint.handle(&item.place, now);
        if let (Place::Numbered(number), true) = (&item.place, overlap.is_zero()) {
            self.checkpoint.release(*number, None);
        }
    }
}
