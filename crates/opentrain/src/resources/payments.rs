//! Invoices that are not settled.

use opentrain_api::public::operations;

use super::Payments;
use crate::call::Call;
use crate::page::{Page, PageParts};
use crate::types::PendingPayment;

impl Payments {
    /// Returns the invoices of the account that are not settled, newest first, all at once.
    ///
    /// The event `payment.pending` tells of new ones. Scope `payments:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/payments/pending/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// for payment in client.payments().pending().await?.items {
    ///     println!("{} {} {:?}", payment.id, payment.status, payment.amount_usd);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 401; 403 without the scope.
    pub fn pending(&self) -> Call<Page<PendingPayment>> {
        let prepared = self.client.public().payments_pending_request();
        let operation = &operations::PAYMENTS_PENDING;
        self.client
            .call_for_page(operation, prepared, &["payments"], |body| {
                PageParts::unpaged(body.payments)
            })
    }
}
