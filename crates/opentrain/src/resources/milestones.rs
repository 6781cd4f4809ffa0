//! Money for work: into escrow, and out of it.

use opentrain_api::public::operations;

use super::{PendingApproval, family};
use crate::call::Call;
use crate::types::MilestoneId;

family! {
    /// Money for work: into escrow, and out of it.
    Milestones, milestones
}

impl Milestones {
    /// Asks to put a milestone's money into escrow. **Nothing moves until a human confirms**: what comes back waits for that,
    /// about 72 hours.
    ///
    /// Asking again while the approval is pending gives the same one. The milestone must be `NOT_FUNDED`, on an active contract
    /// of yours, with a payment method on file. Scope `payments:write`, feature `public_api_payments_write`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/milestones/fund/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::MilestoneId) -> opentrain::Result<()> {
    /// let pending = client.milestones().fund(&id).await?;
    /// println!("confirm at {:?}", pending.approval_url);
    /// let outcome = client.approvals().wait(&pending.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `milestone_not_fundable`, or another reason that is not documented;
    /// [`Reason::PaymentMethodRequired`](crate::Reason::PaymentMethodRequired);
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 401, 403, 404.
    pub fn fund(&self, id: &MilestoneId) -> Call<PendingApproval> {
        let prepared = self.client.public().milestones_fund_request(id);
        self.client
            .call(&operations::MILESTONES_FUND, prepared)
            .map(PendingApproval::from)
    }

    /// Asks to release a milestone's escrow to the freelancer. **Nothing moves until a human confirms**: what comes back waits
    /// for that, about 72 hours.
    ///
    /// Asking again while the approval is pending gives the same one. The milestone must be `ACTIVE_FUNDED`, on an active
    /// contract of yours. Scope `payments:write`, feature `public_api_payments_write`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/milestones/approve/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::MilestoneId) -> opentrain::Result<()> {
    /// let pending = client.milestones().approve(&id).await?;
    /// println!("confirm at {:?}", pending.approval_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `milestone_not_funded`, or another reason that is not documented;
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired); 401, 403, 404.
    pub fn approve(&self, id: &MilestoneId) -> Call<PendingApproval> {
        let prepared = self.client.public().milestones_approve_request(id);
        self.client
            .call(&operations::MILESTONES_APPROVE, prepared)
            .map(PendingApproval::from)
    }
}
