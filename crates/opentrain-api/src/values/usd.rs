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
mod tests {
    use rust_decimal::Decimal;

    use super::{Usd, double, read, rounded};

    /// Returns numbers that look random, the same in every run.
    fn numbers() -> impl Iterator<Item = u64> {
        let next = |number: &u64| {
            let number = number ^ (number << 13);
            let number = number ^ (number >> 7);
            Some(number ^ (number << 17))
        };
        std::iter::successors(Some(0x9E37_79B9_7F4A_7C15), next).take(20_000)
    }

    #[test]
    fn cents_are_read_as_rounding_reads_them() {
        for number in numbers() {
            // Amounts of each size, and doubles near to them.
            let cents = (number >> (number % 50)) as i64 / 7;
            let amount = cents as f64 / 100.0;
            for near in [
                amount,
                -amount,
                amount.next_up(),
                amount.next_down(),
                amount * 3.0,
                cents as f64,
            ] {
                assert_eq!(read(near), rounded(near), "{near}");
            }
        }
    }

    #[test]
    fn the_double_of_an_amount_is_that_of_its_text() {
        for number in numbers() {
            let digits = (number >> (number % 60)) as i64;
            let amount = Decimal::new(digits, (number % 11) as u32);
            assert_eq!(double(amount), amount.to_string().parse().ok(), "{amount}");
        }
    }

    fn decoded(json: &str) -> Option<String> {
        let amount: Usd = serde_json::from_str(json).ok()?;
        Some(amount.to_string())
    }

    #[test]
    fn amounts_are_read_and_written_without_loss() {
        for text in [
            "0",
            "120",
            "9.95",
            "0.08",
            "-42.5",
            "1234567890.12",
            "0.0001",
            "0.0000000001",
            "99999.0000000001",
            "8796093022207.999",
            "35184372088832.01",
            "-70368744177663.99",
            "70368744177663.9",
            "9007199254740991",
            "-9007199254740991",
        ] {
            let amount: Usd = text.parse().unwrap();
            assert_eq!(amount.to_string(), text);
            let written = serde_json::to_string(&amount).unwrap();
            // As a reader takes it that has doubles alone.
            let double: f64 = written.parse().unwrap();
            assert_eq!(double.to_string(), text);
            assert_eq!(decoded(&written).as_deref(), Some(text));
        }
    }

    #[test]
    fn zero_has_no_sign_and_no_digits_after_the_point() {
        for text in ["0", "-0", "0.00", "-0.0"] {
            assert_eq!(text.parse::<Usd>().unwrap().to_string(), "0");
            assert_eq!(decoded(text).as_deref(), Some("0"));
        }
        assert_eq!((Usd::from(0) * -1).to_string(), "0");
        assert_eq!(decoded("-1e-30").as_deref(), Some("0"));
    }

    #[test]
    fn leading_and_trailing_zeros_are_no_digits() {
        let zeros = "0".repeat(60);
        for text in [format!("{zeros}9.95{zeros}"), format!("-{zeros}9.95")] {
            assert_eq!(
                text.parse::<Usd>().unwrap().to_cents().map(i64::abs),
                Some(995),
                "{text}"
            );
        }
        assert_eq!(
            format!("120.{zeros}").parse::<Usd>().unwrap(),
            Usd::from(120)
        );
    }

    #[test]
    fn an_amount_that_is_sent_as_text_is_read() {
        for (json, amount) in [
            ("\"9.95\"", "9.95"),
            ("\"120.00\"", "120"),
            ("\"-0.5\"", "-0.5"),
        ] {
            assert_eq!(decoded(json).as_deref(), Some(amount));
        }
        for json in ["\"\"", "\"1e3\"", "\"$5\"", "\"70368744177664.01\""] {
            assert_eq!(decoded(json), None, "{json}");
        }
    }

    #[test]
    fn a_text_that_is_no_number_is_refused() {
        for text in [
            "", "ten", "1,50", "NaN", "inf", "1_000", "+5", "5.", ".5", "1e3", "--5", "- 5", " 5",
            "5 ", "1.2.3", "٣", "0x10",
        ] {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
        for json in ["\"ten\"", "null", "true", "[1]", "{}"] {
            assert!(serde_json::from_str::<Usd>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn an_amount_that_a_json_number_would_change_is_never_made() {
        for text in [
            "100000000000000.01",
            "-100000000000000.01",
            "99999999999999.99",
            "70368744177664.01",
            "1000000000000000.1",
            "70368744177664.5",
            "9007199254740993",
            "-9223372036854775808",
            "18446744073709551615",
            "79228162514264337593543950335",
            "99999999999999999999999999999999",
            "0.12345678901",
            "0.1234567890123456789",
            "99999999999999999999.5",
        ] {
            let refused = "the amount of dollars has more digits than a JSON number keeps";
            assert_eq!(text.parse::<Usd>().unwrap_err().to_string(), refused);
            assert!(
                text.parse()
                    .ok()
                    .is_none_or(|amount: Decimal| Usd::try_from(amount).is_err())
            );
            assert!(
                text.parse()
                    .ok()
                    .is_none_or(|amount: i64| Usd::try_from(amount).is_err())
            );
        }
    }

    #[test]
    fn a_json_number_that_has_lost_a_cent_is_refused() {
        for json in [
            "100000000000000.01",
            "1000000000000000.01",
            "70368744177664.5",
            "1e15",
            "1e30",
            "-1e300",
            "9007199254740993",
            "18446744073709551615",
            "18446744073709551617",
        ] {
            assert_eq!(decoded(json), None, "{json}");
        }
    }

    #[test]
    fn the_dust_of_binary_sums_is_rounded_away() {
        for (json, amount) in [
            ("0.30000000000000004", "0.3"),
            ("434.99999999999994", "435"),
            ("120.10000000000001", "120.1"),
            ("5.551115123125783e-17", "0"),
            ("12345678901234.559", "12345678901234.56"),
            ("1.5e3", "1500"),
            ("1500.0", "1500"),
        ] {
            assert_eq!(decoded(json).as_deref(), Some(amount), "{json}");
        }
    }

    #[test]
    fn cents_are_exact_or_none() {
        for (text, cents) in [
            ("9.95", Some(995)),
            ("-0.5", Some(-50)),
            ("9007199254740991", Some(900_719_925_474_099_100)),
            ("0.005", None),
            ("18.0001", None),
        ] {
            assert_eq!(text.parse::<Usd>().unwrap().to_cents(), cents, "{text}");
        }
        assert_eq!(Usd::from_cents(-1).unwrap().to_string(), "-0.01");
        assert_eq!(Usd::from_cents(1200).unwrap(), Usd::from(12));
        for cents in [i64::MAX, i64::MIN, 10_000_000_000_000_001] {
            assert!(Usd::from_cents(cents).is_err(), "{cents}");
        }
    }
}
