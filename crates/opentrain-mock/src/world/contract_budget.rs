//! Budgets: the used part of a contract's funded work.

use serde_json::{Value, json};

use super::World;
use super::budget_state::BudgetState;
use super::contract::Contract;
use super::events::{EventContent, EventKind};
use super::milestone::Milestone;
use crate::amount::{MOST_VOLUME, VOLUME_BOUNDS, is_volume};
use crate::error::{MockErrorKind, NumberError};
use crate::json_number::{number, round, usd};
use crate::time::wire;

impl Contract {
    /// Returns the hours or labels of all funded milestones.
    fn funded_volume(&self) -> f64 {
        self.funded().filter_map(|milestone| milestone.volume).sum()
    }

    fn funded(&self) -> impl Iterator<Item = &Milestone> {
        let milestones = self.milestones.iter();
        milestones.filter(|milestone| milestone.status.is_funded())
    }

    /// Returns used over funded volume; 0 without a funded milestone.
    fn consumed_fraction(&self) -> f64 {
        let funded = self.funded_volume();
        if funded > 0.0 {
            round(self.worked / funded, 10_000.0)
        } else {
            0.0
        }
    }

    fn remaining_volume(&self) -> f64 {
        (self.funded_volume() - self.worked).max(0.0)
    }

    /// Returns the contract's `budget`.
    pub(crate) fn budget(&self) -> Value {
        let by_label = self.payment_type == "PAY_PER_LABEL";
        let (hours, labels) = if by_label {
            (0.0, self.worked)
        } else {
            (self.worked, 0.0)
        };
        let amount: f64 = self.funded().map(|milestone| milestone.amount.usd()).sum();
        json!({
            "contractId": self.id,
            "paymentType": self.payment_type,
            "state": BudgetState::of(self.consumed_fraction()).as_str(),
            "fundedVolume": number(self.funded_volume()),
            "fundedAmountUsd": usd(amount),
            "consumed": {
                "seconds": number(hours * 3_600.0),
                "hours": number(hours),
                "labels": number(labels),
                "tasks": 0,
            },
            "consumedVolume": number(self.worked),
            "remainingVolume": number(self.remaining_volume()),
            "consumedFraction": number(self.consumed_fraction()),
            "activeMilestone": self.active_milestone().map(Milestone::to_budget_json),
            "lastUsageAt": self.worked_at.map(wire),
        })
    }
}

impl World {
    /// Announces a contract's budget if its state has changed since the last event.
    pub(super) fn announce_budget(&mut self, id: &str) {
        let Some(contract) = self.saved.contracts.get(id) else {
            return;
        };
        let state = BudgetState::of(contract.consumed_fraction());
        let previous = contract.budget_state;
        if previous == state {
            return;
        }
        let change = EventContent {
            account: contract.account.clone(),
            kind: EventKind::BudgetStateChanged,
            resource: contract.id.clone(),
            job: Some(contract.job_id.clone()),
            data: json!({
                "contractId": contract.id,
                "previousState": previous.as_str(),
                "state": state.as_str(),
                "paymentType": contract.payment_type,
                "fundedVolume": number(contract.funded_volume()),
                "consumedVolume": number(contract.worked),
                "remainingVolume": number(contract.remaining_volume()),
                "consumedFraction": number(contract.consumed_fraction()),
            }),
        };
        if let Some(contract) = self.saved.contracts.get_mut(id) {
            contract.budget_state = state;
        }
        self.announce(change);
    }

    /// Records work of the hired AI trainer: so many hours or labels.
    pub(crate) fn candidate_works(
        &mut self,
        contract: &str,
        volume: f64,
    ) -> Result<(), MockErrorKind> {
        let now = self.now();
        let unknown = || MockErrorKind::UnknownContract(contract.to_owned());
        let found = self.saved.contracts.get(contract).ok_or_else(unknown)?;
        if !is_volume(volume) {
            return Err(NumberError::OutOfBounds("the volume", VOLUME_BOUNDS).into());
        }
        if found.is_fixed_price() || !found.is_active() {
            return Err(MockErrorKind::NoWorkPossible(contract.to_owned()));
        }
        let worked = round(found.worked + volume, 10_000.0);
        if worked > MOST_VOLUME {
            return Err(NumberError::TooMuchWork(contract.to_owned()).into());
        }
        if let Some(found) = self.saved.contracts.get_mut(contract) {
            found.worked = worked;
            found.worked_at = Some(now);
            found.updated_at = now;
        }
        self.announce_budget(contract);
        Ok(())
    }
}
