//! One spelling of whole numbers: `1.0` is the number `1`.

use serde_json::Value;

/// Writes every whole number as one: `1.0` says what `1` says.
pub(crate) fn write_whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = number
                .as_f64()
                .filter(|value| number.is_f64() && value.fract() == 0.0);
            let whole = whole.and_then(|value| format!("{value:.0}").parse::<i64>().ok());
            if let Some(whole) = whole {
                *value = whole.into();
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(write_whole_numbers),
        Value::Object(members) => members.values_mut().for_each(write_whole_numbers),
        _ => {}
    }
}
