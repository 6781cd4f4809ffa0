//! Approvals: requests that wait for a human's confirmation.

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
    /// Approvals: requests that wait for a human's confirmation.
    Approvals, approvals
}

impl Approvals {
    /// Returns an approval and its state.
    ///
    /// Polling [`Updates::poll`](super::Updates::poll) is usually cheaper than reading approvals: its event
    /// `approval.confirmed` tells of every final state, declined and expired too. But a pending approval past `expires_at`
    /// becomes `expired` only when it is read, and the event presumably comes with that: a program that follows the feed
    /// reads the approval once after `expires_at`.
    ///
    /// Visible to the account's owner and to the token that asked. Scope `payments:read`; works before the account is
    /// claimed. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/approvals/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ApprovalId;
    ///
    /// let approval = client.approvals().get(&ApprovalId::from("apr_71")).await?;
    /// println!("{} until {:?}", approval.status, approval.expires_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for an approval that does not exist, is another account's or was asked for by another token, unless the token is
    /// the owner's; 401; 403 without the scope.
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
    /// To wait for many approvals at once, follow the feed: polling [`Updates::poll`](super::Updates::poll) is usually
    /// cheaper than reading approvals: its event `approval.confirmed` tells of every final state, declined and expired too.
    /// But a pending approval past `expires_at` becomes `expired` only when it is read, and the event presumably comes with
    /// that: a program that follows the feed reads the approval once after `expires_at`.
    ///
    /// Scope `payments:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/approvals/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ApprovalId;
    /// use std::time::Duration;
    /// use opentrain::resources::{ApprovalOutcome, Confirmed};
    ///
    /// match client.approvals().wait(&ApprovalId::from("apr_71")).deadline(Duration::from_secs(3600)).await? {
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
    /// As [`get`](Self::get): 401, 403, 404. A read that fails for a passing reason does not end the wait; 20 in a row do.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing at the service.
    pub fn wait(&self, id: &ApprovalId) -> WaitForApproval {
        WaitForApproval::new(&self.client, id)
    }
}
