//! Waiting for a human.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::ApprovalOutcome;
use crate::client::Client;
use crate::error::Error;
use crate::retry::RetryAdvice;
use crate::types::ApprovalId;

/// The first pause between two reads.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause: an hour of waiting is 120 reads.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How a pause grows.
const GROWTH: f64 = 1.5;

/// A wait for a human. See [`Approvals::wait`](super::Approvals::wait).
#[derive(Clone, Debug)]
#[must_use = "a wait does nothing until it is awaited"]
pub struct WaitForApproval {
    client: Client,
    id: ApprovalId,
    deadline: Option<Duration>,
    first_pause: Duration,
    longest_pause: Duration,
}

impl WaitForApproval {
    pub(super) fn new(client: &Client, id: &ApprovalId) -> Self {
        let (client, id) = (client.clone(), id.clone());
        Self {
            client,
            id,
            deadline: None,
            first_pause: FIRST_PAUSE,
            longest_pause: LONGEST_PAUSE,
        }
    }

    /// How long to wait at the most. Then the outcome is [`ApprovalOutcome::StillPending`], which is no error.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Reads at a steady pace.
    pub fn every(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self.longest_pause = pause;
        self
    }

    async fn run(self) -> crate::Result<ApprovalOutcome> {
        let started = self.client.shared().clock.now();
        let mut pause = self.first_pause;
        loop {
            let read = self.client.approvals().get(&self.id).await;
            if let Some(outcome) = read.as_ref().ok().and_then(ApprovalOutcome::of) {
                return Ok(outcome);
            }
            // A read that failed for a passing reason says nothing of the approval.
            let lasting = read.as_ref().err().is_some_and(|error| !is_passing(error));
            if lasting || self.is_over(started, pause) {
                return read.map(ApprovalOutcome::StillPending);
            }
            self.client.shared().clock.sleep(pause).await;
            pause = pause.mul_f64(GROWTH).min(self.longest_pause);
        }
    }

    /// Whether the next read would come after the deadline.
    fn is_over(&self, started: Instant, pause: Duration) -> bool {
        let waited = self
            .client
            .shared()
            .clock
            .now()
            .saturating_duration_since(started);
        self.deadline
            .is_some_and(|deadline| waited + pause > deadline)
    }
}

fn is_passing(error: &Error) -> bool {
    matches!(error.retry_advice(), RetryAdvice::Retry { .. })
}

impl IntoFuture for WaitForApproval {
    type Output = crate::Result<ApprovalOutcome>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
