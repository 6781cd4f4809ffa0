//! The prepaid balance of the account.

mod ledger;
mod wait;

use opentrain_api::public::operations;

use super::Credits;
use crate::call::Call;
use crate::page::List;
use crate::types::{
    CreateCreditTopUpRequest, CreditBalance, CreditTopUp, CreditTopUpCreated, TopUpId, Usd,
};

pub use ledger::{LedgerQuery, ListCreditLedger};
pub use wait::{TopUpOutcome, WaitForTopUp};

impl Credits {
    /// Returns the credit that can be spent and the credit held in escrow, in cents, with the last 10 movements.
    ///
    /// An account that never used credits has zeros; a member's token reads the account of the organization's owner. Scope
    /// `payments:read`, feature `public_api_credits`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/credits/balance/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let balance = client.credits().balance().await?;
    /// println!("{} cents to spend, {} held", balance.available_cents, balance.reserved_cents);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 401.
    pub fn balance(&self) -> Call<CreditBalance> {
        let prepared = self.client.public().credits_balance_request();
        self.client
            .call(&operations::CREDITS_BALANCE, prepared)
            .map(|response| response.credits)
    }

    /// Returns every movement of credit, newest first.
    ///
    /// Amounts have a sign: a positive one adds to the available balance, a negative one draws from it. An account that never
    /// used credits has an empty ledger. Scope `payments:read`, feature `public_api_credits`; works before the account is
    /// claimed. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/credits/ledger/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let mut entries = client.credits().ledger().items();
    /// while let Some(entry) = entries.try_next().await? {
    ///     println!("{:?} {} {} cents", entry.created_at, entry.type_, entry.amount_cents);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidField`](crate::Reason::InvalidField) for a limit that is out of range; 403 with
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 401.
    pub fn ledger(&self) -> ListCreditLedger {
        List::new(&self.client, LedgerQuery::default())
    }

    /// Creates a Stripe link where a human can buy credits, from 10 to 10,000 USD. **It charges nothing**: the credits come
    /// once the human has paid.
    ///
    /// An unpaid link lapses after about 24 hours; [`get_top_up`](Self::get_top_up) tells whether it was paid. Every call
    /// creates another link, so a call that may have created one is not repeated by retries.
    ///
    /// Scope `payments:write`, which neither registration nor claim gives; feature `public_api_credits`; claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/credits/create-top-up/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::Usd;
    ///
    /// let created = client.credits().create_top_up(Usd::from(900)).await?;
    /// println!("pay at {}", created.checkout_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidField`](crate::Reason::InvalidField) for an amount that is out of range; 403 with
    /// [`Reason::ClaimRequired`](crate::Reason::ClaimRequired), [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled),
    /// or without the scope; 401.
    pub fn create_top_up(&self, amount: Usd) -> Call<CreditTopUpCreated> {
        let body = CreateCreditTopUpRequest::new(amount);
        let prepared = self.client.public().credits_create_top_up_request(&body);
        self.client
            .call(&operations::CREDITS_CREATE_TOP_UP, prepared)
    }

    /// Returns a top-up and its state. [`wait_top_up`](Self::wait_top_up) polls it until it is paid.
    ///
    /// A pending top-up past `expires_at` becomes `EXPIRED` when it is read; its link can no longer be paid. Scope
    /// `payments:read`, feature `public_api_credits`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/credits/get-top-up/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{CreditTopUpStatus, TopUpId};
    ///
    /// let top_up = client.credits().get_top_up(&TopUpId::from("top_12")).await?;
    /// println!("paid: {}", top_up.status == CreditTopUpStatus::Completed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for a top-up that does not exist or is another account's; 403 with
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 401.
    pub fn get_top_up(&self, id: &TopUpId) -> Call<CreditTopUp> {
        let prepared = self.client.public().credits_get_top_up_request(id);
        self.client
            .call(&operations::CREDITS_GET_TOP_UP, prepared)
            .map(|response| response.top_up)
    }

    /// Waits until a human has paid a top-up, or its link has expired.
    ///
    /// No event tells of it, so it is read again and again, every 2 seconds at first and every 30 in the end, and when it expires
    /// by the service's clock: it expires only when it is read. That is about 24 hours after its creation. Keep the id: after a
    /// restart, in another process too, waiting goes on where it was.
    ///
    /// Scope `payments:read`, feature `public_api_credits`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/credits/get-top-up/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use std::time::Duration;
    /// use opentrain::resources::TopUpOutcome;
    /// use opentrain::types::TopUpId;
    ///
    /// let wait = client.credits().wait_top_up(&TopUpId::from("top_12")).deadline(Duration::from_secs(3600));
    /// if let TopUpOutcome::Completed(top_up) = wait.await? {
    ///     println!("{:?} cents more", top_up.amount_cents);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get_top_up`](Self::get_top_up): 404; 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled); 401. A read that
    /// fails for a passing reason does not end the wait; 20 in a row do.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing at the service.
    pub fn wait_top_up(&self, id: &TopUpId) -> WaitForTopUp {
        WaitForTopUp::new(&self.client, id)
    }
}
