//! Numbers as the wire writes them: `120`, not `120.0`.

use serde_json::{Number, Value, json};

/// Whole numbers up to this size are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns a JSON number, without a fraction if it has none.
pub(crate) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < EXACT {
        return json!(whole(value));
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Returns an amount in dollars, rounded to hundredths of a cent, since labels are paid by fractions of one.
pub(crate) fn usd(value: f64) -> Value {
    number(round(value, 10_000.0))
}

/// Returns cents as dollars.
pub(crate) fn usd_of_cents(cents: i64) -> Value {
    if cents % 100 == 0 {
        return json!(cents / 100);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "amounts are far below where cents are lost; a snapshot that holds others shows them rounded"
    )]
    let dollars = cents as f64 / 100.0;
    number(dollars)
}

/// Rounds to a number of decimal places, given as a power of ten.
pub(crate) fn round(value: f64, scale: f64) -> f64 {
    (value * scale).round() / scale
}

fn whole(value: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is called for what is exact in a double"
    )]
    let whole = value.round() as i64;
    whole
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{number, usd, usd_of_cents};

    #[test]
    fn whole_numbers_are_written_without_a_fraction() {
        assert_eq!(number(120.0), json!(120));
        assert_eq!(number(0.08), json!(0.08));
        assert_eq!(usd(18.900_000_000_000_002), json!(18.9));
        assert_eq!(
            (usd_of_cents(81_400), usd_of_cents(14_195)),
            (json!(814), json!(141.95))
        );
    }
}
