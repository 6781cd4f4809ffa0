//! Terms of a hire: the first milestone of the contract.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::fees;
use crate::ledger::Charge;

/// First milestone of a hire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct HireTerms {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) amount: Amount,
    pub(crate) due: Option<Timestamp>,
}

impl HireTerms {
    /// Returns the charge of a hire: the milestone, the marketplace's share, and the initiation fee.
    pub(crate) fn charge(&self) -> Charge {
        fees::hire_charge(self.amount)
    }
}
