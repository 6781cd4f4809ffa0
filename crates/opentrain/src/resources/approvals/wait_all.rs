//! Waiting for many approvals at the cost of one feed.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::ApprovalOutcome;
use super::follow::Follower;
use super::watched::Watched;
use crate::client::Client;
use crate::resources::EventPosition;
use crate::resources::wait::{Failure, Pace, Reader};
use crate::types::ApprovalId;

/// Wait for many approvals. See [`Approvals::wait_all`](super::Approvals::wait_all).
#[must_use = "a wait does nothing until it is awaited"]
pub struct WaitForApprovals {
    client: Client,
    ids: Vec<ApprovalId>,
    pace: Pace,
    follower: Follower,
    on_outcome: Option<OnOutcome>,
}

/// Function of the caller that receives each outcome.
type OnOutcome = Box<dyn FnMut(&ApprovalOutcome) + Send>;

impl WaitForApprovals {
    pub(super) fn new(client: &Client, ids: Vec<ApprovalId>) -> Self {
        Self {
            client: client.clone(),
            ids,
            pace: Pace::new(client),
            follower: Follower::new(client),
            on_outcome: None,
        }
    }

    /// Limits the wait; a request that is under way at its end may take 2 seconds more. Approvals that no human has decided by then
    /// are [`ApprovalOutcome::StillPending`], which is no error.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.pace.deadline = Some(deadline);
        self
    }

    /// Polls the feed at a steady pace, not faster than every 100 milliseconds nor slower than once a day; unless set, every 2 seconds
    /// at first and every 30 in the end.
    pub fn every(mut self, pause: Duration) -> Self {
        self.pace.steady(pause);
        self
    }

    /// Starts from this position in the feed, instead of reading the account's history first, 200 events a request. Any position will
    /// do that was the end of the feed before now: the cursor that a follower of the feed has stored.
    pub fn since(mut self, position: impl EventPosition) -> Self {
        self.follower.start_at(position.into_cursor());
        self
    }

    /// Calls a function with each outcome as soon as it is known.
    pub fn on_outcome(mut self, tell: impl FnMut(&ApprovalOutcome) + Send + 'static) -> Self {
        self.on_outcome = Some(Box::new(tell));
        self
    }

    async fn run(mut self) -> crate::Result<Vec<ApprovalOutcome>> {
        let mut watched = Watched::new(&self.ids, self.now());
        let mut reader = Reader::new(&self.client);
        self.pace.start();
        while !watched.are_decided() {
            let failure = self.round(&mut watched, &mut reader).await?;
            if self.pace.is_over() {
                watched.give_up(failure.map(|failure| failure.error))?;
                break;
            }
            let pause = self.pace.next();
            let pause = match failure {
                _ if watched.are_decided() => break,
                Some(failure) => failure.pause(pause, &self.client),
                None => watched.pause(self.now(), pause),
            };
            self.pace.sleep(pause).await;
        }
        Ok(watched.outcomes(&self.ids))
    }

    /// Reads the feed to its end, and then the approvals that are due. Returns the failure that it stopped at, if that may pass.
    async fn round(
        &mut self,
        watched: &mut Watched,
        reader: &mut Reader,
    ) -> crate::Result<Option<Failure>> {
        let polled = self.follower.poll(reader, &self.pace, watched).await?;
        let (named, failure) = polled;
        watched.name(&named, self.now());
        if failure.is_some() {
            return Ok(failure);
        }
        for id in watched.due(self.now()) {
            let call = self.client.approvals().get(&id);
            let approval = match reader.read(call, self.pace.left()).await? {
                Ok(approval) => approval,
                Err(failure) => return Ok(Some(failure)),
            };
            let expires_at = approval.expires_at;
            let left = expires_at.map(|expires_at| reader.server.until(expires_at));
            let outcome = watched.take(&id, approval, left, self.pace.pause(), self.now());
            if let (Some(outcome), Some(tell)) = (outcome, &mut self.on_outcome) {
                tell(outcome);
            }
        }
        Ok(None)
    }

    fn now(&self) -> Instant {
        self.client.shared().clock.now()
    }
}

impl IntoFuture for WaitForApprovals {
    type Output = crate::Result<Vec<ApprovalOutcome>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for WaitForApprovals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForApprovals")
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}
