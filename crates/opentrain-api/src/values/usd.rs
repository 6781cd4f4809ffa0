//! An amount of US dollars, as a decimal.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// An amount in US dollars. On the wire it is a JSON number; here it is a decimal, so that cents add up.
///
/// ```
/// use opentrain_api::Usd;
///
/// let fee: Usd = "9.95".parse()?;
/// let total: Usd = serde_json::from_str("120.1")?;
/// assert_eq!((fee.amount() + total.amount()).to_string(), "130.05");
/// assert_eq!(serde_json::to_string(&Usd::from(120))?, "120");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(Decimal);

impl Usd {
    /// The amount.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }
}

impl From<Decimal> for Usd {
    fn from(amount: Decimal) -> Self {
        Self(amount)
    }
}

impl From<i64> for Usd {
    fn from(dollars: i64) -> Self {
        Self(Decimal::from(dollars))
    }
}

impl FromStr for Usd {
    type Err = InvalidUsd;

    /// Reads digits, with a point and a minus sign if need be, and nothing else.
    fn from_str(text: &str) -> Result<Self, InvalidUsd> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return Err(InvalidUsd(None));
        }
        let amount = Decimal::from_str_exact(text).map(|amount| Self(amount.normalize()));
        amount.map_err(|error| InvalidUsd(Some(error)))
    }
}

/// A JSON number, which may have an exponent and the dust of binary sums.
fn read(text: &str) -> Result<Usd, InvalidUsd> {
    let plain = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    // What is finer than a decimal can hold is rounded.
    let amount = plain.or_else(|error| rounded(text).ok_or(error));
    amount
        .map(|amount| Usd(amount.normalize()))
        .map_err(|error| InvalidUsd(Some(error)))
}

fn rounded(text: &str) -> Option<Decimal> {
    let nearest = text
        .parse::<f64>()
        .ok()
        .filter(|nearest| nearest.abs() < 1e15);
    Decimal::from_f64_retain(nearest?)
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = self.0.fract().is_zero().then(|| self.0.to_i64()).flatten();
        if let Some(whole) = whole {
            return serializer.serialize_i64(whole);
        }
        // A JSON number is a binary fraction to most readers: its shortest text must be the decimal again.
        let fraction = self
            .0
            .to_string()
            .parse::<f64>()
            .map_err(ser::Error::custom)?;
        if fraction.to_string().parse::<Decimal>().ok() == Some(self.0) {
            return serializer.serialize_f64(fraction);
        }
        Err(ser::Error::custom(
            "the amount has more digits than a JSON number keeps",
        ))
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A `Number`, since it reads the same whichever features of `serde_json` are on.
        let number = serde_json::Number::deserialize(deserializer)?;
        read(&number.to_string()).map_err(de::Error::custom)
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

/// A text that is no decimal number, or one that is out of a decimal's range.
#[derive(Clone, Debug, PartialEq)]
pub struct InvalidUsd(Option<rust_decimal::Error>);

impl fmt::Display for InvalidUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an amount of dollars, such as `120` or `9.95`")
    }
}

impl std::error::Error for InvalidUsd {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
    }
}

#[cfg(test)]
mod tests {
    use super::Usd;

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
        ] {
            let amount: Usd = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&amount).unwrap(), text);
            assert_eq!(amount.to_string(), text);
        }
    }

    #[test]
    fn a_text_that_is_no_number_is_refused() {
        for text in ["", "ten", "1,50", "NaN", "1_000", "+5", "5.", ".5", "1e3"] {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Usd>("\"9.95\"").is_err());
    }

    #[test]
    fn an_amount_that_a_json_number_would_change_is_not_written() {
        for text in ["0.1234567890123456789", "99999999999999999999.5"] {
            assert!(
                serde_json::to_string(&text.parse::<Usd>().unwrap()).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn dust_is_rounded_and_what_is_no_amount_is_refused() {
        let dust: Usd = serde_json::from_str("5.551115123125783e-17").unwrap();
        assert!(dust.amount().abs() < "0.000001".parse::<Usd>().unwrap().amount());
        assert!(serde_json::from_str::<Usd>("1e30").is_err());
    }

    #[test]
    fn an_exponent_is_a_number_too() {
        assert_eq!(
            serde_json::from_str::<Usd>("1.5e3").unwrap(),
            Usd::from(1500)
        );
    }
}
