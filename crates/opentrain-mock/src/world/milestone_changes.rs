//! Creation and changes of milestones, with their events.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::World;
use super::contract::{Contract, check_active};
use super::events::{EventContent, EventKind};
use super::milestone::{Milestone, MilestoneStatus};
use crate::amount::{AMOUNT_BOUNDS, Amount, VOLUME_BOUNDS, is_volume};
use crate::api_failure::ApiFailure;
use crate::json_number::round;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::time;

/// Tolerance between an amount and rate times volume, in dollars.
const TOLERANCE: f64 = 0.005;

/// Fields of a request, before they are checked against the contract.
struct MilestoneInput {
    name: Option<String>,
    description: String,
    amount: Option<Amount>,
    volume: Option<f64>,
    due: Option<Timestamp>,
}

impl World {
    /// Handles `POST /contracts/{contractId}/milestones`. No money moves.
    pub(super) fn contracts_create_milestone(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let input = MilestoneInput::read(&request.object()?)?;
        let contract = self.own_contract(caller, request.id)?;
        check_active(contract)?;
        let (amount, volume) = input.priced(contract)?;
        let milestone = Milestone {
            id: self.next_id("ms"),
            name: input.name,
            description: Some(input.description),
            status: MilestoneStatus::NotFunded,
            amount,
            volume,
            due: input.due,
            invoice_id: None,
            source: None,
            created_at: request.now,
        };
        let place = self.own_contract(caller, request.id)?.milestones.len();
        let shown = milestone.to_json(place, false);
        self.add_milestone(request.id, milestone);
        Ok(Success::created(json!({ "milestone": shown })))
    }

    /// Returns a milestone of one of the caller's contracts, or the 404.
    pub(super) fn own_milestone(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(&Contract, &Milestone), ApiFailure> {
        let contracts = self.saved.contracts.iter();
        let mut own = contracts.filter(|contract| contract.account == caller.account);
        let found = own.find_map(|contract| Some((contract, contract.milestone(id)?)));
        found.ok_or_else(|| ApiFailure::not_found("Milestone not found"))
    }

    /// Adds a milestone and announces it.
    pub(super) fn add_milestone(&mut self, contract: &str, milestone: Milestone) {
        let id = milestone.id.clone();
        if let Some(contract) = self.saved.contracts.get_mut(contract) {
            contract.milestones.push(milestone);
        }
        self.milestone_changed(contract, &id);
    }

    /// Changes a milestone and announces the change.
    pub(super) fn change_milestone(
        &mut self,
        contract: &str,
        milestone: &str,
        change: impl FnOnce(&mut Milestone),
    ) {
        let milestones = self.saved.contracts.get_mut(contract);
        let mut milestones = milestones
            .into_iter()
            .flat_map(|contract| &mut contract.milestones);
        if let Some(milestone) = milestones.find(|known| known.id == milestone) {
            change(milestone);
        }
        self.milestone_changed(contract, milestone);
    }

    fn milestone_changed(&mut self, contract: &str, milestone: &str) {
        let now = self.now();
        let Some(contract) = self.saved.contracts.get_mut(contract) else {
            return;
        };
        contract.updated_at = now;
        let status = contract
            .milestone(milestone)
            .map(|milestone| milestone.status.as_str());
        let id = contract.id.clone();
        let change = EventContent {
            account: contract.account.clone(),
            kind: EventKind::MilestoneStatusChanged,
            resource: milestone.to_owned(),
            job: Some(contract.job_id.clone()),
            data: json!({ "milestoneId": milestone, "contractId": id, "status": status }),
        };
        self.announce(change);
        self.announce_budget(&id);
    }
}

impl MilestoneInput {
    fn read(body: &Map<String, Value>) -> Result<Self, ApiFailure> {
        let description = text(body, "description")?;
        Ok(Self {
            name: text(body, "name")?,
            description: description
                .ok_or_else(|| wrong("description", "must be a text that is not empty"))?,
            amount: amount(body)?,
            volume: volume(body)?,
            due: due_date(body)?,
        })
    }

    /// Returns the amount and the volume by the contract's payment type.
    fn priced(&self, contract: &Contract) -> Result<(Amount, Option<f64>), ApiFailure> {
        if contract.is_fixed_price() {
            let amount = self.amount;
            let amount =
                amount.ok_or_else(|| wrong("amountUsd", "is needed on a fixed-price contract"))?;
            return Ok((amount, None));
        }
        let rate = contract.rate.ok_or_else(|| {
            let details = json!({ "reason": "contract_rate_missing" });
            ApiFailure::conflict("This contract has no rate").with(details)
        })?;
        let volume = self.volume;
        let volume = volume.ok_or_else(|| {
            wrong(
                "volume",
                "is needed on a contract that is paid by the hour or by the label",
            )
        })?;
        let amount = Amount::try_from(round(rate * volume, 10_000.0))
            .map_err(|_bounds| wrong("volume", &format!("must come to {AMOUNT_BOUNDS}")))?;
        match self.amount {
            Some(asked) if (asked.usd() - amount.usd()).abs() >= TOLERANCE => {
                Err(wrong("amountUsd", "must equal rate times volume"))
            }
            Some(_) | None => Ok((amount, Some(volume))),
        }
    }
}

/// Reads an optional text. A blank one counts as absent.
fn text(body: &Map<String, Value>, key: &str) -> Result<Option<String>, ApiFailure> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
        }
        Some(_) => Err(wrong(key, "must be a text")),
    }
}

fn amount(body: &Map<String, Value>) -> Result<Option<Amount>, ApiFailure> {
    let amount = match body.get("amountUsd") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_f64().and_then(|usd| Amount::try_from(usd).ok()),
    };
    amount
        .map(Some)
        .ok_or_else(|| wrong("amountUsd", &format!("must be {AMOUNT_BOUNDS}")))
}

fn volume(body: &Map<String, Value>) -> Result<Option<f64>, ApiFailure> {
    let volume = match body.get("volume") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_f64().filter(|volume| is_volume(*volume)),
    };
    volume
        .map(Some)
        .ok_or_else(|| wrong("volume", &format!("must be {VOLUME_BOUNDS}")))
}

fn due_date(body: &Map<String, Value>) -> Result<Option<Timestamp>, ApiFailure> {
    let due = match body.get("dueDate") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().and_then(time::parse),
    };
    due.map(Some)
        .ok_or_else(|| wrong("dueDate", "must be a date such as 2026-03-04"))
}

fn wrong(field: &str, fault: &str) -> ApiFailure {
    ApiFailure::bad_field(field, format!("{field} {fault}"))
}
