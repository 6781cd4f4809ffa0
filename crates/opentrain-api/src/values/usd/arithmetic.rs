//! Sums, differences and multiples of amounts.
//!
//! An amount that a JSON number would change is never made: the operators panic, the methods return `None`.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

use rust_decimal::Decimal;

use super::{Usd, exact};

/// Panic message of the operators.
const TOO_MANY_DIGITS: &str = "the amount has more digits than a JSON number keeps";

impl Usd {
    /// Adds an amount. `None` if a JSON number would not keep the sum.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(exact)
    }

    /// Subtracts an amount. `None` if a JSON number would not keep the difference.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(exact)
    }

    /// Multiplies by a count. `None` if a JSON number would not keep the product.
    #[must_use]
    pub fn checked_mul(self, count: i64) -> Option<Self> {
        self.0.checked_mul(count.into()).and_then(exact)
    }
}

impl Add for Usd {
    type Output = Self;

    /// # Panics
    ///
    /// Panics where [`checked_add`](Self::checked_add) returns `None`.
    #[track_caller]
    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect(TOO_MANY_DIGITS)
    }
}

impl AddAssign for Usd {
    #[track_caller]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Usd {
    type Output = Self;

    /// # Panics
    ///
    /// Panics where [`checked_sub`](Self::checked_sub) returns `None`.
    #[track_caller]
    fn sub(self, other: Self) -> Self {
        self.checked_sub(other).expect(TOO_MANY_DIGITS)
    }
}

impl SubAssign for Usd {
    #[track_caller]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Mul<i64> for Usd {
    type Output = Self;

    /// # Panics
    ///
    /// Panics where [`checked_mul`](Self::checked_mul) returns `None`.
    #[track_caller]
    fn mul(self, count: i64) -> Self {
        self.checked_mul(count).expect(TOO_MANY_DIGITS)
    }
}

impl Sum for Usd {
    /// # Panics
    ///
    /// Panics if a JSON number would not keep the sum.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        exact(amounts.map(Self::amount).sum::<Decimal>()).expect(TOO_MANY_DIGITS)
    }
}

impl<'a> Sum<&'a Usd> for Usd {
    /// # Panics
    ///
    /// Panics if a JSON number would not keep the sum.
    fn sum<I: Iterator<Item = &'a Usd>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Usd;

    fn usd(text: &str) -> Usd {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_add_up_to_the_cent() {
        assert_eq!(usd("0.1") + usd("0.2"), usd("0.3"));
        assert_eq!(usd("0.3") - usd("0.1"), usd("0.2"));
        assert_eq!(usd("0.0001") * 250_000, Usd::from(25));
        assert_eq!(usd("19.99") * -3, usd("-59.97"));
        assert_eq!(vec![usd("0.1"); 10].into_iter().sum::<Usd>(), Usd::from(1));
        assert_eq!(
            [usd("70000000000000"); 3].iter().sum::<Usd>(),
            usd("210000000000000")
        );
        let mut balance = usd("5");
        balance += usd("0.05");
        balance -= usd("10");
        assert_eq!(balance, usd("-4.95"));
    }

    #[test]
    fn a_result_that_a_json_number_would_change_is_none() {
        let (large, cent) = (usd("70368744177663.99"), usd("0.01"));
        assert_eq!(large.checked_add(cent), Some(usd("70368744177664")));
        assert_eq!(large.checked_add(usd("0.02")), None);
        assert_eq!((Usd::from(0) - large).checked_sub(usd("0.02")), None);
        assert_eq!(large.checked_mul(3), None);
        assert_eq!(usd("0.0000000001").checked_mul(i64::MAX), None);
        assert_eq!(Usd::from(i32::MAX).checked_mul(i64::MAX), None);
        assert_eq!(
            Usd::from(123_456_789).checked_add(usd("0.0000000001")),
            None
        );
    }

    #[test]
    #[should_panic(expected = "more digits than a JSON number keeps")]
    fn an_operator_panics_rather_than_change_a_cent() {
        let _ = usd("70368744177663.99") + usd("0.02");
    }
}
