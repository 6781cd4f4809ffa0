//! Rewrites of keywords that do not shape a type: identifiers, examples, bounds, encodings.

use serde_json::{Value, json};

use super::conversion::Conversion;
use crate::json::{self, Object};

/// Drops identifiers, which all references have been resolved against, and comments for authors.
const IDENTIFIERS: [&str; 9] = [
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$schema",
    "$vocabulary",
    "definitions",
];

pub(super) fn drop_identifiers(schema: &mut Object, conversion: &mut Conversion<'_>) {
    // Resolvable ones are plain references by now, except a reference beside a plain one.
    if schema.contains_key("$dynamicRef") {
        conversion.drop_part("a second reference, `$dynamicRef`");
    }
    let before = schema.len();
    schema.retain(|keyword, _| !IDENTIFIERS.contains(&keyword.as_str()));
    if schema.len() < before {
        conversion.count("identifiers, comments and definitions taken out of schemas");
    }
}

pub(super) fn simplify(schema: &mut Object, conversion: &mut Conversion<'_>) {
    keep_one_example(schema, conversion);
    for (exclusive, inclusive, is_stricter) in [
        (
            "exclusiveMinimum",
            "minimum",
            f64::ge as fn(&f64, &f64) -> bool,
        ),
        ("exclusiveMaximum", "maximum", f64::le),
    ] {
        rewrite_bound(schema, exclusive, inclusive, is_stricter, conversion);
    }
    rewrite_encoding(schema, conversion);
}

/// Keeps one example, since 3.0 allows one example of a schema.
fn keep_one_example(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let Some(examples) = schema.remove("examples") else {
        return;
    };
    conversion.count("examples of schemas reduced to one");
    if let Some(first) = examples.as_array().and_then(|examples| examples.first()) {
        schema.entry("example").or_insert_with(|| first.clone());
    }
}

/// Rewrites an exclusive bound, which is a number in 3.1 and a flag beside the other bound in 3.0. Of two bounds the
/// stricter one stays.
fn rewrite_bound(
    schema: &mut Object,
    exclusive: &str,
    inclusive: &str,
    is_stricter: fn(&f64, &f64) -> bool,
    conversion: &mut Conversion<'_>,
) {
    let Some(bound) = schema.get(exclusive).and_then(Value::as_f64) else {
        return;
    };
    conversion.count("exclusive bounds rewritten as in 3.0");
    let other = schema.get(inclusive).and_then(Value::as_f64);
    if other.is_some_and(|other| !is_stricter(&bound, &other)) {
        schema.remove(exclusive);
        return;
    }
    if let Some(number) = schema.insert(exclusive.to_owned(), json!(true)) {
        schema.insert(inclusive.to_owned(), number);
    }
}

/// Rewrites encodings to the 3.0 formats for encoded and raw bytes. Other encodings have no equivalent.
fn rewrite_encoding(schema: &mut Object, conversion: &mut Conversion<'_>) {
    let encoding = schema.remove("contentEncoding");
    let media_type = schema.remove("contentMediaType");
    let inner = schema.remove("contentSchema");
    let format = match (encoding.as_ref(), media_type.as_ref()) {
        (Some(Value::String(encoding)), _) if encoding.starts_with("base64") => "byte",
        (None, Some(Value::String(media_type))) if media_type == "application/octet-stream" => {
            "binary"
        }
        (None, None) if inner.is_none() => return,
        _ => {
            conversion.drop_part("how the text is encoded or what is in it");
            return;
        }
    };
    conversion.count("encodings rewritten as format");
    if inner.is_some() || json::string(schema, "format").is_some_and(|own| own != format) {
        conversion.drop_part("what is in the encoded text");
    }
    schema.entry("format").or_insert(json!(format));
}
