//! Events sent to a URL of yours.

use opentrain_api::public::operations;

use super::family;
use crate::call::Call;
use crate::page::{Page, PageParts};
use crate::types::{
    CreateWebhookRequest, EventType, WebhookCreated, WebhookDeleted, WebhookId, WebhookSubscription,
};

family! {
    /// Events sent to a URL of yours.
    Webhooks, webhooks
}

impl Webhooks {
    /// The subscriptions of the account, newest first, without their secrets. All at once: there are 10 at the most.
    ///
    /// Scope `webhooks:manage`, feature `public_api_webhooks`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// for webhook in client.webhooks().list().await?.items {
    ///     println!("{} {} {:?}", webhook.id, webhook.status, webhook.url);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled); 401; 403 without the scope.
    pub fn list(&self) -> Call<Page<WebhookSubscription>> {
        let prepared = self.client.public().webhooks_list_request();
        let operation = &operations::WEBHOOKS_LIST;
        self.client
            .call_for_page(operation, prepared, &["webhooks"], |body| {
                PageParts::unpaged(body.webhooks)
            })
    }

    /// Has events of these types sent to a URL from now on; [`Updates::poll`](super::Updates::poll) tells what was before.
    ///
    /// **The secret is shown only here**: store it before anything else. There is no way to change it but to delete the
    /// subscription and make another. The URL must be `https`, or `http` on this machine. Every call makes another
    /// subscription, so one that may have been made is not repeated by retries. Scope `webhooks:manage` and the read scope of
    /// every event type, feature `public_api_webhooks`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/create/).
    ///
    /// ```no_run
    /// # fn store(_secret: &str) {}
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::EventType;
    ///
    /// let events = [EventType::ProposalReceived, EventType::ApprovalConfirmed];
    /// let created = client.webhooks().create("https://hooks.example.com/opentrain", events).await?;
    /// store(created.secret.expose());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 for a URL or an event type that the service does not take; [`Reason::ScopeMissing`](crate::Reason::ScopeMissing);
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled); 401. How an eleventh subscription is refused is not
    /// documented.
    pub fn create(
        &self,
        url: impl Into<String>,
        event_types: impl IntoIterator<Item = EventType>,
    ) -> Call<WebhookCreated> {
        let event_types = event_types.into_iter().collect();
        let body = CreateWebhookRequest::new(event_types, url.into());
        let prepared = self.client.public().webhooks_create_request(&body);
        self.client.call(&operations::WEBHOOKS_CREATE, prepared)
    }

    /// One subscription, without its secret: whether it is still served, and why not.
    ///
    /// Scope `webhooks:manage`, feature `public_api_webhooks`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::WebhookId) -> opentrain::Result<()> {
    /// use opentrain::types::WebhookStatus;
    ///
    /// let webhook = client.webhooks().get(&id).await?;
    /// if webhook.status == WebhookStatus::Disabled {
    ///     println!("disabled: {:?}", webhook.disabled_reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for one of another account too; [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled); 401; 403 without the
    /// scope.
    pub fn get(&self, id: &WebhookId) -> Call<WebhookSubscription> {
        let prepared = self.client.public().webhooks_get_request(id);
        self.client
            .call(&operations::WEBHOOKS_GET, prepared)
            .map(|response| response.webhook)
    }

    /// Deletes a subscription for good: deliveries stop at once. Gives it as it was, so its status may still be `ACTIVE`.
    ///
    /// Also the only way to change a secret, and to revive a subscription that was disabled: delete, create, and catch up by
    /// [`Updates::poll`](super::Updates::poll). Deleting again presumably fails with 404: after more than one
    /// [attempt](crate::Error::attempts), that may be this call's own doing. Scope `webhooks:manage`, feature
    /// `public_api_webhooks`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/delete/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client, id: opentrain::types::WebhookId) -> opentrain::Result<()> {
    /// match client.webhooks().delete(&id).await {
    ///     Ok(deleted) => println!("{:?} gets no more events", deleted.webhook.url),
    ///     Err(error) if error.is_not_found() => println!("it is gone"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for one of another account too; [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled); 401; 403 without the
    /// scope.
    pub fn delete(&self, id: &WebhookId) -> Call<WebhookDeleted> {
        let prepared = self.client.public().webhooks_delete_request(id);
        self.client.call(&operations::WEBHOOKS_DELETE, prepared)
    }
}
