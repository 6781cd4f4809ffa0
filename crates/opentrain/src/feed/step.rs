//! The steps of a feed: each obeys a decision, and can be dropped at every wait and taken again.

use std::time::Duration;

use tracing::{debug, info, warn};

use super::checkpoint::{AccountIds, Checkpoint};
use super::decide::{Next, Token, ending, spread_interval, wait_after};
use super::error::{CheckpointError, FeedError};
use super::hidden_kinds::hidden_kinds;
use super::page::{self, Page, RawPage};
use super::place::cursor_number;
use super::state::{Held, Pause, Round, State, Unsaved};
use super::status::{FeedFailure, FeedPhase};
use super::store::{Acquired, CheckpointUpdate};
use super::{Feed, Start};
use crate::clock::fraction;
use crate::error::{Error, with_causes};
use crate::types::{CurrentAccount, Timestamp};

impl Feed {
    /// Goes on until an event is there to be delivered. False if the feed has ended.
    pub(super) async fn advance(&mut self) -> Result<bool, FeedError> {
        loop {
            let result = self.step().await;
            match result {
                Ok(Some(is_there)) => return Ok(is_there),
                Ok(None) => {}
                // Another feed has the checkpoint now: this one waits for it.
                Err(FeedError::Checkpoint(CheckpointError::Fenced)) => self.lose(),
                Err(error) => {
                    let epoch = self.epoch_to_give_back(&error);
                    self.end();
                    let Some(epoch) = epoch else {
                        return Err(error);
                    };
                    self.state = State::GivingBack { epoch, error };
                }
            }
        }
    }

    /// Takes a step. Returns true if an event is there, or `None` if more steps are needed.
    async fn step(&mut self) -> Result<Option<bool>, FeedError> {
        if let Some(error) = self.give_back().await {
            return Err(error);
        }
        self.flush().await?;
        if !self.replays.is_empty() && self.held.is_some() {
            return Ok(Some(true));
        }
        self.rest().await;
        match &self.state {
            State::GivingBack { .. } | State::Ended => return Ok(Some(false)),
            State::Acquiring => self.acquire().await?,
            State::Identifying { .. } => self.identify().await?,
            State::Draining(_) | State::Polling(_) => self.poll().await?,
            State::Beginning => self.begin_round(),
            State::Delivering(_, page) => match page.items.front() {
                Some(item) => {
                    let created_at = item
                        .content
                        .as_ref()
                        .ok()
                        .and_then(|event| event.created_at);
                    self.monitor.wait_since(created_at);
                    return Ok(Some(true));
                }
                None => self.leave_page(),
            },
        }
        Ok(None)
    }

    /// Saves what the store does not have yet.
    pub(super) async fn flush(&mut self) -> Result<(), CheckpointError> {
        let Some(held) = self.held.as_mut().filter(|held| held.unsaved.is_dirty) else {
            return Ok(());
        };
        let update = CheckpointUpdate {
            checkpoint: &held.checkpoint,
            buried: &held.unsaved.buried,
            replayed: &held.unsaved.replayed,
        };
        self.store.save(held.epoch, update).await?;
        held.unsaved = Unsaved::default();
        let position = held.checkpoint.position().cloned();
        self.monitor.update(|status| status.position = position);
        Ok(())
    }

    /// Waits until the pause is over.
    async fn rest(&mut self) {
        let Some(pause) = self.pause else {
            return;
        };
        let clock = &self.client.shared().clock;
        let left = pause.until.saturating_duration_since(clock.now());
        if !left.is_zero() {
            self.monitor.update(|status| status.phase = pause.phase);
            let sleep = clock.sleep(left);
            match pause.phase {
                FeedPhase::Idle => self.waker.or(sleep).await,
                _ => sleep.await,
            }
        }
        self.pause = None;
    }

    pub(super) fn pause(&mut self, wait: Duration, phase: FeedPhase) {
        let now = self.client.shared().clock.now();
        // An instant that the clock cannot show is no pause at all, rather than a panic.
        self.pause = now.checked_add(wait).map(|until| Pause { until, phase });
    }

    async fn acquire(&mut self) -> Result<(), FeedError> {
        self.monitor
            .update(|status| status.phase = FeedPhase::Starting);
        match self.store.acquire().await? {
            Acquired::Granted { epoch, checkpoint } => {
                let loaded = checkpoint;
                self.state = State::Identifying { epoch, loaded };
            }
            Acquired::Held { retry_after } => {
                let wait =
                    spread_interval(retry_after.max(super::SHORTEST_INTERVAL), self.fraction());
                self.pause(wait, FeedPhase::Standby);
            }
        }
        Ok(())
    }

    async fn identify(&mut self) -> Result<(), FeedError> {
        let token_changes = self.client.token().changes();
        let me = match self.client.auth().me().await {
            // The response may be about another token.
            Ok(_) if self.client.token().changes() != token_changes => return Ok(()),
            Ok(me) => me,
            Err(error) => return self.failed(error, token_changes),
        };
        self.succeeded();
        self.name_hidden_kinds(&me);
        let State::Identifying { epoch, loaded } = &mut self.state else {
            return Ok(());
        };
        let (epoch, loaded) = (*epoch, loaded.take());
        let (base_url, account) = (self.client.base_url(), AccountIds::of(&me.account));
        let is_new = loaded.is_none();
        let position = match &self.settings.start {
            Start::Behind(cursor) => cursor.clone(),
            Start::Now => None,
        };
        let new = || Checkpoint::new(base_url, account.clone(), position);
        let mut checkpoint = loaded.map_or_else(new, |loaded| *loaded);
        checkpoint.check_owner(base_url, &account)?;
        let is_drained_first = is_new && matches!(self.settings.start, Start::Now);
        self.state = match is_drained_first {
            true => State::Draining(None),
            false => State::Beginning,
        };
        let position = checkpoint.position().cloned();
        self.monitor.update(|status| status.position = position);
        self.held = Some(Held {
            epoch,
            checkpoint,
            token_changes,
            unsaved: Unsaved {
                // It shows at once whether the store can be written to.
                is_dirty: is_new && !is_drained_first,
                ..Unsaved::default()
            },
        });
        Ok(())
    }

    fn name_hidden_kinds(&self, me: &CurrentAccount) {
        let hidden = me
            .token
            .scopes
            .as_deref()
            .map(hidden_kinds)
            .unwrap_or_default();
        if !hidden.is_empty() {
            warn!(kinds = ?hidden, "the scopes of the token hide events of these types");
        }
        self.monitor.update(|status| status.hidden_kinds = hidden);
    }

    fn begin_round(&mut self) {
        let started = self.now();
        if let Some(held) = &mut self.held {
            held.checkpoint.begin_round();
            let cursor = held.checkpoint.position().cloned();
            self.state = State::Polling(Round { started, cursor });
        }
    }

    async fn poll(&mut self) -> Result<(), FeedError> {
        let cursor = match &self.state {
            State::Draining(cursor) | State::Polling(Round { cursor, .. }) => cursor.as_ref(),
            _ => return Ok(()),
        };
        let Some(held) = &self.held else {
            return Ok(());
        };
        let token_changes = held.token_changes;
        if self.client.token().changes() != token_changes {
            self.identify_again();
            return Ok(());
        }
        self.monitor
            .update(|status| status.phase = FeedPhase::Polling);
        self.store.renew(held.epoch).await?;
        let call = page::call(&self.client, cursor, self.settings.page_size);
        match call.await {
            // The page may be another account's.
            Ok(_) if self.client.token().changes() != token_changes => self.identify_again(),
            Ok(page) => self.arrived(page),
            Err(error) => return self.failed(error, token_changes),
        }
        Ok(())
    }

    fn arrived(&mut self, raw: RawPage) {
        self.succeeded();
        let Some(held) = &mut self.held else {
            return;
        };
        match &self.state {
            State::Polling(round) => {
                let page = Page::read(raw, round.cursor.as_ref(), &mut held.checkpoint);
                debug!(
                    new = page.items.len(),
                    has_more = page.has_more,
                    "polled the feed"
                );
                self.state = State::Delivering(round.clone(), page);
            }
            State::Draining(sent) => {
                let page = Page::read(raw, sent.as_ref(), &mut held.checkpoint);
                match page.next(sent.as_ref()) {
                    Next::AtOnce(cursor) => self.state = State::Draining(Some(cursor)),
                    Next::Later => {
                        let end = page.end().or_else(|| sent.clone());
                        held.checkpoint.jump_to(end);
                        held.unsaved.is_dirty = true;
                        self.end_round();
                    }
                }
            }
            _ => {}
        }
    }

    /// Goes on after the last event of a page.
    fn leave_page(&mut self) {
        let now = self.now();
        let (State::Delivering(round, page), Some(held)) = (&self.state, &mut self.held) else {
            return;
        };
        let end = page.end();
        if let Some(number) = end.as_ref().and_then(cursor_number) {
            held.unsaved.is_dirty |= held.checkpoint.pass(number, now);
            let walked = Some(number).max(page.last).unwrap_or_default();
            let horizon = horizon(round.started, self.settings.overlap);
            held.unsaved.is_dirty |= held.checkpoint.release(walked, horizon);
        } else if page.last.is_none() && end.is_some() && end.as_ref() != held.checkpoint.position()
        {
            // The documentation promises numbers. Should there be none any more, the feed goes on from page to page.
            held.checkpoint.jump_to(end);
            held.unsaved.is_dirty = true;
        }
        match page.next(round.cursor.as_ref()) {
            Next::AtOnce(cursor) => {
                let started = round.started;
                let cursor = Some(cursor);
                self.state = State::Polling(Round { started, cursor });
            }
            Next::Later => self.end_round(),
        }
    }

    fn end_round(&mut self) {
        self.monitor.caught_up();
        self.state = State::Beginning;
        let wait = spread_interval(self.settings.interval, self.fraction());
        self.pause(wait, FeedPhase::Idle);
    }

    fn succeeded(&mut self) {
        self.failures = 0;
        let now = self.now();
        self.monitor.update(|status| {
            status.last_success = Some(now);
            status.failures_in_a_row = 0;
        });
    }

    /// Waits a failed request out, or returns why it ends the feed.
    fn failed(&mut self, error: Error, token_changes: u64) -> Result<(), FeedError> {
        // In this order: a program that changes the token sets it before the change is over.
        let token = match self.client.shared().token_changes.is_pending() {
            true => Token::Changing,
            false => Token::Current,
        };
        if self.client.token().changes() != token_changes {
            // The failure says nothing of the token that is current now.
            self.identify_again();
            return Ok(());
        }
        let error = match ending(error, token) {
            Ok(end) => return Err(end),
            Err(error) => error,
        };
        self.failures = self.failures.saturating_add(1);
        let wait = wait_after(&error, self.failures, self.fraction());
        let failure = FeedFailure {
            at: self.now(),
            message: with_causes(&error),
        };
        info!(error = %failure.message, ?wait, failures = self.failures, "the feed waits a failure out");
        let failures = self.failures;
        self.monitor.update(|status| {
            status.last_failure = Some(failure);
            status.failures_in_a_row = failures;
        });
        self.pause(wait, FeedPhase::WaitingOut);
        Ok(())
    }

    /// Has the account checked again, after the token has changed.
    fn identify_again(&mut self) {
        if let Some(held) = self.held.take() {
            self.state = State::Identifying {
                epoch: held.epoch,
                loaded: Some(Box::new(held.checkpoint)),
            };
        }
    }

    /// Gives up the checkpoint, which another feed has.
    pub(super) fn lose(&mut self) {
        info!("another feed has the checkpoint");
        (self.held, self.pause) = (None, None);
        self.state = State::Acquiring;
    }

    pub(super) fn end(&mut self) {
        (self.held, self.pause) = (None, None);
        self.state = State::Ended;
        self.monitor
            .update(|status| status.phase = FeedPhase::Ended);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.client.shared().clock.system_time().into()
    }

    pub(super) fn fraction(&self) -> f64 {
        fraction(self.client.shared().jitter.bits())
    }
}

/// Returns the time at which an event must have been handled for the position to move over it; `None` without an overlap.
fn horizon(started: Timestamp, overlap: Duration) -> Option<Timestamp> {
    let overlap = Some(overlap).filter(|overlap| !overlap.is_zero())?;
    let horizon = started.to_jiff().checked_sub(overlap);
    Some(horizon.unwrap_or(jiff::Timestamp::MIN).into())
}
