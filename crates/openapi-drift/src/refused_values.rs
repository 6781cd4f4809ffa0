//! Values that a `oneOf` refuses because they fit two variants. Their removal from one of the two refuses nothing further.

use std::rc::Rc;

use serde_json::Value;

use super::budget::Budget;
use super::effective_schema::EffectiveSchema;
use super::{bounds, listed_values};
use openapi_canonical::json::{self, Object};

/// Least and greatest number, and least and greatest length.
const RANGES: [(&str, &str); 2] = [("minimum", "maximum"), ("minLength", "maxLength")];

/// True if each value that fits an old variant, and not the new one that it became, fits another old variant too. `new`
/// is `None` if the variant was removed.
pub(super) fn loses_only_refused(
    budget: &Budget,
    index: usize,
    old: &[Rc<EffectiveSchema>],
    new: Option<&EffectiveSchema>,
) -> bool {
    let variant = &old[index];
    let others = old.iter().enumerate().filter(|(other, _)| *other != index);
    let mut others = others
        .map(|(_, other)| other)
        .filter(|other| other.kind() == variant.kind());
    if new.is_some_and(|new| new.kind() != variant.kind()) {
        return false;
    }
    let new = new.map(|new| &new.members);
    others.any(|other| {
        let (other, old) = (&other.members, &variant.members);
        includes(other, old) && new.is_none_or(|new| includes(old, new))
            || covers_lost_values(budget, other, old, new)
            || covers_lost_range(other, old, new)
    })
}

/// True if a schema has each restriction of another one, so that its values are values of that one.
fn includes(wide: &Object, narrow: &Object) -> bool {
    wide.iter()
        .all(|(keyword, value)| narrow.get(keyword) == Some(value))
}

/// True if a schema accepts all values that a list of values lost.
fn covers_lost_values(budget: &Budget, other: &Object, old: &Object, new: Option<&Object>) -> bool {
    let is_fewer = |new: &Object| new.contains_key("enum") && differ_only_in(old, new, &["enum"]);
    if !new.is_none_or(is_fewer) {
        return false;
    }
    let is_known = |keyword: &String| {
        let ranges = RANGES
            .iter()
            .any(|(least, most)| keyword == least || keyword == most);
        ranges || ["enum", "pattern", "type"].contains(&keyword.as_str())
    };
    let kept = new.map_or(&[][..], |new| json::elements(new, "enum"));
    let lost: Vec<Value> = json::elements(old, "enum")
        .iter()
        .filter(|value| !kept.contains(value))
        .cloned()
        .collect();
    let values = json::elements(other, "enum");
    let fits = |value: &Value| {
        let is_listed = !other.contains_key("enum") || values.contains(value);
        is_listed && bounds::is_within(other, value)
    };
    let are_fitting = !lost.is_empty() && other.keys().all(is_known) && lost.iter().all(fits);
    let listed = Object::from_iter([("enum".to_owned(), Value::Array(lost))]);
    let pattern = other.get("pattern");
    let match_pattern = |pattern| listed_values::all_meet(budget, &listed, "pattern", pattern);
    are_fitting && pattern.is_none_or(match_pattern)
}

/// True if a schema accepts the numbers, or the lengths, that a range lost.
fn covers_lost_range(other: &Object, old: &Object, new: Option<&Object>) -> bool {
    RANGES.iter().any(|(least, most)| {
        let range = [*least, *most];
        let has_more = other
            .keys()
            .any(|keyword| keyword != "type" && !range.contains(&keyword.as_str()));
        if has_more || !new.is_none_or(|new| differ_only_in(old, new, &range)) {
            return false;
        }
        let bounds = |schema: &Object| {
            let bound = |keyword| schema.get(keyword).and_then(Value::as_f64);
            let (low, high) = (bound(*least), bound(*most));
            (
                low.unwrap_or(f64::NEG_INFINITY),
                high.unwrap_or(f64::INFINITY),
            )
        };
        let step = match json::string(old, "type") {
            Some("number") => 0.0,
            _ => 1.0,
        };
        let (was_low, was_high) = bounds(old);
        let (other_low, other_high) = bounds(other);
        let covers = |from: f64, to: f64| from > to || other_low <= from && to <= other_high;
        let Some((low, high)) = new.map(bounds) else {
            return covers(was_low, was_high);
        };
        let covers_below = was_low >= low || covers(was_low, was_high.min(low - step));
        let covers_above = was_high <= high || covers(was_low.max(high + step), was_high);
        covers_below && covers_above
    })
}

/// True if two schemas have the same keywords but for some.
fn differ_only_in(one: &Object, other: &Object, keywords: &[&str]) -> bool {
    let others = |schema: &Object| {
        let mut schema = schema.clone();
        schema.retain(|keyword, _| !keywords.contains(&keyword.as_str()));
        schema
    };
    others(one) == others(other)
}
