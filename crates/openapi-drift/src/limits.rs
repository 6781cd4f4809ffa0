//! Limits of values.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::bounds::{BOUNDS, Bound, order, size};
use super::budget::Budget;
use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use super::{listed_values, widths};
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

/// Limits that cannot be ordered as tighter or looser, but for steps of which one is a multiple of the other.
const OTHER: [&str; 2] = ["multipleOf", "pattern"];

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let budget = comparison.old_effective.budget();
    let unordered = OTHER.map(|keyword| {
        let (was, is) = (old.get(keyword), new.get(keyword));
        let verdict = unordered_verdict(budget, keyword, (old, was), (new, is));
        (keyword, verdict, shown(was), shown(is))
    });
    let mut note =
        |keyword: &str, verdict: Option<Kind>, was: Option<String>, is: Option<String>| {
            if let Some(kind) = verdict {
                let finding = Finding::new(at, kind).of(keyword);
                comparison.note(direction, finding.was_and_is(was, is));
            }
        };
    let sizes = SIZES.map(|(keyword, tighter)| (keyword, None, tighter));
    let bounds = BOUNDS.map(|(keyword, exclusive, tighter)| (keyword, Some(exclusive), tighter));
    for (keyword, exclusive, tighter) in sizes.into_iter().chain(bounds) {
        let bound = |schema| match exclusive {
            Some(exclusive) => Bound::of(schema, keyword, exclusive, tighter),
            None => size(schema, keyword).map(Bound::inclusive),
        };
        let (was, is) = with_implied(keyword, (old, bound(old)), (new, bound(new)));
        let verdict = verdict(was.as_ref(), is.as_ref(), |was, is| {
            Some((is.order(was, tighter)?, tighter))
        });
        let verdict = verdict.filter(|verdict| !follows_from_values(*verdict, old, new));
        // Services in JavaScript have no other whole numbers, with the limit or without it.
        let are_whole = is_whole(old) && is_whole(new);
        let is_hint = are_whole
            && match (&was, &is) {
                (Some(only), None) | (None, Some(only)) => only.is_end_of_exact(keyword),
                _ => false,
            };
        let verdict = verdict.map(|kind| {
            if is_hint {
                Kind::FormatHintChanged
            } else {
                kind
            }
        });
        note(keyword, verdict, shown(was), shown(is));
    }
    for (keyword, verdict, was, is) in unordered {
        note(keyword, verdict, was, is);
    }
    let is_unique = |schema| json::is_true(schema, "uniqueItems").then_some(true);
    let (was, is) = (is_unique(old), is_unique(new));
    let verdict = verdict(was.as_ref(), is.as_ref(), |_, _| None);
    note("uniqueItems", verdict, shown(was), shown(is));
}

fn is_whole(schema: &Object) -> bool {
    json::string(schema, "type") == Some("integer")
}

/// Returns the kind of change of a pattern or a step. Listed values that meet it are no change.
fn unordered_verdict(
    budget: &Budget,
    keyword: &str,
    (old, was): (&Object, Option<&Value>),
    (new, is): (&Object, Option<&Value>),
) -> Option<Kind> {
    if was == is {
        return None;
    }
    let is_multiple = |of: Option<&Value>, step: Option<&Value>| {
        let numbers = of.and_then(Value::as_f64).zip(step.and_then(Value::as_f64));
        keyword == "multipleOf"
            && numbers.is_some_and(|(of, step)| listed_values::is_multiple(of, step) == Some(true))
    };
    let is_tighter = is.is_some_and(|is| !listed_values::all_meet(budget, old, keyword, is));
    let is_looser = was.is_some_and(|was| !listed_values::all_meet(budget, new, keyword, was));
    let is_tighter = is_tighter && !is_multiple(was, is);
    let is_looser = is_looser && !is_multiple(is, was);
    let verdict = match (is_tighter, is_looser) {
        (false, false) => return None,
        (true, true) => Kind::LimitChanged,
        (true, false) => Kind::LimitTightened,
        (false, true) => Kind::LimitLoosened,
    };
    let are_known = [old, new]
        .into_iter()
        .all(|schema| listed_values::are_known(budget, schema, keyword));
    (!are_known || !follows_from_values(verdict, old, new)).then_some(verdict)
}

/// Replaces a bound that only one schema states by the one that the format or the listed values of the other one imply.
fn with_implied(
    keyword: &str,
    (old, was): (&Object, Option<Bound>),
    (new, is): (&Object, Option<Bound>),
) -> (Option<Bound>, Option<Bound>) {
    let implied = |schema| {
        let number = implied_by_values(schema, keyword);
        let number = number.or_else(|| widths::implied_bound(schema, keyword));
        number.map(Bound::inclusive)
    };
    match (&was, &is) {
        (Some(_), None) => (was, implied(new)),
        (None, Some(_)) => (implied(old), is),
        _ => (was, is),
    }
}

/// Returns the greatest or least of the listed numbers, or of the lengths of the listed texts.
fn implied_by_values(schema: &Object, keyword: &str) -> Option<Number> {
    let values = json::elements(schema, "enum").iter();
    let values = values.filter(|value| !value.is_null());
    let number = |value: &Value| match keyword {
        "maximum" | "minimum" => value.as_number().cloned(),
        "maxLength" | "minLength" => Some(value.as_str()?.chars().count().into()),
        _ => None,
    };
    let numbers: Vec<Number> = values.map(number).collect::<Option<_>>()?;
    let by_order = |one: &Number, other: &Number| order(one, other).unwrap_or(Ordering::Equal);
    let mut numbers = numbers.into_iter();
    let first = numbers.next()?;
    Some(numbers.fold(first, |found, number| {
        let is_further = match keyword.starts_with("max") {
            true => by_order(&number, &found).is_gt(),
            false => by_order(&number, &found).is_lt(),
        };
        if is_further { number } else { found }
    }))
}

/// True if the change of a limit only follows from lists of values, whose change is reported.
fn follows_from_values(verdict: Kind, old: &Object, new: &Object) -> bool {
    match (old.contains_key("enum"), new.contains_key("enum")) {
        (true, true) => true,
        (false, true) => verdict == Kind::LimitTightened,
        (true, false) => verdict == Kind::LimitLoosened,
        (false, false) => false,
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
