//! Invoices that are open.

use opentrain_api::public::operations;

use super::family;
use crate::call::{Call, Target};
use crate::page::{Page, page_sender};
use crate::types::{PendingPayment, PendingPaymentList};

family! {
    /// Invoices that are open.
    Payments, payments
}

impl Payments {
    /// The invoices of the account that are not settled, newest first. All at once.
    ///
    /// Scope `payments:read`; works before the account is claimed.
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
        let sender = page_sender::<PendingPaymentList, _, _, _>(|wire| async move {
            wire.public().payments_pending().await
        });
        Call::new(
            &self.client,
            Target::of(&operations::PAYMENTS_PENDING),
            sender,
        )
    }
}
