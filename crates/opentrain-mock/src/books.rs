//! Where an account's money is: what came in, what is held, what has gone. Whole cents, none of them ever negative.

use serde::{Deserialize, Serialize};

/// The money of the main account. Get it with [`MockServer::books`](crate::MockServer::books).
///
/// No cent appears or vanishes: `credited` and `card_charged` together are always what is `available`, in `escrow`,
/// `paid_out`, taken as `fees`, `card_refunded` and `debited`.
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
    /// Held for funded milestones, whoever paid.
    pub escrow_cents: i64,
    /// What the card was charged.
    pub card_charged_cents: i64,
    /// What went back to the card.
    pub card_refunded_cents: i64,
    /// What AI trainers got.
    pub paid_out_cents: i64,
    /// What the marketplace got.
    pub fees_cents: i64,
}

/// Where the money of a milestone came from, so that it goes back there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Source {
    Card,
    /// Credits, held by this entry of the ledger.
    Credits {
        hold: String,
    },
}

impl Books {
    /// A correction, up or down.
    pub(crate) fn adjust(&mut self, cents: i64) {
        self.available_cents += cents;
        if cents >= 0 {
            self.credited_cents += cents;
        } else {
            self.debited_cents -= cents;
        }
    }

    /// A charge to the card.
    pub(crate) fn charge_card(&mut self, charge: Charge) {
        add(&mut self.card_charged_cents, charge.total_cents());
        self.fund(charge);
    }

    /// A charge to the credits.
    pub(crate) fn charge_credits(&mut self, charge: Charge) {
        self.available_cents -= charge.total_cents();
        add(&mut self.reserved_cents, charge.escrow_cents);
        self.fund(charge);
    }

    /// What was held goes to the AI trainer.
    pub(crate) fn pay_out(&mut self, cents: i64, source: &Source) {
        self.leave_escrow(cents, source);
        add(&mut self.paid_out_cents, cents);
    }

    /// What was held goes back where it came from.
    pub(crate) fn give_back(&mut self, cents: i64, source: &Source) {
        self.leave_escrow(cents, source);
        match source {
            Source::Card => add(&mut self.card_refunded_cents, cents),
            Source::Credits { .. } => add(&mut self.available_cents, cents),
        }
    }

    fn fund(&mut self, charge: Charge) {
        add(&mut self.escrow_cents, charge.escrow_cents);
        add(&mut self.fees_cents, charge.fee_cents);
    }

    fn leave_escrow(&mut self, cents: i64, source: &Source) {
        self.escrow_cents -= cents;
        if matches!(source, Source::Credits { .. }) {
            self.reserved_cents -= cents;
        }
    }
}

/// What a human has to pay at once: what goes into escrow, and the fees on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) escrow_cents: i64,
    pub(crate) fee_cents: i64,
}

impl Charge {
    pub(crate) fn total_cents(self) -> i64 {
        self.escrow_cents.saturating_add(self.fee_cents)
    }
}

/// Amounts are bounded only by what a number can hold.
fn add(to: &mut i64, cents: i64) {
    *to = to.saturating_add(cents);
}

#[cfg(test)]
mod tests {
    use super::{Books, Charge, Source};

    const CHARGE: Charge = Charge {
        escrow_cents: 12_000,
        fee_cents: 2_195,
    };

    fn balance(books: &Books) -> i64 {
        books.credited_cents + books.card_charged_cents
            - books.available_cents
            - books.escrow_cents
            - books.paid_out_cents
            - books.fees_cents
            - books.card_refunded_cents
            - books.debited_cents
    }

    #[test]
    fn credits_are_held_and_come_back() {
        let mut books = Books::default();
        books.adjust(20_000);
        books.charge_credits(CHARGE);
        assert_eq!(
            (books.available_cents, books.reserved_cents),
            (5_805, 12_000)
        );
        let hold = "led_1".to_owned();
        books.give_back(12_000, &Source::Credits { hold });
        assert_eq!((books.available_cents, books.reserved_cents), (17_805, 0));
        assert_eq!((books.fees_cents, balance(&books)), (2_195, 0));
    }

    #[test]
    fn card_money_is_never_credit() {
        let mut books = Books::default();
        books.charge_card(CHARGE);
        assert_eq!((books.reserved_cents, books.escrow_cents), (0, 12_000));
        books.pay_out(12_000, &Source::Card);
        assert_eq!((books.paid_out_cents, balance(&books)), (12_000, 0));
    }
}
