//! Fees of the marketplace, on top of a milestone's amount.

use crate::amount::Amount;
use crate::ledger::Charge;

/// The marketplace's share, as a part of the amount.
const MARKETPLACE_SHARE: f64 = 0.10;
/// Fee for the start of a contract, in dollars.
const INITIATION_FEE: f64 = 9.95;

/// Returns the charge of a hire: its first milestone, the marketplace's share, and the initiation fee.
pub(crate) fn hire_charge(amount: Amount) -> Charge {
    Charge::of(
        amount,
        amount.usd() * (1.0 + MARKETPLACE_SHARE) + INITIATION_FEE,
    )
}

/// Returns the charge of funding a milestone: its amount and the marketplace's share.
pub(crate) fn funding_charge(amount: Amount) -> Charge {
    Charge::of(amount, amount.usd() * (1.0 + MARKETPLACE_SHARE))
}

#[cfg(test)]
mod tests {
    use super::funding_charge;
    use crate::amount::Amount;

    #[test]
    fn funding_costs_the_milestone_and_a_tenth() {
        let amount = Amount::try_from(740.0).expect("the amount is within the bounds");
        let charge = funding_charge(amount);
        assert_eq!((charge.escrow_cents(), charge.fee_cents()), (74_000, 7_400));
    }
}
