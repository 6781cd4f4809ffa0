//! Limits of values, and defaults of omitted values.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use openapi_canonical::json::{self, Object};

/// Limits on lengths and counts: a lower maximum is tighter, and so is a higher minimum.
const SIZES: [(&str, Ordering); 6] = [
    ("maxItems", Ordering::Less),
    ("maxLength", Ordering::Less),
    ("maxProperties", Ordering::Less),
    ("minItems", Ordering::Greater),
    ("minLength", Ordering::Greater),
    ("minProperties", Ordering::Greater),
];

/// Bounds of numbers, with the keyword that makes each exclusive, and the tighter direction.
const BOUNDS: [(&str, &str, Ordering); 2] = [
    ("maximum", "exclusiveMaximum", Ordering::Less),
    ("minimum", "exclusiveMinimum", Ordering::Greater),
];

/// Limits that cannot be ordered as tighter or looser.
const OTHER: [&str; 2] = ["multipleOf", "pattern"];

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let mut note =
        |keyword: &str, verdict: Option<Kind>, was: Option<String>, is: Option<String>| {
            if let Some(kind) = verdict {
                let finding = Finding::new(at, kind).of(keyword);
                comparison.note(direction, finding.was_and_is(was, is));
            }
        };
    for (keyword, tighter) in SIZES {
        let (was, is) = (size(old, keyword), size(new, keyword));
        let verdict = verdict(was.as_ref(), is.as_ref(), |was, is| {
            Some((order(is, was)?, tighter))
        });
        note(keyword, verdict, shown(was), shown(is));
    }
    for (keyword, exclusive, tighter) in BOUNDS {
        let bound = |schema| Bound::of(schema, keyword, exclusive, tighter);
        let (was, is) = (bound(old), bound(new));
        let verdict = verdict(was.as_ref(), is.as_ref(), |was, is| {
            Some((is.order(was, tighter)?, tighter))
        });
        note(keyword, verdict, shown(was), shown(is));
    }
    for keyword in OTHER {
        let (was, is) = (old.get(keyword), new.get(keyword));
        note(
            keyword,
            verdict(was, is, |_, _| None),
            shown(was),
            shown(is),
        );
    }
    let is_unique = |schema| json::is_true(schema, "uniqueItems").then_some(true);
    let (was, is) = (is_unique(old), is_unique(new));
    let verdict = verdict(was.as_ref(), is.as_ref(), |_, _| None);
    note("uniqueItems", verdict, shown(was), shown(is));
}

/// Compares the defaults.
pub(super) fn compare_defaults(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    was: Option<&Value>,
    is: Option<&Value>,
) {
    if was != is {
        let finding = Finding::new(at, Kind::DefaultChanged);
        comparison.note(direction, finding.was_and_is(shown(was), shown(is)));
    }
}

fn shown(limit: Option<impl ToString>) -> Option<String> {
    limit.map(|limit| limit.to_string())
}

/// Returns the kind of change of a limit. `order` compares the new limit with the old one, and gives the tighter
/// direction, if there is one.
fn verdict<Limit: PartialEq>(
    was: Option<&Limit>,
    is: Option<&Limit>,
    order: impl FnOnce(&Limit, &Limit) -> Option<(Ordering, Ordering)>,
) -> Option<Kind> {
    match (was, is) {
        (None, None) => None,
        (None, Some(_)) => Some(Kind::LimitTightened),
        (Some(_), None) => Some(Kind::LimitLoosened),
        (Some(was), Some(is)) if was == is => None,
        (Some(was), Some(is)) => match order(was, is) {
            None => Some(Kind::LimitChanged),
            Some((Ordering::Equal, _)) => None,
            Some((order, tighter)) if order == tighter => Some(Kind::LimitTightened),
            Some(_) => Some(Kind::LimitLoosened),
        },
    }
}

/// Returns a length or count. A minimum of zero is no limit.
fn size<'a>(schema: &'a Object, keyword: &str) -> Option<&'a Number> {
    let size = schema.get(keyword)?.as_number()?;
    let is_limit = keyword.starts_with("max") || size.as_f64() != Some(0.0);
    is_limit.then_some(size)
}

/// Bound of a number.
#[derive(Debug, PartialEq)]
struct Bound {
    value: Number,
    /// True if the bound itself is excluded.
    is_exclusive: bool,
}

impl Bound {
    /// Returns the bound; for whole numbers, the last number that is allowed.
    fn of(schema: &Object, keyword: &str, exclusive: &str, tighter: Ordering) -> Option<Bound> {
        let value = schema.get(keyword)?.as_number()?;
        let is_exclusive = json::is_true(schema, exclusive);
        let is_whole = json::string(schema, "type") == Some("integer");
        let step = if tighter == Ordering::Less { -1 } else { 1 };
        let last = value.as_i64().filter(|_| is_whole && is_exclusive);
        let last = last.and_then(|value| value.checked_add(step));
        Some(Bound {
            value: last.map_or_else(|| value.clone(), Number::from),
            is_exclusive: is_exclusive && last.is_none(),
        })
    }

    /// Compares this bound with another one. Of two equal bounds the exclusive one is tighter.
    fn order(&self, other: &Bound, tighter: Ordering) -> Option<Ordering> {
        let by_value = order(&self.value, &other.value)?;
        Some(
            by_value.then(match (self.is_exclusive, other.is_exclusive) {
                (true, false) => tighter,
                (false, true) => tighter.reverse(),
                _ => Ordering::Equal,
            }),
        )
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exclusive = if self.is_exclusive {
            " itself excluded"
        } else {
            ""
        };
        write!(formatter, "{}{exclusive}", self.value)
    }
}

/// Compares whole numbers exactly, however large they are.
fn order(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}
