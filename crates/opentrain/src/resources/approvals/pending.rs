//! An action that was requested and waits for a confirmation.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::types::{Approval, ApprovalRequested};

/// Action that was requested and **has not happened**: a human must confirm it first, at `approval_url`.
///
/// It can be stored as JSON and waited for later, by [`Approvals::wait`](super::Approvals::wait) with its `id`.
///
/// Source: <https://www.opentrain.ai/docs/developers/concepts/human-approvals/>.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(
        description = "Something that was asked for and has not happened: a human must confirm it first, at `approvalUrl`."
    )
)]
#[non_exhaustive]
#[must_use = "nothing has happened yet: show `approval_url` to a human, and wait for the outcome"]
pub struct PendingApproval {
    /// The approval.
    pub approval: Approval,
    /// The service's sentence for people: a signed-in human has to confirm.
    pub message: String,
}

impl From<ApprovalRequested> for PendingApproval {
    fn from(requested: ApprovalRequested) -> Self {
        Self {
            approval: requested.approval,
            message: requested.message,
        }
    }
}

impl Deref for PendingApproval {
    type Target = Approval;

    fn deref(&self) -> &Approval {
        &self.approval
    }
}
