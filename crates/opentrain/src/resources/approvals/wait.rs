//! Waiting for one approval.

use super::ApprovalOutcome;
use crate::call::Call;
use crate::client::Client;
use crate::resources::wait::{Wait, sealed};
use crate::types::{Approval, ApprovalId, Timestamp};

/// Wait for an approval. See [`Approvals::wait`](super::Approvals::wait).
pub type WaitForApproval = Wait<Approval>;

impl sealed::Awaited for Approval {
    type Id = ApprovalId;
    type Outcome = ApprovalOutcome;

    fn read(client: &Client, id: &ApprovalId) -> Call<Self> {
        client.approvals().get(id)
    }

    fn outcome(&self) -> Option<ApprovalOutcome> {
        ApprovalOutcome::of(self)
    }

    fn still_pending(self) -> ApprovalOutcome {
        ApprovalOutcome::StillPending(self)
    }

    fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }
}
