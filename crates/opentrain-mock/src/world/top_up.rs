//! Top-ups: credits that a human pays for at the checkout.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::World;
use super::credit_ledger::{EntryDetails, EntryKind};
use crate::amount::cents_of;
use crate::api_failure::ApiFailure;
use crate::error::MockErrorKind;
use crate::link;
use crate::request::{AuthorisedRequest, Outcome, Success};
use crate::time::{DAY, later, wire};

/// Time from the request to the end of the checkout.
const VALID_FOR: Duration = DAY;
/// Bounds of one top-up, in dollars.
const MINIMUM: f64 = 10.0;
const MAXIMUM: f64 = 10_000.0;

/// Top-up of an account.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TopUp {
    id: String,
    account: String,
    cents: i64,
    status: TopUpStatus,
    created_at: Timestamp,
    completed_at: Option<Timestamp>,
    expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum TopUpStatus {
    Pending,
    Completed,
    Expired,
}

impl TopUpStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Completed => "COMPLETED",
            Self::Expired => "EXPIRED",
        }
    }
}

impl TopUp {
    /// Returns the status by the clock. The stored one follows when the top-up is read.
    fn status_at(&self, now: Timestamp) -> TopUpStatus {
        if self.status == TopUpStatus::Pending && now >= self.expires_at {
            return TopUpStatus::Expired;
        }
        self.status
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "status": self.status.as_str(),
            "amountCents": self.cents,
            "createdAt": wire(self.created_at),
            "completedAt": self.completed_at.map(wire),
            "expiresAt": wire(self.expires_at),
        })
    }
}

impl World {
    /// Handles `POST /credits/top-ups`. Each call makes another top-up, without a charge.
    pub(super) fn credits_create_top_up(&mut self, request: &AuthorisedRequest) -> Outcome {
        let cents = amount(&request.json_object())?;
        let id = self.next_id("top");
        let top_up = TopUp {
            id: id.clone(),
            account: request.caller()?.account.clone(),
            cents,
            status: TopUpStatus::Pending,
            created_at: request.now,
            completed_at: None,
            expires_at: later(request.now, VALID_FOR),
        };
        let body = json!({
            "topUpId": id,
            "checkoutUrl": link::checkout(&id),
            "expiresAt": wire(top_up.expires_at),
            "topUp": top_up.to_json(),
            "message": "A human must pay at the checkout link. The credits arrive then.",
        });
        self.saved.top_ups.insert(&id, top_up);
        Ok(Success::created(body))
    }

    /// Handles `GET /credits/top-ups/{topUpId}`. A pending top-up past its `expiresAt` expires with this read.
    pub(super) fn credits_get_top_up(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let top_up = self.saved.top_ups.get(request.id);
        let own = top_up.filter(|top_up| top_up.account == caller.account);
        let top_up = own.ok_or_else(|| {
            let details = json!({ "resource": "credit-top-ups", "topUpId": request.id });
            ApiFailure::not_found("Top-up not found").with(details)
        })?;
        let status = top_up.status_at(request.now);
        if status != top_up.status
            && let Some(top_up) = self.saved.top_ups.get_mut(request.id)
        {
            top_up.status = status;
        }
        let shown = self.saved.top_ups.get(request.id).map(TopUp::to_json);
        Ok(Success::ok(json!({ "topUp": shown })))
    }

    /// Pays a top-up as the human at the checkout. An expired one cannot be paid, read or not.
    pub(crate) fn human_pays_top_up(&mut self, id: &str) -> Result<(), MockErrorKind> {
        let now = self.now();
        let unknown = || MockErrorKind::UnknownTopUp(id.to_owned());
        let top_up = self.saved.top_ups.get(id).ok_or_else(unknown)?;
        let status = top_up.status_at(now);
        if status != TopUpStatus::Pending {
            let status = status.as_str();
            let id = id.to_owned();
            return Err(MockErrorKind::TopUpNotPending { id, status });
        }
        let (account, cents) = (top_up.account.clone(), top_up.cents);
        let about = EntryDetails {
            top_up: Some(id.to_owned()),
            ..EntryDetails::default()
        };
        self.adjust_credits(&account, EntryKind::TopUp, cents, about)?;
        if let Some(top_up) = self.saved.top_ups.get_mut(id) {
            top_up.status = TopUpStatus::Completed;
            top_up.completed_at = Some(now);
        }
        Ok(())
    }
}

/// Returns the amount in cents, under either of its names. Each refusal names the field, also that of a body that is no object.
fn amount(body: &Result<Map<String, Value>, String>) -> Result<i64, ApiFailure> {
    let body = body.as_ref();
    let body = body.map_err(|error| ApiFailure::bad_field("amountUsd", error))?;
    let given = body.get("amountUsd").or_else(|| body.get("amount"));
    let usd = given.and_then(Value::as_f64);
    let allowed = usd.filter(|usd| (MINIMUM..=MAXIMUM).contains(usd));
    allowed.map(cents_of).ok_or_else(|| {
        let error = "amountUsd must be a number of dollars from 10 to 10,000";
        ApiFailure::bad_field("amountUsd", error)
    })
}
