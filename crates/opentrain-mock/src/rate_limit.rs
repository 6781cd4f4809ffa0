//! Rate limits of a minute, by the mock's clock: those with a documented number, and those that are only named.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::api_failure::ApiFailure;
use crate::operation::{Access, Operation};
use crate::time::earlier;

const MINUTE: Duration = Duration::from_secs(60);
/// Limit of the tokenless job endpoints, together. Documented.
const OPEN: usize = 120;
/// Limit of sent messages. Its number is not documented.
const MESSAGES: usize = 30;
/// Limit of registrations and started claims, together. Its number is not documented.
const AGENTS: usize = 20;

/// Requests of the last minute. All clients are on this machine, so they share the limits.
#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    pub(crate) on: bool,
    open: Window,
    messages: Window,
    agents: Window,
}

/// Times of the requests of the last minute.
#[derive(Debug, Default)]
struct Window {
    taken: VecDeque<Timestamp>,
}

impl RateLimits {
    /// Counts a request, or refuses it. A refused request does not count.
    pub(crate) fn take(&mut self, operation: &Operation, now: Timestamp) -> Result<(), ApiFailure> {
        if !self.on {
            return Ok(());
        }
        match operation.name {
            _ if operation.access == Access::Open => {
                let taken = self.open.take(OPEN, now);
                taken.map_err(|_wait| ApiFailure::rate_limited("Too many requests"))
            }
            "messages_send" => {
                let taken = self.messages.take(MESSAGES, now);
                taken.map_err(|wait| {
                    let details = json!({ "retryAfterSeconds": wait });
                    ApiFailure::rate_limited("Too many messages").with(details)
                })
            }
            "agent_register" | "agent_start_claim" => {
                let taken = self.agents.take(AGENTS, now);
                taken.map_err(|_wait| {
                    let error = "Too many registrations or claims; try again later";
                    ApiFailure::oauth_with(429, "rate_limit_exceeded", error)
                })
            }
            _ => Ok(()),
        }
    }
}

impl Window {
    /// Counts one more, or returns the seconds until the next one is accepted.
    fn take(&mut self, limit: usize, now: Timestamp) -> Result<(), i64> {
        let over = earlier(now, MINUTE);
        // The clock goes back when a state is restored: later requests do not count then.
        self.taken.retain(|taken| *taken <= now);
        while self.taken.front().is_some_and(|taken| *taken <= over) {
            self.taken.pop_front();
        }
        match self.taken.front() {
            Some(first) if self.taken.len() >= limit => {
                let wait = first.duration_since(over).as_millis();
                Err(i64::try_from(wait).unwrap_or(i64::MAX).div_euclid(1_000)
                    + i64::from(wait % 1_000 > 0))
            }
            Some(_) | None => {
                self.taken.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::Window;
    use crate::time::later;

    #[test]
    fn window_slides() {
        let start = Timestamp::UNIX_EPOCH;
        let at = |millis| later(start, Duration::from_millis(millis));
        let mut window = Window::default();
        let taken =
            [0, 20_500, 59_999, 60_000, 60_001, 80_500].map(|millis| window.take(2, at(millis)));
        assert_eq!(taken, [Ok(()), Ok(()), Err(1), Ok(()), Err(21), Ok(())]);
    }
}
