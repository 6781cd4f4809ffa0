//! Approvals: requests that wait for a human's confirmation.

mod follow;
mod outcome;
mod pending;
mod wait;
mod wait_all;
mod watched;

use opentrain_api::public::operations;

use super::Approvals;
use crate::call::Call;
use crate::types::{Approval, ApprovalId};

pub use outcome::{ApprovalOutcome, Confirmed};
pub use pending::PendingApproval;
pub use wait::WaitForApproval;
pub use wait_all::WaitForApprovals;

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
    /// It reads the approval again and again, every 2 seconds at first and every 30 in the end, and when it expires by the
    /// service's clock: an approval expires only when it is read. That is about 72 hours after the request: set a
    /// [`deadline`](WaitForApproval::deadline) unless you mean to wait that long. Keep the id: after a restart, in another
    /// process too, waiting goes on where it was.
    ///
    /// To wait for many approvals at once, use [`wait_all`](Self::wait_all).
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
    /// As [`get`](Self::get): 401, 403, 404. A read that fails for a passing reason does not end the wait; 20 in a row do. Nor does a
    /// 401 while a claim or a rotation changes the client's token.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing at the service.
    pub fn wait(&self, id: &ApprovalId) -> WaitForApproval {
        WaitForApproval::new(&self.client, id)
    }

    /// Waits until all of these approvals are decided, at the cost of one feed instead of a poll each.
    ///
    /// It reads the feed to its end, then each approval once, and follows the feed from there: an approval is read again when an
    /// event names it, and when it expires by the service's clock, since it expires only when it is read. The outcomes are in the order
    /// of the ids; [`on_outcome`](WaitForApprovals::on_outcome) tells each as soon as it is known. After a restart, wait for the
    /// same ids again.
    ///
    /// Scope `payments:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/concepts/human-approvals/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, hires: Vec<opentrain::resources::PendingApproval>) -> opentrain::Result<()> {
    /// let ids = hires.iter().map(|pending| pending.id.clone());
    /// let outcomes = client.approvals().wait_all(ids).on_outcome(|outcome| println!("{outcome:?}")).await?;
    /// println!("{} are decided", outcomes.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), for any of them, and as [`Updates::poll`](super::Updates::poll). A request that fails for a passing reason
    /// does not end the wait; 20 in a row do. Nor does a 401 while a claim or a rotation changes the client's token.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing at the service.
    pub fn wait_all(&self, ids: impl IntoIterator<Item = ApprovalId>) -> WaitForApprovals {
        WaitForApprovals::new(&self.client, ids.into_iter().collect())
    }
}
