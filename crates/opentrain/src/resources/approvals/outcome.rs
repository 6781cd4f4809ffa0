//! What became of an approval.

use crate::types::{
    Approval, ApprovalResult, ApprovalStatus, ApprovalType, ContractId, InvoiceId, JobId,
    PaymentIntentId, PayoutTransactionId, UserId,
};

/// What became of an approval.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ApprovalOutcome {
    /// A human confirmed, and it has happened.
    #[non_exhaustive]
    Confirmed {
        /// What has happened.
        action: Confirmed,
        /// The approval.
        approval: Approval,
    },
    /// A human declined: nothing has happened.
    Declined(Approval),
    /// Nobody answered in time: nothing has happened.
    Expired(Approval),
    /// The deadline of the wait is over, and nobody has answered yet.
    StillPending(Approval),
    /// A state that this version does not know, such as having been superseded. It is not `confirmed`.
    Other(Approval),
}

/// What a confirmation has brought about. Fields that the service left out are `None`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Confirmed {
    /// Somebody was hired.
    #[non_exhaustive]
    Hired {
        /// The new contract.
        contract_id: Option<ContractId>,
        /// The job.
        job_id: Option<JobId>,
        /// Who was hired.
        freelancer_user_id: Option<UserId>,
    },
    /// A milestone was funded.
    #[non_exhaustive]
    MilestoneFunded {
        /// The invoice.
        invoice_id: Option<InvoiceId>,
        /// The card payment, if it was one.
        payment_intent_id: Option<PaymentIntentId>,
    },
    /// A milestone was approved, and its money released.
    #[non_exhaustive]
    MilestoneApproved {
        /// The invoice.
        invoice_id: Option<InvoiceId>,
        /// The payout.
        payout_transaction_id: Option<PayoutTransactionId>,
    },
    /// A contract has ended.
    ContractEnded,
    /// Something that this version does not know; the approval's `result` tells.
    Other,
}

impl ApprovalOutcome {
    /// Reads an approval. `None`: it is still pending.
    pub(super) fn of(approval: &Approval) -> Option<Self> {
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

    /// The approval.
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
