//! The outcome of an approval.

use crate::types::{
    Approval, ApprovalResult, ApprovalStatus, ApprovalType, ContractId, InvoiceId, JobId,
    PaymentIntentId, PayoutTransactionId, UserId,
};

/// Outcome of an approval.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ApprovalOutcome {
    /// A human confirmed, and the action was carried out.
    #[non_exhaustive]
    Confirmed {
        /// The action and its result.
        action: Confirmed,
        /// The approval.
        approval: Approval,
    },
    /// A human declined: the action was not carried out.
    Declined(Approval),
    /// No human decided in time: the action was not carried out.
    Expired(Approval),
    /// The deadline of the wait is over, and no human has decided yet.
    StillPending(Approval),
    /// A state that this version does not know, such as having been superseded. It is not `confirmed`.
    Other(Approval),
}

/// Action that was confirmed, and its result. A field is `None` if the service omitted it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Confirmed {
    /// Hire of an AI trainer, which began a contract.
    #[non_exhaustive]
    Hired {
        /// The new contract.
        contract_id: Option<ContractId>,
        /// The job.
        job_id: Option<JobId>,
        /// The AI trainer who was hired.
        freelancer_user_id: Option<UserId>,
    },
    /// Funding of a milestone: its money is in escrow.
    #[non_exhaustive]
    MilestoneFunded {
        /// The invoice.
        invoice_id: Option<InvoiceId>,
        /// The card payment, if it was one.
        payment_intent_id: Option<PaymentIntentId>,
    },
    /// Release of a milestone's money to the AI trainer.
    #[non_exhaustive]
    MilestoneApproved {
        /// The invoice.
        invoice_id: Option<InvoiceId>,
        /// The payout.
        payout_transaction_id: Option<PayoutTransactionId>,
    },
    /// End of a contract; its unspent funds become available again.
    ContractEnded,
    /// An action that this version does not know; see the approval's `result`.
    Other,
}

impl ApprovalOutcome {
    /// Reads an approval. `None`: it is still pending.
    pub(crate) fn of(approval: &Approval) -> Option<Self> {
        let approval = approval.clone();
        Some(match approval.status {
            ApprovalStatus::Pending => return None,
            ApprovalStatus::Confirmed => Self::Confirmed {
                action: Confirmed::of(&approval),
                approval,
            },
            ApprovalStatus::Declined => Self::Declined(approval),
            ApprovalStatus::Expired => Self::Expired(approval),
            _ => Self::Other(approval),
        })
    }

    /// Returns the approval.
    #[must_use]
    pub fn approval(&self) -> &Approval {
        match self {
            Self::Confirmed { approval, .. }
            | Self::Declined(approval)
            | Self::Expired(approval)
            | Self::StillPending(approval)
            | Self::Other(approval) => approval,
        }
    }
}

impl Confirmed {
    fn of(approval: &Approval) -> Self {
        let ApprovalResult {
            contract_id,
            job_id,
            freelancer_user_id,
            invoice_id,
            payment_intent_id,
            payout_transaction_id,
            ..
        } = approval.result.clone().unwrap_or_default();
        match approval.type_ {
            ApprovalType::ProposalHire => Self::Hired {
                contract_id,
                job_id,
                freelancer_user_id,
            },
            ApprovalType::MilestoneFund => Self::MilestoneFunded {
                invoice_id,
                payment_intent_id,
            },
            ApprovalType::MilestoneApprove => Self::MilestoneApproved {
                invoice_id,
                payout_transaction_id,
            },
            ApprovalType::ContractEnd => Self::ContractEnded,
            _ => Self::Other,
        }
    }
}
