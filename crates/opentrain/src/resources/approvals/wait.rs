//! Waiting for a human.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::ApprovalOutcome;
use crate::client::Client;
use crate::clock::fraction;
use crate::retry::RetryAdvice;
use crate::types::{Approval, ApprovalId};

/// The first pause between two reads.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause: an hour of waiting is 120 reads.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The shortest pause: nobody confirms faster.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
/// The slowest steady pace.
const SLOWEST_PAUSE: Duration = Duration::from_secs(24 * 3600);
/// What a read may take even if less is left.
const SHORTEST_READ: Duration = Duration::from_secs(2);
/// How many reads in a row may fail.
const MOST_FAILURES: u32 = 20;
/// How a pause grows.
const GROWTH: f64 = 1.5;

/// Wait for a human. See [`Approvals::wait`](super::Approvals::wait).
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

    /// Limits the wait; a read that is under way at its end may take 2 seconds more. After it the outcome is
    /// [`ApprovalOutcome::StillPending`], which is no error.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Reads at a steady pace, not faster than every 100 milliseconds nor slower than once a day.
    pub fn every(mut self, pause: Duration) -> Self {
        let pause = pause.clamp(SHORTEST_PAUSE, SLOWEST_PAUSE);
        self.first_pause = pause;
        self.longest_pause = pause;
        self
    }

    async fn run(self) -> crate::Result<ApprovalOutcome> {
        let started = self.client.shared().clock.now();
        let (mut pause, mut pending, mut failures) = (self.first_pause, None, 0);
        loop {
            let mut asked = None;
            match self.read(self.left(started)).await {
                Ok(approval) => match ApprovalOutcome::of(&approval) {
                    Some(outcome) => return Ok(outcome),
                    None => (pending, failures) = (Some(approval), 0),
                },
                // A read that failed for a passing reason says nothing of the approval.
                Err(error) => match error.retry_advice() {
                    RetryAdvice::Retry { .. } if self.is_over(started) => {
                        return pending.map(ApprovalOutcome::StillPending).ok_or(error);
                    }
                    RetryAdvice::Retry { after } if failures < MOST_FAILURES => {
                        failures += 1;
                        asked = after;
                    }
                    _ => return Err(error),
                },
            }
            if let (true, Some(pending)) = (self.is_over(started), &pending) {
                return Ok(ApprovalOutcome::StillPending(pending.clone()));
            }
            let asked = asked.map_or(Duration::ZERO, |asked| asked + self.spread(pause));
            self.sleep(pause.max(asked), started).await;
            pause = pause.mul_f64(GROWTH).min(self.longest_pause);
        }
    }

    /// Returns a random part of a pause, so that clients that were refused together do not come back together.
    fn spread(&self, pause: Duration) -> Duration {
        pause.mul_f64(fraction(self.client.shared().jitter.bits()))
    }

    /// Sleeps, but not beyond the deadline: one more read follows there.
    async fn sleep(&self, pause: Duration, started: Instant) {
        let left = self.left(started).unwrap_or(pause);
        self.client.shared().clock.sleep(pause.min(left)).await;
    }

    /// One read, which takes no longer than what is left.
    async fn read(&self, left: Option<Duration>) -> crate::Result<Approval> {
        let call = self.client.approvals().get(&self.id);
        match left {
            Some(left) => call.total_timeout(left.max(SHORTEST_READ)).await,
            None => call.await,
        }
    }

    /// How long it is to the deadline, if there is one.
    fn left(&self, started: Instant) -> Option<Duration> {
        let waited = self
            .client
            .shared()
            .clock
            .now()
            .saturating_duration_since(started);
        self.deadline
            .map(|deadline| deadline.saturating_sub(waited))
    }

    fn is_over(&self, started: Instant) -> bool {
        self.left(started).is_some_and(|left| left.is_zero())
    }
}

impl IntoFuture for WaitForApproval {
    type Output = crate::Result<ApprovalOutcome>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
