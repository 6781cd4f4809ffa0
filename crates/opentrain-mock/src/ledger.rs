//! Ledger of an account: money paid in, held, and paid out. Whole cents, none of them ever negative.

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, MOST_CENTS, OutOfBounds, cents_of};

/// Money of the main account. Get it with [`MockServer::ledger`](crate::MockServer::ledger).
///
/// The sum of `credited` and `card_charged` is always that of `available`, `escrow`, `paid_out`, `fees`, `card_refunded` and
/// `debited`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ledger {
    /// Credits that came in: top-ups and corrections upwards.
    pub credited_cents: i64,
    /// Credits that were taken away by corrections.
    pub debited_cents: i64,
    /// Credits that can be spent now.
    pub available_cents: i64,
    /// Credits in escrow: the part of `escrow` that no card paid for.
    pub reserved_cents: i64,
    /// Held for funded milestones, from the card or from credits.
    pub escrow_cents: i64,
    /// Charged to the card.
    pub card_charged_cents: i64,
    /// Refunded to the card.
    pub card_refunded_cents: i64,
    /// Paid out to AI trainers.
    pub paid_out_cents: i64,
    /// Fees of the marketplace.
    pub fees_cents: i64,
}

/// Source of a milestone's money, to which it is refunded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FundingSource {
    Card,
    /// Credits, held by this entry of the ledger.
    Credits {
        hold: String,
    },
}

/// Sum that the ledger cannot hold: a number would be too large, or below zero. The ledger has not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LedgerOverflow;

impl Ledger {
    /// Books a correction, up or down.
    pub(crate) fn adjust(&mut self, cents: i64) -> Result<(), LedgerOverflow> {
        self.book(|ledger| {
            ledger.available_cents = ledger.available_cents.checked_add(cents)?;
            match cents >= 0 {
                true => add(&mut ledger.credited_cents, cents),
                false => add(&mut ledger.debited_cents, cents.checked_neg()?),
            }
        })
    }

    /// Books a charge to the card.
    pub(crate) fn charge_card(&mut self, charge: Charge) -> Result<(), LedgerOverflow> {
        self.book(|ledger| {
            add(&mut ledger.card_charged_cents, charge.total_cents())?;
            ledger.fund(charge)
        })
    }

    /// Books a charge to the credits.
    pub(crate) fn charge_credits(&mut self, charge: Charge) -> Result<(), LedgerOverflow> {
        self.book(|ledger| {
            subtract(&mut ledger.available_cents, charge.total_cents())?;
            add(&mut ledger.reserved_cents, charge.escrow_cents)?;
            ledger.fund(charge)
        })
    }

    /// Books a payout of held money to the AI trainer.
    pub(crate) fn pay_out(
        &mut self,
        cents: i64,
        source: &FundingSource,
    ) -> Result<(), LedgerOverflow> {
        self.book(|ledger| {
            ledger.leave_escrow(cents, source)?;
            add(&mut ledger.paid_out_cents, cents)
        })
    }

    /// Books a refund of held money to its source.
    pub(crate) fn give_back(
        &mut self,
        cents: i64,
        source: &FundingSource,
    ) -> Result<(), LedgerOverflow> {
        self.book(|ledger| {
            ledger.leave_escrow(cents, source)?;
            match source {
                FundingSource::Card => add(&mut ledger.card_refunded_cents, cents),
                FundingSource::Credits { .. } => add(&mut ledger.available_cents, cents),
            }
        })
    }

    /// True if no number is below zero, and the money paid in is the money held and paid out.
    pub(crate) fn is_balanced(&self) -> bool {
        let wide = |cents: &[i64]| cents.iter().map(|cents| i128::from(*cents)).sum::<i128>();
        let gone = [
            self.available_cents,
            self.escrow_cents,
            self.paid_out_cents,
            self.fees_cents,
            self.card_refunded_cents,
            self.debited_cents,
        ];
        let came = [self.credited_cents, self.card_charged_cents];
        let all = gone.iter().chain(&came).chain([&self.reserved_cents]);
        all.min() >= Some(&0)
            && self.reserved_cents <= self.escrow_cents
            && wide(&came) == wide(&gone)
    }

    /// Books a change as a whole, or refuses it.
    fn book(&mut self, change: impl FnOnce(&mut Self) -> Option<()>) -> Result<(), LedgerOverflow> {
        let mut next = self.clone();
        change(&mut next)
            .filter(|()| next.is_balanced())
            .ok_or(LedgerOverflow)?;
        *self = next;
        Ok(())
    }

    fn fund(&mut self, charge: Charge) -> Option<()> {
        add(&mut self.escrow_cents, charge.escrow_cents)?;
        add(&mut self.fees_cents, charge.fee_cents)
    }

    fn leave_escrow(&mut self, cents: i64, source: &FundingSource) -> Option<()> {
        subtract(&mut self.escrow_cents, cents)?;
        match source {
            FundingSource::Card => Some(()),
            FundingSource::Credits { .. } => subtract(&mut self.reserved_cents, cents),
        }
    }
}

fn add(to: &mut i64, cents: i64) -> Option<()> {
    *to = to.checked_add(cents)?;
    Some(())
}

fn subtract(from: &mut i64, cents: i64) -> Option<()> {
    *from = from.checked_sub(cents)?;
    Some(())
}

/// Charge to a human: the escrow, and the fees on top. Both are bounded, so that their sum cannot overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedCharge")]
pub(crate) struct Charge {
    escrow_cents: i64,
    fee_cents: i64,
}

/// Charge in a snapshot, before it is checked.
#[derive(Deserialize)]
struct UncheckedCharge {
    escrow_cents: i64,
    fee_cents: i64,
}

impl Charge {
    /// Returns the charge of an amount, from the total in dollars.
    pub(crate) fn of(amount: Amount, total_usd: f64) -> Self {
        let escrow_cents = amount.cents();
        Self {
            escrow_cents,
            fee_cents: cents_of(total_usd) - escrow_cents,
        }
    }

    pub(crate) fn total_cents(self) -> i64 {
        self.escrow_cents + self.fee_cents
    }

    pub(crate) fn fee_cents(self) -> i64 {
        self.fee_cents
    }

    #[cfg(test)]
    pub(crate) fn escrow_cents(self) -> i64 {
        self.escrow_cents
    }
}

impl TryFrom<UncheckedCharge> for Charge {
    type Error = OutOfBounds;

    fn try_from(parts: UncheckedCharge) -> Result<Self, OutOfBounds> {
        let UncheckedCharge {
            escrow_cents,
            fee_cents,
        } = parts;
        let is_amount = |cents| (0..=MOST_CENTS).contains(&cents);
        let charge = Self {
            escrow_cents,
            fee_cents,
        };
        let is_within = is_amount(escrow_cents) && is_amount(fee_cents);
        is_within.then_some(charge).ok_or(OutOfBounds)
    }
}

#[cfg(test)]
mod tests {
    use super::{Charge, FundingSource, Ledger, LedgerOverflow};

    const CHARGE: Charge = Charge {
        escrow_cents: 12_000,
        fee_cents: 2_195,
    };

    #[test]
    fn credits_are_held_and_come_back() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.adjust(20_000), Ok(()));
        assert_eq!(ledger.charge_credits(CHARGE), Ok(()));
        assert_eq!(
            (ledger.available_cents, ledger.reserved_cents),
            (5_805, 12_000)
        );
        let hold = "led_1".to_owned();
        let source = FundingSource::Credits { hold };
        assert_eq!(ledger.give_back(12_000, &source), Ok(()));
        assert_eq!((ledger.available_cents, ledger.reserved_cents), (17_805, 0));
        assert_eq!((ledger.fees_cents, ledger.is_balanced()), (2_195, true));
    }

    #[test]
    fn card_money_is_never_credit() {
        let mut ledger = Ledger::default();
        assert_eq!(ledger.charge_card(CHARGE), Ok(()));
        assert_eq!((ledger.reserved_cents, ledger.escrow_cents), (0, 12_000));
        assert_eq!(ledger.pay_out(12_000, &FundingSource::Card), Ok(()));
        assert_eq!(
            (ledger.paid_out_cents, ledger.is_balanced()),
            (12_000, true)
        );
    }

    #[test]
    fn booking_that_would_overflow_leaves_the_ledger_unchanged() {
        let mut ledger = Ledger {
            card_charged_cents: i64::MAX - 1,
            paid_out_cents: i64::MAX - 1,
            ..Ledger::default()
        };
        let before = ledger.clone();
        assert!(ledger.is_balanced());
        assert_eq!(ledger.charge_card(CHARGE), Err(LedgerOverflow));
        assert_eq!(ledger.charge_credits(CHARGE), Err(LedgerOverflow));
        assert_eq!(ledger.pay_out(1, &FundingSource::Card), Err(LedgerOverflow));
        assert_eq!(
            ledger.give_back(1, &FundingSource::Card),
            Err(LedgerOverflow)
        );
        assert_eq!(ledger.adjust(-1), Err(LedgerOverflow));
        assert_eq!(ledger.adjust(i64::MIN), Err(LedgerOverflow));
        assert_eq!(ledger, before);
    }

    #[test]
    fn books_that_do_not_add_up_are_not_sound() {
        for change in [
            |ledger: &mut Ledger| ledger.fees_cents = 1,
            |ledger: &mut Ledger| ledger.reserved_cents = 1,
            |ledger: &mut Ledger| (ledger.credited_cents, ledger.debited_cents) = (-1, -1),
            |ledger: &mut Ledger| {
                (ledger.credited_cents, ledger.card_charged_cents) = (i64::MAX, i64::MAX);
            },
        ] {
            let mut ledger = Ledger::default();
            change(&mut ledger);
            assert!(!ledger.is_balanced(), "{ledger:?}");
        }
    }
}
