//! Milestones: money into escrow, and out of it.

use opentrain_api::public::operations;

use super::{Milestones, PendingApproval};
use crate::call::Call;
use crate::types::MilestoneId;

impl Milestones {
    /// Asks a human to put a milestone's money into escrow. **No money moves until a human confirms**, within about 72 hours.
    ///
    /// Asking again while the approval is pending returns the same one, so retries are safe. The milestone must be
    /// `NOT_FUNDED`, not cancelled and on an active contract of yours. A payment method must be on file; elsewhere the
    /// documentation says that enough credit will do. Follow it with [`Approvals::wait`](super::Approvals::wait), or by the
    /// event `approval.confirmed`, which also tells of a refusal and an expiry; `milestone.status_changed` follows a
    /// confirmation.
    ///
    /// Scope `payments:write`, which neither registration nor claim gives; feature `public_api_payments_write`; claimed
    /// account. The page on scopes says that a human's confirmation replaces the claim; the pages of the operations ask for
    /// both, so the service decides.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/milestones/fund/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::MilestoneId;
    ///
    /// let pending = client.milestones().fund(&MilestoneId::from("ms_4")).await?;
    /// println!("confirm at {:?}", pending.approval_url);
    /// let outcome = client.approvals().wait(&pending.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `milestone_not_fundable`, or another reason that is not documented;
    /// 409 with [`Reason::PaymentMethodRequired`](crate::Reason::PaymentMethodRequired); 403 with
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired), [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// or without the scope; 404 for a milestone that does not exist or is another account's; 401.
    pub fn fund(&self, id: &MilestoneId) -> Call<PendingApproval> {
        let prepared = self.client.public().milestones_fund_request(id);
        self.client
            .call(&operations::MILESTONES_FUND, prepared)
            .map(PendingApproval::from)
    }

    /// Asks a human to release a milestone's escrow to the AI trainer. **No money moves until a human confirms**, within
    /// about 72 hours.
    ///
    /// Asking again while the approval is pending returns the same one, so retries are safe. The milestone must be
    /// `ACTIVE_FUNDED`, not cancelled and on an active contract of yours. Follow it with
    /// [`Approvals::wait`](super::Approvals::wait), or by the event `approval.confirmed`, which also tells of a refusal and
    /// an expiry; `milestone.status_changed` follows a confirmation.
    ///
    /// Scope `payments:write`, which neither registration nor claim gives; feature `public_api_payments_write`; claimed
    /// account. The page on scopes says that a human's confirmation replaces the claim; the pages of the operations ask for
    /// both, so the service decides.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/milestones/approve/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::MilestoneId;
    ///
    /// let pending = client.milestones().approve(&MilestoneId::from("ms_4")).await?;
    /// println!("confirm at {:?}", pending.approval_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 409 with [`Reason::Plain`](crate::Reason::Plain) `milestone_not_funded`, or another reason that is not documented; 403
    /// with [`Reason::ClaimRequired`](crate::Reason::ClaimRequired),
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 404 for a milestone that does not
    /// exist or is another account's; 401.
    pub fn approve(&self, id: &MilestoneId) -> Call<PendingApproval> {
        let prepared = self.client.public().milestones_approve_request(id);
        self.client
            .call(&operations::MILESTONES_APPROVE, prepared)
            .map(PendingApproval::from)
    }
}
