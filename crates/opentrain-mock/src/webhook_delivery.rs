//! Deliveries to webhooks, as a test sees them: event, attempts, outcome.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::time::wire;
use crate::webhook_url;

/// Delivery of an event to a webhook. See [`MockServer::deliveries`](crate::MockServer::deliveries).
///
/// It never holds the webhook's secret or a signature. Its `Debug` and `Display` omit the parts of a URL that may be secret: user,
/// password and query.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Value of the header `X-OpenTrain-Delivery`, the same at every attempt.
    pub id: String,
    /// Id of the subscription.
    pub webhook_id: String,
    /// URL of the webhook.
    pub url: String,
    /// Id of the event in the feed.
    pub event_id: String,
    /// Type of the event, such as `proposal.received`.
    pub event_type: String,
    /// Attempts so far, oldest first.
    pub attempts: Vec<Attempt>,
    /// State of the delivery.
    pub state: DeliveryState,
}

/// One request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// Time of the signature, by the mock's clock.
    pub at: Timestamp,
    /// Outcome of the attempt.
    pub outcome: AttemptOutcome,
}

/// Outcome of a request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// Response with this status. Only a 2xx is a success.
    #[serde(rename = "Answered")]
    Responded(u16),
    /// No response, for this reason.
    Failed(String),
}

/// State of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DeliveryState {
    /// The next attempt is due at this time of the mock's clock.
    Pending {
        /// Time of the next attempt.
        next_attempt_at: Timestamp,
    },
    /// The webhook has responded with a 2xx.
    Delivered,
    /// The last attempt has failed too, or the subscription was disabled before it.
    Failed,
    /// Not attempted: the mock sends to loopback only.
    NotSent {
        /// Reason why it was not sent.
        reason: String,
    },
}

impl AttemptOutcome {
    /// True if the webhook has taken the event.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Responded(200..=299))
    }
}

impl Delivery {
    /// Returns the time of the next attempt, if there is one.
    #[must_use]
    pub fn next_attempt_at(&self) -> Option<Timestamp> {
        match self.state {
            DeliveryState::Pending { next_attempt_at } => Some(next_attempt_at),
            DeliveryState::Delivered | DeliveryState::Failed | DeliveryState::NotSent { .. } => {
                None
            }
        }
    }
}

/// One line for a log: the event, the URL, the last attempt and what comes next.
impl fmt::Display for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "webhook {} event {} {} to {}",
            self.id,
            self.event_id,
            self.event_type,
            webhook_url::shown(&self.url)
        )?;
        if let Some(attempt) = self.attempts.last() {
            write!(
                formatter,
                ", attempt {}: {}",
                self.attempts.len(),
                attempt.outcome
            )?;
        }
        match &self.state {
            DeliveryState::Pending { next_attempt_at } => {
                write!(formatter, ", next at {}", wire(*next_attempt_at))
            }
            DeliveryState::Delivered => Ok(()),
            DeliveryState::Failed => write!(formatter, ", given up"),
            DeliveryState::NotSent { reason } => write!(formatter, ", not sent: {reason}"),
        }
    }
}

impl fmt::Display for AttemptOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Responded(status) => write!(formatter, "{status}"),
            Self::Failed(reason) => write!(formatter, "{reason}"),
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Delivery")
            .field("id", &self.id)
            .field("webhook_id", &self.webhook_id)
            .field("url", &webhook_url::shown(&self.url))
            .field("event_id", &self.event_id)
            .field("event_type", &self.event_type)
            .field("attempts", &self.attempts)
            .field("state", &self.state)
            .finish()
    }
}
