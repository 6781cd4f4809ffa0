//! What waits for a human's confirmation.

mod outcome;
mod pending;
mod wait;

use opentrain_api::public::operations;

use super::family;
use crate::call::Call;
use crate::types::{Approval, ApprovalId};

pub use outcome::{ApprovalOutcome, Confirmed};
pub use pending::PendingApproval;
pub use wait::WaitForApproval;

family! {
    /// What waits for a human's confirmation.
    Approvals, approvals
}

impl Approvals {
    /// An approval as it stands. One that has run out becomes `expired` when it is read.
    ///
    /// Scope `payments:read`. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/approvals/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ApprovalId) -> opentrain::Result<()> {
    /// let approval = client.approvals().get(&id).await?;
    /// println!("{} until {:?}", approval.status, approval.expires_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for one of another account, or of another token unless the token is the owner's; 401, 403.
    pub fn get(&self, id: &ApprovalId) -> Call<Approval> {
        let prepared = self.client.public().approvals_get_request(id);
        self.client
            .call(&operations::APPROVALS_GET, prepared)
            .map(|response| response.approval)
    }

    /// Waits until a human has confirmed or declined, or the approval has expired.
    ///
    /// It reads the approval again and again, every 2 seconds at first and every 30 in the end. An approval lives for about
    /// 72 hours: set a [`deadline`](WaitForApproval::deadline) unless you mean to wait that long. Keep the id: after a
    /// restart, waiting goes on where it was.
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::ApprovalId) -> opentrain::Result<()> {
    /// use std::time::Duration;
    /// use opentrain::resources::{ApprovalOutcome, Confirmed};
    ///
    /// match client.approvals().wait(&id).deadline(Duration::from_secs(3600)).await? {
    ///     ApprovalOutcome::Confirmed { action: Confirmed::Hired { contract_id, .. }, .. } => println!("{contract_id:?}"),
    ///     ApprovalOutcome::Confirmed { .. } => println!("done"),
    ///     ApprovalOutcome::StillPending(_) => println!("not yet"),
    ///     refused => println!("nothing happened: {:?}", refused.approval().status),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). A read that fails for a passing reason does not end the wait, but
    /// for 20 of them in a row.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing at the service.
    pub fn wait(&self, id: &ApprovalId) -> WaitForApproval {
        WaitForApproval::new(&self.client, id)
    }
}
