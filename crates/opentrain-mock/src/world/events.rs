//! The event feed: every change once, in order, for callers with the scope for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use crate::api_failure::ApiFailure;
use crate::error::MockErrorKind;
use crate::page;
use crate::request::{AuthorisedRequest, Outcome, Pairs, Success};
use crate::response_body::ListBody;
use crate::scope;
use crate::time::{later, wire};

/// Default and largest page size.
const LIMIT_DEFAULT: usize = 50;
const LIMIT_CAP: usize = 200;

/// Type of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EventKind {
    ProposalReceived,
    ProposalStatusChanged,
    MessageReceived,
    ContractCreated,
    MilestoneStatusChanged,
    PaymentPending,
    /// Confirmed, declined or expired, despite the name.
    ApprovalConfirmed,
    BudgetStateChanged,
}

impl EventKind {
    /// Each type, with its name and the scope for it.
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (
            Self::ProposalReceived,
            "proposal.received",
            "proposals:read",
        ),
        (
            Self::ProposalStatusChanged,
            "proposal.status_changed",
            "proposals:read",
        ),
        (Self::MessageReceived, "message.received", "messages:read"),
        (Self::ContractCreated, "contract.created", "payments:read"),
        (
            Self::MilestoneStatusChanged,
            "milestone.status_changed",
            "payments:read",
        ),
        (Self::PaymentPending, "payment.pending", "payments:read"),
        (
            Self::ApprovalConfirmed,
            "approval.confirmed",
            "payments:read",
        ),
        (
            Self::BudgetStateChanged,
            "contract.budget_state_changed",
            "payments:read",
        ),
    ];

    /// Returns the type with this name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let (kind, ..) = Self::ALL.iter().find(|(_, known, _)| *known == name)?;
        Some(*kind)
    }

    pub(crate) fn name(self) -> &'static str {
        self.entry().1
    }

    /// Returns the scope for it.
    pub(crate) fn scope(self) -> &'static str {
        self.entry().2
    }

    fn entry(self) -> (Self, &'static str, &'static str) {
        let mut all = Self::ALL.into_iter();
        all.find(|(kind, ..)| *kind == self).unwrap_or(Self::ALL[0])
    }
}

/// Event. Events are numbered from 1 in their order.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    number: u64,
    at: Timestamp,
    change: EventContent,
    /// Time from which polls show the event, if it is later than the event itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    visible_from: Option<Timestamp>,
    /// Record that is sent instead of the event's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<Value>,
}

/// Change that an event reports.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EventContent {
    pub(crate) account: String,
    pub(crate) kind: EventKind,
    pub(crate) resource: String,
    pub(crate) job: Option<String>,
    /// IDs and states only.
    pub(crate) data: Value,
}

impl Event {
    pub(super) fn id(&self) -> String {
        self.number.to_string()
    }

    pub(super) fn kind(&self) -> EventKind {
        self.change.kind
    }

    /// True if it is an event of this account.
    pub(super) fn is_of(&self, account: &str) -> bool {
        self.change.account == account
    }

    fn is_visible(&self, now: Timestamp) -> bool {
        self.visible_from.is_none_or(|from| from <= now)
    }

    pub(super) fn to_json(&self) -> Value {
        if let Some(record) = &self.record {
            return record.clone();
        }
        json!({
            "id": self.id(),
            "type": self.change.kind.name(),
            "apiVersion": "v1",
            "createdAt": wire(self.at),
            "resourceId": self.change.resource,
            "jobId": self.change.job,
            "data": self.change.data,
        })
    }
}

impl World {
    /// Handles `GET /updates`, oldest first, from any cursor.
    pub(super) fn updates_poll(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let granted = &self.token_of(caller)?.scopes;
        let start = start(&request.query)?.min(self.saved.events.len());
        let limit = page::limit_within(&request.query, LIMIT_DEFAULT, LIMIT_CAP)?;
        let (since, now) = (self.saved.events[start..].iter(), self.now());
        let visible = since
            .filter(|event| event.is_of(&caller.account) && event.is_visible(now))
            .filter(|event| scope::covers(granted, event.change.kind.scope()));
        let page = page::take(visible, limit, |event| event.id());
        let last = page.items.last().map(|event| event.id());
        let next = last.or_else(|| request.query.get("cursor").map(str::to_owned));
        let mut events = ListBody::new("events");
        for event in page.items {
            events.push(self.event_texts.text(event, Event::to_json));
        }
        Ok(Success::ok(events.end(&json!({
            "nextCursor": next,
            "hasMore": page.next_cursor.is_some(),
        }))))
    }

    /// Returns the event with this id.
    pub(super) fn event(&self, id: &str) -> Option<&Event> {
        self.saved.events.get(index(id)?).map(Arc::as_ref)
    }

    /// Hides an event from polls until so much time has passed.
    pub(crate) fn delay_event(&mut self, id: &str, by: Duration) -> Result<(), MockErrorKind> {
        let from = later(self.now(), by);
        self.event_mut(id)?.visible_from = Some(from);
        Ok(())
    }

    /// Replaces the record of an event.
    pub(crate) fn replace_event(&mut self, id: &str, record: Value) -> Result<(), MockErrorKind> {
        self.event_mut(id)?.record = Some(record);
        Ok(())
    }

    fn event_mut(&mut self, id: &str) -> Result<&mut Event, MockErrorKind> {
        let event = index(id).and_then(|index| self.saved.events.get_mut(index));
        let event = event.ok_or_else(|| MockErrorKind::UnknownEvent(id.to_owned()))?;
        Ok(Arc::make_mut(event))
    }

    /// Adds a change to the feed, and has it delivered to the webhooks.
    pub(super) fn announce(&mut self, change: EventContent) {
        let event = Event {
            number: self.next_number("event"),
            at: self.now(),
            change,
            visible_from: None,
            record: None,
        };
        self.saved.events.push(Arc::new(event));
        self.schedule_deliveries();
    }
}

/// Returns the number of events before the cursor: the number of the last event that the caller has seen.
fn start(query: &Pairs) -> Result<usize, ApiFailure> {
    let Some(cursor) = query.get("cursor") else {
        return Ok(0);
    };
    if cursor.is_empty() || !cursor.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ApiFailure::bad_field(
            "cursor",
            "cursor must be the number of an event",
        ));
    }
    // A number that is too long for any event is behind them all.
    Ok(cursor.parse().unwrap_or(usize::MAX))
}

/// Returns the place of an event in the list.
fn index(id: &str) -> Option<usize> {
    id.parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::EventKind;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for (kind, name, scope) in EventKind::ALL {
            assert_eq!(EventKind::find(name), Some(kind));
            assert_eq!((kind.name(), kind.scope()), (name, scope));
        }
        assert_eq!(EventKind::find("proposal.lost"), None);
    }
}
