//! One working subscription for a URL, whose secret is known.

use std::collections::{BTreeSet, HashSet};
use std::future::IntoFuture;
use std::pin::Pin;

use opentrain_api::public::operations;
use reqwest::Url;
use serde::Deserialize;

use crate::call_options::{CallOptions, option_setters};
use crate::client::Client;
use crate::error::{AttemptError, BadElement, Error, ErrorKind};
use crate::retry::RetryAdvice;
use crate::types::{
    EventType, WebhookCreated, WebhookId, WebhookSecret, WebhookStatus, WebhookSubscription,
};

/// Calls that leave one working subscription for a URL. See [`Webhooks::ensure`](super::Webhooks::ensure).
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct EnsureWebhook {
    client: Client,
    options: CallOptions,
    url: String,
    event_types: Vec<EventType>,
    stored: HashSet<WebhookId>,
}

/// Subscription that works and whose secret is known. See [`Webhooks::ensure`](super::Webhooks::ensure).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnsuredWebhook {
    /// The subscription.
    pub webhook: WebhookSubscription,
    /// Secret of a subscription that was created: **store it at once**. `None` if the subscription existed.
    pub secret: Option<WebhookSecret>,
    /// Subscriptions that were deleted, as they were. Their secrets can be forgotten.
    pub deleted: Vec<WebhookSubscription>,
}

impl EnsureWebhook {
    pub(super) fn new(client: &Client, url: String, event_types: Vec<EventType>) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            url,
            event_types,
            stored: HashSet::new(),
        }
    }

    option_setters!();

    /// Names the subscriptions whose secrets the caller has stored. Every other one at the URL is replaced.
    pub fn stored<I: Into<WebhookId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.stored.extend(ids.into_iter().map(Into::into));
        self
    }

    async fn run(self) -> crate::Result<EnsuredWebhook> {
        if self.event_types.is_empty() {
            // The service would refuse it only after the working subscriptions were deleted.
            let message = "the subscription is to have no event types";
            return Err(Error::invalid_request(
                operations::WEBHOOKS_CREATE.id,
                message,
            ));
        }
        let (kept, surplus) = self.existing().await?;
        let mut deleted = Vec::new();
        for webhook in surplus {
            self.delete(&webhook.id).await?;
            deleted.push(webhook);
        }
        let (webhook, secret) = match kept {
            Some(webhook) => (webhook, None),
            None => {
                let created = self.create().await?;
                (created.webhook, Some(created.secret))
            }
        };
        Ok(EnsuredWebhook {
            webhook,
            secret,
            deleted,
        })
    }

    /// Returns the newest subscription at the URL that can stay, and all others there.
    async fn existing(
        &self,
    ) -> crate::Result<(Option<WebhookSubscription>, Vec<WebhookSubscription>)> {
        let list = self.client.webhooks().list();
        let page = list.with_options(self.options.clone()).await?;
        let mut rejected = page.rejected.into_iter();
        if let Some(element) = rejected.find(|element| self.is_at(url_of(element).as_deref())) {
            return Err(unreadable(element));
        }
        let webhooks = page.items.into_iter();
        let mut here: Vec<_> = webhooks
            .filter(|webhook| self.is_at(webhook.url.as_deref()))
            .collect();
        let kept = here.iter().position(|webhook| self.can_stay(webhook));
        let kept = kept.map(|index| here.remove(index));
        Ok((kept, here))
    }

    fn is_at(&self, url: Option<&str>) -> bool {
        let is_same = |url: &str| {
            let (left, right) = (Url::parse(url), Url::parse(&self.url));
            url == self.url || left.is_ok_and(|left| right.is_ok_and(|right| left == right))
        };
        url.is_some_and(is_same)
    }

    /// True if its secret is stored, it is not disabled, and its event types are the wanted ones in any order.
    fn can_stay(&self, webhook: &WebhookSubscription) -> bool {
        let wanted: BTreeSet<_> = self.event_types.iter().collect();
        let actual = webhook.event_types.as_ref();
        self.stored.contains(&webhook.id)
            && webhook.status != WebhookStatus::Disabled
            && actual.is_none_or(|actual| actual.iter().collect::<BTreeSet<_>>() == wanted)
    }

    /// Deletes a subscription. One that is gone already is no error.
    async fn delete(&self, id: &WebhookId) -> crate::Result<()> {
        let call = self.client.webhooks().delete(id);
        match call.with_options(self.options.clone()).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn create(&self) -> crate::Result<WebhookCreated> {
        let event_types = self.event_types.iter().cloned();
        let call = self.client.webhooks().create(&self.url, event_types);
        call.with_options(self.options.clone()).await
    }
}

/// Returns the URL of a subscription that did not decode.
fn url_of(element: &BadElement) -> Option<String> {
    #[derive(Deserialize)]
    struct At {
        url: String,
    }
    let at: At = serde_json::from_str(element.raw()).ok()?;
    Some(at.url)
}

/// Returns the error of an element of the list that did not decode.
fn unreadable(element: BadElement) -> Error {
    let attempt = AttemptError::of(ErrorKind::Element(element));
    Error::new(attempt, operations::WEBHOOKS_LIST.id, RetryAdvice::No)
}

impl IntoFuture for EnsureWebhook {
    type Output = crate::Result<EnsuredWebhook>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
