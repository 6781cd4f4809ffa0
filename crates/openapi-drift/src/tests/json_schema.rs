//! Values that a schema of JSON Schema accepts, for the keywords that random schemas have.

use regex::Regex;
use serde_json::{Map, Value, json};

/// True if a schema of JSON Schema accepts a value.
pub(super) fn accepts(components: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(name) = openapi_canonical::schema::referred(schema) {
        return accepts(components, &components[name], value);
    }
    let Some(members) = schema.as_object() else {
        return *schema != json!(false);
    };
    members.iter().all(|(keyword, of)| {
        let count = |of: &Value| {
            let parts = of.as_array().unwrap().iter();
            parts
                .filter(|part| accepts(components, part, value))
                .count()
        };
        match keyword.as_str() {
            "type" => match of {
                Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
                kind => is_of(kind, value),
            },
            "enum" => of
                .as_array()
                .unwrap()
                .iter()
                .any(|one| is_equal(one, value)),
            "const" => is_equal(of, value),
            "allOf" => count(of) == of.as_array().unwrap().len(),
            "anyOf" => count(of) > 0,
            "oneOf" => count(of) == 1,
            "not" => !accepts(components, of, value),
            _ => {
                accepts_inside(components, members, (keyword, of), value)
                    && is_within(keyword, of, value)
            }
        }
    })
}

/// True if two values are equal: `1` is `1.0`.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < f64::EPSILON,
        _ => one == other,
    }
}

/// True if a text is of a format. The lengths identify the sample values.
fn is_of_format(format: &str, text: &str) -> bool {
    match format {
        "date" => text.len() == "2030-01-01".len(),
        "uuid" => text.len() == "b3e1d2c4-0f5a-4b6c-8d7e-9f0a1b2c3d4e".len(),
        _ => false,
    }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    }
}

/// True if the fields or elements of a value meet a keyword.
fn accepts_inside(
    components: &Value,
    members: &Map<String, Value>,
    (keyword, of): (&str, &Value),
    value: &Value,
) -> bool {
    match (keyword, value) {
        ("items", Value::Array(elements)) => {
            let first = members.get("prefixItems").and_then(Value::as_array);
            let mut others = elements.iter().skip(first.map_or(0, Vec::len));
            others.all(|inner| accepts(components, of, inner))
        }
        ("prefixItems", Value::Array(elements)) => {
            let mut pairs = elements.iter().zip(of.as_array().unwrap());
            pairs.all(|(inner, of)| accepts(components, of, inner))
        }
        ("format", Value::String(text)) => is_of_format(of.as_str().unwrap(), text),
        ("pattern", Value::String(text)) => {
            Regex::new(of.as_str().unwrap()).unwrap().is_match(text)
        }
        ("required", Value::Object(fields)) => {
            let mut names = of.as_array().unwrap().iter();
            names.all(|name| fields.contains_key(name.as_str().unwrap()))
        }
        ("properties", Value::Object(fields)) => fields
            .iter()
            .all(|(name, field)| of.get(name).is_none_or(|of| accepts(components, of, field))),
        ("additionalProperties", Value::Object(fields)) => {
            let is_named = |name: &String| {
                let properties = members.get("properties");
                properties.is_some_and(|all| all.get(name).is_some())
            };
            let mut others = fields.iter().filter(|(name, _)| !is_named(name));
            others.all(|(_, field)| accepts(components, of, field))
        }
        _ => true,
    }
}

fn is_within(keyword: &str, limit: &Value, value: &Value) -> bool {
    let Some(limit) = limit.as_f64() else {
        return true;
    };
    let number = value.as_f64();
    let length = value.as_str().map(|text| text.chars().count() as f64);
    let count = value.as_array().map(|elements| elements.len() as f64);
    match keyword {
        "minimum" => number.is_none_or(|number| number >= limit),
        "maximum" => number.is_none_or(|number| number <= limit),
        "exclusiveMaximum" => number.is_none_or(|number| number < limit),
        "multipleOf" => number.is_none_or(|number| (number / limit).fract() == 0.0),
        "minLength" => length.is_none_or(|length| length >= limit),
        "maxLength" => length.is_none_or(|length| length <= limit),
        "minItems" => count.is_none_or(|count| count >= limit),
        "maxItems" => count.is_none_or(|count| count <= limit),
        _ => true,
    }
}
