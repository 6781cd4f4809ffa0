//! Limits of values, and what a value is when it is left out.

use std::cmp::Ordering;

use serde_json::Number;

use super::change::{Change, Direction};
use super::comparison::Comparison;
use super::kind::Kind;
use crate::json::{self, Object};

/// Limits of how many or how long: from above, less is tighter; from below, more is.
const SIZES: [(&str, Ordering); 6] = [
    ("maxItems", Ordering::Less),
    ("maxLength", Ordering::Less),
    ("maxProperties", Ordering::Less),
    ("minItems", Ordering::Greater),
    ("minLength", Ordering::Greater),
    ("minProperties", Ordering::Greater),
];

/// Bounds of numbers, with what makes each exclude itself, and what is tighter.
const BOUNDS: [(&str, &str, Ordering); 2] = [
    ("maximum", "exclusiveMaximum", Ordering::Less),
    ("minimum", "exclusiveMinimum", Ordering::Greater),
];

/// Limits that one cannot tell to be tighter or looser than others of their kind.
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
                let mut change = Change::new(at, kind).of(keyword);
                (change.before, change.after) = (was, is);
                comparison.note(direction, change);
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
        let bound = |schema| Bound::of(schema, keyword, exclusive);
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
    compare_defaults(comparison, at, direction, old, new);
}

fn compare_defaults(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let (was, is) = (old.get("default"), new.get("default"));
    if was != is {
        let mut change = Change::new(at, Kind::DefaultChanged);
        (change.before, change.after) = (shown(was), shown(is));
        comparison.note(direction, change);
    }
}

fn shown(limit: Option<impl ToString>) -> Option<String> {
    limit.map(|limit| limit.to_string())
}

/// What became of a limit. `order` says how the new one stands to the old one, and which way is tighter, if it can.
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

/// How many or how long. At least none is no limit.
fn size<'a>(schema: &'a Object, keyword: &str) -> Option<&'a Number> {
    let size = schema.get(keyword)?.as_number()?;
    let is_limit = keyword.starts_with("max") || size.as_f64() != Some(0.0);
    is_limit.then_some(size)
}

/// A bound of a number.
#[derive(Debug, PartialEq)]
struct Bound<'a> {
    value: &'a Number,
    /// Whether the value itself is beyond it.
    is_exclusive: bool,
}

impl<'a> Bound<'a> {
    fn of(schema: &'a Object, keyword: &str, exclusive: &str) -> Option<Bound<'a>> {
        Some(Bound {
            value: schema.get(keyword)?.as_number()?,
            is_exclusive: json::is_true(schema, exclusive),
        })
    }

    /// How this bound stands to another. Of two at one value that which excludes it is the tighter one.
    fn order(&self, other: &Bound<'_>, tighter: Ordering) -> Option<Ordering> {
        let by_value = order(self.value, other.value)?;
        Some(
            by_value.then(match (self.is_exclusive, other.is_exclusive) {
                (true, false) => tighter,
                (false, true) => tighter.reverse(),
                _ => Ordering::Equal,
            }),
        )
    }
}

impl std::fmt::Display for Bound<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exclusive = if self.is_exclusive {
            " itself excluded"
        } else {
            ""
        };
        write!(formatter, "{}{exclusive}", self.value)
    }
}

/// Whole numbers are compared as such, however large.
fn order(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}
