//! Reading the feed for the approvals that it names.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::watched::Watched;
use crate::client::Client;
use crate::page::Listed;
use crate::resources::wait::{Failure, Pace, Reader};
use crate::server_clock::later;
use crate::types::{ApprovalId, Cursor, Timestamp, UpdatesPage};

/// Age of the position that each poll starts from. That an event becomes visible only after a later one is not excluded by the
/// documentation; events that come again do no harm here.
const OVERLAP: Duration = Duration::from_secs(120);
/// Events in a page, at most.
const PAGE: u32 = 200;

/// Position in the feed that stays a little behind its end.
pub(super) struct Follower {
    client: Client,
    /// Position that the next poll starts from. `None` is the beginning of history.
    start: Option<Cursor>,
    /// Ends of the feed, with the time at which they were reached, oldest first.
    ends: VecDeque<(Instant, Cursor)>,
}

impl Follower {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            start: None,
            ends: VecDeque::new(),
        }
    }

    pub(super) fn start_at(&mut self, cursor: Option<Cursor>) {
        self.start = cursor;
    }

    /// Reads the feed to its end. Returns the open approvals that it names, and the failure that it stopped at, if that may pass.
    pub(super) async fn poll(
        &mut self,
        reader: &mut Reader,
        pace: &Pace,
        watched: &Watched,
    ) -> crate::Result<(Vec<ApprovalId>, Option<Failure>)> {
        let now = self.client.shared().clock.now();
        self.move_start(now);
        let (mut position, mut named) = (self.start.clone(), Vec::new());
        loop {
            let poll = self.client.updates().poll().cursor(position.as_ref());
            let page = match reader.read(poll.limit(PAGE).call(), pace.left()).await? {
                Ok(page) => page,
                Err(failure) => return Ok((named, Some(failure))),
            };
            named.extend(names(&page, watched));
            self.pass_old_events(&page, reader.server.now());
            let next = page.body.next_cursor;
            // A cursor that does not move is the end, even if the flag says otherwise.
            let has_more = page.body.has_more && next.is_some() && next != position;
            position = next.or(position);
            if !has_more || pace.is_over() {
                break;
            }
        }
        self.ends.extend(position.map(|end| (now, end)));
        Ok((named, None))
    }

    /// Moves the start to the latest end that is old enough.
    fn move_start(&mut self, now: Instant) {
        let is_old = |end: &&mut (Instant, Cursor)| now.saturating_duration_since(end.0) >= OVERLAP;
        while self.ends.front_mut().filter(is_old).is_some() {
            self.start = self.ends.pop_front().map(|(_, end)| end);
        }
    }

    /// Moves the start to the last event that is old enough, so that the history before it is read once.
    fn pass_old_events(&mut self, page: &UpdatesPage, now: Timestamp) {
        let is_old = |created_at: &Timestamp| later(*created_at, OVERLAP) <= now;
        let old = |event: &&crate::types::Event| event.created_at.as_ref().is_some_and(is_old);
        if let Some(event) = page.events.iter().rfind(old) {
            self.start = Some(Cursor::from(event.id.as_str()));
        }
    }
}

/// Returns the open approvals that a page names, in events that could not be read too.
fn names(page: &Listed<UpdatesPage>, watched: &Watched) -> Vec<ApprovalId> {
    let is_named = |id: &&ApprovalId| {
        let in_events = page.events.iter().any(|event| {
            let approval = event
                .data
                .as_ref()
                .and_then(|data| data.approval_id.as_ref());
            let resource = event.resource_id.as_ref();
            approval == Some(id) || resource.is_some_and(|resource| *resource == *id.as_str())
        });
        in_events
            || page
                .rejected
                .iter()
                .any(|bad| bad.raw().contains(id.as_str()))
    };
    watched.open().filter(is_named).cloned().collect()
}
