//! Webhook subscriptions: their events, and their end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::World;
use super::events::{Event, EventKind};
use crate::api_failure::ApiFailure;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::scope;
use crate::time::wire;
use crate::webhook_url;

/// Number of subscriptions that an account may have.
const CAP: usize = 10;
/// Number of deliveries in a row, failed at every attempt, that disable a subscription.
const FAILURES: u32 = 10;

/// A subscription of a URL to events.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    account: String,
    pub(crate) url: String,
    kinds: Vec<EventKind>,
    created_at: Timestamp,
    secret: String,
    /// Number of deliveries since the last success that failed at every attempt.
    failures: u32,
    disabled_at: Option<Timestamp>,
}

impl Webhook {
    /// Returns the secret for the signatures of its deliveries.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// True if an event is delivered to it.
    pub(super) fn wants(&self, event: &Event) -> bool {
        self.disabled_at.is_none()
            && event.is_of(&self.account)
            && self.kinds.contains(&event.kind())
    }

    /// True if the count of failures is so high that counting on could overflow. It never gets far beyond [`FAILURES`].
    pub(super) fn has_too_many_failures(&self) -> bool {
        self.failures > u32::MAX / 2
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Counts a delivery that is given up. True if the subscription is disabled for it.
    pub(super) fn failed(&mut self, now: Timestamp) -> bool {
        self.failures += 1;
        let is_over = self.failures >= FAILURES && self.disabled_at.is_none();
        if is_over {
            self.disabled_at = Some(now);
        }
        is_over
    }

    fn to_json(&self) -> Value {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.name()).collect();
        let status = self.disabled_at.map_or("ACTIVE", |_| "DISABLED");
        let reason = self
            .disabled_at
            .map(|_| format!("{FAILURES} deliveries in a row failed"));
        json!({
            "id": self.id,
            "url": self.url,
            "eventTypes": kinds,
            "status": status,
            "createdAt": wire(self.created_at),
            "disabledAt": self.disabled_at.map(wire),
            "disabledReason": reason,
        })
    }
}

impl World {
    /// Handles `GET /webhooks`, newest first, all in one response.
    pub(super) fn webhooks_list(&mut self, request: &AuthorisedRequest) -> Outcome {
        let own = self.webhooks_of(request.caller()?);
        let webhooks: Vec<_> = own.rev().map(Webhook::to_json).collect();
        Ok(Success::ok(json!({ "webhooks": webhooks })))
    }

    /// Handles `POST /webhooks`. The secret is shown only here.
    pub(super) fn webhooks_create(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let (url, kinds) = read(&request.object()?)?;
        self.check_readable(caller, &kinds)?;
        if self.webhooks_of(caller).count() >= CAP {
            let error = format!("An account has at most {CAP} webhooks; delete one first");
            return Err(ApiFailure::bad_request(error));
        }
        let webhook = Webhook {
            id: self.next_id("wh"),
            account: caller.account.clone(),
            url,
            kinds,
            created_at: request.now,
            secret: self.next_secret("whsec"),
            failures: 0,
            disabled_at: None,
        };
        let body = json!({
            "webhook": webhook.to_json(),
            "secret": webhook.secret,
            "message": "Keep the secret: it is shown only now.",
        });
        self.saved.webhooks.insert(&webhook.id.clone(), webhook);
        Ok(Success::created(body))
    }

    /// Handles `GET /webhooks/{webhookId}`.
    pub(super) fn webhooks_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        let webhook = self.own_webhook(request)?;
        Ok(Success::ok(json!({ "webhook": webhook.to_json() })))
    }

    /// Handles `DELETE /webhooks/{webhookId}`.
    pub(super) fn webhooks_delete(&mut self, request: &AuthorisedRequest) -> Outcome {
        let webhook = self.own_webhook(request)?.to_json();
        self.saved.webhooks.remove(request.id);
        self.saved.outbox.forget(request.id);
        Ok(Success::ok(json!({ "webhook": webhook, "deleted": true })))
    }

    fn webhooks_of(&self, caller: &Caller) -> impl DoubleEndedIterator<Item = &Webhook> {
        let webhooks = self.saved.webhooks.iter();
        webhooks.filter(|webhook| webhook.account == caller.account)
    }

    fn own_webhook(&self, request: &AuthorisedRequest) -> Result<&Webhook, ApiFailure> {
        let caller = request.caller()?;
        let webhook = self.saved.webhooks.get(request.id);
        let own = webhook.filter(|webhook| webhook.account == caller.account);
        own.ok_or_else(|| {
            let details = json!({ "resource": "webhooks", "webhookId": request.id });
            ApiFailure::not_found("Webhook not found").with(details)
        })
    }

    /// Refuses events that the caller's token may not read.
    fn check_readable(&self, caller: &Caller, kinds: &[EventKind]) -> Result<(), ApiFailure> {
        let granted = &self.token_of(caller)?.scopes;
        let mut required: Vec<_> = kinds.iter().map(|kind| kind.scope()).collect();
        required.retain(|scope| !scope::covers(granted, scope));
        required.sort_unstable();
        required.dedup();
        if required.is_empty() {
            return Ok(());
        }
        let error = format!("Token lacks the {} scope", required.join(" and "));
        let details = json!({ "requiredScopes": required, "grantedScopes": granted });
        Err(ApiFailure::forbidden(error).with(details))
    }
}

fn read(body: &Map<String, Value>) -> Result<(String, Vec<EventKind>), ApiFailure> {
    let url = body.get("url").and_then(Value::as_str);
    let url = url.filter(|url| webhook_url::is_allowed(url));
    let kinds = body.get("eventTypes").and_then(Value::as_array);
    let kinds = kinds.and_then(|names| event_kinds(names));
    match (url, kinds) {
        (Some(url), Some(kinds)) => Ok((url.to_owned(), kinds)),
        (None, _) => Err(ApiFailure::invalid_at(
            &["url"],
            "url must be an absolute https URL of at most 2048 characters",
        )),
        (_, None) => Err(ApiFailure::invalid_at(
            &["eventTypes"],
            "eventTypes must be a list of event types, not empty",
        )),
    }
}

/// Returns the event types of a list of names, each once; `None` for an unknown name or an empty list.
fn event_kinds(names: &[Value]) -> Option<Vec<EventKind>> {
    let mut kinds = Vec::new();
    for name in names {
        let kind = EventKind::find(name.as_str()?)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    (!kinds.is_empty()).then_some(kinds)
}
