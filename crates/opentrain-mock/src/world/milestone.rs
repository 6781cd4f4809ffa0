//! Milestones of contracts, and their JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::amount::Amount;
use crate::json_number::{number, usd};
use crate::ledger::FundingSource;
use crate::time::wire;

/// Part of a contract's work, with its amount.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Milestone {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) status: MilestoneStatus,
    pub(crate) amount: Amount,
    /// Hours or labels; none for a fixed price.
    pub(crate) volume: Option<f64>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) invoice_id: Option<String>,
    /// Source of the money, once it is funded.
    pub(crate) source: Option<FundingSource>,
    pub(crate) created_at: Timestamp,
}

/// Status of a milestone. Only the first two are documented by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MilestoneStatus {
    NotFunded,
    /// Its money is in escrow.
    ActiveFunded,
    /// Its money went to the AI trainer.
    Paid,
    /// The contract ended before it was funded.
    Cancelled,
    /// The contract ended, and its money came back.
    Refunded,
}

impl MilestoneStatus {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NotFunded => "NOT_FUNDED",
            Self::ActiveFunded => "ACTIVE_FUNDED",
            Self::Paid => "PAID",
            Self::Cancelled => "CANCELLED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// True if the contract lists it.
    pub(crate) fn is_listed(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Refunded)
    }

    /// True if it was funded and not refunded.
    pub(crate) fn is_funded(self) -> bool {
        matches!(self, Self::ActiveFunded | Self::Paid)
    }
}

impl Milestone {
    /// Returns the milestone at the given place of its contract, from 0.
    pub(crate) fn to_json(&self, place: usize, is_pending: bool) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "status": self.status.as_str(),
            "amountUsd": usd(self.amount.usd()),
            "volume": self.volume.map(number),
            "milestoneNumber": place + 1,
            "dueDate": self.due.map(wire),
            "pendingApproval": is_pending,
            "needsReview": false,
            "invoiceId": self.invoice_id,
            "createdAt": wire(self.created_at),
        })
    }

    pub(crate) fn to_budget_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "amountUsd": usd(self.amount.usd()),
            "volume": self.volume.map(number),
            "status": self.status.as_str(),
        })
    }
}
