//! Waiting for a top-up to be paid.

use crate::call::Call;
use crate::client::Client;
use crate::resources::wait::{Wait, sealed};
use crate::types::{CreditTopUp, CreditTopUpStatus, Timestamp, TopUpId};

/// Wait for a top-up. See [`Credits::wait_top_up`](super::Credits::wait_top_up).
pub type WaitForTopUp = Wait<CreditTopUp>;

/// Outcome of a top-up.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum TopUpOutcome {
    /// A human paid, and the credits have arrived.
    Completed(CreditTopUp),
    /// No human paid in time: the link can no longer be paid.
    Expired(CreditTopUp),
    /// The deadline of the wait is over, and no human has paid yet.
    StillPending(CreditTopUp),
    /// A state that this version does not know. It is not `COMPLETED`.
    Other(CreditTopUp),
}

impl TopUpOutcome {
    /// Returns the top-up.
    #[must_use]
    pub fn top_up(&self) -> &CreditTopUp {
        match self {
            Self::Completed(top_up)
            | Self::Expired(top_up)
            | Self::StillPending(top_up)
            | Self::Other(top_up) => top_up,
        }
    }
}

impl sealed::Awaited for CreditTopUp {
    type Id = TopUpId;
    type Outcome = TopUpOutcome;

    fn read(client: &Client, id: &TopUpId) -> Call<Self> {
        client.credits().get_top_up(id)
    }

    fn outcome(&self) -> Option<TopUpOutcome> {
        let top_up = self.clone();
        Some(match self.status {
            CreditTopUpStatus::Pending => return None,
            CreditTopUpStatus::Completed => TopUpOutcome::Completed(top_up),
            CreditTopUpStatus::Expired => TopUpOutcome::Expired(top_up),
            _ => TopUpOutcome::Other(top_up),
        })
    }

    fn still_pending(self) -> TopUpOutcome {
        TopUpOutcome::StillPending(self)
    }

    fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }
}
