//! Variants of `oneOf` that one value may fit: a service refuses such a value, whatever it took before.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use super::meaning::{self, Meaning};
use super::meanings::Meanings;
use super::schemas;
use crate::json::{self, Object};

/// Levels of properties and elements that are looked into. What is further down is taken to have values in common.
const DEEPEST: usize = 6;

/// Pairs of schemas that are looked at for one choice. All further pairs are taken to have values in common.
const MOST_STEPS: usize = 20_000;

/// Steps of the whole comparison that a pair is worth.
const STEPS_A_PAIR: usize = 5;

/// Variants of one choice that are compared with each other.
const MOST_VARIANTS: usize = 50;

/// Notes variants that overlap in the new choice if fewer did, or might, in the old one.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Meaning,
    new: &Meaning,
) {
    if direction != Direction::Request || !new.is_exclusive {
        return;
    }
    let before = overlapping(&comparison.old_meanings, old).len();
    let after = overlapping(&comparison.new_meanings, new);
    if let Some((one, other)) = after.first().filter(|_| after.len() > before) {
        let pair = format!("{} and {}", name(one), name(other));
        comparison.note(direction, Finding::new(at, Kind::VariantsOverlap).of(pair));
    }
}

fn name(variant: &Meaning) -> String {
    let component = variant.component.clone().or_else(|| variant.name.clone());
    component.unwrap_or_else(|| schemas::name(&variant.kind()))
}

/// The pairs of variants that one value may fit; none if it may fit several.
fn overlapping(meanings: &Meanings<'_>, choice: &Meaning) -> Vec<(Rc<Meaning>, Rc<Meaning>)> {
    if !choice.is_exclusive {
        return Vec::new();
    }
    let mut search = Search {
        meanings,
        steps: MOST_STEPS,
    };
    let variants = choice.arms.iter().take(MOST_VARIANTS);
    let variants: Vec<Rc<Meaning>> = variants
        .map(|variant| meanings.of(variant))
        .filter(|variant| !variant.is_null())
        .collect();
    let mut found = Vec::new();
    for (index, one) in variants.iter().enumerate() {
        for other in &variants[index + 1..] {
            if search.overlap(one, other, DEEPEST) {
                found.push((Rc::clone(one), Rc::clone(other)));
            }
        }
    }
    found
}

struct Search<'a> {
    meanings: &'a Meanings<'a>,
    steps: usize,
}

impl Search<'_> {
    /// True unless no value is known to fit both.
    fn overlap(&mut self, one: &Rc<Meaning>, other: &Rc<Meaning>, depth: usize) -> bool {
        if depth == 0 {
            return true;
        }
        let (one_forms, other_forms) = (self.meanings.forms(one), self.meanings.forms(other));
        for one in &one_forms {
            for other in &other_forms {
                if self.steps == 0 || !self.meanings.budget().take(STEPS_A_PAIR) {
                    return true;
                }
                self.steps -= 1;
                if self.forms_overlap(one, other, depth) {
                    return true;
                }
            }
        }
        false
    }

    fn forms_overlap(&mut self, one: &Meaning, other: &Meaning, depth: usize) -> bool {
        match (one.kind(), other.kind()) {
            (meaning::Kind::Silent | meaning::Kind::Choice, _)
            | (_, meaning::Kind::Silent | meaning::Kind::Choice) => true,
            (meaning::Kind::Object, meaning::Kind::Object) => {
                self.objects_overlap(&one.members, &other.members, depth)
            }
            (meaning::Kind::Array, meaning::Kind::Array) => {
                self.arrays_overlap(&one.members, &other.members, depth)
            }
            (meaning::Kind::Scalar(kind), meaning::Kind::Scalar(other_kind)) => {
                let is_number = |kind: &str| ["integer", "number"].contains(&kind);
                let are_limited = || one.members.len() > 1 && other.members.len() > 1;
                // Generators print `integer` beside `number` and mean a number.
                (kind == other_kind || is_number(&kind) && is_number(&other_kind) && are_limited())
                    && scalars_overlap(&one.members, &other.members)
            }
            _ => false,
        }
    }

    /// True unless a property that must be there is refused by one of the two, or has no value in common.
    fn objects_overlap(&mut self, one: &Object, other: &Object, depth: usize) -> bool {
        let required = |object| json::strings(object, "required").into_iter();
        let required: BTreeSet<&str> = required(one).chain(required(other)).collect();
        required.into_iter().all(|name| {
            let property =
                |object| json::object(object, "properties").and_then(|all| all.get(name));
            let is_closed =
                |object: &Object| object.get("additionalProperties") == Some(&Value::Bool(false));
            match (property(one), property(other)) {
                (Some(one), Some(other)) => {
                    let (one, other) = (self.meanings.of(one), self.meanings.of(other));
                    self.overlap(&one, &other, depth - 1)
                }
                (None, _) if is_closed(one) => false,
                (_, None) if is_closed(other) => false,
                _ => true,
            }
        })
    }

    /// True unless both need elements that have no value in common: an empty list fits any list.
    fn arrays_overlap(&mut self, one: &Object, other: &Object, depth: usize) -> bool {
        let needs_any = |list: &Object| limit(list, "minItems").is_some_and(|least| least > 0.0);
        let items = one.get("items").zip(other.get("items"));
        match items.filter(|_| needs_any(one) || needs_any(other)) {
            Some((one, other)) => {
                let (one, other) = (self.meanings.of(one), self.meanings.of(other));
                self.overlap(&one, &other, depth - 1)
            }
            None => true,
        }
    }
}

fn limit(schema: &Object, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Value::as_f64)
}

/// False for other values, other formats, other patterns, and ranges that have nothing in common.
fn scalars_overlap(one: &Object, other: &Object) -> bool {
    let values = |schema| {
        json::elements(schema, "enum")
            .iter()
            .filter(|value| !value.is_null())
    };
    let is_listed = |schema: &Object| schema.contains_key("enum");
    if is_listed(one) && is_listed(other) {
        return values(one).any(|value| values(other).any(|other| other == value));
    }
    let differ = |keyword| {
        let both = json::string(one, keyword).zip(json::string(other, keyword));
        both.is_some_and(|(one, other)| one != other)
    };
    let is_beyond = |low: &Object, high: &Object, least: &str, most: &str| {
        limit(low, most)
            .zip(limit(high, least))
            .is_some_and(|(most, least)| most < least)
    };
    let are_apart = |least: &str, most: &str| {
        is_beyond(one, other, least, most) || is_beyond(other, one, least, most)
    };
    !differ("format")
        && !differ("pattern")
        && !are_apart("minimum", "maximum")
        && !are_apart("minLength", "maxLength")
}
