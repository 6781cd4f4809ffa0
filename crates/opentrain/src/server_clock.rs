//! The time of the service, by the `Date` of its responses: a wrong clock of this machine does not matter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use http::header::DATE;

use crate::client::Client;
use crate::clock::Clock;
use crate::types::Timestamp;

/// Estimate of the service's time: the last `Date`, and what has passed since by the client's clock.
#[derive(Debug)]
pub(crate) struct ServerClock {
    clock: Arc<dyn Clock>,
    last: Option<(Timestamp, Instant)>,
}

impl ServerClock {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            clock: Arc::clone(&client.shared().clock),
            last: None,
        }
    }

    /// Takes the time from the headers of a response that has just come.
    pub(crate) fn observe(&mut self, headers: Option<&HeaderMap>) {
        let date = headers.and_then(|headers| headers.get(DATE)?.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        if let Some(date) = date {
            self.last = Some((Timestamp::from(date), self.clock.now()));
        }
    }

    /// Returns the time of the service. Before the first response with a `Date`, that of this machine.
    pub(crate) fn now(&self) -> Timestamp {
        let Some((date, seen)) = self.last else {
            return Timestamp::from(self.clock.system_time());
        };
        later(date, self.clock.now().saturating_duration_since(seen))
    }

    /// Returns how long it is until an instant; zero if it has passed.
    ///
    /// A `Date` has no fraction of a second, so the service is never behind this estimate.
    pub(crate) fn until(&self, instant: Timestamp) -> Duration {
        let left = instant.to_jiff().duration_since(self.now().to_jiff());
        left.try_into().unwrap_or_default()
    }
}

/// Returns an instant that is so much later, or the last one there is.
pub(crate) fn later(instant: Timestamp, by: Duration) -> Timestamp {
    let later = instant.to_jiff().checked_add(by);
    Timestamp::from(later.unwrap_or(jiff::Timestamp::MAX))
}
