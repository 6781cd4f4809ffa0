//! Conversion of one schema and everything below it: the rewrites in their order.

use serde_json::{Value, json};

use super::conversion::Conversion;
use super::impossible::Impossible;
use super::{choices, constants, dropped, newest, types, values};
use crate::json::{self, Object};
use crate::losses::Rewrites;

/// Rewrites of each schema, which run before its children are converted. Later ones rely on earlier ones.
const STEPS: [fn(&mut Object, &mut Conversion<'_>); 12] = [
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
    let mut conversion = Conversion {
        pointer,
        source,
        impossible,
        rewrites,
    };
    if conversion.impossible.contains(schema) {
        *schema = json!({});
        conversion.drop_part("that nothing is allowed here");
    }
    if schema.is_boolean() {
        *schema = json!({});
        conversion.count("boolean schemas rewritten as objects");
    }
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    for step in STEPS {
        step(members, &mut conversion);
    }
    convert_children(members, &mut conversion);
    choices::lift_null(members, &mut conversion);
}

fn convert_children(members: &mut Object, conversion: &mut Conversion<'_>) {
    let properties = json::object_mut(members, "properties");
    for (name, property) in properties.into_iter().flatten() {
        child(property, &["properties", name], conversion);
    }
    for keyword in ONE {
        if let Some(inner) = members.get_mut(keyword).filter(|inner| inner.is_object()) {
            child(inner, &[keyword], conversion);
        }
    }
    for keyword in MANY {
        let variants = members.get_mut(keyword).and_then(Value::as_array_mut);
        for (index, variant) in variants.into_iter().flatten().enumerate() {
            child(variant, &[keyword, &index.to_string()], conversion);
        }
    }
}

fn child(schema: &mut Value, segments: &[&str], conversion: &mut Conversion<'_>) {
    let pointer = format!("{}{}", conversion.pointer, json::pointer(segments));
    convert(
        schema,
        &pointer,
        conversion.source,
        conversion.impossible,
        conversion.rewrites,
    );
}
