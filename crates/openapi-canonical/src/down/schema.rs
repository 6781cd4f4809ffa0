//! Conversion of one schema and everything below it: the rewrites in their order.

use serde_json::{Value, json};

use super::impossible::Impossible;
use super::place::Place;
use super::{choices, constants, dropped, newest, types, values};
use crate::json::{self, Object};
use crate::losses::Rewrites;

/// Rewrites of each schema, which run before its children are converted. Later ones rely on earlier ones.
const STEPS: [fn(&mut Object, &mut Place<'_>); 12] = [
    choices::drop_siblings,
    values::drop_identifiers,
    newest::simplify_discriminator,
    choices::simplify,
    constants::join_choices,
    choices::wrap_reference,
    constants::rewrite,
    types::simplify,
    types::join_tuple,
    values::simplify,
    dropped::drop,
    dropped::simplify_booleans,
];

/// Keywords whose value is a schema.
const ONE: [&str; 3] = ["items", "additionalProperties", "not"];

/// Keywords whose value is a list of schemas.
const MANY: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// Converts a schema in place.
pub(super) fn convert(
    schema: &mut Value,
    pointer: &str,
    source: &Value,
    impossible: &Impossible<'_>,
    rewrites: &mut Rewrites,
) {
    let mut place = Place {
        pointer,
        source,
        impossible,
        rewrites,
    };
    if place.impossible.contains(schema) {
        *schema = json!({});
        place.drop_part("that nothing is allowed here");
    }
    if schema.is_boolean() {
        *schema = json!({});
        place.count("boolean schemas rewritten as objects");
    }
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    for step in STEPS {
        step(members, &mut place);
    }
    convert_children(members, &mut place);
    choices::lift_null(members, &mut place);
}

fn convert_children(members: &mut Object, place: &mut Place<'_>) {
    let properties = json::object_mut(members, "properties");
    for (name, property) in properties.into_iter().flatten() {
        child(property, &["properties", name], place);
    }
    for keyword in ONE {
        if let Some(inner) = members.get_mut(keyword).filter(|inner| inner.is_object()) {
            child(inner, &[keyword], place);
        }
    }
    for keyword in MANY {
        let variants = members.get_mut(keyword).and_then(Value::as_array_mut);
        for (index, variant) in variants.into_iter().flatten().enumerate() {
            child(variant, &[keyword, &index.to_string()], place);
        }
    }
}

fn child(schema: &mut Value, segments: &[&str], place: &mut Place<'_>) {
    let pointer = format!("{}{}", place.pointer, json::pointer(segments));
    convert(
        schema,
        &pointer,
        place.source,
        place.impossible,
        place.rewrites,
    );
}
