//! Limits of values, and what a value is when it is left out.

use std::cmp::Ordering;

use serde_json::Value;

use super::change::{Change, Direction, Kind};
use super::comparison::Comparison;
use crate::json::Object;

/// Limits from above: less is tighter.
const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
/// Limits from below: more is tighter.
const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];
/// Limits that one cannot tell to be tighter or looser than others of their kind.
const OTHER: [&str; 2] = ["multipleOf", "pattern"];
/// Limits that are there or are not.
const FLAGS: [&str; 3] = ["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"];

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    for keyword in [&UPPER[..], &LOWER, &OTHER, &FLAGS].concat() {
        let (was, is) = (told(old, keyword), told(new, keyword));
        if let Some(kind) = verdict(keyword, was, is) {
            let change = between(Change::new(at, kind).of(keyword), was, is);
            comparison.note(direction, change);
        }
    }
    let (was, is) = (old.get("default"), new.get("default"));
    if was != is {
        let change = between(Change::new(at, Kind::DefaultChanged), was, is);
        comparison.note(direction, change);
    }
}

/// A limit that is off is none.
fn told<'a>(schema: &'a Object, keyword: &str) -> Option<&'a Value> {
    schema
        .get(keyword)
        .filter(|value| **value != Value::Bool(false))
}

fn between(mut change: Change, was: Option<&Value>, is: Option<&Value>) -> Change {
    change.before = was.map(Value::to_string);
    change.after = is.map(Value::to_string);
    change
}

fn verdict(keyword: &str, was: Option<&Value>, is: Option<&Value>) -> Option<Kind> {
    let (was, is) = match (was, is) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Kind::LimitTightened),
        (Some(_), None) => return Some(Kind::LimitLoosened),
        (Some(was), Some(is)) => (was, is),
    };
    if was == is {
        return None;
    }
    let (Some(was), Some(is)) = (was.as_f64(), is.as_f64()) else {
        return Some(Kind::LimitChanged);
    };
    match is.total_cmp(&was) {
        Ordering::Equal => None,
        Ordering::Less if UPPER.contains(&keyword) => Some(Kind::LimitTightened),
        Ordering::Greater if LOWER.contains(&keyword) => Some(Kind::LimitTightened),
        _ if OTHER.contains(&keyword) => Some(Kind::LimitChanged),
        _ => Some(Kind::LimitLoosened),
    }
}
