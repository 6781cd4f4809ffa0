//! Amount of US dollars, as a decimal.

mod arithmetic;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// Digits after the point that an amount may have.
const MOST_PLACES: u32 = 10;

/// Whole number up to which doubles hold every whole number.
const WHOLE_END: f64 = 9_007_199_254_740_992.0;

/// Digits after the point that a JSON number must keep distinct to be read as an amount: those of cents.
const CENT_PLACES: u32 = 2;

/// Amount in US dollars. It is written as a JSON number, and read from a number or a text with one; here it is a decimal, so that cents
/// add up.
///
/// Readers of JSON convert a number to a binary fraction of 64 bits, a double. Every amount survives the conversion: it has at
/// most 10 digits after the point, and neighbouring doubles are closer together than its last digit. With cents, that range ends
/// at 2^46 (about 70 million million) dollars, without cents at 2^53. Any other amount is refused when it is made, so that writing
/// never fails and never changes a cent. A JSON number may have digits beyond that range, from sums of doubles: reading rounds
/// them away.
///
/// ```
/// use opentrain_api::Usd;
///
/// let rate: Usd = "9.95".parse()?;
/// let fee: Usd = serde_json::from_str("120.1")?;
/// assert_eq!(rate + fee, "130.05".parse()?);
/// assert_eq!(rate * 40 - fee, Usd::from_cents(27_790)?);
/// assert_eq!([rate, fee].iter().sum::<Usd>().to_cents(), Some(13_005));
/// assert!(Usd::from(120) < fee);
/// assert_eq!(serde_json::to_string(&Usd::from(120))?, "120");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(Decimal);

impl Usd {
    /// Returns the amount as `rust_decimal` has it.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }

    /// Makes an amount of cents.
    ///
    /// # Errors
    ///
    /// Fails if a JSON number would not keep the amount to the cent.
    pub fn from_cents(cents: i64) -> Result<Self, InvalidUsd> {
        Self::try_from(Decimal::new(cents, CENT_PLACES))
    }

    /// Returns the amount in cents; `None` if it has a fraction of a cent.
    #[must_use]
    pub fn to_cents(self) -> Option<i64> {
        let places = CENT_PLACES.checked_sub(self.0.scale())?;
        let cents = self.0.mantissa() * 10_i128.pow(places);
        cents.try_into().ok()
    }
}

impl From<i32> for Usd {
    fn from(dollars: i32) -> Self {
        Self(dollars.into())
    }
}

impl From<u32> for Usd {
    fn from(dollars: u32) -> Self {
        Self(dollars.into())
    }
}

impl TryFrom<i64> for Usd {
    type Error = InvalidUsd;

    fn try_from(dollars: i64) -> Result<Self, InvalidUsd> {
        Self::try_from(Decimal::from(dollars))
    }
}

impl TryFrom<Decimal> for Usd {
    type Error = InvalidUsd;

    fn try_from(amount: Decimal) -> Result<Self, InvalidUsd> {
        exact(amount).ok_or(InvalidUsd(Fault::Digits))
    }
}

impl From<Usd> for Decimal {
    fn from(amount: Usd) -> Self {
        amount.0
    }
}

impl FromStr for Usd {
    type Err = InvalidUsd;

    /// Reads digits, with an optional point and minus sign. Any other text fails.
    fn from_str(text: &str) -> Result<Self, InvalidUsd> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return Err(InvalidUsd(Fault::Text));
        }
        // Only the number of digits can be wrong now, and zeros at the end of a fraction do not count.
        let text = match text.contains('.') {
            true => text.trim_end_matches('0'),
            false => text,
        };
        let amount = Decimal::from_str_exact(text).ok().and_then(exact);
        amount.ok_or(InvalidUsd(Fault::Digits))
    }
}

/// Returns the amount if a JSON number keeps it.
fn exact(amount: Decimal) -> Option<Usd> {
    let amount = amount.normalize();
    if amount.is_zero() {
        return Some(Usd::default());
    }
    let places = match amount.scale() {
        0 => 0,
        // A double with a fraction is read to the cent at least.
        places => places.max(CENT_PLACES),
    };
    let is_exact = places <= MOST_PLACES && tells_apart(double(amount)?, places);
    is_exact.then_some(Usd(amount))
}

/// Reads a double. `None` if doubles of its size do not keep cents distinct, so that the amount is unknown.
fn read(double: f64) -> Option<Usd> {
    let cents = whole_cents(double).and_then(exact);
    cents.or_else(|| rounded(double))
}

/// Returns the amount of a double, rounded to as many digits as doubles of its size keep distinct.
fn rounded(double: f64) -> Option<Usd> {
    let mut places = (CENT_PLACES..=MOST_PLACES).rev();
    let places = places.find(|places| tells_apart(double, *places))?;
    let rounded = format!("{double:.*}", places as usize);
    exact(Decimal::from_str_exact(&rounded).ok()?)
}

/// Returns the amount of a double that is the nearest one to a number of cents. It is what rounding to any number of places from that of
/// cents gives, since it is less than half of the distance between doubles away.
fn whole_cents(double: f64) -> Option<Decimal> {
    let cents = (double * 100.0).round();
    // The quotient of two whole numbers that a double holds is the double that is nearest to it.
    let is_nearest = cents.abs() <= WHOLE_END && cents / 100.0 == double;
    let is_distinct = is_nearest && tells_apart(double, CENT_PLACES);
    is_distinct.then(|| Decimal::new(cents as i64, CENT_PLACES))
}

/// True if doubles of this size are no further apart than decimals with `places` digits after the point.
fn tells_apart(double: f64, places: u32) -> bool {
    let size = double.abs();
    let gap = size.next_up() - size;
    gap * 10_u64.pow(places) as f64 <= 1.0
}

/// Returns the double that is nearest to a decimal.
fn double(amount: Decimal) -> Option<f64> {
    let (digits, places) = (amount.mantissa(), amount.scale());
    // The quotient of two whole numbers that a double holds is the double that is nearest to it. Doubles hold ten to the 22nd.
    if digits.unsigned_abs() <= WHOLE_END as u128 && places <= MOST_PLACES {
        return Some(digits as f64 / 10_u64.pow(places) as f64);
    }
    amount.to_string().parse().ok()
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let (0, Ok(dollars)) = (self.0.scale(), self.0.mantissa().try_into()) {
            return serializer.serialize_i64(dollars);
        }
        let double = double(self.0).ok_or_else(|| ser::Error::custom(InvalidUsd(Fault::Digits)))?;
        serializer.serialize_f64(double)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UsdVisitor)
    }
}

struct UsdVisitor;

impl<'de> de::Visitor<'de> for UsdVisitor {
    type Value = Usd;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of dollars as a number, or as text")
    }

    fn visit_i64<E: de::Error>(self, dollars: i64) -> Result<Usd, E> {
        Usd::try_from(dollars).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, dollars: u64) -> Result<Usd, E> {
        Usd::try_from(Decimal::from(dollars)).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, double: f64) -> Result<Usd, E> {
        read(double).ok_or_else(|| E::custom(InvalidUsd(Fault::Digits)))
    }

    /// Reads an amount that the service writes as text.
    fn visit_str<E: de::Error>(self, dollars: &str) -> Result<Usd, E> {
        dollars.parse().map_err(E::custom)
    }

    /// Reads what numbers are if another crate turns on the feature `arbitrary_precision` of `serde_json`.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Usd, A::Error> {
        let number = serde_json::Number::deserialize(MapAccessDeserializer::new(map))?;
        match (number.as_i64(), number.as_f64()) {
            (Some(dollars), _) => self.visit_i64(dollars),
            (None, Some(double)) => self.visit_f64(double),
            (None, None) => Err(de::Error::custom(InvalidUsd(Fault::Digits))),
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Usd {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Usd".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "description": "An amount in US dollars." })
    }
}

/// Error of a text that is no amount, and of an amount that a JSON number would change.
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidUsd(Fault);

#[derive(Clone, Debug, PartialEq)]
enum Fault {
    Text,
    Digits,
}

impl fmt::Display for InvalidUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Fault::Text => "not an amount of dollars, such as `120` or `9.95`",
            Fault::Digits => "the amount of dollars has more digits than a JSON number keeps",
        })
    }
}

impl std::error::Error for InvalidUsd {}

#[cfg(test)]
mod tests;
