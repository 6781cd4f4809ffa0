//! Combination of several schemas: all parts of `allOf` apply, and one variant of a choice.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::comparable::{CONDITIONS, REFUSED_FIELDS};
use openapi_canonical::json::{self, Object};

/// Limit on the variants of a choice of choices; beyond it, only the first choice is kept.
const MOST_VARIANTS: usize = 1_000;

/// Adds the keywords of another schema. Values that one keyword cannot combine are kept side by side, so that no change
/// of them is lost. Types without a common value leave a list without values.
pub(super) fn add(members: &mut Object, others: &Object) {
    let types = json::string(members, "type").zip(json::string(others, "type"));
    let have_common_type = types.is_none_or(|(own, other)| narrower(own, other).is_some());
    let refused: Vec<Value> = refused_fields([members, others])
        .into_iter()
        .map(Value::from)
        .collect();
    for (bound, exclusive, tighter) in [
        ("maximum", "exclusiveMaximum", Ordering::Less),
        ("minimum", "exclusiveMinimum", Ordering::Greater),
    ] {
        add_bound(members, others, bound, exclusive, tighter);
    }
    for (key, other) in others {
        if key.contains("aximum") || key.contains("inimum") {
            continue;
        }
        let both = match members.get(key) {
            None => other.clone(),
            Some(own) if own == other => continue,
            Some(own) => both(key, own, other),
        };
        members.insert(key.clone(), both);
    }
    if !refused.is_empty() {
        let refused = all(json::elements(members, REFUSED_FIELDS), &refused);
        members.insert(REFUSED_FIELDS.to_owned(), refused);
    }
    if !have_common_type {
        members.insert("enum".to_owned(), json!([]));
    }
}

/// Returns the fields that one object names and another one refuses, because it has no further fields. Documents with
/// both mean the fields nevertheless, so that they are compared too.
fn refused_fields(objects: [&Object; 2]) -> BTreeSet<&str> {
    let [one, other] = objects.map(|object| json::object(object, "properties"));
    let is_closed =
        |object: &Object| object.get("additionalProperties") == Some(&Value::Bool(false));
    let mut found = BTreeSet::new();
    for (closed, own, named) in [(objects[0], one, other), (objects[1], other, one)] {
        let names = named.into_iter().flat_map(Object::keys);
        let is_own = |name: &String| own.is_some_and(|own| own.contains_key(name));
        if is_closed(closed) {
            found.extend(names.filter(|name| !is_own(name)).map(String::as_str));
        }
    }
    found
}

/// Returns the tighter of two bounds, with the keyword that makes it exclusive.
fn add_bound(
    members: &mut Object,
    others: &Object,
    bound: &str,
    exclusive: &str,
    tighter: Ordering,
) {
    let bound_of = |schema: &Object| {
        let value = schema.get(bound)?.as_f64()?;
        Some((value, json::is_true(schema, exclusive)))
    };
    let is_tighter = match (bound_of(members), bound_of(others)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some((own, is_own_exclusive)), Some((other, is_exclusive))) => {
            let order = other.partial_cmp(&own);
            order == Some(tighter)
                || order == Some(Ordering::Equal) && is_exclusive && !is_own_exclusive
        }
    };
    if !is_tighter {
        return;
    }
    for key in [bound, exclusive] {
        members.remove(key);
        if let Some(value) = others.get(key) {
            members.insert(key.to_owned(), value.clone());
        }
    }
}

fn both(key: &str, own: &Value, other: &Value) -> Value {
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    match (key, own, other) {
        ("type", Value::String(one), Value::String(another)) => {
            json!(narrower(one, another).unwrap_or(one))
        }
        ("format", Value::String(one), Value::String(another)) => {
            let (first, second) = if one < another {
                (one, another)
            } else {
                (another, one)
            };
            json!(format!("{first} and {second}"))
        }
        ("enum", Value::Array(own), Value::Array(others)) => common(own, others),
        ("required" | REFUSED_FIELDS, Value::Array(own), Value::Array(others)) => all(own, others),
        ("properties", Value::Object(own), Value::Object(others)) => {
            let mut all = own.clone();
            for (name, other) in others {
                let both = match own.get(name) {
                    Some(own) if own != other => together(own, other),
                    _ => other.clone(),
                };
                all.insert(name.clone(), both);
            }
            Value::Object(all)
        }
        ("items" | "additionalProperties", Value::Object(_), Value::Object(_)) => {
            together(own, other)
        }
        ("additionalProperties", Value::Bool(true), _) => other.clone(),
        ("additionalProperties", Value::Bool(false), _) => own.clone(),
        ("additionalProperties", _, Value::Bool(is_allowed)) => {
            if *is_allowed {
                own.clone()
            } else {
                json!(false)
            }
        }
        ("uniqueItems", _, _) => json!(own == &json!(true) || other == &json!(true)),
        ("maxItems" | "maxLength" | "maxProperties", _, _) if number(other) < number(own) => {
            other.clone()
        }
        ("minItems" | "minLength" | "minProperties", _, _) if number(other) > number(own) => {
            other.clone()
        }
        ("pattern" | "multipleOf" | CONDITIONS, _, _) => side_by_side(own, other),
        _ => own.clone(),
    }
}

/// Returns the values that two lists have in common.
fn common(own: &[Value], others: &[Value]) -> Value {
    let others = texts(others);
    let common = own
        .iter()
        .filter(|value| others.contains(&value.to_string()));
    common.cloned().collect()
}

/// Returns the values of two lists, each once.
fn all(own: &[Value], others: &[Value]) -> Value {
    let known = texts(own);
    let new = others
        .iter()
        .filter(|value| !known.contains(&value.to_string()));
    own.iter().chain(new).cloned().collect()
}

fn texts(values: &[Value]) -> BTreeSet<String> {
    values.iter().map(Value::to_string).collect()
}

/// Returns the narrower of two types: of a number and an integer the integer. `None` if no value is of both.
fn narrower<'a>(one: &'a str, other: &'a str) -> Option<&'a str> {
    match (one, other) {
        (one, other) if one == other => Some(one),
        ("integer", "number") | ("number", "integer") => Some("integer"),
        ("null", _) | (_, "null") => Some("null"),
        _ => None,
    }
}

/// Returns both schemas as one list of parts. Duplicates are dropped, so that a schema that contains itself terminates.
fn together(own: &Value, other: &Value) -> Value {
    let parts = |schema: &Value| match schema.as_object() {
        Some(members) if members.len() == 1 && members.contains_key("allOf") => {
            json::elements(members, "allOf").to_vec()
        }
        _ => vec![schema.clone()],
    };
    let mut all = parts(own);
    for part in parts(other) {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    json!({ "allOf": all })
}

fn side_by_side(own: &Value, other: &Value) -> Value {
    let list = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        value => vec![value.clone()],
    };
    let mut all = list(own);
    all.extend(list(other));
    all.sort_by_key(Value::to_string);
    all.dedup();
    Value::Array(all)
}

/// True if the combined variants of two choices exceed the limit.
pub(super) fn is_cut(own: &[Value], other: &[Value]) -> bool {
    own.len() * other.len() > MOST_VARIANTS
}

/// Returns the combined variants of two schemas, of which at least one is a choice. A schema without variants belongs
/// to each variant of the other one.
pub(super) fn combined_variants(
    own: (&Object, &[Value]),
    other: (&Object, &[Value]),
) -> Vec<Value> {
    let narrowed = |variants: &[Value], members: &Object| match members.is_empty() {
        true => variants.to_vec(),
        false => variants
            .iter()
            .map(|variant| together(variant, &Value::Object(members.clone())))
            .collect(),
    };
    match (own.1, other.1) {
        (variants, []) => narrowed(variants, other.0),
        ([], variants) => narrowed(variants, own.0),
        (one, another) if is_cut(one, another) => one.to_vec(),
        (one, another) => one
            .iter()
            .flat_map(|one| another.iter().map(move |other| together(one, other)))
            .collect(),
    }
}
