//! Webhooks: events sent to a URL of yours.

mod ensure;

use opentrain_api::public::operations;

use super::Webhooks;
use crate::call::Call;
use crate::page::{Page, PageParts};
use crate::types::{
    CreateWebhookRequest, EventType, WebhookCreated, WebhookDeleted, WebhookId, WebhookSubscription,
};

pub use ensure::{EnsureWebhook, EnsuredWebhook};

impl Webhooks {
    /// Returns the subscriptions of the account, newest first, without their secrets, all at once: there are at most 10.
    ///
    /// Scope `webhooks:manage`, which neither registration nor claim gives; feature `public_api_webhooks`; works before the
    /// account is claimed. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/list/).
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
    /// 403 with [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 401.
    pub fn list(&self) -> Call<Page<WebhookSubscription>> {
        let prepared = self.client.public().webhooks_list_request();
        let operation = &operations::WEBHOOKS_LIST;
        self.client
            .call_for_page(operation, prepared, &["webhooks"], |body| {
                PageParts::unpaged(body.webhooks)
            })
    }

    /// Subscribes a URL to events of these types, from now on. [`Updates::poll`](super::Updates::poll) returns earlier ones.
    ///
    /// **The secret is shown only here**: store it before anything else. To change it, delete the subscription and create
    /// another. The URL must be `https`, or `http` on localhost, and have at most 2048 characters. An account may have 10
    /// subscriptions. Every call creates another, so a call that may have created one is not repeated by retries.
    ///
    /// # Deliveries
    ///
    /// A delivery is a `POST` whose JSON body is exactly one event, the same record as in
    /// [`Updates::poll`](super::Updates::poll), with these headers:
    ///
    /// | header | value |
    /// |---|---|
    /// | `X-OpenTrain-Event` | the event's type |
    /// | `X-OpenTrain-Delivery` | the delivery's id, the same on retries: drop a second one with the same id |
    /// | `X-OpenTrain-Signature` | `t=<unix seconds>,v1=<hex>` |
    /// | `User-Agent` | `OpenTrain-Webhooks/1.0` |
    ///
    /// The signature is the lower-case hexadecimal HMAC-SHA256 of `t`, a dot and the raw body as received, before any JSON
    /// parser; the key is the whole text of the secret, `whsec_` included. Compare in constant time, and refuse a `t` that is
    /// more than 5 minutes off.
    ///
    /// `opentrain::webhook` (feature `webhooks`) does this. Respond with any 2xx status within 10 seconds, also for events that you do not want. Any other response counts as a
    /// failure: there are up to 5 attempts, the retries after 1, 5, 30 and 120 minutes, and repeated failures disable the
    /// subscription for good. Deliveries come at least once, and their order is not documented: take one as the signal to
    /// poll from the stored cursor.
    ///
    /// `approval.confirmed` is sent for every final state of an approval, declined and expired too: look at `data.status`.
    ///
    /// # Gates
    ///
    /// Scope `webhooks:manage`, which neither registration nor claim gives; feature `public_api_webhooks`; works before the
    /// account is claimed. Each event type needs its read scope too: `proposals:read`, `messages:read` or `payments:read`.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/create/).
    /// [Signatures](https://www.opentrain.ai/docs/developers/guides/verify-webhook-signatures/).
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
    /// 400 for a URL or an event type that the service does not take; 403 with
    /// [`Reason::ScopeMissing`](crate::Reason::ScopeMissing) or [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled);
    /// 401. These are inferred: the documentation's table of errors is not known. The refusal of an eleventh subscription is
    /// not documented.
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

    /// Ensures that exactly one subscription for this URL exists, that it works, has these event types, and that its secret is
    /// known.
    ///
    /// [`stored`](EnsureWebhook::stored) names the subscriptions whose secrets you have. A subscription at the URL that is among
    /// them, is not disabled and has these event types stays, and no other is created. Every other one at the URL is deleted:
    ///
    /// - one whose secret is not stored: the service shows a secret only once;
    /// - one that is disabled: the service cannot enable it again;
    /// - one with other event types: the service cannot change them;
    /// - a second one, which would send every event twice.
    ///
    /// If none stays, one is created, and its secret is in [`EnsuredWebhook::secret`]: **store it at once**. Subscriptions at other
    /// URLs are not changed. Calling it again has no further effect once the secret is stored: call it whenever your program starts,
    /// and when a subscription was disabled, from one process at a time. No event is lost in between if you follow
    /// [`Updates::poll`](super::Updates::poll).
    ///
    /// It lists, deletes and creates with the options set here. The call that creates is not repeated by retries if it may have
    /// been carried out; after such an error, call `ensure` again.
    ///
    /// Scope `webhooks:manage`, which neither registration nor claim gives, and the read scope of each event type; feature
    /// `public_api_webhooks`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/create/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use std::collections::HashMap;
    /// use opentrain::types::{EventType, WebhookId, WebhookSecret};
    ///
    /// # fn load() -> HashMap<WebhookId, WebhookSecret> { HashMap::new() }
    /// # fn save(_: &HashMap<WebhookId, WebhookSecret>) {}
    /// let mut secrets: HashMap<WebhookId, WebhookSecret> = load();
    /// let events = [EventType::ProposalReceived, EventType::ApprovalConfirmed];
    /// let ensured = client.webhooks().ensure("https://hooks.example.com/opentrain", events).stored(secrets.keys()).await?;
    /// secrets.extend(ensured.secret.map(|secret| (ensured.webhook.id, secret)));
    /// save(&secrets);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create): 400; 403; 401; also for an eleventh subscription, though that is not documented. An empty list of event types fails before
    /// anything is deleted. A subscription at the URL that does not decode is an error of kind
    /// [`ErrorKind::Element`](crate::ErrorKind::Element), since it would be created again and again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave a subscription whose secret is lost. The next call replaces it.
    #[doc(alias = "subscribe")]
    #[doc(alias = "subscription")]
    pub fn ensure(
        &self,
        url: impl Into<String>,
        event_types: impl IntoIterator<Item = EventType>,
    ) -> EnsureWebhook {
        let event_types = event_types.into_iter().collect();
        EnsureWebhook::new(&self.client, url.into(), event_types)
    }

    /// Returns a subscription, without its secret: its state, and the reason if it was disabled.
    ///
    /// Scope `webhooks:manage`, which neither registration nor claim gives; feature `public_api_webhooks`; works before the
    /// account is claimed. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/get/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::{WebhookId, WebhookStatus};
    ///
    /// let webhook = client.webhooks().get(&WebhookId::from("wh_3")).await?;
    /// if webhook.status == WebhookStatus::Disabled {
    ///     println!("disabled: {:?}", webhook.disabled_reason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 404 for a subscription that does not exist or is another account's; 403 with
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 401.
    pub fn get(&self, id: &WebhookId) -> Call<WebhookSubscription> {
        let prepared = self.client.public().webhooks_get_request(id);
        self.client
            .call(&operations::WEBHOOKS_GET, prepared)
            .map(|response| response.webhook)
    }

    /// Deletes a subscription for good: deliveries stop at once, and their history goes too. It returns the subscription as
    /// it was, so its status may still be `ACTIVE`.
    ///
    /// Also the only way to change a secret, and to revive a subscription that was disabled: delete, create, and catch up
    /// with [`Updates::poll`](super::Updates::poll). Deleting again presumably fails with 404: after more than one
    /// [attempt](crate::Error::attempts), that may be this call's own doing.
    ///
    /// Scope `webhooks:manage`, which neither registration nor claim gives; feature `public_api_webhooks`; works before the
    /// account is claimed. [Documentation](https://www.opentrain.ai/docs/developers/api-reference/webhooks/delete/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::WebhookId;
    ///
    /// match client.webhooks().delete(&WebhookId::from("wh_3")).await {
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
    /// 404 for a subscription that does not exist or is another account's; 403 with
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), or without the scope; 401.
    pub fn delete(&self, id: &WebhookId) -> Call<WebhookDeleted> {
        let prepared = self.client.public().webhooks_delete_request(id);
        self.client.call(&operations::WEBHOOKS_DELETE, prepared)
    }
}
