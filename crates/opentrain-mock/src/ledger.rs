//! Books of an account: money paid in, held, and paid out. Whole cents, none of them ever negative.

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, MOST_CENTS, OutOfBounds, cents_of};

/// Money of the main account. Get it with [`MockServer::books`](crate::MockServer::books).
///
/// The sum of `credited` and `card_charged` is always that of `available`, `escrow`, `paid_out`, `fees`, `card_refunded` and
/// `debited`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Books {
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
pub(crate) enum Source {
    Card,
    /// Credits, held by this entry of the ledger.
    Credits {
        hold: String,
    },
}

/// Sum that the books cannot hold: a number would be too large, or below zero. The books have not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unbookable;

impl Books {
    /// Books a correction, up or down.
    pub(crate) fn adjust(&mut self, cents: i64) -> Result<(), Unbookable> {
        self.book(|books| {
            books.available_cents = books.available_cents.checked_add(cents)?;
            match cents >= 0 {
                true => add(&mut books.credited_cents, cents),
                false => add(&mut books.debited_cents, cents.checked_neg()?),
            }
        })
    }

    /// Books a charge to the card.
    pub(crate) fn charge_card(&mut self, charge: Charge) -> Result<(), Unbookable> {
        self.book(|books| {
            add(&mut books.card_charged_cents, charge.total_cents())?;
            books.fund(charge)
        })
    }

    /// Books a charge to the credits.
    pub(crate) fn charge_credits(&mut self, charge: Charge) -> Result<(), Unbookable> {
        self.book(|books| {
            take(&mut books.available_cents, charge.total_cents())?;
            add(&mut books.reserved_cents, charge.escrow_cents)?;
            books.fund(charge)
        })
    }

    /// Books a payout of held money to the AI trainer.
    pub(crate) fn pay_out(&mut self, cents: i64, source: &Source) -> Result<(), Unbookable> {
        self.book(|books| {
            books.leave_escrow(cents, source)?;
            add(&mut books.paid_out_cents, cents)
        })
    }

    /// Books a refund of held money to its source.
    pub(crate) fn give_back(&mut self, cents: i64, source: &Source) -> Result<(), Unbookable> {
        self.book(|books| {
            books.leave_escrow(cents, source)?;
            match source {
                Source::Card => add(&mut books.card_refunded_cents, cents),
                Source::Credits { .. } => add(&mut books.available_cents, cents),
            }
        })
    }

    /// True if no number is below zero, and the money paid in is the money held and paid out.
    pub(crate) fn is_sound(&self) -> bool {
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
    fn book(&mut self, change: impl FnOnce(&mut Self) -> Option<()>) -> Result<(), Unbookable> {
        let mut next = self.clone();
        change(&mut next)
            .filter(|()| next.is_sound())
            .ok_or(Unbookable)?;
        *self = next;
        Ok(())
    }

    fn fund(&mut self, charge: Charge) -> Option<()> {
        add(&mut self.escrow_cents, charge.escrow_cents)?;
        add(&mut self.fees_cents, charge.fee_cents)
    }

    fn leave_escrow(&mut self, cents: i64, source: &Source) -> Option<()> {
        take(&mut self.escrow_cents, cents)?;
        match source {
            Source::Card => Some(()),
            Source::Credits { .. } => take(&mut self.reserved_cents, cents),
        }
    }
}

fn add(to: &mut i64, cents: i64) -> Option<()> {
    *to = to.checked_add(cents)?;
    Some(())
}

fn take(from: &mut i64, cents: i64) -> Option<()> {
    *from = from.checked_sub(cents)?;
    Some(())
}

/// Charge to a human: the escrow, and the fees on top. Both are bounded, so that their sum cannot overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub(crate) struct Charge {
    escrow_cents: i64,
    fee_cents: i64,
}

/// Charge in a snapshot, before it is checked.
#[derive(Deserialize)]
struct Parts {
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

impl TryFrom<Parts> for Charge {
    type Error = OutOfBounds;

    fn try_from(parts: Parts) -> Result<Self, OutOfBounds> {
        let Parts {
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
    use super::{Books, Charge, Source, Unbookable};

    const CHARGE: Charge = Charge {
        escrow_cents: 12_000,
        fee_cents: 2_195,
    };

    #[test]
    fn credits_are_held_and_come_back() {
        let mut books = Books::default();
        assert_eq!(books.adjust(20_000), Ok(()));
        assert_eq!(books.charge_credits(CHARGE), Ok(()));
        assert_eq!(
            (books.available_cents, books.reserved_cents),
            (5_805, 12_000)
        );
        let hold = "led_1".to_owned();
        let source = Source::Credits { hold };
        assert_eq!(books.give_back(12_000, &source), Ok(()));
        assert_eq!((books.available_cents, books.reserved_cents), (17_805, 0));
        assert_eq!((books.fees_cents, books.is_sound()), (2_195, true));
    }

    #[test]
    fn card_money_is_never_credit() {
        let mut books = Books::default();
        assert_eq!(books.charge_card(CHARGE), Ok(()));
        assert_eq!((books.reserved_cents, books.escrow_cents), (0, 12_000));
        assert_eq!(books.pay_out(12_000, &Source::Card), Ok(()));
        assert_eq!((books.paid_out_cents, books.is_sound()), (12_000, true));
    }

    #[test]
    fn what_the_books_cannot_hold_leaves_them_as_they_are() {
        let mut books = Books {
            card_charged_cents: i64::MAX - 1,
            paid_out_cents: i64::MAX - 1,
            ..Books::default()
        };
        let before = books.clone();
        assert!(books.is_sound());
        assert_eq!(books.charge_card(CHARGE), Err(Unbookable));
        assert_eq!(books.charge_credits(CHARGE), Err(Unbookable));
        assert_eq!(books.pay_out(1, &Source::Card), Err(Unbookable));
        assert_eq!(books.give_back(1, &Source::Card), Err(Unbookable));
        assert_eq!(books.adjust(-1), Err(Unbookable));
        assert_eq!(books.adjust(i64::MIN), Err(Unbookable));
        assert_eq!(books, before);
    }

    #[test]
    fn books_that_do_not_add_up_are_not_sound() {
        for change in [
            |books: &mut Books| books.fees_cents = 1,
            |books: &mut Books| books.reserved_cents = 1,
            |books: &mut Books| (books.credited_cents, books.debited_cents) = (-1, -1),
            |books: &mut Books| {
                (books.credited_cents, books.card_charged_cents) = (i64::MAX, i64::MAX);
            },
        ] {
            let mut books = Books::default();
            change(&mut books);
            assert!(!books.is_sound(), "{books:?}");
        }
    }
}
