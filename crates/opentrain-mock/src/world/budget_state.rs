//! States of a contract's budget.

use serde::{Deserialize, Serialize};

/// From this part of the funded volume on, a budget is low.
const LOW: f64 = 0.8;

/// State of a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BudgetState {
    #[default]
    Ok,
    Low,
    Depleted,
}

impl BudgetState {
    pub(super) fn of(fraction: f64) -> Self {
        if fraction >= 1.0 {
            Self::Depleted
        } else if fraction >= LOW {
            Self::Low
        } else {
            Self::Ok
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Low => "LOW",
            Self::Depleted => "DEPLETED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BudgetState;

    #[test]
    fn budget_is_low_from_four_fifths_on_and_depleted_at_the_end() {
        let states = [0.0, 0.7999, 0.8, 0.9999, 1.0, 3.0].map(BudgetState::of);
        let (ok, low, depleted) = (BudgetState::Ok, BudgetState::Low, BudgetState::Depleted);
        assert_eq!(states, [ok, ok, low, low, depleted, depleted]);
    }
}
