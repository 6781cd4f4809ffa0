//! One spelling of the keywords of a schema of numbers: whole numbers are integers.

use serde_json::{Number, Value, json};

use super::widths;
use openapi_canonical::json::{self, Object};

/// Rewrites the keywords in place.
pub(super) fn simplify(schema: &mut Object) {
    if json::string(schema, "type") == Some("number") && has_whole_values(schema) {
        schema.insert("type".to_owned(), json!("integer"));
        if json::string(schema, "format").is_some_and(widths::is_of_fractions) {
            schema.remove("format");
        }
    }
    if json::string(schema, "type") == Some("integer") {
        drop_trivial_steps(schema);
        round_bounds(schema);
    }
}

/// True if all numbers of a schema are whole, by the values that it lists or by its step.
fn has_whole_values(schema: &Object) -> bool {
    let is_whole = |value: &Value| value.as_f64().is_some_and(|number| number.fract() == 0.0);
    let mut numbers = json::elements(schema, "enum")
        .iter()
        .filter(|value| value.is_number())
        .peekable();
    let are_listed = numbers.peek().is_some();
    are_listed && numbers.all(is_whole) || steps(schema).iter().any(|step| is_whole(step))
}

/// Returns the steps of a schema: one, or several that all apply.
fn steps(schema: &Object) -> Vec<&Value> {
    match schema.get("multipleOf") {
        Some(Value::Array(steps)) => steps.iter().collect(),
        step => step.into_iter().collect(),
    }
}

/// Drops the steps that every whole number meets, such as 1 and 0.5.
fn drop_trivial_steps(schema: &mut Object) {
    let is_trivial = |step: &&Value| {
        let parts = step.as_f64().map(|step| 1.0 / step);
        parts.is_some_and(|parts| parts.is_finite() && parts.fract() == 0.0)
    };
    let steps = steps(schema);
    let kept: Vec<Value> = steps
        .iter()
        .filter(|step| !is_trivial(step))
        .map(|step| (*step).clone())
        .collect();
    if kept.len() == steps.len() {
        return;
    }
    match <[Value; 1]>::try_from(kept) {
        Ok([only]) => drop(schema.insert("multipleOf".to_owned(), only)),
        Err(kept) if kept.is_empty() => drop(schema.remove("multipleOf")),
        Err(kept) => drop(schema.insert("multipleOf".to_owned(), Value::Array(kept))),
    }
}

/// Rounds bounds to the last whole number that they allow.
fn round_bounds(schema: &mut Object) {
    for (bound, exclusive) in [
        ("maximum", "exclusiveMaximum"),
        ("minimum", "exclusiveMinimum"),
    ] {
        let round = |value: f64| match bound {
            "maximum" => value.floor(),
            _ => value.ceil(),
        };
        let value = schema.get(bound).and_then(Value::as_f64);
        let fraction = value.filter(|value| value.fract() != 0.0);
        let Some(whole) = fraction.map(|value| format!("{:.0}", round(value))) else {
            continue;
        };
        if let Ok(whole) = whole.parse::<i64>() {
            schema.insert(bound.to_owned(), Number::from(whole).into());
            schema.remove(exclusive);
        }
    }
}
