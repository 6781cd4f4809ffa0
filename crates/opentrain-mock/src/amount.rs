//! Amounts of money and volumes of work: their bounds, and the conversion from dollars to cents.
//!
//! No bound is documented. These are the mock's own, so that absurd numbers are refused in the request, and every sum is exact.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The least amount of a milestone: a cent.
const LEAST_USD: f64 = 0.01;
/// The most that a milestone may be worth or a job may offer, in dollars.
pub(crate) const MOST_USD: f64 = 10_000_000.0;
/// The most credits that an account may be given, in cents: as much.
pub(crate) const MOST_CENTS: i64 = 1_000_000_000;
/// The least that a job may offer, in dollars: labels are paid by fractions of a cent.
pub(crate) const LEAST_RATE: f64 = 0.0001;
/// The most hours or labels: what the most money buys at the least rate.
pub(crate) const MOST_VOLUME: f64 = MOST_USD / LEAST_RATE;

/// The bounds of an amount, in words.
pub(crate) const AMOUNT_BOUNDS: &str = "a number of dollars from 0.01 to 10,000,000";
/// The bounds of a volume, in words.
pub(crate) const VOLUME_BOUNDS: &str = "a number above zero and at most 100,000,000,000";

/// Amount of a milestone in dollars, at least a cent and at most [`MOST_USD`].
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct Amount(f64);

/// Error for a number that is no [`Amount`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutOfBounds;

impl TryFrom<f64> for Amount {
    type Error = OutOfBounds;

    fn try_from(usd: f64) -> Result<Self, OutOfBounds> {
        // Also false for what is no number.
        let is_within = (LEAST_USD..=MOST_USD).contains(&usd);
        is_within.then_some(Self(usd)).ok_or(OutOfBounds)
    }
}

impl Amount {
    pub(crate) fn usd(self) -> f64 {
        self.0
    }

    pub(crate) fn cents(self) -> i64 {
        cents_of(self.0)
    }
}

/// Returns dollars as cents. Within the bounds of an amount, and of what is charged for it, this is exact.
pub(crate) fn cents_of(usd: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what comes here is bounded far below where a double loses cents"
    )]
    let cents = (usd * 100.0).round() as i64;
    cents
}

/// True if a number of hours or labels is within the bounds.
pub(crate) fn is_volume(volume: f64) -> bool {
    volume > 0.0 && volume <= MOST_VOLUME
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an amount must be {AMOUNT_BOUNDS}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, cents_of, is_volume};

    #[test]
    fn amounts_are_bounded_and_exact_at_the_bounds() {
        for (usd, cents) in [
            (0.01, 1),
            (141.95, 14_195),
            (9_999_999.99, 999_999_999),
            (1e7, 1_000_000_000),
        ] {
            assert_eq!(Amount::try_from(usd).map(Amount::cents).ok(), Some(cents));
        }
        for usd in [0.0, 0.009, -1.0, 1e7 + 0.01, 1e17, f64::INFINITY, f64::NAN] {
            assert!(Amount::try_from(usd).is_err(), "{usd}");
        }
        assert_eq!(cents_of(11_000_009.95), 1_100_000_995);
    }

    #[test]
    fn volumes_are_bounded() {
        assert!(is_volume(0.5) && is_volume(1e11));
        for volume in [0.0, -1.0, 1.1e11, f64::INFINITY, f64::NAN] {
            assert!(!is_volume(volume), "{volume}");
        }
    }
}
