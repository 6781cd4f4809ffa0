//! Random pairs of small schemas, and small values: a value that only one of the two accepts is never passed over.

use serde_json::Value;

use super::json_schema::accepts;
use super::random_schemas::Random;
use super::{compared, lines};
use crate::{Drift, Kind};

/// Returns the number in an environment variable, if there is one.
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// True if a comparison has a change that breaks a side, or has not compared everything. No caller sends a field that is
/// not described yet, formats such as `uuid` are hints, and readers keep unknown fields and values, so that any change
/// counts for them.
fn is_reported(drift: &Drift, side: &str) -> bool {
    let mut changes = drift.changes.iter();
    !drift.not_compared.is_empty()
        || changes.any(|change| {
            let is_tolerated =
                [Kind::FieldAdded, Kind::FormatHintChanged].contains(&change.finding.kind);
            side == "readers" || is_tolerated || change.broken().contains(&side)
        })
}

/// Returns a schema with its keywords and its parts in the opposite order.
fn reversed(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.iter().rev().map(|(keyword, value)| {
                let mut value = reversed(value);
                if let ("allOf" | "anyOf" | "oneOf" | "required", Value::Array(parts)) =
                    (keyword.as_str(), &mut value)
                {
                    parts.reverse();
                }
                (keyword.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(elements) => elements.iter().map(reversed).collect(),
        plain => plain.clone(),
    }
}

#[test]
fn a_schema_in_another_order_is_no_change() {
    let mut random = Random {
        numbers: fastrand::Rng::with_seed(1),
        components: &[],
    };
    for _ in 0..100 {
        let components = random.components();
        let schema = random.schema(3);
        let (other_components, other) = (reversed(&components), reversed(&schema));
        for is_sent in [true, false] {
            for new in [(&components, &schema), (&other_components, &other)] {
                let drift = compared(is_sent, [(&components, &schema), new]);
                assert_eq!(lines(&drift.changes), "", "{schema} {components}");
                assert_eq!(drift.not_compared, [""; 0], "{schema} {components}");
            }
        }
    }
}

/// Returns a schema that accepts values of several variants too. What a `not` excludes stays as it is.
fn without_exclusive_choices(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(keyword, value)| match keyword.as_str() {
                    "not" => (keyword.clone(), value.clone()),
                    "oneOf" => ("anyOf".to_owned(), without_exclusive_choices(value)),
                    _ => (keyword.clone(), without_exclusive_choices(value)),
                });
            Value::Object(members.collect())
        }
        Value::Array(elements) => elements.iter().map(without_exclusive_choices).collect(),
        plain => plain.clone(),
    }
}

/// Returns the sides that a comparison of two schemas passes over, each with a value that only one of them accepts.
fn missed(random: &mut Random) -> Vec<String> {
    let components = random.components();
    let old = random.schema(2);
    let (new_components, new) = match random.below(4) {
        0 => (components.clone(), random.schema(2)),
        1 => (random.components(), old.clone()),
        _ => (components.clone(), random.edited(&old)),
    };
    let pair = [(&components, &old), (&new_components, &new)];
    let values: Vec<Value> = (0..60).map(|_| random.value(2)).collect();
    let sides = [("callers", [true, false]), ("readers", [false, true])];
    let missed = sides.into_iter().filter_map(|(side, expected)| {
        // Readers take a value for the first variant that it fits.
        let known = |schema: &Value| match side {
            "readers" => without_exclusive_choices(schema),
            _ => schema.clone(),
        };
        let known = (known(&components), known(&old));
        let is_expected = |value: &&Value| {
            let fitted = accepts(&known.0, &known.1, value);
            [fitted, accepts(&new_components, &new, value)] == expected
        };
        let value = values.iter().find(is_expected)?;
        let drift = compared(side == "callers", pair);
        let report = lines(&drift.changes);
        let sentence = format!("{side} {value}\n  {pair:?}\n  {report}");
        (!is_reported(&drift, side)).then_some(sentence)
    });
    missed.collect()
}

/// Tries 200 pairs of each of three seeds, or `OPENAPI_DOCUMENTS` pairs from `OPENAPI_SEED` on.
#[test]
fn a_value_that_is_no_longer_accepted_or_newly_sent_is_reported() {
    let pairs = number("OPENAPI_DOCUMENTS").unwrap_or(200);
    let seeds = number("OPENAPI_SEED").map_or(vec![7, 11, 12], |seed| vec![seed]);
    for seed in seeds {
        let mut random = Random {
            numbers: fastrand::Rng::with_seed(seed),
            components: &[],
        };
        for _ in 0..pairs {
            assert_eq!(missed(&mut random), [""; 0], "seed {seed}");
        }
    }
}
