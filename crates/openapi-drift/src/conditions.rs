//! Conditions on values beside their types: `if`, `not`, `dependentRequired` and others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change::Finding;
use super::comparison::{CompareSchemas, Comparison};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::refused_fields;
use super::uniform::is_description;
use crate::comparable::{CONDITIONS, NAMED};
use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::keywords::{Holds, holds};
use openapi_canonical::schema;

/// Keywords whose effect on values has no fixed direction: they restrict more the less their schema restricts, or
/// select other keywords.
const EITHER_WAY: [&str; 2] = ["if", "not"];

/// Limit on the number of values in a condition, including the targets of its references. Larger conditions are not
/// compared.
const MOST: usize = 20_000;

pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Object, &Object),
    compare_schemas: CompareSchemas,
) {
    refused_fields::compare(comparison, at, direction, (old, new));
    let conditions_of = |members: &Object| json!({ CONDITIONS: members.get(CONDITIONS) });
    if comparison.are_same(&conditions_of(old), &conditions_of(new)) {
        return;
    }
    let mut was = conditions(&comparison.old_effective, old);
    let mut is = conditions(&comparison.new_effective, new);
    was.retain(|one| match is.iter().position(|other| one.is(other)) {
        Some(index) => {
            is.remove(index);
            false
        }
        None => true,
    });
    for old in was {
        let keywords = |condition: &Condition<'_>| {
            condition
                .members
                .keys()
                .cloned()
                .collect::<BTreeSet<String>>()
        };
        let partner = is
            .iter()
            .position(|new| keywords(new) == keywords(&old))
            .or(if is.is_empty() { None } else { Some(0) });
        let new = partner.map(|index| is.remove(index));
        let nothing = Object::new();
        let members = new.as_ref().map_or(&nothing, |new| new.members);
        if old.text.is_none() || new.as_ref().is_some_and(|new| new.text.is_none()) {
            comparison.give_up(at);
            continue;
        }
        compare_one(
            comparison,
            at,
            direction,
            (old.members, members),
            compare_schemas,
        );
    }
    for new in is {
        let nothing = Object::new();
        compare_one(
            comparison,
            at,
            direction,
            (&nothing, new.members),
            compare_schemas,
        );
    }
}

/// Condition of a schema.
struct Condition<'a> {
    members: &'a Object,
    /// Text of the condition including the targets of its references; equal for equal conditions. `None` if the
    /// condition is too large.
    text: Option<String>,
}

impl Condition<'_> {
    fn is(&self, other: &Condition<'_>) -> bool {
        self.text.is_some() && self.text == other.text
    }
}

fn conditions<'a>(effective: &EffectiveSchemas<'_>, members: &'a Object) -> Vec<Condition<'a>> {
    let all = json::elements(members, CONDITIONS).iter();
    all.filter_map(Value::as_object)
        .map(|members| Condition {
            members,
            text: text(effective, &Value::Object(members.clone())),
        })
        .collect()
}

fn compare_one(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Object, &Object),
    compare_schemas: CompareSchemas,
) {
    let keywords: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let has_other_if = differs(comparison, old.get("if"), new.get("if"));
    for keyword in keywords {
        let depends_on_if = keyword == "then" || keyword == "else";
        match (old.get(keyword), new.get(keyword)) {
            // The list has a greatest length, which is compared.
            (was, is) if keyword == "items" && has_false([was, is]) => {}
            (None, Some(is)) => comparison.note(direction, added(at, keyword, is)),
            (Some(was), None) => comparison.note(direction, removed(at, keyword, was)),
            // The changed `if` is noted; its consequences are not comparable any more.
            _ if has_other_if && depends_on_if => {}
            (was, is) if !differs(comparison, was, is) => {}
            (Some(was), Some(is)) => {
                compare_values(
                    comparison,
                    at,
                    direction,
                    keyword,
                    (was, is),
                    compare_schemas,
                );
            }
            (None, None) => {}
        }
    }
}

fn has_false(values: [Option<&Value>; 2]) -> bool {
    values.contains(&Some(&Value::Bool(false)))
}

/// Keywords that describe how a text is read, as a format does.
const FORMATS: [&str; 2] = ["contentEncoding", "contentMediaType"];

fn added(at: &str, keyword: &str, is: &Value) -> Finding {
    match (keyword, is) {
        ("additionalProperties" | "unevaluatedProperties", Value::Bool(false)) => {
            Finding::new(at, Kind::FurtherFieldsRefused)
        }
        (keyword, Value::String(format)) if FORMATS.contains(&keyword) => {
            Finding::new(at, Kind::FormatAdded).of(format)
        }
        _ => Finding::new(at, Kind::ConditionAdded).of(keyword),
    }
}

fn removed(at: &str, keyword: &str, was: &Value) -> Finding {
    match (keyword, was) {
        ("additionalProperties" | "unevaluatedProperties", Value::Bool(false)) => {
            Finding::new(at, Kind::FurtherFieldsAllowed)
        }
        (keyword, Value::String(format)) if FORMATS.contains(&keyword) => {
            Finding::new(at, Kind::FormatRemoved).of(format)
        }
        _ => Finding::new(at, Kind::ConditionRemoved).of(keyword),
    }
}

/// True if the values of a keyword differ, including the targets of their references, or are too large to tell.
pub(super) fn differs(
    comparison: &Comparison<'_>,
    was: Option<&Value>,
    is: Option<&Value>,
) -> bool {
    let (Some(was), Some(is)) = (was, is) else {
        return was != is;
    };
    let was = text(&comparison.old_effective, was);
    let is = text(&comparison.new_effective, is);
    was.is_none() || was != is
}

/// Compares two different values of a keyword.
fn compare_values(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    keyword: &str,
    (was, is): (&Value, &Value),
    compare_schemas: CompareSchemas,
) {
    if keyword == "dependentRequired" {
        return compare_dependent_fields(comparison, at, direction, (was, is));
    }
    if let Some(kind) = bound(keyword, was, is) {
        let finding = Finding::new(at, kind).of(keyword);
        let finding = finding.between(was.to_string(), is.to_string());
        return comparison.note(direction, finding);
    }
    if let (Value::String(was), Value::String(is)) = (was, is) {
        let finding = Finding::new(at, Kind::FormatChanged).between(was, is);
        return comparison.note(direction, finding);
    }
    match pairs(keyword, was, is).filter(|_| !EITHER_WAY.contains(&keyword)) {
        Some(pairs) => {
            for (label, was, is) in pairs {
                let old = content(comparison.old, was);
                let new = content(comparison.new, is);
                let inside = format!("{at} ({label})");
                compare_schemas(comparison, &inside, direction, &old, &new);
            }
        }
        None => {
            let finding = Finding::new(at, Kind::ConditionChanged).of(keyword);
            comparison.note(direction, finding);
        }
    }
}

/// Compares `dependentRequired`: the fields that other fields require.
fn compare_dependent_fields(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (was, is): (&Value, &Value),
) {
    let needs = |value: &Value| {
        let fields = value.as_object().into_iter().flatten();
        let needs = fields.flat_map(|(field, others)| {
            let others = others.as_array().into_iter().flatten();
            let others = others.filter_map(Value::as_str);
            others.map(move |other| format!("{field} needs {other}"))
        });
        needs.collect::<BTreeSet<String>>()
    };
    let (was, is) = (needs(was), needs(is));
    for need in is.difference(&was) {
        comparison.note(direction, Finding::new(at, Kind::ConditionAdded).of(need));
    }
    for need in was.difference(&is) {
        comparison.note(direction, Finding::new(at, Kind::ConditionRemoved).of(need));
    }
}

/// Returns the kind of change of a number of elements that must fit.
fn bound(keyword: &str, was: &Value, is: &Value) -> Option<Kind> {
    let (was, is) = (was.as_f64()?, is.as_f64()?);
    match keyword {
        "minContains" if is < was => Some(Kind::LimitLoosened),
        "maxContains" if is > was => Some(Kind::LimitLoosened),
        "minContains" | "maxContains" => Some(Kind::LimitTightened),
        _ => None,
    }
}

/// Returns the pairs of schemas of a keyword to compare, each with its label. `None` if the values are no schemas, or
/// do not correspond.
fn pairs<'a>(
    keyword: &str,
    was: &'a Value,
    is: &'a Value,
) -> Option<Vec<(String, &'a Value, &'a Value)>> {
    let are_schemas =
        |was: &Value, is: &Value| schema::referred(was).is_some() && schema::referred(is).is_some();
    if are_schemas(was, is) {
        return Some(vec![(keyword.to_owned(), was, is)]);
    }
    let pairs: Vec<(String, &Value, &Value)> = match (was, is) {
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            let pairs = was.iter().zip(is).enumerate();
            pairs
                .map(|(index, (was, is))| (format!("{keyword} {index}"), was, is))
                .collect()
        }
        (Value::Object(was), Value::Object(is)) if was.len() == is.len() => {
            let pairs = was.iter().map(|(name, was)| {
                let label = format!("{keyword} {name}");
                Some((label, was, is.get(name)?))
            });
            pairs.collect::<Option<_>>()?
        }
        _ => return None,
    };
    // Equal booleans and lists of names are no schemas, and no change.
    let is_open = |(_, was, is): &(String, &Value, &Value)| was != is || are_schemas(was, is);
    let open: Vec<(String, &Value, &Value)> = pairs.into_iter().filter(is_open).collect();
    let are_all = open.iter().all(|(_, was, is)| are_schemas(was, is));
    are_all.then_some(open)
}

/// Returns the schema behind a reference in a condition: a component under its own name, or the inline schema.
fn content(document: &Value, reference: &Value) -> Value {
    let component = || {
        let pointer = document::pointer_of(reference.get("$ref")?.as_str()?)?;
        document.pointer(&pointer)
    };
    let found = match reference.get(NAMED) {
        Some(_) => component(),
        None => document::target(document, reference),
    };
    found.cloned().unwrap_or_default()
}

/// Returns the text of a condition without descriptions, with references replaced by their targets. `None` if it is too
/// long.
fn text(effective: &EffectiveSchemas<'_>, condition: &Value) -> Option<String> {
    let document = effective.document();
    let mut left = MOST;
    let mut whole = inlined(document, condition, &mut Vec::new(), &mut left);
    whole.sort_all_objects();
    let is_affordable = effective.budget().take(MOST - left);
    (left > 0 && is_affordable).then(|| whole.to_string())
}

fn inlined<'a>(
    document: &'a Value,
    value: &Value,
    open: &mut Vec<&'a Value>,
    left: &mut usize,
) -> Value {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return Value::Null;
    }
    if let Some(target) = document::target(document, value) {
        // A cycle is written as the number of levels that it leads back.
        let around = open
            .iter()
            .rev()
            .position(|other| std::ptr::eq(*other, target));
        if let Some(distance) = around {
            return distance.into();
        }
        open.push(target);
        let inside = inlined(document, target, open, left);
        open.pop();
        return inside;
    }
    match value {
        Value::Array(elements) => elements
            .iter()
            .map(|element| inlined(document, element, open, left))
            .collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| !is_description(key));
            let inner = kept.map(|(key, member)| {
                let member = match (holds(key), member) {
                    (Holds::Data, _) if key != CONDITIONS => member.clone(),
                    (Holds::Names, Value::Object(named)) => {
                        let inner = named.iter().map(|(name, member)| {
                            (name.clone(), inlined(document, member, open, left))
                        });
                        Value::Object(inner.collect())
                    }
                    _ => inlined(document, member, open, left),
                };
                (key.clone(), sorted(key, member))
            });
            Value::Object(inner.collect())
        }
        plain => plain.clone(),
    }
}

/// Sorts the elements of a list whose order has no meaning.
fn sorted(keyword: &str, mut member: Value) -> Value {
    if ["allOf", "anyOf", "enum", "oneOf", "required", "type"].contains(&keyword)
        && let Some(elements) = member.as_array_mut()
    {
        elements.iter_mut().for_each(Value::sort_all_objects);
        elements.sort_by_cached_key(Value::to_string);
    }
    member
}
