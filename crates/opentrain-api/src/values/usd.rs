//! An amount of US dollars, as a decimal.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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

    fn from_str(text: &str) -> Result<Self, InvalidUsd> {
        let plain = Decimal::from_str_exact(text);
        let amount = plain.or_else(|_| Decimal::from_scientific(text));
        amount
            .map(|amount| Self(amount.normalize()))
            .map_err(InvalidUsd)
    }
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
        // The shortest text of the nearest binary fraction is the decimal again, up to 15 digits.
        let fraction = self.0.to_string().parse::<f64>();
        serializer.serialize_f64(fraction.map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A `Number`, since it reads the same whichever features of `serde_json` are on.
        let number = serde_json::Number::deserialize(deserializer)?;
        number.to_string().parse().map_err(de::Error::custom)
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
pub struct InvalidUsd(rust_decimal::Error);

impl fmt::Display for InvalidUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an amount of dollars, such as `120` or `9.95`")
    }
}

impl std::error::Error for InvalidUsd {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
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
        for text in ["", "ten", "1,50", "NaN"] {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Usd>("\"9.95\"").is_err());
    }

    #[test]
    fn an_exponent_is_a_number_too() {
        assert_eq!(
            serde_json::from_str::<Usd>("1.5e3").unwrap(),
            Usd::from(1500)
        );
    }
}
