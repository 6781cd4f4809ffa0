//! What is delivered to webhooks, as a test looks at it: which event, how often it was tried, what came of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hook_url;
use crate::time::wire;

/// An event on its way to a webhook. See [`MockServer::deliveries`](crate::MockServer::deliveries).
///
/// It never holds the webhook's secret or a signature. Its `Debug` and `Display` leave out what a URL may carry of secrets: user,
/// password and query.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// What the header `X-OpenTrain-Delivery` says: the same at every attempt.
    pub id: String,
    /// The subscription.
    pub webhook_id: String,
    /// Its URL.
    pub url: String,
    /// The event, by its id in the feed.
    pub event_id: String,
    /// `proposal.received` and so on.
    pub event_type: String,
    /// What was tried so far, oldest first.
    pub attempts: Vec<Attempt>,
    /// Where it stands.
    pub state: DeliveryState,
}

/// One request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// What the mock's clock showed when it was signed.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: AttemptOutcome,
}

/// What came of a request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// An answer with this status. Only a 2xx is a success.
    Answered(u16),
    /// No answer, for this reason.
    Failed(String),
}

/// Where a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It is tried, or tried again, when the mock's clock shows this.
    Pending {
        /// The moment.
        next_attempt_at: Timestamp,
    },
    /// The webhook has answered with a 2xx.
    Delivered,
    /// The last attempt has failed too, or the subscription was disabled before it.
    Failed,
    /// It was never tried: the mock sends to loopback only.
    NotSent {
        /// What stood in the way.
        reason: String,
    },
}

impl AttemptOutcome {
    /// Whether the webhook has taken the event.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }
}

impl Delivery {
    /// When it is tried next, if it is tried again.
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
            hook_url::shown(&self.url)
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
            Self::Answered(status) => write!(formatter, "{status}"),
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
            .field("url", &hook_url::shown(&self.url))
            .field("event_id", &self.event_id)
            .field("event_type", &self.event_type)
            .field("attempts", &self.attempts)
            .field("state", &self.state)
            .finish()
    }
}
